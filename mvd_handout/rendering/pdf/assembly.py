"""From pages to a file: page contents with marked content, links, bookmarks, the structure tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from mvd_handout.rendering.fonts import FaceKey
from mvd_handout.rendering.pdf import furniture, syntax
from mvd_handout.rendering.pdf.fragments import Box, Fragment, Frame, Mark, artifact
from mvd_handout.rendering.pdf.layout import Layout
from mvd_handout.rendering.pdf.operators import rounded
from mvd_handout.rendering.pdf.pages import Page
from mvd_handout.rendering.pdf.tags import Element, renumbered

_ROUND: Final = 3.0
_GOES_ON: Final = 4.0
"""How far a frame reaches beyond its lines where it goes on over the page."""


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A mark with the upper left corner of its slice on the page; y runs down."""

    mark: Mark
    left: float
    top: float

    @property
    def box(self) -> Box:
        """What it covers of the page."""
        return self.mark.placed(self.left, self.top)


@dataclass(frozen=True, slots=True)
class DrawnPage:
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
    body_pieces = layout.opening.band.pieces + layout.opening.strip.pieces + layout.opening.letterhead.pieces
    marks = [*_opening(layout, number), *_foot(layout, number)]
    for placed in page.placed:
        marks += [PlacedMark(_raised(mark, body_pieces), left, top + placed.top) for mark in placed.part.marks]
    content = [each for each in marks if each.mark.piece is not None]
    return DrawnPage(
        frames=tuple(_frames(layout.body.frames, page, left, top)),
        artifacts=tuple(each for each in marks if each.mark.piece is None),
        content=tuple(sorted(content, key=lambda each: each.mark.piece or 0)),
    )


def _raised(mark: Mark, by: int) -> Mark:
    return mark if mark.piece is None else replace(mark, piece=mark.piece + by)


def _opening(layout: Layout, page: int) -> Iterator[PlacedMark]:
    """Place band, letterhead and strip; on later pages they are artifacts and there is no letterhead."""
    room, opening = layout.geometry, layout.opening
    left, strip_top = room.left(page), room.top
    yield from _stack(opening.band, left, room.band_top, page == 1, 0)
    if page == 1:
        before = opening.band.pieces + opening.strip.pieces
        yield from _stack(opening.letterhead, left, room.top, True, before)
        strip_top += furniture.height(opening.letterhead)
    yield from _stack(opening.strip, left, strip_top, page == 1, opening.band.pieces)


def _stack(fragment: Fragment, left: float, top: float, tagged: bool, raise_by: int) -> Iterator[PlacedMark]:
    for part in fragment.slices:
        top += part.before
        for mark in (part if tagged else artifact(part)).marks:
            yield PlacedMark(_raised(mark, raise_by), left, top)
        top += part.height


def _foot(layout: Layout, page: int) -> Iterator[PlacedMark]:
    slices = furniture.foot(layout.document, page, len(layout.pages), layout.geometry, layout.look)
    top = layout.geometry.foot_bottom - sum(part.height for part in slices)
    for part in slices:
        yield from (PlacedMark(mark, layout.geometry.left(page), top) for mark in artifact(part).marks)
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
    for piece, group in groupby(page.content, key=lambda each: each.mark.piece):
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
