"""From places to page contents: marks with marked content, run by run, and what stands on every page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, chain, groupby
from typing import Final

from msgspec import Struct

from mvd_handout.domain.memory import Memory
from mvd_handout.rendering.pdf import furniture
from mvd_handout.rendering.pdf.deflate import LEVEL, Piece, pack
from mvd_handout.rendering.pdf.fragments import Box, Frame, Mark, Slice
from mvd_handout.rendering.pdf.layout import Layout
from mvd_handout.rendering.pdf.operators import rounded
from mvd_handout.rendering.pdf.pagination import BAND, STRIP, Part, stack_tops
from mvd_handout.rendering.pdf.shapes import Laid

_ROUND: Final = 3.0
_GOES_ON: Final = 4.0
"""How far a frame reaches beyond its lines where it goes on over the page."""


class PlacedMark(Struct, frozen=True, gc=False):
    """A mark with the upper left corner of its slice on the page, y down, and its fragment's number of its piece."""

    mark: Mark
    left: float
    top: float
    piece: int | None = None

    @property
    def box(self) -> Box:
        """What it covers of the page."""
        return self.mark.placed(self.left, self.top)


class Drawn(Struct, frozen=True):
    """The marks of a page or of a part of it: frames and other artifacts behind, then content in reading order."""

    frames: tuple[PlacedMark, ...]
    artifacts: tuple[PlacedMark, ...]
    content: tuple[PlacedMark, ...]

    def marks(self) -> Iterator[PlacedMark]:
        """Yield all marks."""
        yield from self.frames
        yield from self.artifacts
        yield from self.content


def draw(layout: Layout) -> tuple[Drawn, ...]:
    """Return all marks of all pages."""
    drawn = []
    for number, page in enumerate(layout.plan.pages, start=1):
        left = layout.geometry.left(number)
        parts = [draw_part(layout.laid[at], part, left) for at, part in page.parts()]
        heads = _heads(layout, left) if number > 1 else ()
        around = (*heads, *_foot(layout, left), *page_labels(layout, number, left))
        drawn.append(
            Drawn(
                tuple(chain.from_iterable(part.frames for part in parts)),
                (*around, *chain.from_iterable(part.artifacts for part in parts)),
                tuple(chain.from_iterable(part.content for part in parts)),
            )
        )
    return tuple(drawn)


def draw_part(laid: Laid, part: Part, left: float) -> Drawn:
    """Place the marks of a part whose column begins at `left`."""
    slices = laid.fragment.slices[part.first : part.first + len(part.tops)]
    artifacts: list[PlacedMark] = []
    content: list[PlacedMark] = []
    for head, top in zip(slices[0].header, part.header_tops, strict=False):
        artifacts += _as_artifacts(head, left, top)
    for each, top in zip(slices, part.tops, strict=True):
        x = left + each.x
        for mark in each.marks:
            if mark.piece is None:
                artifacts.append(PlacedMark(mark, x, top))
            else:
                content.append(PlacedMark(mark, x, top, mark.piece + each.first_piece))
    content.sort(key=_piece)
    return Drawn(tuple(_frames(laid.fragment.frames, slices, part, left)), tuple(artifacts), tuple(content))


def draw_run(
    blocks: tuple[Laid, ...],
    parts: tuple[Part, ...],
    mcid: int,
    left: float,
    height: float,
    level: int,
    memory: Memory,
) -> tuple[Piece, ...]:
    """Return the operators of parts behind each other, with marked-content numbers from `mcid` on.

    What one patient alone has is compressed at `level`.
    """
    operators: list[bytes] = []
    pieces: list[Piece] = []
    level = LEVEL if all(laid.shape.common for laid in blocks) else level
    for laid, part in zip(blocks, parts, strict=True):
        drawn = draw_part(laid, part, left)
        if drawn.frames or drawn.artifacts:
            operators += [b"/Artifact BMC", *_operators((*drawn.frames, *drawn.artifacts), height), b"EMC"]
        for piece, group in groupby(drawn.content, _piece):
            marks = tuple(group)
            operators.append(b"/%s <</MCID %d>> BDC" % (laid.tags[piece], mcid))
            for each in marks:
                if each.mark.layers:  # a chart in several parts may have two of them on one page
                    move = b"q 1 0 0 1 %.2f %.2f cm%s" % _origin(each, height)
                    pieces.append(_packed(operators, move, level=level))
                    pieces += [memory(pack_layer, layer) for layer in each.mark.layers]
                    operators = [b"Q"]
            operators += [*_operators([each for each in marks if not each.mark.layers], height), b"EMC"]
            mcid += 1
    return (*pieces, _packed(operators, level=level))


def pack_layer(layer: bytes) -> Piece:
    """Return a layer of a picture as a piece of a page."""
    return pack(layer + b"\n")


def _packed(operators: Iterable[bytes], *more: bytes, level: int) -> Piece:
    return pack(b"\n".join((*operators, *more, b"")), level)


