"""Binding a laid-out document into a file: what it shares with others of its pagination, and what is its own."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from msgspec import Struct

from mvd_handout.domain.document import Logo
from mvd_handout.domain.memory import Memory
from mvd_handout.rendering.fonts import FaceKey
from mvd_handout.rendering.pdf import metadata, syntax
from mvd_handout.rendering.pdf.assembly import (
    PlacedMark,
    draw_links,
    draw_run,
    furniture_pieces,
    page_labels,
    page_start,
)
from mvd_handout.rendering.pdf.deflate import LEVEL, QUICK, Piece, stream
from mvd_handout.rendering.pdf.font_objects import add_font, embed
from mvd_handout.rendering.pdf.fragments import Box
from mvd_handout.rendering.pdf.geometry import Geometry
from mvd_handout.rendering.pdf.layout import Layout
from mvd_handout.rendering.pdf.operators import IMAGE_NAME
from mvd_handout.rendering.pdf.outline import Entry, outline
from mvd_handout.rendering.pdf.pagination import Pagination, Part, Place
from mvd_handout.rendering.pdf.shapes import Laid
from mvd_handout.rendering.pdf.skeleton import Base, Skeleton, base, font_resources, skeleton
from mvd_handout.rendering.pdf.structure import FigureSlot
from mvd_handout.rendering.pdf.writer import HEADER, Objects, ObjectSink, finish

FontNumbers = tuple[tuple[FaceKey, int], ...]


def bind(layout: Layout) -> bytes:
    """Return the file."""
    about, memory = layout.document.metadata, layout.look.memory
    beginning = memory(base, layout.look.fonts)
    bookmarks = len(layout.plan.bookmarks)
    frame = memory.held(_frame, (layout.plan,), beginning, layout.geometry, about.title, about.language, memory)
    extra = Objects(frame.stretch.next)
    fonts = (*beginning.fonts, *add_other_fonts(extra, layout))
    logo = layout.document.letterhead.logo
    image = add_logo(extra, logo, memory(logo_pixels, logo)) if logo else None
    own = Objects(frame.kept.first, frame.kept.count)
    own.add(resources(fonts, image), frame.kept.resources)
    packet, contents = (
        metadata.xmp(about, len(layout.plan.pages)),
        [stream(pieces) for pieces in page_pieces(layout, QUICK)],
    )
    metadata.add_metadata(own, packet, frame.kept.metadata)
    for number, content in zip(frame.kept.contents(), contents, strict=True):
        own.add_stream({}, b"", content, number)
    for number, link in zip(frame.kept.link_numbers(), _links(layout, frame), strict=True):
        own.add(link, number)
    for slot, figure in zip(frame.figures, _figures(layout, frame.figures), strict=True):
        own.add(figure, slot.number)
    if bookmarks:
        made = memory(_outline, layout.plan, frame.pages, frame.kept.outline_numbers().start, layout.geometry)
        for number, entry in zip(frame.kept.outline_numbers(), made, strict=True):
            own.add(entry, number)
    stretches = [beginning.stretch, frame.stretch]
    for objects in (own, extra):
        stretches.append(objects.stretch(len(HEADER) + sum([len(each.data) for each in stretches]), QUICK))
    return finish(stretches, frame.root, frame.info, metadata.file_id(about.document_id, packet, *contents))


def _frame(plan: Pagination, beginning: Base, room: Geometry, title: str, language: str, memory: Memory) -> Skeleton:
    """Return what all documents of one pagination share; many paginations share it, too."""
    return memory(skeleton, plan.tagging, beginning, room, title, language, len(plan.bookmarks))


def page_pieces(layout: Layout, level: int) -> Iterator[list[Piece]]:
    """Yield the pieces of each page's contents; those of this patient alone are compressed at `level`."""
    memory, room = layout.look.memory, layout.geometry
    around = furniture_pieces(layout, level)
    for number, page in enumerate(layout.plan.pages, start=1):
        left = room.left(number)
        labels = page_labels(layout, number, left)
        pieces = [memory(page_start, labels, left, room.paper_height), *around[min(number - 1, 1)]]
        for run in page.runs:
            laid = tuple([layout.laid[at] for at in run.at])
            pieces += memory(draw_run, laid, run.parts, run.mcid, left, room.paper_height, level, memory)
        yield pieces


class _Link(Struct, frozen=True):
    """An annotation, but for its key in the structure tree; where it leads: an action, or a section of the document."""

    head: bytes
    action: bytes
    section: str


def _links(layout: Layout, frame: Skeleton) -> list[bytes]:
    """Return the annotations of all links, in the order of their numbers."""
    memory, room, key, made = layout.look.memory, layout.geometry, len(layout.plan.pages), []
    for number, page in enumerate(layout.plan.pages, start=1):
        for at, part in page.linked:
            for link in memory(_annotations, layout.laid[at], part, room.left(number), room.paper_height):
                action = link.action or _go_to(link.section, layout, frame)
                made.append(b"%s/StructParent %d/A %s>>" % (link.head, key, action))
                key += 1
    return made


