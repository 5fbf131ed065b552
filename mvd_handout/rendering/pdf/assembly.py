"""From pages to a file: page contents with marked content, links, bookmarks, the structure tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from msgspec import Struct

from mvd_handout.rendering.fonts import FaceKey
from mvd_handout.rendering.pdf import furniture, syntax
from mvd_handout.rendering.pdf.fragments import Box, Frame, Mark, Slice
from mvd_handout.rendering.pdf.layout import Layout
from mvd_handout.rendering.pdf.operators import rounded
from mvd_handout.rendering.pdf.pages import Page
from mvd_handout.rendering.pdf.tags import Element, renumbered

_ROUND: Final = 3.0
_GOES_ON: Final = 4.0
"""How far a frame reaches beyond its lines where it goes on over the page."""


class PlacedMark(Struct, frozen=True):
    """A mark with the upper left corner of its slice on the page, y down, and the document's number of its piece."""

    mark: Mark
    left: float
    top: float
    piece: int | None = None

    @property
    def box(self) -> Box:
        """What it covers of the page."""
        return self.mark.placed(self.left, self.top)


class DrawnPage(Struct, frozen=True):
    """Everything on a page: frames and furniture behind, then the content in reading order."""

    frames: tuple[PlacedMark, ...]
    artifacts: tuple[PlacedMark, ...]
    content: tuple[PlacedMark, ...]

    def marks(self) -> Iterator[PlacedMark]:
        """Yield all marks."""
        yield from self.frames
        yield from self.artifacts
        yield from self.content


def elements(layout: Layout) -> tuple[Element, ...]:
    """Return the structure of the whole document: notice, identity, letterhead, then the sections."""
    parts, at = [], 0
    for fragment in (layout.opening.band, layout.opening.strip, layout.opening.letterhead, layout.body):
        parts += [renumbered(element, at) for element in fragment.elements]
        at += fragment.pieces
    return tuple(parts)


def draw(layout: Layout) -> tuple[DrawnPage, ...]:
    """Place every mark on its page."""
    return tuple(_drawn(layout, number, page) for number, page in enumerate(layout.pages, start=1))


def _drawn(layout: Layout, number: int, page: Page) -> DrawnPage:
    left, top = layout.geometry.left(number), layout.body_top(number)
    opening = layout.opening
    first_piece = opening.band.pieces + opening.strip.pieces + opening.letterhead.pieces
    marks = [*_opening(layout, number), *_foot(layout, number)]
    for placed in page.placed:
        marks += _placed(placed.part, left, top + placed.top, None if placed.number is None else first_piece)
    content = [each for each in marks if each.piece is not None]
    return DrawnPage(
        frames=tuple(_frames(layout.body.frames, page, left, top)),
        artifacts=tuple(each for each in marks if each.piece is None),
        content=tuple(sorted(content, key=lambda each: each.piece or 0)),
    )


def _placed(part: Slice, left: float, top: float, first_piece: int | None) -> list[PlacedMark]:
    """Place a slice's marks; without a number for its first piece all of them are artifacts."""
    x = left + part.x
    if first_piece is None:
        return [PlacedMark(mark, x, top) for mark in part.marks]
    raised = part.first_piece + first_piece
    return [PlacedMark(mark, x, top, None if mark.piece is None else mark.piece + raised) for mark in part.marks]


def _opening(layout: Layout, page: int) -> Iterator[PlacedMark]:
    """Place band, letterhead and strip; on later pages they are artifacts and there is no letterhead."""
    room, opening = layout.geometry, layout.opening
    left, strip_top, pieces = room.left(page), room.top, opening.band.pieces
    yield from _stack(opening.band.slices, left, room.band_top, 0 if page == 1 else None)
    if page == 1:
        yield from _stack(opening.letterhead.slices, left, room.top, pieces + opening.strip.pieces)
        strip_top += furniture.height(opening.letterhead)
    yield from _stack(opening.strip.slices, left, strip_top, pieces if page == 1 else None)


