"""The placed chart as shapes, from the back to the front."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from mvd_handout.domain.document import Band
from mvd_handout.domain.memory import Memory
from mvd_handout.rendering.chart.axis import PlacedTick, axis_layer, break_layer, label_layer, tick_tops
from mvd_handout.rendering.chart.plan import PlacedFlag, PlacedLane, PlacedWords, Plan
from mvd_handout.rendering.chart.scale import Scale
from mvd_handout.rendering.chart.strip import band_layer, mark_layer, placed_bands
from mvd_handout.rendering.chart.style import WHITE, ChartStyle
from mvd_handout.rendering.chart.words import labels
from mvd_handout.rendering.drawing import Circle, Layer, Line, Metrics, Rect, Shape

# Lengths in type sizes.
_HAIR = 0.05
_POLE = 0.13
_POLE_DASH = (0.36, 0.2)
_REACH = 0.1  # of breaks and poles beyond a strip
_DOTTED = (0.1, 0.22)


class _Ground(Struct, frozen=True, eq=False):
    """What all strips of a chart have in common: where ticks and flags cross them. It is only equal to itself."""

    ruled: tuple[tuple[float, bool], ...]
    poles: tuple[float, ...]
    scale: Scale
    style: ChartStyle
    metrics: Metrics


def chart_layers(plan: Plan, metrics: Metrics, style: ChartStyle, memory: Memory) -> tuple[Layer, ...]:
    """Return the shapes of `plan`, each layer over the one before: strips, poles, axis, flags' frames, words.

    What stands in one lane is a layer of its own: most lanes are the same for many patients.
    """
    ruled = tuple([(tick.x, tick.tick.major) for tick in plan.ticks if tick.labelled])
    ground = memory(_Ground, ruled, tuple([flag.x for flag in plan.flags]), plan.scale, style, metrics)
    return (
        *(layer for lane in plan.lanes if lane.strip.rows for layer in _strip(lane, ground, memory)),
        memory.held(_pole_layer, (plan.flags,), plan.axis, style),
        memory.held(_tick_layer, (plan.ticks,), plan.axis, style),
        *(memory(_axis_layer, plan.scale, y, style) for y in (plan.axis, plan.end)),
        memory.held(_frame_layer, (plan.flags,), style),
        memory.held(_tick_words, (plan.ticks,), plan.axis, style),
        memory.held(_flag_words, (plan.flags,)),
        *(memory.held(_lane_words, (lane,)) for lane in plan.lanes),
        _all_labels([plan.open_end]),
    )


def _strip(lane: PlacedLane, ground: _Ground, memory: Memory) -> tuple[Layer, Layer]:
    """Return a lane's strip: its ground with bands, which many charts share, and the marks."""
    bands = placed_bands(lane.strip, lane.strip_top)
    return (
        memory(_strip_layer, lane.strip_top, lane.strip_bottom, bands, ground),
        memory.held(_mark_layer, (lane,), ground),
    )


def _strip_layer(top: float, bottom: float, bands: tuple[tuple[Band, float, float], ...], ground: _Ground) -> Layer:
    """Return a strip from the back to the front: ground, bands, the break, flags' poles.

    Poles are dashed, on white to show on any pattern, and stand in strips only: never in words.
    """
    scale, style = ground.scale, ground.style
    reach = _REACH * style.size
    return (
        *_ground(top, bottom, ground.ruled, scale, style),
        *band_layer(bands, scale, style),
        *break_layer(scale, top - reach, bottom + reach, style),
        *(shape for x in ground.poles for shape in _pole(x, top - reach, bottom + reach, style)),
    )


def _mark_layer(lane: PlacedLane, ground: _Ground) -> Layer:
    return tuple(mark_layer(lane.strip, lane.strip_top, ground.scale, ground.style, ground.metrics))


def _ground(
    top: float, bottom: float, ruled: tuple[tuple[float, bool], ...], scale: Scale, style: ChartStyle
) -> Iterator[Shape]:
    """Yield the ground of a strip: tinted as far as the scales reach, dotted in the open end, ruled at the ticks."""
    left, right, hair = scale.left, scale.right, _HAIR * style.size
    yield Rect(left, top, right - left, bottom - top, fill=style.tint)
    for x, major in ruled:
        yield Line(x, top, x, bottom, style.rule, 2 * hair if major else hair)
    for y in (top, bottom):
        yield Line(left, y, right, y, style.rule, hair)
        dash = tuple(length * style.size for length in _DOTTED)
        yield Line(right + dash[1], y, scale.edge, y, style.rule, 2 * hair, dash)


def _pole_layer(flags: tuple[PlacedFlag, ...], axis: float, style: ChartStyle) -> Layer:
    """Return the flags' poles from the axis down to their flags; what stands in strips is drawn there."""
    shapes: list[Shape] = []
    for flag in flags:
        for top, bottom in _to_frame(flag, flags, axis):
            shapes += _pole(flag.x, top, bottom, style)
        shapes.append(Circle(flag.x, axis, 0.3 * style.size, fill=style.ink))
    return tuple(shapes)


def _to_frame(flag: PlacedFlag, flags: tuple[PlacedFlag, ...], axis: float) -> Iterator[tuple[float, float]]:
    """Yield the stretches of a pole from the axis down to its flag, around the flags between."""
    at = axis
    for other in flags:
        if other.top <= flag.top and other.left <= flag.x <= other.left + other.width:
            yield at, other.top
            at = other.top + other.height


def _pole(x: float, top: float, bottom: float, style: ChartStyle) -> Iterator[Shape]:
    size = style.size
    yield Line(x, top, x, bottom, WHITE, 3 * _POLE * size)
    yield Line(x, top, x, bottom, style.ink, _POLE * size, tuple(length * size for length in _POLE_DASH))


def _tick_layer(ticks: tuple[PlacedTick, ...], axis: float, style: ChartStyle) -> Layer:
    return tuple(Line(x, top, x, axis, style.ink, 0.08 * style.size) for x, top in tick_tops(ticks, axis, style))


def _tick_words(ticks: tuple[PlacedTick, ...], axis: float, style: ChartStyle) -> Layer:
    return tuple(label_layer(ticks, axis, style))


def _axis_layer(scale: Scale, y: float, style: ChartStyle) -> Layer:
    return tuple(axis_layer(scale, y, style))


def _flag_words(flags: tuple[PlacedFlag, ...]) -> Layer:
    return _all_labels([flag.words for flag in flags])


def _lane_words(lane: PlacedLane) -> Layer:
    return _all_labels(lane.words)


def _all_labels(placed: Iterable[PlacedWords]) -> Layer:
    return tuple([label for each in placed for label in labels(each.words, each.x, each.y, each.colour, each.right)])


def _frame_layer(flags: tuple[PlacedFlag, ...], style: ChartStyle) -> Layer:
    return tuple([_frame(flag, style) for flag in flags])


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