def _annotations(laid: Laid, part: Part, left: float, height: float) -> tuple[_Link, ...]:
    """Return the annotations of a part, in reading order."""
    return tuple([_annotation(each, height) for each in draw_links(laid, part, left)])


def _annotation(each: PlacedMark, height: float) -> _Link:
    mark, box = each.mark, b"[%.2f %.2f %.2f %.2f]" % _upwards(each.box, height)
    words = syntax.text((mark.text or "").strip())
    head = b"<</Type/Annot/Subtype/Link/Border[0 0 0]/F 4/Rect %s/Contents %s" % (box, words)
    if mark.link.startswith("#"):
        return _Link(head, b"", mark.link[1:])
    return _Link(head, b"<</S/URI/URI %s>>" % syntax.text(mark.link), "")


def _go_to(section: str, layout: Layout, frame: Skeleton) -> bytes:
    return b"<</S/GoTo/D%s>>" % _destination(frame.pages, layout.plan.starts[section], layout.geometry)


def _outline(plan: Pagination, pages: tuple[int, ...], first: int, room: Geometry) -> list[bytes]:
    return outline(
        [Entry(each.level, each.title, _destination(pages, place, room)) for each, place in plan.bookmarks], first
    )


def _destination(pages: tuple[int, ...], place: Place, room: Geometry) -> bytes:
    """Return a place as a destination, a little above it."""
    return b"[%d 0 R/XYZ 0 %.2f null]" % (pages[place.page], room.paper_height - place.top + 6.0)


def _figures(layout: Layout, slots: Iterable[FigureSlot]) -> Iterator[bytes]:
    """Yield the elements of all figures."""
    room, parts = layout.geometry, layout.look.memory.held(_parts_by_fragment, (layout.plan,))
    for slot in slots:
        laid = layout.laid[slot.fragment]
        figure = laid.figures[slot.order]
        page, part = next(each for each in parts[slot.fragment] if figure.slice < each[1].first + len(each[1].tops))
        left = room.left(page) + laid.fragment.slices[figure.slice].x
        box = figure.mark.placed(left, part.tops[figure.slice - part.first])
        yield slot.element(figure.alt, _upwards(box, room.paper_height))


def _parts_by_fragment(plan: Pagination) -> dict[int, list[tuple[int, Part]]]:
    """Return for each fragment its parts, in order, with their pages."""
    found: dict[int, list[tuple[int, Part]]] = {}
    for number, page in enumerate(plan.pages, start=1):
        for at, part in page.parts():
            found.setdefault(at, []).append((number, part))
    return found


def _upwards(box: Box, height: float) -> Box:
    """Return a box as PDF wants it: left, bottom, right, top."""
    left, top, right, bottom = box
    return left, height - bottom, right, height - top


def add_other_fonts(objects: ObjectSink, layout: Layout) -> FontNumbers:
    """Add what the document needs of the fallback faces; return their numbers."""
    used: dict[FaceKey, set[str]] = {}
    for key, run in _others(layout):
        used.setdefault(key, set()).update(run)
    look = layout.look
    faces = ((key, look.memory(embed, look.fonts, key, frozenset(used[key]))) for key in sorted(used))
    return tuple((key, add_font(objects, face)) for key, face in faces)


def _others(layout: Layout) -> list[tuple[FaceKey, str]]:
    """Return what the fallback faces draw."""
    foot = [other for part in layout.foot for mark in part.marks for other in mark.others]
    return [*foot, *(other for laid in layout.laid for other in laid.others)]


def resources(fonts: FontNumbers, image: int | None) -> bytes:
    """Return the resources that all pages of a document share."""
    if image is None:
        return b"<</Font %s>>" % font_resources(fonts)
    return b"<</Font %s/XObject<</%s %d 0 R>>>>" % (font_resources(fonts), IMAGE_NAME.encode("ascii"), image)


def add_logo(objects: ObjectSink, logo: Logo, packed: bytes) -> int:
    """Add the clinic's picture with its compressed pixels; return its number."""
    entries = {
        "Type": b"/XObject",
        "Subtype": b"/Image",
        "Width": b"%d" % logo.width,
        "Height": b"%d" % logo.height,
        "ColorSpace": b"/DeviceRGB",
        "BitsPerComponent": b"8",
    }
    return objects.add_stream(entries, b"", packed)


def logo_pixels(logo: Logo) -> bytes:
    """Return the compressed pixels of the clinic's picture."""
    return zlib.compress(logo.pixels, LEVEL)
