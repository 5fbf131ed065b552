"""The document as one self-contained HTML file: no script, no network, readable on any screen and aloud."""

from __future__ import annotations

from mvd_handout.content.theme import Theme
from mvd_handout.domain.document import Document
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.html.page import page

__all__ = ["render_html"]


def render_html(document: Document, theme: Theme) -> bytes:
    """Return `document` in the look of `theme` as a UTF-8 HTML file that needs nothing beside it.

    Raises:
        GlyphError: a picture holds a character that none of our fonts has.
        InputError: a code's payload does not fit its symbol.
        ValueError: a link leads anywhere but to a telephone or an https address.
    """
    return page(document, theme, load_fonts()).encode("utf-8")
