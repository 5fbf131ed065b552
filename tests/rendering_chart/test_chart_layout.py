"""The chart's promises: nothing overlaps, nothing is lost, a day stands at one place, no colour is needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mvd_handout.domain.document import Band, Chart, Flag, Inlines, Lane, Link, Mark, PageRef, Text, Tick
from mvd_handout.rendering.chart import ChartStyle, chart_drawing, chart_parts
from mvd_handout.rendering.chart.axis import place_ticks
from mvd_handout.rendering.chart.plan import chart_plan
from mvd_handout.rendering.chart.scale import chart_scale
from mvd_handout.rendering.drawing import Circle, Drawing, Label, Line, Metrics, Polygon
from mvd_handout.rendering.fonts import load_fonts

LAST_DAY = 205.0
FONTS = load_fonts()  # read once: hypothesis must not share function-scoped fixtures

Box = tuple[float, float, float, float]


def words(text: str, field: str = "") -> Inlines:
    return (Text(text, field=field),)


def month_ticks(surgery: dt.date) -> Iterator[Tick]:
    first = surgery + dt.timedelta(days=15)
    for index in range(first.month, first.month + 8):
        month = dt.date(first.year + index // 12, index % 12 + 1, 1)
        if 14 < (month - surgery).days <= LAST_DAY:
            yield Tick((month - surgery).days, month.strftime("%B %Y"), major=month.month == 1)


def chart_of(
    surgery: dt.date, visits: list[int], texts: list[str], issued: int, flags: int = 1, majors: tuple[int, ...] = ()
) -> Chart:
    name, when, text, end, flag = texts
    marks = tuple(Mark(day, str(index), "visit") for index, day in enumerate(visits, 1))
    days = (Tick(0, "Day 0", major=True), *(Tick(day, str(day), major=day == 7) for day in range(1, 14)))
    return Chart(
        first_day=0,
        break_day=14,
        last_day=LAST_DAY,
        ticks=(*days, *month_ticks(surgery), *(Tick(day + 0.5, "September 2026", major=True) for day in majors)),
        lanes=(
            Lane(words(name), words(surgery.strftime("%A %d %B %Y")), words(text), (), (Mark(0, "", "surgery"),)),
            Lane(words(text), words(when), words(name), (Band(1, 3, "solid"),)),
            Lane(words(name), words(when), words(text), (Band(0, LAST_DAY + 1, "hatch", True, True),)),
            Lane(words(name), (), words(text), (Band(7, 184, "dots", True, True),)),
            Lane((), words(when), (), (Band(92, 184, "solid", True, True), Band(20, 120, "dots"))),
            Lane(words("Visits"), words(when), words("10:30"), (), marks),
        ),
        flags=tuple(Flag(issued + 3 * index, words(flag)) for index in range(flags)),
        open_end=words(end),
        alt="alt",
    )


surgeries = st.dates(dt.date(2024, 1, 1), dt.date(2032, 12, 31))
visit_days = (
    st.lists(st.integers(0, 400), max_size=8) | st.lists(st.just(12), max_size=8) | st.lists(st.just(300), max_size=8)
)
label_texts = st.text("abcdeéWMi -", max_size=120).map(lambda text: f"W{text}")
charts = st.builds(
    chart_of,
    surgeries,
    visit_days,
    st.lists(label_texts, min_size=5, max_size=5),
    st.integers(0, 400),
    st.integers(0, 3),
    st.lists(st.integers(0, 230), max_size=3).map(tuple),
)
widths = st.floats(250, 520)
sizes = st.sampled_from([12.0, 18.0])


def style_of(size: float) -> ChartStyle:
    return ChartStyle(size, (0, 0, 0), (0.3, 0.3, 0.3), (0, 0.3, 0.4), (0.5, 0.5, 0.5), (0.9, 0.9, 0.9))


def label_boxes(drawing: Drawing, metrics: Metrics) -> list[tuple[Box, str]]:
    return [(box(shape, metrics), shape.text) for shape in drawing.shapes if isinstance(shape, Label)]


def box(label: Label, metrics: Metrics) -> Box:
    width = metrics.width(label.text.rstrip(" "), label.size, label.strong)
    left = label.x - {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    return left, label.y - metrics.ascent(label.size), left + width, label.y + metrics.descent(label.size)


def overlap(one: Box, other: Box) -> bool:
    slack = 0.05
    return (
        one[0] + slack < other[2]
        and other[0] + slack < one[2]
        and one[1] + slack < other[3]
        and other[1] + slack < one[3]
    )


def all_inlines(chart: Chart) -> Iterator[Inlines]:
    yield from (part for lane in chart.lanes for part in (lane.label, lane.when, lane.text))
    yield from (flag.label for flag in chart.flags)
    yield chart.open_end


def letters(texts: Iterator[str]) -> list[str]:
    return sorted("".join(texts).replace(" ", ""))


@settings(max_examples=150)
@given(charts, widths, sizes)
def test_words_lie_inside_the_drawing_and_apart(chart: Chart, width: float, size: float) -> None:
    drawing = chart_drawing(chart, width, FONTS, style_of(size))
    placed = label_boxes(drawing, FONTS)
    for (left, top, right, bottom), text in placed:
        assert left >= -0.05, text
        assert right <= width + 0.05, text
        assert top >= -0.05, text
        assert bottom <= drawing.height + 0.05, text
    for (one, text), (other, other_text) in combinations(placed, 2):
        assert not overlap(one, other), (text, other_text)


@settings(max_examples=60)
@given(charts, widths, sizes)
def test_no_words_stand_in_a_strip(chart: Chart, width: float, size: float) -> None:
    style = style_of(size)
    plan = chart_plan(chart, width, FONTS, style)
    strips = [(0.0, lane.strip_top, width, lane.strip_bottom) for lane in plan.lanes if lane.strip.rows]
    drawn = [shape for shape in chart_drawing(chart, width, FONTS, style).shapes if isinstance(shape, Label)]
    for label in (label for label in drawn if label.anchor != "middle"):  # only keys of marks stand inside
        assert not any(overlap(box(label, FONTS), strip) for strip in strips), label.text


@settings(max_examples=60)
@given(charts, widths, sizes)
def test_no_line_runs_through_words(chart: Chart, width: float, size: float) -> None:
    shapes = chart_drawing(chart, width, FONTS, style_of(size)).shapes
    drawn = [shape for shape in shapes if isinstance(shape, Label) and shape.anchor != "middle"]
    for line in (shape for shape in shapes if isinstance(shape, Line)):
        reach = (min(line.x1, line.x2), min(line.y1, line.y2), max(line.x1, line.x2), max(line.y1, line.y2))
        for label in drawn:
            assert not overlap(reach, box(label, FONTS)), label.text


@settings(max_examples=60)
@given(charts, widths, sizes)
def test_every_letter_is_drawn_once(chart: Chart, width: float, size: float) -> None:
    style = style_of(size)
    drawn = (shape.text for shape in chart_drawing(chart, width, FONTS, style).shapes if isinstance(shape, Label))
    ticks = place_ticks(chart.ticks, chart_scale(chart, width, size), style, FONTS)
    keys = [mark.label for lane in chart.lanes for mark in lane.marks]
    said = [inline.text for inlines in all_inlines(chart) for inline in inlines if isinstance(inline, Text)]
    kept = [tick.tick.label for tick in ticks if tick.labelled]
    assert letters(drawn) == letters(iter([*said, *kept, *keys]))


@given(charts, widths, sizes)
@settings(max_examples=60)
def test_labels_of_major_ticks_are_always_drawn(chart: Chart, width: float, size: float) -> None:
    ticks = place_ticks(chart.ticks, chart_scale(chart, width, size), style_of(size), FONTS)
    assert all(tick.labelled for tick in ticks if tick.tick.major)
    assert {tick.tick for tick in ticks} == set(chart.ticks)


@given(st.lists(st.floats(0, 400), min_size=2), widths, sizes)
def test_later_days_never_stand_further_left(days: list[float], width: float, size: float) -> None:
    scale = chart_scale(chart_of(dt.date(2026, 3, 5), [], ["W"] * 5, 4), width, size)
    for earlier, later in pairwise(sorted(days)):
        assert scale.x(earlier) <= scale.x(later)
        assert scale.start(earlier) <= scale.end(earlier) <= scale.end(later)
    assert all(0 <= scale.x(day) <= width for day in days)


@pytest.mark.parametrize("day", [0, 4, 13, 14, 15, 92, 200, 300])
@pytest.mark.parametrize("width", [250.0, 520.0])
def test_a_day_stands_at_one_place(day: int, width: float, style: ChartStyle, metrics: Metrics) -> None:
    lane = Lane(words("Visits"), (), (), (Band(day, 400, "solid"),), (Mark(day, "1", "visit"),))
    chart = Chart(0, 14, LAST_DAY, (Tick(day, "x", True),), (lane,), (Flag(day, words("W")),), (), "alt")
    shapes = chart_drawing(chart, width, metrics, style).shapes
    x = chart_scale(chart, width, style.size).x(day)
    circles = {round(shape.x, 6) for shape in shapes if isinstance(shape, Circle)}
    uprights = {round(shape.x1, 6) for shape in shapes if isinstance(shape, Line) and shape.x1 == shape.x2}
    assert circles == {round(x, 6)}, "the flag's dot and the visit's ring"
    assert uprights == {round(x, 6)}, "the flag's pole and the tick"


@pytest.mark.parametrize("visits", [[12] * 8, [300] * 8, list(range(1, 9)), [100, 101, 102]])
def test_crowded_visits_keep_their_day_and_do_not_touch(visits: list[int], style: ChartStyle, metrics: Metrics) -> None:
    chart = replace(chart_of(dt.date(2026, 3, 5), visits, ["W"] * 5, 4), flags=())
    scale = chart_scale(chart, 250, style.size)
    drawing = chart_drawing(chart, 250, metrics, style)
    rings = [shape for shape in drawing.shapes if isinstance(shape, Circle)]
    assert sorted(round(ring.x, 6) for ring in rings) == sorted(round(scale.x(day), 6) for day in visits)
    for one, other in combinations(rings, 2):
        assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 >= (one.radius + other.radius) ** 2


def test_the_scales_differ_and_do_not_meet(style: ChartStyle) -> None:
    scale = chart_scale(chart_of(dt.date(2026, 3, 5), [], ["W"] * 5, 4), 480, style.size)
    day_early = scale.x(2) - scale.x(1)
    day_late = scale.x(102) - scale.x(101)
    assert day_early > 5 * day_late
    assert scale.x(2) - scale.x(1) == pytest.approx(scale.x(9) - scale.x(8))
    assert scale.x(102) - scale.x(101) == pytest.approx(scale.x(182) - scale.x(181))
    assert scale.break_right - scale.break_left > style.size


@pytest.mark.parametrize("width", [250, 480, 510])
@pytest.mark.parametrize("day", [11, 12, 13, 14, 15, 16, 17, 20, 30])
@pytest.mark.parametrize("key", ["1", "10"])
def test_no_visit_touches_the_sign_of_the_break(
    width: float, day: int, key: str, style: ChartStyle, metrics: Metrics
) -> None:
    lane = Lane(words("Visits"), (), (), (), (Mark(day, key, "visit"),))
    plan = chart_plan(Chart(0, 14, LAST_DAY, (), (lane,), (), (), "alt"), width, metrics, style)
    shapes = chart_drawing(Chart(0, 14, LAST_DAY, (), (lane,), (), (), "alt"), width, metrics, style).shapes
    teeth = [x for shape in shapes if isinstance(shape, Polygon) and not shape.closed for x, _ in shape.points]
    [item] = plan.lanes[0].strip.rows[0].items
    assert item.x2 <= min(teeth) + 0.001 or item.x1 >= max(teeth) - 0.001
    assert (item.x1 + item.x2) / 2 == pytest.approx(plan.scale.x(day))


def test_fields_and_strength_reach_the_labels(style: ChartStyle, metrics: Metrics) -> None:
    content: Inlines = (
        Text("on "),
        Text("Thursday 5 March", field="operation.date"),
        Link(" 01632 960123", "tel:+441632960123", strong=True, field="phone.day"),
    )
    lane = Lane(words("Visit", "visit.number"), content, content, (Band(1, 3, "solid"),))
    chart = Chart(0, 14, LAST_DAY, (), (lane,), (), (PageRef("six", "page {page}", "At six months"),), "alt")
    drawn = [shape for shape in chart_drawing(chart, 250, metrics, style).shapes if isinstance(shape, Label)]
    told = {(label.text.strip(), label.field, label.strong) for label in drawn}
    assert ("Visit", "visit.number", True) in told
    assert ("Thursday 5 March", "operation.date", False) in told
    assert ("01632 960123", "phone.day", True) in told
    assert ("At six months", "", True) in told


def test_a_newline_inline_begins_a_new_line(style: ChartStyle, metrics: Metrics) -> None:
    text = (Text("1: June"), Text("\n"), Text("2: July", field="visit.date"))
    chart = Chart(0, 14, LAST_DAY, (), (Lane((), (), text),), (), (), "alt")
    first, second = (shape for shape in chart_drawing(chart, 480, metrics, style).shapes if isinstance(shape, Label))
    assert (first.text, second.text, second.field) == ("1: June", "2: July", "visit.date")
    assert first.x == second.x
    assert first.y < second.y


@given(charts, st.sampled_from([12.0, 18.0]), st.sampled_from([400.0, 500.0, 600.0]))
@settings(max_examples=25)
def test_parts_hold_every_lane_once_and_keep_to_their_heights(chart: Chart, size: float, other: float) -> None:
    style, first = style_of(size), 400.0
    parts = chart_parts(chart, 480, (first, other), FONTS, style)
    alone = [chart_plan(replace(chart, lanes=(lane,)), 480, FONTS, style).height for lane in chart.lanes]
    assert parts[0].height <= max(first, *alone)
    assert all(part.height <= max(other, *alone) for part in parts[1:])
    assert len(parts) <= len(chart_parts(chart, 480, (first, first), FONTS, style))
    whole = chart_drawing(chart, 480, FONTS, style)
    assert len(parts) == 1 or whole.height > first
    tops = letters(label.text for label in _tops(chart, style) for _ in parts[1:])
    drawn = letters(shape.text for part in parts for shape in part.shapes if isinstance(shape, Label))
    once = letters(shape.text for shape in whole.shapes if isinstance(shape, Label))
    assert drawn == sorted([*once, *tops])


def _tops(chart: Chart, style: ChartStyle) -> list[Label]:
    """Return what each further part repeats: axis and flags."""
    top = chart_drawing(replace(chart, lanes=(), open_end=()), 480, FONTS, style)
    return [shape for shape in top.shapes if isinstance(shape, Label)]


def test_equal_arguments_give_equal_drawings(style: ChartStyle, metrics: Metrics) -> None:
    chart = chart_of(dt.date(2026, 3, 5), [12, 12, 90], ["W", "ab cd", "ef", "gh", "ij"], 4)
    assert chart_drawing(chart, 480, metrics, style) == chart_drawing(chart, 480, metrics, style)


def test_days_out_of_order_are_refused(style: ChartStyle, metrics: Metrics) -> None:
    with pytest.raises(ValueError, match="first day < break day < last day"):
        chart_drawing(Chart(0, 14, 14, (), (), (), (), "alt"), 480, metrics, style)
