"""What a block becomes: slices of a page and the structure that they belong to.

A fragment is a value. It depends on its block, the look and the width alone, not on its place on a page, so it
can be kept and used again. Lengths are points; y runs down from the top of a slice, x from the column's left.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, structs

from mvd_handout.content.theme import Theme
from mvd_handout.domain.memory import NO_MEMORY, Memory
from mvd_handout.rendering.drawing import Colour
from mvd_handout.rendering.fonts import FontSet, Runs
from mvd_handout.rendering.pdf.tags import Element, renumbered

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Look(Struct, frozen=True, eq=False):
    """What a block's layout depends on besides the block. `height` is that of a whole page's body.

    `memory` knows what was set before; it changes nothing but the time. A look is only equal to itself, so that it
    is quickly found in the keys of that memory.
    """

    theme: Theme
    fonts: FontSet
    height: float
    memory: Memory = NO_MEMORY

    def leading(self, size: float) -> float:
        """Return the distance between base lines."""
        return size * self.theme.type.leading


class Mark(Struct, frozen=True, gc=False):
    """Something drawn: PDF operators about the origin `x`, `y` of a slice.

    `piece` is the piece of content that it belongs to; artifacts have none. `box` is what it covers, relative to
    the origin. `link` is an address, or `#` and the name of a section. `others` tells what the fallback faces
    draw, since only what is used of them goes into the file. A picture has its operators in `layers`, since others
    share some of these.
    """

    x: float
    y: float
    operators: bytes
    box: Box
    piece: int | None = None
    text: str | None = None
    link: str = ""
    others: Runs = ()
    layers: tuple[bytes, ...] = ()

    def placed(self, left: float, top: float) -> Box:
        """Return the box on a page whose slice has its upper left corner at `left`, `top`."""
        x, y = left + self.x, top + self.y
        return x + self.box[0], y + self.box[1], x + self.box[2], y + self.box[3]


class Slice(Struct, frozen=True, gc=False):
    """A strip of a page that is never cut.

    `before` is space above it that vanishes at the top of a page; `joined` forbids a page break above it.
    `x` moves all its marks to the right, `first_piece` raises their numbers of pieces of content.
    `header` is drawn first when the slice begins a page: the repeated header row of a table, as an artifact.
    """

    height: float
    marks: tuple[Mark, ...] = ()
    before: float = 0.0
    joined: bool = False
    header: tuple[Slice, ...] = ()
    x: float = 0.0
    first_piece: int = 0


class Frame(Struct, frozen=True):
    """The frame of a box about the slices `first` to `last`, redrawn on every page that they reach."""

    first: int
    last: int
    x: float
    width: float
    fill: Colour | None
    stroke: Colour | None
    line_width: float
    bar: float = 0.0
    """Width of the strong bar at the left, drawn in the stroke's colour."""


class Group(Struct, frozen=True):
    """Slices `first` to `last` stay on one page if they take at most `share` of its height."""

    first: int
    last: int
    share: float = 1.0


class Bookmark(Struct, frozen=True):
    """An entry of the outline: a heading of `level`, at slice `at`."""

    at: int
    level: int
    title: str


class Fragment(Struct, frozen=True):
    """A laid-out block. `pieces` is how many pieces of content there are, numbered from 0."""

    elements: tuple[Element, ...]
    pieces: int
    slices: tuple[Slice, ...]
    before: float = 0.0
    after: float = 0.0
    keeps_next: bool = False
    keeps_previous: bool = False
    frames: tuple[Frame, ...] = ()
    groups: tuple[Group, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()


def stacked(fragments: Iterable[Fragment]) -> Fragment:
    """Put fragments below each other; of the spaces between two the larger counts."""
    elements: list[Element] = []
    slices: list[Slice] = []
    frames: list[Frame] = []
    groups: list[Group] = []
    bookmarks: list[Bookmark] = []
    pieces, space, keep, before = 0, 0.0, False, 0.0
    for fragment in fragments:
        at = len(slices)
        elements += [renumbered(element, pieces) for element in fragment.elements]
        frames += [structs.replace(frame, first=frame.first + at, last=frame.last + at) for frame in fragment.frames]
        groups += [structs.replace(group, first=group.first + at, last=group.last + at) for group in fragment.groups]
        bookmarks += [structs.replace(bookmark, at=bookmark.at + at) for bookmark in fragment.bookmarks]
        for number, part in enumerate(fragment.slices):
            first = at > 0 and number == 0
            gap = max(space, fragment.before) if first else 0.0
            joined = part.joined or (first and (keep or fragment.keeps_previous))
            slices.append(
                Slice(
                    part.height,
                    part.marks,
                    part.before + gap,
                    joined,
                    part.header,
                    part.x,
                    part.first_piece + pieces,
                )
            )
        before = before if at else fragment.before
        pieces += fragment.pieces
        space, keep = fragment.after, fragment.keeps_next
    return Fragment(
        tuple(elements),
        pieces,
        tuple(slices),
        before=before,
        after=space,
        keeps_next=keep,
        frames=tuple(frames),
        groups=tuple(groups),
        bookmarks=tuple(bookmarks),
    )


def indented(part: Slice, x: float) -> Slice:
    """Return a slice that begins `x` points further to the right."""
    return structs.replace(part, x=part.x + x, header=tuple(indented(head, x) for head in part.header))


def shifted(marks: Iterable[Mark], x: float = 0.0, y: float = 0.0) -> tuple[Mark, ...]:
    """Return marks at another place of their slice."""
    return tuple(structs.replace(mark, x=mark.x + x, y=mark.y + y) for mark in marks)


def raised(marks: Iterable[Mark], by: int) -> tuple[Mark, ...]:
    """Return marks whose pieces of content have numbers that are higher by so many."""
    if not by:
        return tuple(marks)
    return tuple([mark if mark.piece is None else structs.replace(mark, piece=mark.piece + by) for mark in marks])
