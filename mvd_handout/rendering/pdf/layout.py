"""From a document to pages: blocks are laid out, pages planned, page references filled in until nothing moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from mvd_handout.content.theme import Theme
from mvd_handout.domain.document import Block, Document, Letterhead, PageRef
from mvd_handout.domain.errors import ContentError, Fault
from mvd_handout.domain.memory import NO_MEMORY, Memory
from mvd_handout.rendering.fonts import FontSet
from mvd_handout.rendering.glyphs import block_inlines
from mvd_handout.rendering.pdf import furniture
from mvd_handout.rendering.pdf.fragments import Look, Slice
from mvd_handout.rendering.pdf.geometry import Geometry, Paper, geometry
from mvd_handout.rendering.pdf.pagination import BODY_GAP, FOOT_GAP, OPENING, Pagination, height, paginate
from mvd_handout.rendering.pdf.shapes import Laid, laid, laid_block, laid_with_pages

_ROUNDS: Final = 12


class Layout(Struct, frozen=True):
    """A document on its pages. `laid` are the three parts above the body and then its blocks."""

    document: Document
    geometry: Geometry
    look: Look
    laid: tuple[Laid, ...]
    foot: tuple[Slice, ...]
    plan: Pagination

    def body_top(self, page: int) -> float:
        """Return where the body begins on a page."""
        return self.plan.tops[min(page - 1, 1)]


def lay_out(document: Document, theme: Theme, paper: Paper, fonts: FontSet, memory: Memory = NO_MEMORY) -> Layout:
    """Lay out a document.

    Raises:
        ContentError: a page reference points nowhere.
        GlyphError: a character cannot be printed.
        InputError: something is higher than a page.
    """
    room = memory(geometry, theme, paper, document.duplex)
    look = memory(Look, theme, fonts, room.paper_height, memory)
    opening = _opening(document, room, look)
    foot = furniture.foot(document.furniture, room, look)
    foot_height = furniture.slices_height(foot)
    other = room.foot_bottom - foot_height - FOOT_GAP - (room.top + height(opening[1].shape) + BODY_GAP)
    lay = _layer(document, room.width, memory(Look, theme, fonts, other, memory))
    sections = tuple([(each.name, len(each.blocks), each.start) for each in document.sections])
    shapes = tuple([each.shape for each in opening])
    pages = {section.name: number for number, section in enumerate(document.sections, start=1)}
    for _ in range(_ROUNDS):
        body = lay(pages)
        plan = memory(paginate, shapes, tuple([each.shape for each in body]), sections, room, foot_height)
        found = plan.section_pages()
        if found == pages:
            return Layout(document, room, look, (*opening, *body), foot, plan)
        pages = found
    raise RuntimeError("the pages do not settle")


def _opening(document: Document, room: Geometry, look: Look) -> tuple[Laid, ...]:
    """Lay out what stands above the body: band, strip and letterhead."""
    memory = look.memory
    made = (
        memory(laid_band, document.furniture.draft, room, look),
        laid(furniture.strip(document.identity, room.width, look), look),
        memory(laid_letterhead, document.letterhead, room.width, look),
    )
    assert len(made) == OPENING
    return made


def _layer(document: Document, width: float, look: Look) -> Callable[[Mapping[str, int]], tuple[Laid, ...]]:
    """Return a function of the sections' pages that lays out all blocks; only those that name pages are done again."""
    memory = look.memory
    blocks = [block for section in document.sections for block in section.blocks]
    body: list[Laid | None] = []
    referring: list[tuple[int, Block, tuple[str, ...]]] = []
    for number, block in enumerate(blocks):
        names = memory.held(referred, (block,))
        body.append(None if names else memory.held(laid_block, (block,), width, look))
        if names:
            referring.append((number, block, names))

    def lay(pages: Mapping[str, int]) -> tuple[Laid, ...]:
        for number, block, names in referring:
            body[number] = memory.held(laid_with_pages, (block,), _pages_of(names, pages), width, look)
        return tuple([each for each in body if each is not None])

    return lay


def referred(block: Block) -> tuple[str, ...]:
    """Return the sections whose pages a block names."""
    return tuple(sorted({each.section for each in block_inlines(block) if isinstance(each, PageRef)}))


def _pages_of(names: tuple[str, ...], pages: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    for name in names:
        if name not in pages:
            raise ContentError(Fault("page reference", f'there is no section "{name}"', "a section's name"))
    return tuple([(name, pages[name]) for name in names])


def laid_band(notice: str, room: Geometry, look: Look) -> Laid:
    """Lay out the draft band."""
    return laid(furniture.band(notice, room, look), look, common=True)


def laid_letterhead(letterhead: Letterhead, width: float, look: Look) -> Laid:
    """Lay out the letterhead."""
    return laid(furniture.letterhead(letterhead, width, look), look, common=True)
