"""The placed chart as shapes, from the back to the front."""

from __future__ import annotations

from collections.abc import Iterator

from mvd_handout.domain.document import Band
from mvd_handout.domain.memory import Memory
from mvd_handout.rendering.chart.axis import PlacedTick, axis_layer, break_layer, label_layer, tick_tops
from mvd_handout.rendering.chart.plan import PlacedFlag, Plan
from mvd_handout.rendering.chart.scale import Scale
from mvd_handout.rendering.chart.strip import Strip, band_layer, mark_layer, placed_bands
from mvd_handout.rendering.chart.style import WHITE, ChartStyle
from mvd_handout.rendering.chart.words import Block, labels
from mvd_handout.rendering.drawing import Circle, Colour, Layer, Line, Metrics, Rect, Shape

# Lengths in type sizes.
_HAIR = 0.05
_POLE = 0.13
_POLE_DASH = (0.36, 0.2)
_REACH = 0.1  # of breaks and poles beyond a strip
_DOTTED = (0.1, 0.22)


def chart_layers(plan: Plan, metrics: Metrics, style: ChartStyle, memory: Memory) -> tuple[Layer, ...]:
    """Return the shapes of `plan`, each layer over the one before: strips, poles, axis, flags' frames, words.

    A lane's strip stands apart from all others, so that it is a layer of its own.
    """
    return (
        *_strips(plan, metrics, style, memory),
        tuple(_poles(plan, style)),
        memory.held(_tick_layer, (plan.ticks,), plan.axis, style),
        *(memory(_axis_layer, plan.scale, y, style) for y in (plan.axis, plan.end)),
        tuple(_frame(flag, style) for flag in plan.flags),
        *_words(plan, style, memory),
    )


def _strips(plan: Plan, metrics: Metrics, style: ChartStyle, memory: Memory) -> Iterator[Layer]:
    """Yield the strip of each lane: its ground with bands, which many charts share, and the marks."""
    ruled = tuple((tick.x, tick.tick.major) for tick in plan.ticks if tick.labelled)
    poles = tuple(flag.x for flag in plan.flags)
    for lane in plan.lanes:
        if lane.strip.rows:
            bands = placed_bands(lane.strip, lane.strip_top)
            yield memory(_strip_layer, lane.strip_top, lane.strip_bottom, bands, ruled, poles, plan.scale, style)
            yield memory(_mark_layer, lane.strip, lane.strip_top, plan.scale, style, metrics)


def _words(plan: Plan, style: ChartStyle, memory: Memory) -> Iterator[Layer]:
    """Yield all words outside symbols, in reading order."""
    yield memory.held(_tick_words, (plan.ticks,), plan.axis, style)
    in_flags = (flag.words for flag in plan.flags)
    in_lanes = (words for lane in plan.lanes for words in lane.words)
    for placed in (*in_flags, *in_lanes, plan.open_end):
        yield memory.held(_word_layer, (placed.words,), placed.x, placed.y, placed.colour, placed.right)


def _strip_layer(
    top: float,
    bottom: float,
    bands: tuple[tuple[Band, float, float], ...],
    ruled: tuple[tuple[float, bool], ...],
    poles: tuple[float, ...],
    scale: Scale,
    style: ChartStyle,
) -> Layer:
    """Return a strip from the back to the front: ground, bands, the break, flags' poles.

    Poles are dashed, on white to show on any pattern, and stand in strips only: never in words.
    """
    reach = _REACH * style.size
    return (
        *_ground(top, bottom, ruled, scale, style),
        *band_layer(bands, scale, style),
        *break_layer(scale, top - reach, bottom + reach, style),
        *(shape for x in poles for shape in _pole(x, top - reach, bottom + reach, style)),
    )


def _mark_layer(strip: Strip, top: float, scale: Scale, style: ChartStyle, metrics: Metrics) -> Layer:
    return tuple(mark_layer(strip, top, scale, style, metrics))


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


def _poles(plan: Plan, style: ChartStyle) -> Iterator[Shape]:
    """Yield the flags' poles from the axis down to their flags; what stands in strips is drawn there."""
    for flag in plan.flags:
        for top, bottom in _to_frame(flag, plan):
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


def _tick_layer(ticks: tuple[PlacedTick, ...], axis: float, style: ChartStyle) -> Layer:
    return tuple(Line(x, top, x, axis, style.ink, 0.08 * style.size) for x, top in tick_tops(ticks, axis, style))


def _tick_words(ticks: tuple[PlacedTick, ...], axis: float, style: ChartStyle) -> Layer:
    return tuple(label_layer(ticks, axis, style))


def _axis_layer(scale: Scale, y: float, style: ChartStyle) -> Layer:
    return tuple(axis_layer(scale, y, style))


def _word_layer(words: Block, x: float, y: float, colour: Colour, right: bool) -> Layer:
    return tuple(labels(words, x, y, colour, right))


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
