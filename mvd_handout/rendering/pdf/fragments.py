"""What a block becomes: slices of a page and the structure that they belong to.

A fragment is a value. It depends on its block, the look and the width alone, not on its place on a page, so it
can be kept and used again. Lengths are points; y runs down from the top of a slice, x from the column's left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mvd_handout.content.theme import Theme
from mvd_handout.rendering.drawing import Colour
from mvd_handout.rendering.fonts import FaceKey, FontSet
from mvd_handout.rendering.pdf.tags import Element, renumbered

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a block's layout depends on besides the block. `height` is that of a whole page's body."""

    theme: Theme
    fonts: FontSet
    height: float

    def leading(self, size: float) -> float:
        """Return the distance between base lines."""
        return size * self.theme.type.leading


@dataclass(frozen=True, slots=True)
class Mark:
    """Something drawn: PDF operators about the origin `x`, `y` of a slice.

    `piece` is the piece of content that it belongs to; artifacts have none. `box` is what it covers, relative to
    the origin. `link` is an address, or `#` and the name of a section. `others` tells what the fallback faces
    draw, since only what is used of them goes into the file.
    """

    x: float
    y: float
    operators: bytes
    box: Box
    piece: int | None = None
    text: str | None = None
    link: str = ""
    others: tuple[tuple[FaceKey, str], ...] = ()

    def placed(self, left: float, top: float) -> Box:
        """Return the box on a page whose slice has its upper left corner at `left`, `top`."""
        x, y = left + self.x, top + self.y
        return x + self.box[0], y + self.box[1], x + self.box[2], y + self.box[3]


@dataclass(frozen=True, slots=True)
class Slice:
    """A strip of a page that is never cut.

    `before` is space above it that vanishes at the top of a page; `joined` forbids a page break above it.
    `header` is drawn first when the slice begins a page: the repeated header row of a table, as an artifact.
    """

    height: float
    marks: tuple[Mark, ...] = ()
    before: float = 0.0
    joined: bool = False
    header: tuple[Slice, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
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


@dataclass(frozen=True, slots=True)
class Group:
    """Slices `first` to `last` stay on one page if they take at most `share` of its height."""

    first: int
    last: int
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline: a heading of `level`, at slice `at`."""

    at: int
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Fragment:
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
        frames += [replace(frame, first=frame.first + at, last=frame.last + at) for frame in fragment.frames]
        groups += [replace(group, first=group.first + at, last=group.last + at) for group in fragment.groups]
        bookmarks += [replace(bookmark, at=bookmark.at + at) for bookmark in fragment.bookmarks]
        moved = [_renumbered(part, pieces) for part in fragment.slices]
        if moved:
            gap = max(space, fragment.before) if at else 0.0
            joined = at > 0 and (keep or fragment.keeps_previous)
            before = before if at else fragment.before
            moved[0] = replace(moved[0], before=moved[0].before + gap, joined=moved[0].joined or joined)
        slices += moved
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


def shifted(part: Slice, x: float = 0.0, y: float = 0.0) -> Slice:
    """Return a slice with its marks moved."""
    marks = tuple(replace(mark, x=mark.x + x, y=mark.y + y) for mark in part.marks)
    return replace(part, marks=marks, header=tuple(shifted(head, x) for head in part.header))


def artifact(part: Slice) -> Slice:
    """Return a slice whose marks belong to no element and lead nowhere."""
    return replace(part, marks=tuple(replace(mark, piece=None, link="") for mark in part.marks))


def _renumbered(part: Slice, by: int) -> Slice:
    if not by:
        return part
    marks = tuple(mark if mark.piece is None else replace(mark, piece=mark.piece + by) for mark in part.marks)
    return replace(part, marks=marks)
