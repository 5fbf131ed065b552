"""The placed chart as shapes, from the back to the front."""

from __future__ import annotations

from collections.abc import Iterator

from mvd_handout.rendering.chart.axis import axis_layer, break_layer, label_layer, tick_tops
from mvd_handout.rendering.chart.plan import PlacedFlag, PlacedLane, Plan
from mvd_handout.rendering.chart.strip import band_layer, mark_layer
from mvd_handout.rendering.chart.style import WHITE, ChartStyle
from mvd_handout.rendering.chart.words import labels
from mvd_handout.rendering.drawing import Circle, Label, Line, Metrics, Rect, Shape

# Lengths in type sizes.
_HAIR = 0.05
_POLE = 0.13
_POLE_DASH = (0.36, 0.2)
_REACH = 0.1  # of breaks and poles beyond a strip
_DOTTED = (0.1, 0.22)


def chart_shapes(plan: Plan, metrics: Metrics, style: ChartStyle) -> tuple[Shape, ...]:
    """Return the shapes of `plan`: strips, bands, poles, marks, axis, words, each layer over the one before."""
    return (
        *_lane_backs(plan, style),
        *_bands(plan, style),
        *_poles(plan, style),
        *_marks(plan, metrics, style),
        *_axis(plan, style),
        *_flag_frames(plan, style),
        *_words(plan, style),
    )


def _words(plan: Plan, style: ChartStyle) -> Iterator[Label]:
    """Yield all words outside symbols, in reading order."""
    yield from label_layer(plan.ticks, plan.axis, style)
    in_flags = (flag.words for flag in plan.flags)
    in_lanes = (words for lane in plan.lanes for words in lane.words)
    for placed in (*in_flags, *in_lanes, plan.open_end):
        yield from labels(placed.words, placed.x, placed.y, placed.colour, placed.right)


def _lane_backs(plan: Plan, style: ChartStyle) -> Iterator[Shape]:
    for lane in plan.lanes:
        if lane.strip.rows:
            yield from _strip_back(plan, lane, style)


def _strip_back(plan: Plan, lane: PlacedLane, style: ChartStyle) -> Iterator[Shape]:
    """Yield the ground of a strip: tinted as far as the scales reach, dotted in the open end, ruled at the ticks."""
    right, hair = plan.scale.right, _HAIR * style.size
    left = plan.scale.left
    yield Rect(left, lane.strip_top, right - left, lane.strip.height, fill=style.tint)
    for tick in (tick for tick in plan.ticks if tick.labelled):
        width = 2 * hair if tick.tick.major else hair
        yield Line(tick.x, lane.strip_top, tick.x, lane.strip_bottom, style.rule, width)
    for y in (lane.strip_top, lane.strip_bottom):
        yield Line(left, y, right, y, style.rule, hair)
        dash = tuple(length * style.size for length in _DOTTED)
        yield Line(right + dash[1], y, plan.scale.edge, y, style.rule, 2 * hair, dash)


def _bands(plan: Plan, style: ChartStyle) -> Iterator[Shape]:
    reach = _REACH * style.size
    for lane in plan.lanes:
        if lane.strip.rows:
            yield from band_layer(lane.strip, lane.strip_top, plan.scale, style)
            yield from break_layer(plan.scale, lane.strip_top - reach, lane.strip_bottom + reach, style)


def _poles(plan: Plan, style: ChartStyle) -> Iterator[Shape]:
    """Yield the flags' poles: dashed, on white to show on any pattern, in strips only: never through words."""
    reach = _REACH * style.size
    strips = [(lane.strip_top - reach, lane.strip_bottom + reach) for lane in plan.lanes if lane.strip.rows]
    for flag in plan.flags:
        for top, bottom in [*_to_frame(flag, plan), *strips]:
            yield from _pole(flag.x, top, bottom, style)
        yield Circle(flag.x, plan.axis, 0.3 * style.size, fill=style.ink)


def _to_frame(flag: PlacedFlag, plan: Plan) -> Iterator[tuple[float, float]]:
    """Yield the stretches of a pole from the axis down to its flag, around the flags between."""
    at = plan.axis
    for other in plan.flags:
        if other.top <= flag.top and other.left <= flag.x <= other.left + other.width:
            yield at, other.top
            at = other.top + other.height


def _pole(x: float, top: float, bottom: float, style: ChartStyle) -> Iterator[Shape]:
    size = style.size
    yield Line(x, top, x, bottom, WHITE, 3 * _POLE * size)
    yield Line(x, top, x, bottom, style.ink, _POLE * size, tuple(length * size for length in _POLE_DASH))


def _marks(plan: Plan, metrics: Metrics, style: ChartStyle) -> Iterator[Shape]:
    for lane in plan.lanes:
        yield from mark_layer(lane.strip, lane.strip_top, plan.scale, style, metrics)


def _axis(plan: Plan, style: ChartStyle) -> Iterator[Shape]:
    for x, top in tick_tops(plan.ticks, plan.axis, style):
        yield Line(x, top, x, plan.axis, style.ink, 0.08 * style.size)
    yield from axis_layer(plan.scale, plan.axis, style)
    yield from axis_layer(plan.scale, plan.end, style)


def _flag_frames(plan: Plan, style: ChartStyle) -> Iterator[Shape]:
    return (_frame(flag, style) for flag in plan.flags)


def _frame(flag: PlacedFlag, style: ChartStyle) -> Shape:
    line = 0.1 * style.size
    return Rect(
        flag.left + line / 2,
        flag.top + line / 2,
        flag.width - line,
        flag.height - line,
        fill=WHITE,
        stroke=style.ink,
        line_width=line,
    )