def furniture_pieces(layout: Layout, level: int) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return what stands around the body in a column at 0: on the first page, and on the others."""
    height = layout.geometry.paper_height
    foot = _packed(_operators(tuple(_foot(layout, 0.0)), height), b"Q", b"EMC", level=level)
    return (foot,), (_packed(_operators(tuple(_heads(layout, 0.0)), height), level=level), foot)


def page_start(labels: tuple[PlacedMark, ...], left: float, height: float) -> Piece:
    """Return what begins a page: its labels, and the move to the column that `furniture_pieces` need."""
    move = b"q 1 0 0 1 %.2f 0 cm" % left
    return pack(b"\n".join((b"/Artifact BMC", *_operators(labels, height), move, b"")))


def page_labels(layout: Layout, page: int, left: float) -> tuple[PlacedMark, ...]:
    """Return the label of a page, on the first line of the foot, and what is said on one that only fills a sheet."""
    room, look, words = layout.geometry, layout.look, layout.document.furniture
    text = words.page.format(page=page, pages=len(layout.plan.pages))
    top = room.foot_bottom - furniture.slices_height(layout.foot)
    label = PlacedMark(look.memory(furniture.page_label, text, room.width, look), left, top)
    if layout.plan.pages[page - 1].runs or not words.blank:
        return (label,)
    notice = look.memory(furniture.blank_notice, words.blank, room.width, look)
    tops = accumulate((part.height for part in notice), initial=layout.body_top(page))
    return (label, *(mark for part, at in zip(notice, tops, strict=False) for mark in _as_artifacts(part, left, at)))


def draw_links(laid: Laid, part: Part, left: float) -> tuple[PlacedMark, ...]:
    """Return the marks of a part that lead somewhere, in reading order."""
    return tuple([each for each in draw_part(laid, part, left).content if each.mark.link])


def _heads(layout: Layout, left: float) -> Iterator[PlacedMark]:
    """Yield band and strip of a page on which they are artifacts; on the first they are content."""
    for number, top in ((BAND, layout.geometry.band_top), (STRIP, layout.geometry.top)):
        tops = stack_tops(layout.plan.shapes[number], top)
        for part, at in zip(layout.laid[number].fragment.slices, tops, strict=True):
            yield from _as_artifacts(part, left, at)


def _foot(layout: Layout, left: float) -> Iterator[PlacedMark]:
    top = layout.geometry.foot_bottom - furniture.slices_height(layout.foot)
    for part in layout.foot:
        yield from _as_artifacts(part, left, top)
        top += part.height


def _as_artifacts(part: Slice, left: float, top: float) -> Iterator[PlacedMark]:
    return (PlacedMark(mark, left + part.x, top) for mark in part.marks)


def _piece(each: PlacedMark) -> int:
    return each.piece or 0


def _frames(frames: tuple[Frame, ...], slices: tuple[Slice, ...], part: Part, left: float) -> Iterator[PlacedMark]:
    last = part.first + len(part.tops) - 1
    for frame in frames:
        first_in, last_in = max(frame.first, part.first), min(frame.last, last)
        if first_in <= last_in:
            goes_on = first_in != frame.first
            upper = (
                min(part.header_tops, default=part.tops[0]) - _GOES_ON if goes_on else part.tops[first_in - part.first]
            )
            bottom = part.tops[last_in - part.first] + slices[last_in - part.first].height
            lower = bottom + (_GOES_ON if last_in != frame.last else 0.0)
            yield PlacedMark(_frame_mark(frame, lower - upper), left, upper)


def _frame_mark(frame: Frame, height: float) -> Mark:
    half = frame.line_width / 2
    box = (half, -height + half, frame.width - 2 * half, height - 2 * half)
    stroke = frame.stroke if frame.line_width else None
    parts = [rounded(box, _ROUND, frame.fill, stroke, frame.line_width)]
    if frame.bar and frame.stroke:
        parts.append(rounded((0.0, -height, frame.bar, height), [_ROUND, 0.0, _ROUND, 0.0], frame.stroke, None, 0.0))
    return Mark(frame.x, 0.0, b" ".join(parts), (0.0, 0.0, frame.width, height))


def _operators(marks: Iterable[PlacedMark], height: float) -> Iterator[bytes]:
    """Turn marks into operators; words that follow each other share one text object."""
    for is_text, group in groupby(marks, _is_text):
        if is_text:
            yield b"BT"
            yield from [b"1 0 0 1 %.2f %.2f Tm %s" % _origin(each, height) for each in group]
            yield b"ET"
        else:
            yield from [b"q 1 0 0 1 %.2f %.2f cm %s Q" % _origin(each, height) for each in group]


def _is_text(each: PlacedMark) -> bool:
    return each.mark.text is not None


def _origin(each: PlacedMark, height: float) -> tuple[float, float, bytes]:
    """Return where a mark's origin stands, and its operators; a hundredth of a point is nothing."""
    mark = each.mark
    return each.left + mark.x, height - each.top - mark.y, mark.operators
