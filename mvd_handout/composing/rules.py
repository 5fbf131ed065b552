"""The rules behind dates and chart as data that people can read and approve.

They are taken from what the program does for two fixed days, not from a second description of it: if a later version
did something else, the text would differ.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from mvd_handout.composing.chart import LANES, ChartWords, build_chart
from mvd_handout.composing.fill import Filler
from mvd_handout.composing.formats import Formats
from mvd_handout.composing.values import Values
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.library import Handout
from mvd_handout.domain import document as d
from mvd_handout.domain.case import Case, Operation, Patient
from mvd_handout.domain.schedule import Timeline, schedule

# The end of a month, where counting months is not plain (X15), and a day in the middle of one.
_SAMPLES: Final = (dt.date(2025, 8, 31), dt.date(2026, 3, 2))


def rules_text(handout: Handout, clinic: Clinic) -> str:
    """Return what dates and chart are made from, a rule a line, with the windows of two operations as samples."""
    return "".join(f"{line}\n" for line in _lines(handout, clinic))


def _lines(handout: Handout, clinic: Clinic) -> Iterator[str]:
    milestones, hear = handout.milestones, clinic.profile.hear_within_days
    yield "the day of the operation is day 0"
    yield f"early days: {milestones.early_days[0]} to {milestones.early_days[1]}"
    yield f"relief months: {milestones.relief_months[0]} to {milestones.relief_months[1]}"
    yield f"diary: {milestones.diary_weeks} weeks"
    yield f"a patient with no visit hears within {hear} days of going home"
    timelines = [_timeline(handout, day, hear) for day in _SAMPLES]
    for timeline in timelines:
        yield f"for an operation on {timeline.surgery}:"
        yield f"  early {timeline.early.start} to {timeline.early.end}"
        yield f"  relief {timeline.relief.start} to {timeline.relief.end}"
        yield f"  diary from {timeline.weeks[0].start}, last week from {timeline.weeks[-1].start}"
    yield from _chart(timelines[0], handout, clinic)


def _timeline(handout: Handout, surgery: dt.date, hear_within_days: int) -> Timeline:
    nobody = Patient("", "", surgery - dt.timedelta(days=40 * 365))
    case = Case(nobody, Operation(surgery, "left"), discharge_date=surgery)
    return schedule(case, handout.milestones, surgery, hear_within_days)


def _chart(timeline: Timeline, handout: Handout, clinic: Clinic) -> Iterator[str]:
    values = Values({}, {}, (), timeline, clinic.profile.day.number)
    filler = Filler(values, Formats(clinic.profile.locale, handout.labels), "", "", {})
    chart = build_chart(ChartWords(tuple(((), (), ()) for _ in LANES[:-1]), (), (), None), filler)
    yield f"chart: days to day {chart.break_day:g}, then months to day {chart.last_day:g}, open at its end"
    for name, lane in zip(LANES, chart.lanes, strict=False):
        yield f"  lane {name}: {'; '.join([*map(_band, lane.bands), *map(_mark, lane.marks)])}"


def _band(band: d.Band) -> str:
    ends = [" from an uncertain start" * band.fade_in, " to an uncertain end" * band.fade_out]
    return f"day {band.start:g} to {band.end:g}, {band.pattern}{''.join(ends)}"


def _mark(mark: d.Mark) -> str:
    return f"{mark.symbol} on day {mark.day:g}"
