"""What all files of one shape share: fonts and colours, and the pages, tags and bookmarks of one pagination.

Objects are numbered so that nothing here depends on a patient: fonts come first, then the numbers kept for what the
document itself fills in (page contents, links, figures' words), then the objects of the pagination.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from typing import Final

from msgspec import Struct

from mvd_handout.rendering.fonts import FaceKey, FontSet
from mvd_handout.rendering.pdf import metadata, syntax
from mvd_handout.rendering.pdf.font_objects import add_font, embed
from mvd_handout.rendering.pdf.geometry import Geometry
from mvd_handout.rendering.pdf.operators import RESOURCE_NAMES
from mvd_handout.rendering.pdf.pagination import OPENING, Tagging
from mvd_handout.rendering.pdf.structure import Content, FigureSlot, Owned, StructureTree
from mvd_handout.rendering.pdf.tags import count_figures
from mvd_handout.rendering.pdf.writer import HEADER, Objects, Stretch

ALWAYS: Final[tuple[FaceKey, FaceKey]] = ("regular", "strong")
"""The faces that every file has."""


class Base(Struct, frozen=True, eq=False):
    """The stretch of the fonts that every file has: `fonts` are resources by name, `intent` is the output intent.

    It is only equal to itself.
    """

    stretch: Stretch
    fonts: tuple[tuple[FaceKey, int], ...]
    intent: int


class Kept(Struct, frozen=True):
    """The numbers kept for what a document fills in, one after the other from `first` on."""

    first: int
    pages: int
    links: int
    figures: int
    bookmarks: int

    @property
    def metadata(self) -> int:
        """The number of the XMP packet."""
        return self.first

    @property
    def resources(self) -> int:
        """The number of the resources that all pages share."""
        return self.first + 1

    def contents(self) -> range:
        """Return the numbers of the pages' contents."""
        return range(self.first + 2, self.first + 2 + self.pages)

    def link_numbers(self) -> range:
        """Return the numbers of the links' annotations."""
        return range(self.contents().stop, self.contents().stop + self.links)

    def figure_numbers(self) -> range:
        """Return the numbers of the figures' elements."""
        return range(self.link_numbers().stop, self.link_numbers().stop + self.figures)

    def outline_numbers(self) -> range:
        """Return the numbers of the outline: its root, and the bookmarks in their order. Without any there is none."""
        first = self.figure_numbers().stop
        return range(first, first + (1 + self.bookmarks if self.bookmarks else 0))

    @property
    def count(self) -> int:
        """How many numbers are kept, without that of the stream which holds the document's plain objects."""
        return self.outline_numbers().stop - self.first


class Skeleton(Struct, frozen=True, eq=False):
    """The stretch of one tagging, and what a document needs to fill it. It is only equal to itself."""

    stretch: Stretch
    kept: Kept
    pages: tuple[int, ...]
    figures: tuple[FigureSlot, ...]
    root: int
    info: int


def base(fonts: FontSet) -> Base:
    """Return the stretch that begins every file."""
    objects = Objects(1)
    regular, strong = (add_font(objects, embed(fonts, key, frozenset())) for key in ALWAYS)
    intent = metadata.add_output_intent(objects)
    return Base(objects.stretch(len(HEADER)), ((ALWAYS[0], regular), (ALWAYS[1], strong)), intent)


def skeleton(tagging: Tagging, beginning: Base, room: Geometry, title: str, language: str, bookmarks: int) -> Skeleton:
    """Return what all documents of one tagging, title, language and number of bookmarks share."""
    return _Builder(tagging, beginning, room, bookmarks).build(title, language)


def font_resources(numbers: Iterable[tuple[FaceKey, int]]) -> bytes:
    """Return the fonts of a resource dictionary."""
    return syntax.dictionary({RESOURCE_NAMES[key]: syntax.reference(number) for key, number in numbers})


def viewer_preferences(duplex: bool) -> bytes:
    """Paper comes out as it was laid out: not scaled, on both sides or on one."""
    sides = b"/DuplexFlipLongEdge" if duplex else b"/Simplex"
    return syntax.dictionary({"DisplayDocTitle": b"true", "PrintScaling": b"/None", "Duplex": sides})


class _Builder:
    def __init__(self, tagging: Tagging, beginning: Base, room: Geometry, bookmarks: int) -> None:
        links = sum(len(pieces) for page in tagging.pages for _, pieces in page.links)
        figures = sum(count_figures(elements) for elements in tagging.elements)
        self._tagging, self._beginning, self._room = tagging, beginning, room
        self._kept = Kept(beginning.stretch.next, len(tagging.pages), links, figures, bookmarks)
        self._objects = Objects(self._kept.first + self._kept.count + 1)

    def build(self, title: str, language: str) -> Skeleton:
        root, parent = self._objects.reserve(), self._objects.reserve()
        pages = tuple(self._objects.reserve() for _ in self._tagging.pages)
        self._add_pages(pages, parent)
        tree = StructureTree(self._objects, pages, self._content(), iter(self._kept.figure_numbers()))
        tree_root = tree.add(self._tagging.elements, self._sections(), len(pages))
        self._objects.add(self._catalogue(parent, tree_root, language), root)
        info = metadata.add_info(self._objects, title)
        offset = len(HEADER) + len(self._beginning.stretch.data)
        return Skeleton(self._objects.stretch(offset), self._kept, pages, tuple(tree.slots), root, info)

    def _sections(self) -> list[range]:
        return [range(*pair) for pair in pairwise(accumulate(self._tagging.sections, initial=OPENING))]

    def _content(self) -> Content:
        content, numbers = Content(), iter(self._kept.link_numbers())
        for index, page in enumerate(self._tagging.pages):
            for mcid, key in enumerate(page.owners()):
                content.owned.setdefault(key, []).append(Owned(index, mcid))
            for key in page.link_owners():
                content.annotations.setdefault(key, []).append((index, next(numbers)))
        return content

    def _add_pages(self, pages: tuple[int, ...], parent: int) -> None:
        box = syntax.rectangle((0.0, 0.0, self._room.paper_width, self._room.paper_height))
        numbers: Iterator[int] = iter(self._kept.link_numbers())
        for index, (number, page) in enumerate(zip(pages, self._tagging.pages, strict=True)):
            entries = {
                "Type": b"/Page",
                "Parent": syntax.reference(parent),
                "MediaBox": box,
                "Resources": syntax.reference(self._kept.resources),
                "Contents": syntax.reference(self._kept.contents()[index]),
                "StructParents": b"%d" % index,
                "Tabs": b"/S",
            }
            if page.links:
                entries["Annots"] = syntax.references([next(numbers) for _ in page.link_owners()])
            self._objects.add(syntax.dictionary(entries), number)
        self._objects.add(b"<</Type/Pages/Count %d/Kids%s>>" % (len(pages), syntax.references(pages)), parent)

    def _catalogue(self, parent: int, tree: int, language: str) -> bytes:
        entries = {
            "Type": b"/Catalog",
            "Pages": syntax.reference(parent),
            "Lang": syntax.text(language),
            "MarkInfo": b"<</Marked true>>",
            "StructTreeRoot": syntax.reference(tree),
            "Metadata": syntax.reference(self._kept.metadata),
            "OutputIntents": syntax.references([self._beginning.intent]),
            "PageLabels": b"<</Nums[0<</S/D>>]>>",
            "ViewerPreferences": viewer_preferences(self._room.duplex),
        }
        if self._kept.bookmarks:
            entries["Outlines"] = syntax.reference(self._kept.outline_numbers().start)
            entries["PageMode"] = b"/UseOutlines"
        return syntax.dictionary(entries)
