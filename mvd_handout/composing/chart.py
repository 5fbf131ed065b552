"""The recovery timeline as data: lanes, bands and marks in days after surgery.

It says only what the source says: an end that the source does not give is an end that fades.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from msgspec import Struct

from mvd_handout.composing.fill import Filler, plain
from mvd_handout.composing.formats import Formats
from mvd_handout.content import unfilled as u
from mvd_handout.content.labels import Labels
from mvd_handout.domain import document as d
from mvd_handout.domain.dates import add_months
from mvd_handout.domain.schedule import Timeline

LANES: Final = ("surgery", "early", "returning", "settling", "relief", "visits")
_NAMED_DAYS: Final = (0, 3, 7, 10)
"""Days whose ticks are labelled; the others are small strokes."""
_NAMED_VISITS: Final = 3
"""So many visits are named in the chart; more stand in the table alone, so that the lane stays a lane."""
_MONTHS_AFTER: Final = 1
"""Months that the axis goes on after the last milestone, so that its end is seen to be open."""


class ChartWords(Struct, frozen=True):
    """The words of a chart: the filled cells of each lane but the visits; as authored, a visit, open end and flag."""

    lanes: tuple[tuple[d.Inlines, ...], ...]
    visit: tuple[u.Sentences, ...]
    open_end: u.Sentences
    flag: u.Sentences | None


def build_chart(words: ChartWords, filler: Filler) -> d.Chart:
    """Return the chart of the filler's timeline. The visits' lane is left out when there are none."""
    timeline = filler.values.timeline
    last_day = _last_day(timeline)
    lanes = [_lane(kind, cells, timeline, last_day) for kind, cells in zip(LANES[:-1], words.lanes, strict=True)]
    if visits := _visits_lane(words.visit, filler):
        lanes.append(visits)
    present = tuple([filler.memory.first(lane) for lane in lanes])
    issued = min(timeline.day(timeline.issued), last_day)
    flags = (d.Flag(issued, filler.inlines(words.flag)),) if words.flag else ()
    return d.Chart(
        first_day=0,
        break_day=timeline.milestones.break_day,
        last_day=last_day,
        ticks=filler.memory.held(_ticks, (filler.formats.labels,), filler.formats.locale, timeline, last_day),
        lanes=present,
        flags=filler.memory.first(flags),
        open_end=filler.inlines(words.open_end),
        alt=_alternative(present, flags, filler),
    )


def _alternative(lanes: tuple[d.Lane, ...], flags: tuple[d.Flag, ...], filler: Filler) -> str:
    """Return what stands in for the picture: how many rows, each with its time, and what the flags say."""
    labels = filler.formats.labels
    rows = [
        labels["chart.alt_row"].format(label=plain(lane.label), when=plain(lane.when).replace(d.NEW_LINE.text, "; "))
        for lane in lanes
    ]
    return " ".join([labels["chart.alt"].format(count=len(lanes)), *rows, *(plain(flag.label) for flag in flags)])


def _last_day(timeline: Timeline) -> float:
    last_month = timeline.milestones.relief_months[1] + _MONTHS_AFTER
    return timeline.day(add_months(timeline.surgery, last_month))


def _lane(kind: str, cells: tuple[d.Inlines, ...], timeline: Timeline, last_day: float) -> d.Lane:
    label, when, text = cells
    marks = (d.Mark(0, "", "surgery"),) if kind == "surgery" else ()
    return d.Lane(label, when, text, _bands(kind, timeline, last_day), marks)


def _bands(kind: str, timeline: Timeline, last_day: float) -> tuple[d.Band, ...]:
    first, last = timeline.milestones.early_days
    match kind:
        case "early":
            # A day is a span, not a point: day 3 ends where day 4 begins.
            return (d.Band(first, last + 1, "solid"),)
        case "returning":
            # It may never have stopped (faint from day 0), and the source gives it no end (X4).
            return (d.Band(0, last_day, "hatch", fade_in=True, fade_out=True),)
        case "settling":
            return (d.Band(0, last_day, "dots", fade_in=True, fade_out=True),)
        case "relief":
            start, end = timeline.day(timeline.relief.start), timeline.day(timeline.relief.end)
            return (d.Band(start, end, "solid", fade_in=True, fade_out=True),)
    return ()


def _visits_lane(row: tuple[u.Sentences, ...], filler: Filler) -> d.Lane | None:
    visits, timeline = filler.values.visits, filler.values.timeline
    if not visits or timeline.planned:
        return None
    when: list[d.Inline] = []
    for number, visit in enumerate(visits[:_NAMED_VISITS], start=1):
        one = filler.with_values(filler.values.with_visit(visit, number))
        when += [*([d.NEW_LINE] if when else []), d.Text(f"{number}: "), *one.inlines(row[1])]
    if len(visits) > _NAMED_VISITS:
        when = [d.Text(filler.formats.labels["chart.visits_below"])]
    marks = tuple(
        d.Mark(timeline.day(visit.date), str(number), "visit") for number, visit in enumerate(visits, start=1)
    )
    return d.Lane((d.Text(filler.formats.labels["chart.visits"]),), tuple(when), (), (), marks)


def _ticks(labels: Labels, locale: str, timeline: Timeline, last_day: float) -> tuple[d.Tick, ...]:
    """Return the ticks of both scales: of days, then of months."""
    formats = Formats(locale, labels)
    return _day_ticks(timeline, formats) + _month_ticks(timeline, formats, last_day)


def _day_ticks(timeline: Timeline, formats: Formats) -> tuple[d.Tick, ...]:
    zero = formats.labels["chart.day"].format(number=0)
    names = {day: str(day) for day in _NAMED_DAYS} | {0: zero}
    return tuple(
        d.Tick(day, names.get(day, ""), major=day in {0, 7}) for day in range(timeline.milestones.break_day + 1)
    )


def _month_ticks(timeline: Timeline, formats: Formats, last_day: float) -> tuple[d.Tick, ...]:
    """Return a tick for each month: named on the patient's calendar, or counted while the operation is planned."""
    labels, months = formats.labels, range(1, timeline.milestones.relief_months[1] + _MONTHS_AFTER + 1)
    windows = set(timeline.milestones.relief_months)
    if timeline.planned:
        days = [(month, timeline.day(add_months(timeline.surgery, month))) for month in months]
        names = {1: labels["chart.month_one"]}
        return tuple(
            d.Tick(day, names.get(month, str(month)), major=month in windows) for month, day in days if day < last_day
        )
    first = dt.date(timeline.surgery.year, timeline.surgery.month, 1)
    starts = [add_months(first, month) for month in months]
    return tuple(
        d.Tick(timeline.day(start), _month_name(start, formats), major=start.month == 1)
        for start in starts
        if timeline.milestones.break_day < timeline.day(start) < last_day
    )


def _month_name(start: dt.date, formats: Formats) -> str:
    """Return the month's short name, with the year where a new one begins."""
    return formats.month_year_short(start) if start.month == 1 else formats.month_short(start)
