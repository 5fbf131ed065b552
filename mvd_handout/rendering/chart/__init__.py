"""The recovery timeline as a drawing: one pure function for paper and screen."""

from __future__ import annotations

from msgspec import structs

from mvd_handout.domain.document import Chart, Lane
from mvd_handout.rendering.chart.layers import chart_shapes
from mvd_handout.rendering.chart.plan import chart_plan
from mvd_handout.rendering.chart.style import ChartStyle, style_from_theme
from mvd_handout.rendering.drawing import Drawing, Metrics

__all__ = ["ChartStyle", "chart_drawing", "chart_parts", "style_from_theme"]


def chart_drawing(chart: Chart, width: float, metrics: Metrics, style: ChartStyle) -> Drawing:
    """Draw `chart` in `width` points (250 or more) and as high as it needs.

    The same arguments give the same drawing, always. Words never stand inside bands or on each other, at any
    length; the same day stands at the same place in every lane; colour alone tells nothing.

    Raises:
        ValueError: the chart's days are not in order.
    """
    plan = chart_plan(chart, width, metrics, style)
    return Drawing(width, plan.height, chart_shapes(plan, metrics, style))


def chart_parts(chart: Chart, width: float, height: float, metrics: Metrics, style: ChartStyle) -> tuple[Drawing, ...]:
    """Draw `chart` in as few parts as keep each within `height` points, for type that must never shrink.

    Every part has axis and flags on top and whole lanes below; the words of the open end stand in the last. A lane
    that is higher than `height` by itself makes a part that is higher.

    Raises:
        ValueError: the chart's days are not in order.
    """
    if chart_plan(chart, width, metrics, style).height <= height:
        return (chart_drawing(chart, width, metrics, style),)
    parts: list[tuple[Lane, ...]] = [()]
    for lane in chart.lanes:
        grown = (*parts[-1], lane)
        if parts[-1] and chart_plan(structs.replace(chart, lanes=grown), width, metrics, style).height > height:
            parts.append((lane,))
        else:
            parts[-1] = grown
    last = len(parts) - 1
    return tuple(
        chart_drawing(
            structs.replace(chart, lanes=lanes, open_end=chart.open_end if at == last else ()), width, metrics, style
        )
        for at, lanes in enumerate(parts)
    )