def _foot(layout: Layout, page: int) -> Iterator[PlacedMark]:
    slices = furniture.foot(layout.document, page, len(layout.pages), layout.geometry, layout.look)
    top = layout.geometry.foot_bottom - sum(part.height for part in slices)
    yield from _stack(slices, layout.geometry.left(page), top, None)


def _stack(slices: Iterable[Slice], left: float, top: float, first_piece: int | None) -> Iterator[PlacedMark]:
    for part in slices:
        top += part.before
        yield from _placed(part, left, top, first_piece)
        top += part.height


def _frames(frames: tuple[Frame, ...], page: Page, left: float, top: float) -> Iterator[PlacedMark]:
    for frame in frames:
        inside = [each for each in page.placed if each.number is not None and frame.first <= each.number <= frame.last]
        if inside:
            upper = inside[0].top - (_GOES_ON if inside[0].number != frame.first else 0.0)
            lower = inside[-1].top + inside[-1].part.height + (_GOES_ON if inside[-1].number != frame.last else 0.0)
            yield PlacedMark(_frame_mark(frame, lower - upper), left, top + upper)


def _frame_mark(frame: Frame, height: float) -> Mark:
    half = frame.line_width / 2
    box = (half, -height + half, frame.width - 2 * half, height - 2 * half)
    stroke = frame.stroke if frame.line_width else None
    parts = [rounded(box, _ROUND, frame.fill, stroke, frame.line_width)]
    if frame.bar and frame.stroke:
        parts.append(rounded((0.0, -height, frame.bar, height), [_ROUND, 0.0, _ROUND, 0.0], frame.stroke, None, 0.0))
    return Mark(frame.x, 0.0, b" ".join(parts), (0.0, 0.0, frame.width, height))


def page_content(page: DrawnPage, tags: dict[int, str], height: float) -> tuple[bytes, tuple[int, ...]]:
    """Return a page's operators and the pieces of content in the order of their marked-content numbers."""
    parts: list[bytes] = []
    behind = (*page.frames, *page.artifacts)
    if behind:
        parts += [b"/Artifact BMC", *_operators(behind, height), b"EMC"]
    pieces: list[int] = []
    for piece, group in groupby(page.content, key=lambda each: each.piece):
        assert piece is not None
        head = b"/%s <</MCID %d>> BDC" % (tags[piece].encode("ascii"), len(pieces))
        parts += [head, *_operators(group, height), b"EMC"]
        pieces.append(piece)
    return b"\n".join(parts), tuple(pieces)


def _operators(marks: Iterable[PlacedMark], height: float) -> Iterator[bytes]:
    """Turn marks into operators; words that follow each other share one text object."""
    for is_text, group in groupby(marks, key=lambda each: each.mark.text is not None):
        if is_text:
            yield b"BT"
            yield from (b"1 0 0 1 %s Tm %s" % (_origin(each, height), each.mark.operators) for each in group)
            yield b"ET"
        else:
            yield from (b"q 1 0 0 1 %s cm %s Q" % (_origin(each, height), each.mark.operators) for each in group)


def _origin(each: PlacedMark, height: float) -> bytes:
    x, y = each.left + each.mark.x, height - each.top - each.mark.y
    return syntax.number(x) + b" " + syntax.number(y)


def tags_by_piece(roots: Iterable[Element]) -> dict[int, str]:
    """Return the tag of the element that owns each piece of content."""
    found: dict[int, str] = {}
    for element in roots:
        found.update({kid: element.tag for kid in element.kids if isinstance(kid, int)})
        found.update(tags_by_piece(kid for kid in element.kids if isinstance(kid, Element)))
    return found


def used_characters(pages: Iterable[DrawnPage]) -> dict[FaceKey, frozenset[str]]:
    """Return what the fallback faces draw."""
    used: dict[FaceKey, set[str]] = {}
    for page in pages:
        for each in page.marks():
            for key, run in each.mark.others:
                used.setdefault(key, set()).update(run)
    return {key: frozenset(used[key]) for key in sorted(used)}
