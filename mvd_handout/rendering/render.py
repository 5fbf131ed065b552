"""Rendering: a document becomes the bytes of one file. Pure: the same document gives the same bytes."""

from __future__ import annotations

from typing import Final, Literal

from mvd_handout.content.theme import load_theme
from mvd_handout.domain.document import Document
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.glyphs import check_glyphs

Format = Literal["pdf", "html", "text"]
_FORMATS: Final = ("pdf", "html", "text")
DRAWN: Final = frozenset({"pdf", "html"})
"""The formats with pictures; for the others a document is composed without."""
_PAPERS: Final = ("A4", "Letter")


def render(document: Document, format: Format, theme: str = "standard", paper: str = "A4") -> bytes:
    """Return `document` as a PDF (PDF/UA-1 and PDF/A-2a), a self-contained HTML page, or plain text in UTF-8.

    A character that our fonts cannot print is refused in every format, so that all copies say the same.
    Raises GlyphError for such characters, ContentError for an unknown theme, ValueError for another format
    or paper.
    """
    if format not in _FORMATS or paper not in _PAPERS:
        raise ValueError(f"{format!r} on {paper!r}: {', '.join(_FORMATS)} are made, on {' or '.join(_PAPERS)}")
    if format == "pdf":
        from mvd_handout.rendering.pdf.render import render_pdf

        return render_pdf(document, load_theme(theme), "Letter" if paper == "Letter" else "A4")
    check_glyphs(document, load_fonts())
    if format == "html":
        from mvd_handout.rendering.html import render_html

        return render_html(document, load_theme(theme))
    from mvd_handout.rendering.text import render_text

    return render_text(document).encode()
