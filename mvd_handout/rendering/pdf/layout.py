"""From a document to pages: blocks are laid out, pages planned, page references filled in until nothing moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from mvd_handout.content.theme import Theme
from mvd_handout.domain.document import Document, Section
from mvd_handout.rendering.fonts import FontSet
from mvd_handout.rendering.pdf import furniture, tags
from mvd_handout.rendering.pdf.blocks import block_fragment
from mvd_handout.rendering.pdf.fragments import Fragment, Look, stacked
from mvd_handout.rendering.pdf.geometry import Geometry, Paper, geometry
from mvd_handout.rendering.pdf.pages import Page, Sheet, Start, plan_pages
from mvd_handout.rendering.pdf.references import with_pages

_BODY_GAP: Final = 12.0
_FOOT_GAP: Final = 8.0
_ROUNDS: Final = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """A document on its pages. `starts` gives the slice at which each section begins."""

    document: Document
    geometry: Geometry
    look: Look
    opening: furniture.Opening
    body: Fragment
    pages: tuple[Page, ...]
    starts: Mapping[str, int]
    heights: Sheet

    def section_pages(self) -> dict[str, int]:
        """Return the page, counted from 1, on which each section begins."""
        page_of = {each.number: n for n, page in enumerate(self.pages, start=1) for each in page.placed}
        return {name: page_of[start] for name, start in self.starts.items()}

    def body_top(self, page: int) -> float:
        """Return where the body begins on a page."""
        head = furniture.height(self.opening.strip) + _BODY_GAP
        return self.geometry.top + head + (furniture.height(self.opening.letterhead) if page == 1 else 0.0)


def lay_out(document: Document, theme: Theme, paper: Paper, fonts: FontSet) -> Layout:
    """Lay out a document.

    Raises:
        ContentError: a page reference points nowhere.
        GlyphError: a character cannot be printed.
    """
    room = geometry(theme, paper, document.duplex)
    look = Look(theme, fonts, room.paper_height)
    opening = furniture.opening(document, room, look)
    foot = furniture.foot_height(document, 999, room, look)
    other = room.foot_bottom - foot - _FOOT_GAP - (room.top + furniture.height(opening.strip) + _BODY_GAP)
    sheet = Sheet(other - furniture.height(opening.letterhead), other, document.duplex)
    look = replace(look, height=other)
    pages = {section.name: number for number, section in enumerate(document.sections, start=1)}
    for _ in range(_ROUNDS):
        layout = _planned(document, pages, room, look, opening, sheet)
        found = layout.section_pages()
        if found == pages:
            return layout
        pages = found
    raise RuntimeError("the pages do not settle")


def _planned(
    document: Document, pages: Mapping[str, int], room: Geometry, look: Look, opening: furniture.Opening, sheet: Sheet
) -> Layout:
    sections = [_section(section, pages, room.width, look) for section in document.sections]
    body = stacked(sections)
    firsts, at = [], 0
    for fragment in sections:
        firsts.append(at)
        at += len(fragment.slices)
    starts: dict[int, Start] = {first: section.start for first, section in zip(firsts, document.sections, strict=True)}
    last = max(0, len(body.slices) - 1)
    names = {section.name: min(first, last) for first, section in zip(firsts, document.sections, strict=True)}
    return Layout(
        document, room, look, opening, body, plan_pages(body.slices, body.groups, starts, sheet), names, sheet
    )


def _section(section: Section, pages: Mapping[str, int], width: float, look: Look) -> Fragment:
    fragment = stacked(block_fragment(with_pages(block, pages), width, look) for block in section.blocks)
    return replace(fragment, elements=(tags.section(fragment.elements),))
