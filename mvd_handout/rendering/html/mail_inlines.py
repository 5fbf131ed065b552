"""Words in an e-mail: numbers stay whole, and no sign that follows one stands alone on the next line."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import Final

from mvd_handout.domain.document import Inline, Inlines, Link, Text
from mvd_handout.rendering.html.inlines import Anchors
from mvd_handout.rendering.html.markup import Html, element, escape, join

_WHOLE: Final = "white-space:nowrap"
"""On the elements themselves, since some programs drop the style sheet."""
_SIGNS: Final = re.compile(r"[.,:;!?)]+")
_PAPER: Final = re.compile(r"(\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}\b)")
"""The number of a paper: 14 letters, which the narrowest phone has room for in large print."""


class MailAnchors(Anchors, frozen=True):
    """Writes words without links to other parts. A telephone number of up to `longest` letters is never broken.

    Its box would else leave the sign behind it alone: a program may break a line on either side of a box.
    """

    longest: int

    def write(self, inlines: Inlines) -> Html:
        """Return `inlines` as HTML. Raises ValueError for a link that leads anywhere but to a telephone or https."""
        written, taken = [], 0
        for inline, following in zip_longest(inlines, inlines[1:]):
            content, taken = self._from(inline, taken), 0
            if self._is_whole(inline) and isinstance(following, Text) and (signs := _SIGNS.match(following.text)):
                taken = signs.end()
                content = element("span", content, _styled(escape(signs[0]), following), style=_WHOLE)
            written.append(content)
        return join(*written)

    def _from(self, inline: Inline, start: int) -> Html:
        """Return an inline, of a text what is not written yet."""
        if isinstance(inline, Text):
            return _styled(keep_numbers(inline.text[start:]), inline)
        content = self._inline(inline)
        return (
            Html(content.replace(" unbroken", "")) if isinstance(inline, Link) and not self._fits(inline) else content
        )

    def _is_whole(self, inline: Inline) -> bool:
        return isinstance(inline, Link) and inline.target.startswith("tel:") and self._fits(inline)

    def _fits(self, link: Link) -> bool:
        return len(link.text) <= self.longest


def keep_numbers(text: str) -> Html:
    """Return a text in which no number of a paper is broken at its hyphens."""
    parts = _PAPER.split(text)
    return join(*(element("span", part, style=_WHOLE) if number % 2 else part for number, part in enumerate(parts)))


def _styled(content: Html, inline: Text) -> Html:
    return element("strong", content) if inline.strong and content else content
