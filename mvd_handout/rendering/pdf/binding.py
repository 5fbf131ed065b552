"""Binding drawn pages into a file: page objects, links, bookmarks, catalogue."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from msgspec import Struct, field

from mvd_handout.domain.document import Logo
from mvd_handout.rendering.fonts import FaceKey, FontSet
from mvd_handout.rendering.pdf import metadata, syntax
from mvd_handout.rendering.pdf.assembly import (
    DrawnPage,
    PlacedMark,
    draw,
    elements,
    page_content,
    tags_by_piece,
    used_characters,
)
from mvd_handout.rendering.pdf.font_objects import add_font, embed
from mvd_handout.rendering.pdf.layout import Layout
from mvd_handout.rendering.pdf.operators import IMAGE_NAME, RESOURCE_NAMES
from mvd_handout.rendering.pdf.outline import Entry, add_outline
from mvd_handout.rendering.pdf.structure import Content, Owned, StructureTree
from mvd_handout.rendering.pdf.tags import Element
from mvd_handout.rendering.pdf.writer import LEVEL, Writer


def bind(layout: Layout) -> bytes:
    """Return the file."""
    return _Binder(layout).file()


class _Link(Struct):
    number: int
    page: int
    placed: PlacedMark


class _Binder(Struct):
    layout: Layout
    writer: Writer = field(default_factory=Writer)
    content: Content = field(default_factory=Content)
    links: list[_Link] = field(default_factory=list)
    numbers: tuple[int, ...] = ()

    def file(self) -> bytes:
        drawn = draw(self.layout)
        roots = elements(self.layout)
        catalogue, parent = self.writer.reserve(), self.writer.reserve()
        self.numbers = tuple(self.writer.reserve() for _ in drawn)
        contents = self._contents(drawn, roots)
        self._find_links(drawn)
        resources = self._resources(used_characters(drawn))
        for index in range(len(drawn)):
            self._page(index, parent, resources, contents[index])
        self._annotations()
        pages = {"Type": b"/Pages", "Count": b"%d" % len(drawn), "Kids": _refs(self.numbers)}
        self.writer.add(syntax.dictionary(pages), parent)
        keys = {link.number: len(drawn) + at for at, link in enumerate(self.links)}
        tree = StructureTree(self.writer, self.numbers, self.content).add(roots, keys)
        self._catalogue(catalogue, parent, tree)
        about = self.layout.document.metadata
        info = metadata.add_info(self.writer, about)
        return self.writer.finish(catalogue, info, metadata.file_id(about, contents))

    def _contents(self, drawn: Sequence[DrawnPage], roots: tuple[Element, ...]) -> list[bytes]:
        """Write nothing yet, but note which piece of content stands where."""
        tags, height = tags_by_piece(roots), self.layout.geometry.paper_height
        contents = []
        for index, page in enumerate(drawn):
            operators, pieces = page_content(page, tags, height)
            contents.append(operators)
            for mcid, piece in enumerate(pieces):
                self.content.owned.setdefault(piece, []).append(Owned(index, mcid))
            for each in page.content:
                if each.mark.text is None and each.piece is not None:
                    self.content.boxes.setdefault(each.piece, self._up(each))
        return contents

    def _up(self, each: PlacedMark) -> tuple[float, float, float, float]:
        """Return a mark's box as PDF wants it: left, bottom, right, top."""
        left, top, right, bottom = each.box
        height = self.layout.geometry.paper_height
        return left, height - bottom, right, height - top

    def _find_links(self, drawn: Sequence[DrawnPage]) -> None:
        for index, page in enumerate(drawn):
            for each in page.content:
                if each.mark.link and each.piece is not None:
                    link = _Link(self.writer.reserve(), index, each)
                    self.links.append(link)
                    self.content.annotations.setdefault(each.piece, []).append((index, link.number))

    def _resources(self, used: dict[FaceKey, frozenset[str]]) -> int:
        fonts: FontSet = self.layout.look.fonts
        wanted: dict[FaceKey, frozenset[str]] = {"regular": frozenset(), "strong": frozenset(), **used}
        entries = {
            "Font": syntax.dictionary(
                {
                    RESOURCE_NAMES[key]: syntax.reference(add_font(self.writer, embed(fonts, key, characters)))
                    for key, characters in wanted.items()
                }
            )
        }
        logo = self.layout.document.letterhead.logo
        if logo is not None:
            entries["XObject"] = syntax.dictionary({IMAGE_NAME: syntax.reference(_add_logo(self.writer, logo))})
        return self.writer.add(syntax.dictionary(entries))

    def _page(self, index: int, parent: int, resources: int, content: bytes) -> None:
        room = self.layout.geometry
        entries = {
            "Type": b"/Page",
            "Parent": syntax.reference(parent),
            "MediaBox": syntax.rectangle((0.0, 0.0, room.paper_width, room.paper_height)),
            "Resources": syntax.reference(resources),
            "Contents": syntax.reference(self.writer.add_stream({}, b"", zlib.compress(content, LEVEL))),
            "StructParents": b"%d" % index,
            "Tabs": b"/S",
        }
        links = [link.number for link in self.links if link.page == index]
        if links:
            entries["Annots"] = _refs(links)
        self.writer.add(syntax.dictionary(entries), self.numbers[index])

    def _annotations(self) -> None:
        for at, link in enumerate(self.links):
            mark = link.placed.mark
            entries = {
                "Type": b"/Annot",
                "Subtype": b"/Link",
                "Rect": syntax.rectangle(self._up(link.placed)),
                "Border": b"[0 0 0]",
                "F": b"4",
                "Contents": syntax.text((mark.text or "").strip()),
                "StructParent": b"%d" % (len(self.numbers) + at),
                "A": self._action(mark.link),
            }
            self.writer.add(syntax.dictionary(entries), link.number)

    def _action(self, link: str) -> bytes:
        if link.startswith("#"):
            start = self.layout.starts[link[1:]]
            return syntax.dictionary({"S": b"/GoTo", "D": self._destination(start)})
        return syntax.dictionary({"S": b"/URI", "URI": syntax.text(link)})

    def _destination(self, number: int) -> bytes:
        """Return the place of a slice: the page, and a little above the slice."""
        for index, page in enumerate(self.layout.pages):
            for each in page.placed:
                if each.number == number:
                    top = self.layout.body_top(index + 1) + each.top - 6.0
                    y = syntax.number(self.layout.geometry.paper_height - top)
                    return b"[%s /XYZ 0 %s null]" % (syntax.reference(self.numbers[index]), y)
        raise LookupError(f"slice {number} stands on no page")

    def _catalogue(self, number: int, pages: int, tree: int) -> None:
        document = self.layout.document
        bookmarks = [Entry(b.level, b.title, self._destination(b.at)) for b in self.layout.body.bookmarks]
        entries = {
            "Type": b"/Catalog",
            "Pages": syntax.reference(pages),
            "Lang": syntax.text(document.metadata.language),
            "MarkInfo": b"<</Marked true>>",
            "StructTreeRoot": syntax.reference(tree),
            "Metadata": syntax.reference(metadata.add_metadata(self.writer, document.metadata, len(self.numbers))),
            "OutputIntents": _refs([metadata.add_output_intent(self.writer)]),
            "PageLabels": b"<</Nums[0<</S/D>>]>>",
            "ViewerPreferences": _viewer_preferences(document.duplex),
        }
        if bookmarks:
            entries["Outlines"] = syntax.reference(add_outline(self.writer, bookmarks))
            entries["PageMode"] = b"/UseOutlines"
        self.writer.add(syntax.dictionary(entries), number)


def _viewer_preferences(duplex: bool) -> bytes:
    """Paper comes out as it was laid out: not scaled, on both sides or on one."""
    sides = b"/DuplexFlipLongEdge" if duplex else b"/Simplex"
    return syntax.dictionary({"DisplayDocTitle": b"true", "PrintScaling": b"/None", "Duplex": sides})


def _add_logo(writer: Writer, logo: Logo) -> int:
    entries = {
        "Type": b"/XObject",
        "Subtype": b"/Image",
        "Width": b"%d" % logo.width,
        "Height": b"%d" % logo.height,
        "ColorSpace": b"/DeviceRGB",
        "BitsPerComponent": b"8",
    }
    return writer.add_stream(entries, logo.pixels)


def _refs(numbers: Sequence[int]) -> bytes:
    return syntax.array(syntax.reference(number) for number in numbers)
