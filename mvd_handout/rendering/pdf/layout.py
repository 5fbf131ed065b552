"""From a document to pages: blocks are laid out, pages planned, page references filled in until nothing moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec import Struct, structs

from mvd_handout.content.theme import Theme
from mvd_handout.domain.document import Block, Chart, Document, Inline, Inlines, Letterhead, PageRef, Section
from mvd_handout.domain.errors import ContentError, Fault
from mvd_handout.domain.memory import NO_MEMORY, Memory
from mvd_handout.rendering.fonts import FontSet
from mvd_handout.rendering.glyphs import block_inlines
from mvd_handout.rendering.pdf import furniture
from mvd_handout.rendering.pdf.fragments import Look, Slice
from mvd_handout.rendering.pdf.geometry import Geometry, Paper, geometry
from mvd_handout.rendering.pdf.pagination import BODY_GAP, FOOT_GAP, OPENING, Pagination, height, paginate
from mvd_handout.rendering.pdf.shapes import Laid, laid, laid_block, laid_open_end, laid_picture, laid_with_pages

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
    look_of_blocks = memory(Look, theme, fonts, other, memory)
    made = [memory.held(section_parts, (section,), room.width, look_of_blocks) for section in document.sections]
    sections = tuple([(each.name, len(parts), each.start) for each, parts in zip(document.sections, made, strict=True)])
    all_parts = [part for parts in made for part in parts]
    shapes = tuple([each.shape for each in opening])
    pages = {section.name: number for number, section in enumerate(document.sections, start=1)}
    for _ in range(_ROUNDS):
        body = [_placed(part, pages, room.width, look_of_blocks) for part in all_parts]
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


class Referring(Struct, frozen=True, eq=False):
    """A part that names pages of sections: when these are known, `lay` makes it of `content`."""

    lay: Callable[..., Laid]
    content: Block | Inlines
    names: tuple[str, ...]


Parts = tuple[Laid | Referring, ...]


def section_parts(section: Section, width: float, look: Look) -> Parts:
    """Return the blocks of a section, laid out but for those that name pages. Most sections are common to many."""
    return tuple([part for block in section.blocks for part in look.memory.held(_parts, (block,), width, look)])


def _parts(block: Block, width: float, look: Look) -> Parts:
    """Return the parts of a block. The words at a chart's open end name a page; its picture stays when pages move."""
    if isinstance(block, Chart):
        picture = structs.replace(block, open_end=())
        if not referred(block_inlines(picture)):
            names = referred(block.open_end)
            return laid_picture(block, width, look), Referring(laid_open_end, block.open_end, names)
    names = referred(block_inlines(block))
    return (Referring(laid_with_pages, block, names) if names else laid_block(block, width, look),)


def _placed(part: Laid | Referring, pages: Mapping[str, int], width: float, look: Look) -> Laid:
    """Return a part laid out, when the sections begin on these pages."""
    if isinstance(part, Laid):
        return part
    return look.memory.held(part.lay, (part.content,), _pages_of(part.names, pages), width, look)


def referred(content: Iterable[Inline]) -> tuple[str, ...]:
    """Return the sections whose pages are named."""
    return tuple(sorted({each.section for each in content if isinstance(each, PageRef)}))


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
