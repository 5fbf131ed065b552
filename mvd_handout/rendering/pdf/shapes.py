"""Laid-out blocks: what they look like, and the shape that pages and the structure tree are made from.

Most patients' texts differ in their letters alone: lines are as many and as high, and tags are the same. A shape is
what is left without the letters, so that pages and tags are worked out once for all documents of one shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from mvd_handout.domain.document import Block, Chart, Inline, Inlines, PageRef
from mvd_handout.rendering.fonts import Runs
from mvd_handout.rendering.glyphs import block_inlines
from mvd_handout.rendering.pdf.blocks import block_fragment
from mvd_handout.rendering.pdf.blocks.figures import open_end_fragment, picture_fragment
from mvd_handout.rendering.pdf.fragments import Bookmark, Fragment, Group, Look, Mark, Slice
from mvd_handout.rendering.pdf.references import filled_in, with_pages
from mvd_handout.rendering.pdf.tags import FIGURE, Element, count_figures

_CLINICS_OWN = ("clinic.", "phone.", "surgeon.", "values.", "handout.", "approval.")


class Shape(Struct, frozen=True, cache_hash=True):
    """A fragment without its ink. A slice of it has no marks, a figure in it no words.

    `owned` are the pieces of content in each slice, `links` those of its marks that lead somewhere. What is `common`
    says the same to all patients of a clinic.
    """

    elements: tuple[Element, ...]
    pieces: int
    slices: tuple[Slice, ...]
    owned: tuple[tuple[int, ...], ...]
    links: tuple[tuple[int, ...], ...]
    before: float
    after: float
    keeps_next: bool
    keeps_previous: bool
    groups: tuple[Group, ...]
    bookmarks: tuple[Bookmark, ...]
    common: bool

    def bare(self) -> Fragment:
        """Return what pages are planned from: a fragment without marks and tags."""
        return Fragment(
            (),
            self.pieces,
            self.slices,
            self.before,
            self.after,
            self.keeps_next,
            self.keeps_previous,
            groups=self.groups,
            bookmarks=self.bookmarks,
        )


class Figure(Struct, frozen=True):
    """What a figure's element says of its picture: the words for it, and the mark in the slice of that number."""

    alt: str
    slice: int
    mark: Mark


class Laid(Struct, frozen=True, eq=False):
    """A fragment with all that is asked of it again and again. It is only equal to itself."""

    fragment: Fragment
    shape: Shape
    tags: dict[int, bytes]
    figures: tuple[Figure, ...]
    others: Runs


def laid(fragment: Fragment, look: Look, common: bool = False) -> Laid:
    """Return a fragment with its shape; equal shapes are the same object if the look has a memory."""
    tagged = look.memory(_tagged, fragment.elements)
    return Laid(
        fragment,
        look.memory.first(_shape(fragment, tagged.silent, common)),
        tagged.tags,
        tuple(_figures(fragment)) if tagged.figures else (),
        tuple([other for part in fragment.slices for mark in part.marks for other in mark.others]),
    )


def laid_block(block: Block, width: float, look: Look) -> Laid:
    """Lay out one block in a column of `width` points."""
    return laid(block_fragment(block, width, look), look, is_common(block))


def laid_with_pages(block: Block, pages: tuple[tuple[str, int], ...], width: float, look: Look) -> Laid:
    """Lay out a block whose page references name `pages`. Raises ContentError when one of them is not there."""
    return laid_block(with_pages(block, dict(pages)), width, look)


def laid_picture(chart: Chart, width: float, look: Look) -> Laid:
    """Lay out a chart without the words at its open end."""
    return laid(picture_fragment(chart, width, look), look)


def laid_open_end(content: Inlines, pages: tuple[tuple[str, int], ...], width: float, look: Look) -> Laid:
    """Lay out the words at the open end of a chart. Raises ContentError as `laid_with_pages` does."""
    return laid(open_end_fragment(filled_in(content, dict(pages)), width, look), look, all(map(_is_common, content)))


def is_common(block: Block) -> bool:
    """Whether a block holds nothing but words of the handout and of the clinic. Only speed depends on it."""
    return all(map(_is_common, block_inlines(block)))


def _is_common(inline: Inline) -> bool:
    return isinstance(inline, PageRef) or not inline.field or inline.field.startswith(_CLINICS_OWN)


def _shape(fragment: Fragment, elements: tuple[Element, ...], common: bool) -> Shape:
    return Shape(
        elements=elements,
        pieces=fragment.pieces,
        slices=tuple([_bare(part) for part in fragment.slices]),
        owned=tuple([_owned(part) for part in fragment.slices]),
        links=tuple([_linked(part) for part in fragment.slices]),
        before=fragment.before,
        after=fragment.after,
        keeps_next=fragment.keeps_next,
        keeps_previous=fragment.keeps_previous,
        groups=fragment.groups,
        bookmarks=fragment.bookmarks,
        common=common,
    )


def _owned(part: Slice) -> tuple[int, ...]:
    found = dict.fromkeys([mark.piece for mark in part.marks if mark.piece is not None])
    return tuple([piece + part.first_piece for piece in found])


def _linked(part: Slice) -> tuple[int, ...]:
    return tuple([mark.piece + part.first_piece for mark in part.marks if mark.link and mark.piece is not None])


def _bare(part: Slice) -> Slice:
    return Slice(part.height, (), part.before, part.joined, tuple([Slice(head.height) for head in part.header]))


class _Tagged(Struct, frozen=True):
    """What follows from elements alone: the tag of each piece of content's owner, and how many figures there are.

    `silent` are the elements without alternative text, which may be personal.
    """

    silent: tuple[Element, ...]
    tags: dict[int, bytes]
    figures: int


def _tagged(elements: tuple[Element, ...]) -> _Tagged:
    tags = {kid: each.tag.encode("ascii") for each in _walk(elements) for kid in each.kids if isinstance(kid, int)}
    return _Tagged(tuple(_silent(element) for element in elements), tags, count_figures(elements))


def _silent(element: Element) -> Element:
    kids = tuple([kid if isinstance(kid, int) else _silent(kid) for kid in element.kids])
    return Element(element.tag, kids, "", element.actual, element.scope, element.numbering)


def _figures(fragment: Fragment) -> Iterator[Figure]:
    """Yield the figures in reading order."""
    for element in _walk(fragment.elements):
        if element.tag == FIGURE:
            yield next(
                Figure(element.alt, number, mark)
                for number, part in enumerate(fragment.slices)
                for mark in part.marks
                if mark.text is None and mark.piece is not None and mark.piece + part.first_piece in element.kids
            )


def _walk(elements: Iterable[Element | int]) -> Iterator[Element]:
    for element in elements:
        if isinstance(element, Element):
            yield element
            yield from _walk(element.kids)
