"""The chart's axis: tick labels that never touch, the break between the scales, the open end."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mvd_handout.domain.document import Text, Tick
from mvd_handout.rendering.chart.scale import Scale
from mvd_handout.rendering.chart.style import WHITE, ChartStyle
from mvd_handout.rendering.chart.words import Block, block, labels
from mvd_handout.rendering.drawing import Label, Line, Metrics, Polygon, Shape

_OFFSET = 0.3  # type sizes from a tick to its label
_GAP = 0.35  # type sizes between labels
_TOOTH = 0.5  # height of one tooth of the break
_AMPLITUDE = 0.2


class PlacedTick(Struct, frozen=True):
    """A tick at `x` whose label covers `left` to `right` in label row `row`, counted up from the axis.

    A tick whose label had to go has no row.
    """

    tick: Tick
    words: Block
    x: float
    left: float
    right: float
    row: int = -1

    @property
    def labelled(self) -> bool:
        """Whether the tick kept its label."""
        return self.row >= 0


def place_ticks(ticks: tuple[Tick, ...], scale: Scale, style: ChartStyle, metrics: Metrics) -> tuple[PlacedTick, ...]:
    """Place the labels of `ticks`. Major ones are kept, in higher rows if need be; others go where they collide."""
    placed: list[PlacedTick] = []
    majors = (_candidate(tick, scale, style, metrics) for tick in ticks if tick.major)
    for candidate in sorted(majors, key=_order):
        placed.append(_first_free(candidate, placed, style.size))
    for tick in sorted((tick for tick in ticks if not tick.major), key=_day):
        candidate = _candidate(tick, scale, style, metrics)
        fits = len(candidate.words.lines) == 1 and _fits(_in_row(candidate, 0), placed, style.size)
        placed.append(_in_row(candidate, 0) if fits else candidate)
    return tuple(placed)


def label_layer(placed: tuple[PlacedTick, ...], axis: float, style: ChartStyle) -> Iterator[Label]:
    """Yield the labels of ticks above an axis at `axis`."""
    tops = _row_tops(placed, axis, style)
    for tick in placed:
        if tick.labelled:
            colour = style.ink if tick.tick.major else style.quiet
            yield from labels(tick.words, tick.left, tops[tick.row], colour)


def tick_tops(placed: tuple[PlacedTick, ...], axis: float, style: ChartStyle) -> Iterator[tuple[float, float]]:
    """Yield the place of each tick, and how far up its stroke goes: beside its label, or a little without one.

    Where another label stands in the way, the stroke ends below that.
    """
    tops = _row_tops(placed, axis, style)
    for tick in placed:
        below = (tops[other.row] + other.words.height for other in placed if _covers(other, tick))
        top = tops[tick.row] + 0.2 * style.size if tick.labelled else axis - 0.3 * style.size
        yield tick.x, max(top, *below, top)


def labels_height(placed: tuple[PlacedTick, ...], style: ChartStyle) -> float:
    """Return the height of all label rows together."""
    return -min(_row_tops(placed, 0.0, style), default=0.0)


def axis_layer(scale: Scale, y: float, style: ChartStyle) -> Iterator[Shape]:
    """Yield the axis line: broken between the scales, with an arrow at the open end."""
    line, head = 0.13 * style.size, 0.5 * style.size
    yield Line(scale.left, y, scale.tear_left, y, style.ink, line)
    yield Line(scale.tear_right, y, scale.edge - head / 2, y, style.ink, line)
    yield Polygon(
        ((scale.edge, y), (scale.edge - head, y - head / 1.8), (scale.edge - head, y + head / 1.8)), style.ink
    )
    yield from break_layer(scale, y - 0.45 * style.size, y + 0.45 * style.size, style)


def break_layer(scale: Scale, top: float, bottom: float, style: ChartStyle) -> Iterator[Shape]:
    """Yield a torn gap between the scales, from `top` to `bottom`."""
    inset = _AMPLITUDE * style.size
    left = tuple(_zigzag(scale.tear_left + inset, top, bottom, style.size))
    right = tuple(_zigzag(scale.tear_right - inset, top, bottom, style.size))
    yield Polygon((*left, *reversed(right)), fill=WHITE)
    yield Polygon(left, stroke=style.quiet, line_width=0.08 * style.size, closed=False)
    yield Polygon(right, stroke=style.quiet, line_width=0.08 * style.size, closed=False)


def _zigzag(x: float, top: float, bottom: float, size: float) -> Iterator[tuple[float, float]]:
    teeth = max(2, round((bottom - top) / (_TOOTH * size)))
    for index in range(teeth + 1):
        side = 1 if index % 2 else -1
        yield x + side * _AMPLITUDE * size, top + (bottom - top) * index / teeth


def _covers(lower: PlacedTick, tick: PlacedTick) -> bool:
    return 0 <= lower.row < tick.row and lower.left <= tick.x <= lower.right


def _order(tick: PlacedTick) -> tuple[bool, float]:
    """Sort from the right, so that strokes pass left of the labels below; labels left of their stroke come last."""
    return tick.left < tick.x, -tick.x


def _day(tick: Tick) -> float:
    return tick.day


def _candidate(tick: Tick, scale: Scale, style: ChartStyle, metrics: Metrics) -> PlacedTick:
    """Return the tick with its label right of it, or left of it where the drawing ends too soon."""
    words = block((Text(tick.label),), scale.edge, style.size, metrics)
    x, offset = scale.x(tick.day), _OFFSET * style.size
    left = x + offset
    if left + words.width > scale.edge:
        left = x - offset - words.width
    left = max(0.0, min(left, scale.edge - words.width))
    return PlacedTick(tick, words, x, left, left + words.width)


def _first_free(candidate: PlacedTick, placed: list[PlacedTick], size: float) -> PlacedTick:
    """Return the candidate in the lowest row where it fits; above all others it may cross their labels' strokes."""
    highest = max((other.row for other in placed), default=-1)
    tries = [_in_row(candidate, row) for row in range(highest + 1)]
    return next((at for at in tries if _fits(at, placed, size)), _in_row(candidate, highest + 1))


def _in_row(tick: PlacedTick, row: int) -> PlacedTick:
    return PlacedTick(tick.tick, tick.words, tick.x, tick.left, tick.right, row)


def _fits(tick: PlacedTick, placed: list[PlacedTick], size: float) -> bool:
    return not any(other.labelled and _collide(tick, other, _GAP * size) for other in placed)


def _collide(one: PlacedTick, other: PlacedTick, gap: float) -> bool:
    """Say whether two ticks touch: two labels in one row, or a label and the stroke of one higher up."""
    if one.row == other.row:
        (left1, right1), (left2, right2) = _reach(one), _reach(other)
        return left1 < right2 + gap and left2 < right1 + gap
    lower, higher = sorted((one, other), key=lambda tick: tick.row)
    return lower.left - gap < higher.x < lower.right + gap


def _reach(tick: PlacedTick) -> tuple[float, float]:
    return min(tick.left, tick.x), max(tick.right, tick.x)


def _row_tops(placed: tuple[PlacedTick, ...], axis: float, style: ChartStyle) -> tuple[float, ...]:
    """Return the upper edges of the label rows, from the lowest row up."""
    top, tops = axis - 0.35 * style.size, []
    for row in range(max((tick.row for tick in placed), default=-1) + 1):
        top -= max((tick.words.height for tick in placed if tick.row == row), default=0.0)
        tops.append(top)
    return tuple(tops)
