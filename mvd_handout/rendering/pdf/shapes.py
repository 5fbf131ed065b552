"""Laid-out blocks: what they look like, and the shape that pages and the structure tree are made from.

Most patients' texts differ in their letters alone: lines are as many and as high, and tags are the same. A shape is
what is left without the letters, so that pages and tags are worked out once for all documents of one shape.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mvd_handout.domain.document import Block, PageRef
from mvd_handout.rendering.fonts import FaceKey
from mvd_handout.rendering.glyphs import block_inlines
from mvd_handout.rendering.pdf.blocks import block_fragment
from mvd_handout.rendering.pdf.fragments import Bookmark, Fragment, Group, Look, Mark, Slice
from mvd_handout.rendering.pdf.references import with_pages
from mvd_handout.rendering.pdf.tags import Element

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
    others: tuple[tuple[FaceKey, str], ...]


def laid(fragment: Fragment, look: Look, common: bool = False) -> Laid:
    """Return a fragment with its shape; equal shapes are the same object if the look has a memory."""
    return Laid(
        fragment,
        look.memory(_itself, _shape(fragment, common)),
        _tags(fragment.elements),
        tuple(_figures(fragment)),
        tuple(other for part in fragment.slices for mark in part.marks for other in mark.others),
    )


def laid_block(block: Block, width: float, look: Look) -> Laid:
    """Lay out one block in a column of `width` points."""
    return laid(block_fragment(block, width, look), look, is_common(block))


def laid_with_pages(block: Block, pages: tuple[tuple[str, int], ...], width: float, look: Look) -> Laid:
    """Lay out a block whose page references name `pages`. Raises ContentError when one of them is not there."""
    return look.memory(laid_block, with_pages(block, dict(pages)), width, look)


def is_common(block: Block) -> bool:
    """Whether a block holds nothing but words of the handout and of the clinic. Only speed depends on it."""
    return all(
        isinstance(inline, PageRef) or not inline.field or inline.field.startswith(_CLINICS_OWN)
        for inline in block_inlines(block)
    )


def _itself(shape: Shape) -> Shape:
    return shape


def _shape(fragment: Fragment, common: bool) -> Shape:
    marks = [part.marks for part in fragment.slices]
    return Shape(
        elements=tuple(_silent(element) for element in fragment.elements),
        pieces=fragment.pieces,
        slices=tuple(_bare(part) for part in fragment.slices),
        owned=tuple(_owned(part) for part in fragment.slices),
        links=tuple(
            tuple([mark.piece + part.first_piece for mark in each if mark.link and mark.piece is not None])
            for part, each in zip(fragment.slices, marks, strict=True)
        ),
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


def _bare(part: Slice) -> Slice:
    return Slice(part.height, (), part.before, part.joined, tuple([Slice(head.height) for head in part.header]))


def _silent(element: Element) -> Element:
    """Return an element without alternative text, which may be personal."""
    kids = tuple([kid if isinstance(kid, int) else _silent(kid) for kid in element.kids])
    return Element(element.tag, kids, "", element.actual, element.scope, element.numbering)


def _tags(elements: tuple[Element, ...]) -> dict[int, bytes]:
    """Return the tag of the element that owns each piece of content."""
    found: dict[int, bytes] = {}
    for element in elements:
        tag = element.tag.encode("ascii")
        found.update({kid: tag for kid in element.kids if isinstance(kid, int)})
        found.update(_tags(tuple(kid for kid in element.kids if isinstance(kid, Element))))
    return found


def _figures(fragment: Fragment) -> Iterator[Figure]:
    """Yield the figures in reading order."""
    for element in _walk(fragment.elements):
        if element.tag == "Figure":
            yield next(
                Figure(element.alt, number, mark)
                for number, part in enumerate(fragment.slices)
                for mark in part.marks
                if mark.text is None and mark.piece is not None and mark.piece + part.first_piece in element.kids
            )


def _walk(elements: tuple[Element, ...]) -> Iterator[Element]:
    for element in elements:
        yield element
        yield from _walk(tuple(kid for kid in element.kids if isinstance(kid, Element)))
