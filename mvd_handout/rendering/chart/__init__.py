"""The recovery timeline as a drawing: one pure function for paper and screen."""

from __future__ import annotations

from msgspec import structs

from mvd_handout.domain.document import Chart, Lane
from mvd_handout.domain.memory import NO_MEMORY, Memory
from mvd_handout.rendering.chart.layers import chart_layers
from mvd_handout.rendering.chart.plan import Plan, chart_plan
from mvd_handout.rendering.chart.style import ChartStyle, style_from_theme
from mvd_handout.rendering.drawing import Drawing, Metrics

__all__ = ["ChartStyle", "chart_drawing", "chart_parts", "style_from_theme"]


def chart_drawing(
    chart: Chart, width: float, metrics: Metrics, style: ChartStyle, memory: Memory = NO_MEMORY
) -> Drawing:
    """Draw `chart` in `width` points (250 or more) and as high as it needs.

    The same arguments give the same drawing, always. Words never stand inside bands or on each other, at any
    length; the same day stands at the same place in every lane; colour alone tells nothing.

    Raises:
        ValueError: the chart's days are not in order.
    """
    plan = chart_plan(chart, width, metrics, style, memory)
    return Drawing(width, plan.height, chart_layers(plan, metrics, style, memory))


def chart_parts(
    chart: Chart,
    width: float,
    heights: tuple[float, float],
    metrics: Metrics,
    style: ChartStyle,
    memory: Memory = NO_MEMORY,
) -> tuple[Drawing, ...]:
    """Draw `chart` in as few parts as keep within `heights`, for type that must never shrink.

    These are those of the first part and of every other, in points. Every part has axis and flags on top and whole
    lanes below; the words of the open end stand in the last. A lane that is higher by itself makes a part that is
    higher.

    Raises:
        ValueError: the chart's days are not in order.
    """

    def plan(lanes: tuple[Lane, ...], last: bool) -> Plan:
        part = structs.replace(chart, lanes=lanes, open_end=chart.open_end if last else ())
        return chart_plan(part, width, metrics, style, memory)

    plans = [plan(chart.lanes, last=True)]
    if plans[0].height > heights[0]:
        parts: list[tuple[Lane, ...]] = [()]
        for lane in chart.lanes:
            grown = (*parts[-1], lane)
            if parts[-1] and plan(grown, last=True).height > heights[min(len(parts), 2) - 1]:
                parts.append((lane,))
            else:
                parts[-1] = grown
        plans = [plan(lanes, last=at == len(parts) - 1) for at, lanes in enumerate(parts)]
    return tuple(Drawing(width, each.height, chart_layers(each, metrics, style, memory)) for each in plans)
