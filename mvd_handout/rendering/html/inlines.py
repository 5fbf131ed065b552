"""Words, telephone numbers and pointers as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from mvd_handout.domain.document import Inline, Inlines, Link, PageRef
from mvd_handout.rendering.html.markup import Html, element, escape, join
from mvd_handout.rendering.reading_order import by_title

_SCHEMES: Final = ("tel:", "https:")
_LONGEST_UNBROKEN: Final = 18
"""A number of so many characters stands on one line of the narrowest phone, also in large print."""


class Anchors(Struct, frozen=True):
    """Where the parts of the page are: section name to element id. The ids are ours, never the name itself."""

    ids: Mapping[str, str]

    def write(self, inlines: Inlines) -> Html:
        """Return `inlines` as HTML. Raises ValueError for a link that leads anywhere but to a telephone or https."""
        return join(*map(self._inline, inlines))

    def _inline(self, inline: Inline) -> Html:
        match inline:
            case Link():
                content = _link(inline)
            case PageRef():
                content = self._reference(inline)
            case _:
                content = escape(inline.text)
        return element("strong", content) if inline.strong else content

    def _reference(self, reference: PageRef) -> Html:
        target = self.ids.get(reference.section)
        return escape(by_title(reference)) if target is None else element("a", by_title(reference), href=f"#{target}")


def _link(link: Link) -> Html:
    if not link.target.startswith(_SCHEMES):
        raise ValueError("a link may only lead to a telephone or an https address")
    kind = None
    if link.target.startswith("tel:"):
        kind = "tel unbroken" if len(link.text) <= _LONGEST_UNBROKEN else "tel"
    return element("a", link.text, class_=kind, href=link.target)
