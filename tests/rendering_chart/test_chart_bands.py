"""Bands are told apart, and their uncertain ends seen, without any colour."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from mvd_handout.domain.document import Band, Chart
from mvd_handout.rendering.chart import ChartStyle
from mvd_handout.rendering.chart.bands import Span, band_shapes, band_span
from mvd_handout.rendering.chart.scale import Scale, chart_scale
from mvd_handout.rendering.drawing import Line, Rect, Shape

Pattern = Literal["solid", "hatch", "dots"]
PATTERNS: tuple[Pattern, ...] = ("solid", "hatch", "dots")


@pytest.fixture
def scale() -> Scale:
    return chart_scale(Chart(0, 14, 205, (), (), (), (), "alt"), 480, 12)


def drawn(band: Band, scale: Scale, style: ChartStyle) -> tuple[Span, list[Shape]]:
    span = band_span(band, scale, 0, 12, style.size)
    return span, list(band_shapes(band, span, style))


def ink(shapes: list[Shape], style: ChartStyle, left: float, right: float) -> float:
    """Return how much of the strip from `left` to `right` (12 points high) is covered with ink, from 0 to 1."""
    area = 0.0
    for shape in shapes:
        if isinstance(shape, Rect) and shape.fill == style.accent:
            area += max(0.0, min(shape.x + shape.width, right) - max(shape.x, left)) * shape.height
        if isinstance(shape, Line):
            low, high = sorted((shape.x1, shape.x2))
            length = ((shape.x2 - shape.x1) ** 2 + (shape.y2 - shape.y1) ** 2) ** 0.5
            inside = max(0.0, min(high, right) - max(low, left)) / (high - low) if high > low else 0.0
            on = shape.dash[0] / sum(shape.dash) if shape.dash else 1.0
            area += length * inside * on * shape.line_width
    return area / ((right - left) * 12)


def test_patterns_differ_in_black_and_white(scale: Scale, style: ChartStyle) -> None:
    black = replace(style, accent=(0, 0, 0))
    covers = []
    for pattern in PATTERNS:
        span, shapes = drawn(Band(30, 180, pattern), scale, black)
        covers.append(ink(shapes, black, span.x1, span.x2))
    solid, hatch, dots = covers
    assert solid == pytest.approx(1.0)
    assert 0.35 < hatch < 0.75
    assert 0.1 < dots < hatch - 0.1


def test_patterns_differ_in_shape(scale: Scale, style: ChartStyle) -> None:
    _, hatch = drawn(Band(30, 180, "hatch"), scale, style)
    _, dots = drawn(Band(30, 180, "dots"), scale, style)
    assert any(isinstance(shape, Line) and shape.x1 != shape.x2 and shape.y1 != shape.y2 for shape in hatch)
    lines = [shape for shape in dots if isinstance(shape, Line)]
    assert lines
    assert all(line.dash and line.y1 == line.y2 for line in lines)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_uncertain_end_thins_out(pattern: Pattern, scale: Scale, style: ChartStyle) -> None:
    span, shapes = drawn(Band(0, 206, pattern, fade_in=True, fade_out=True), scale, style)
    quarter = (span.x2 - span.full2) / 4
    covers = [ink(shapes, style, span.full2 + step * quarter, span.full2 + (step + 1) * quarter) for step in range(4)]
    middle = ink(shapes, style, span.full1, span.full2)
    assert middle > covers[0] > covers[1] > covers[2] > covers[3] > 0
    assert ink(shapes, style, span.x1, span.full1) < 0.8 * middle


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_certain_end_is_full_to_the_last(pattern: Pattern, scale: Scale, style: ChartStyle) -> None:
    span, shapes = drawn(Band(30, 180, pattern), scale, style)
    assert (span.full1, span.full2) == (span.x1, span.x2)
    tenth = (span.x2 - span.x1) / 10
    middle = ink(shapes, style, span.x1 + 4 * tenth, span.x2 - 4 * tenth)
    assert ink(shapes, style, span.x2 - tenth, span.x2) > 0.7 * middle


def test_a_long_band_without_end_fades_over_most_of_it(scale: Scale, style: ChartStyle) -> None:
    endless, _ = drawn(Band(0, 206, "hatch", fade_out=True), scale, style)
    window, _ = drawn(Band(92, 184, "solid", fade_in=True, fade_out=True), scale, style)
    assert endless.x2 == scale.edge
    assert endless.x2 - endless.full2 > (endless.x2 - endless.x1) / 2
    assert window.full1 - window.x1 == pytest.approx(window.x2 - window.full2), "soft on both sides alike"
    assert window.full2 > window.full1


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("days", [(0, 1), (1, 3), (13, 15), (204, 205)])
def test_a_short_band_is_still_seen(
    pattern: Pattern, days: tuple[float, float], scale: Scale, style: ChartStyle
) -> None:
    large = replace(style, size=18.0)
    span, shapes = drawn(Band(*days, pattern, fade_in=True, fade_out=True), scale, large)
    assert ink(shapes, large, span.x1, span.x2) > 0


@pytest.mark.parametrize("pattern", PATTERNS)
def test_strokes_stay_within_the_band(pattern: Pattern, scale: Scale, style: ChartStyle) -> None:
    span, shapes = drawn(Band(3, 150, pattern, fade_in=True, fade_out=True), scale, style)
    slack = 1.0  # half a stroke
    for shape in shapes:
        xs = (shape.x1, shape.x2) if isinstance(shape, Line) else (shape.x, shape.x + shape.width)  # type: ignore[union-attr]
        assert span.x1 - slack <= min(xs)
        assert max(xs) <= span.x2 + slack
