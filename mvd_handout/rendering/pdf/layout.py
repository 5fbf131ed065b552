"""From a document to pages: blocks are laid out, pages planned, page references filled in until nothing moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final

from msgspec import Struct, structs

from mvd_handout.content.theme import Theme
from mvd_handout.domain.document import Block, Document, PageRef
from mvd_handout.rendering.fonts import FontSet
from mvd_handout.rendering.glyphs import block_inlines
from mvd_handout.rendering.pdf import furniture, tags
from mvd_handout.rendering.pdf.blocks import block_fragment
from mvd_handout.rendering.pdf.fragments import Fragment, Look, stacked
from mvd_handout.rendering.pdf.geometry import Geometry, Paper, geometry
from mvd_handout.rendering.pdf.pages import Page, Sheet, Start, plan_pages
from mvd_handout.rendering.pdf.references import with_pages

Layer = Callable[[Block, float, Look], Fragment]

_BODY_GAP: Final = 12.0
_FOOT_GAP: Final = 13.0
_ROUNDS: Final = 12


class Layout(Struct, frozen=True):
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


def lay_out(document: Document, theme: Theme, paper: Paper, fonts: FontSet, lay: Layer = block_fragment) -> Layout:
    """Lay out a document; `lay` lays out one block.

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
    body = _Body(document, room.width, structs.replace(look, height=other), lay)
    pages = {section.name: number for number, section in enumerate(document.sections, start=1)}
    for _ in range(_ROUNDS):
        fragment, starts = body.with_pages(pages)
        plan = plan_pages(fragment.slices, fragment.groups, _turns(document, starts), sheet)
        layout = Layout(document, room, look, opening, fragment, plan, starts, sheet)
        found = layout.section_pages()
        if found == pages:
            return layout
        pages = found
    raise RuntimeError("the pages do not settle")


def _turns(document: Document, starts: Mapping[str, int]) -> dict[int, Start]:
    """Tell which slices begin a new page or sheet."""
    return {starts[section.name]: section.start for section in document.sections if section.start != "flow"}


class _Body:
    """The blocks of a document; those that name no page are laid out once."""

    def __init__(self, document: Document, width: float, look: Look, lay: Layer) -> None:
        self._sections, self._width, self._look, self._lay = document.sections, width, look, lay
        self._fixed = {
            id(block): lay(block, width, look)
            for section in document.sections
            for block in section.blocks
            if not any(isinstance(inline, PageRef) for inline in block_inlines(block))
        }

    def with_pages(self, pages: Mapping[str, int]) -> tuple[Fragment, dict[str, int]]:
        """Return the whole body with page numbers filled in, and the slice at which each section begins."""
        fragments, elements, slices = [], [0], [0]
        for section in self._sections:
            made = [self._fragment(block, pages) for block in section.blocks]
            fragments += made
            elements.append(elements[-1] + sum(len(fragment.elements) for fragment in made))
            slices.append(slices[-1] + sum(len(fragment.slices) for fragment in made))
        whole = stacked(fragments)
        grouped = tuple(tags.section(whole.elements[first:end]) for first, end in pairwise(elements))
        last = max(0, len(whole.slices) - 1)
        starts = {section.name: min(at, last) for section, at in zip(self._sections, slices, strict=False)}
        return structs.replace(whole, elements=grouped), starts

    def _fragment(self, block: Block, pages: Mapping[str, int]) -> Fragment:
        fixed = self._fixed.get(id(block))
        return self._lay(with_pages(block, pages), self._width, self._look) if fixed is None else fixed
