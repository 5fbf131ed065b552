"""Documents as PDF: tagged (PDF/UA-1), archivable (PDF/A-2a), the same bytes for the same values."""

from __future__ import annotations

import functools
from typing import Final

from mvd_handout.content.theme import Theme
from mvd_handout.domain.document import Document
from mvd_handout.domain.memory import Memory
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.glyphs import check_glyphs
from mvd_handout.rendering.pdf.binding import bind
from mvd_handout.rendering.pdf.geometry import Paper
from mvd_handout.rendering.pdf.layout import lay_out

_REMEMBERED: Final = 768
"""Results that are kept of every step: with more, a process needs more than 120 MB."""


@functools.cache
def memory() -> Memory:
    """Return the memory of this process."""
    return Memory(_REMEMBERED)


def render_pdf(document: Document, theme: Theme, paper: Paper) -> bytes:
    """Return `document` as a PDF file.

    Raises:
        GlyphError: characters that cannot be printed faithfully, all of them, before anything is drawn.
        ContentError: a page reference points to a section that is not there.
    """
    fonts, remembered = load_fonts(), memory()
    check_glyphs(document, fonts, remembered)
    return bind(lay_out(document, theme, paper, fonts, remembered))
