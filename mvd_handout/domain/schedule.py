"""Every date of a handout, computed once and in one place, always from the day of surgery.

Surgery is day 0. Ranges of days and months come from the handout's milestones
(claims C03 and C16 of its source); month arithmetic clamps to the month's end (X15).
"""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

from mvd_handout.domain.case import Case
from mvd_handout.domain.dates import add_months


class Milestones(Struct, frozen=True):
    """Offsets from surgery that a handout's source gives, and how its chart is scaled.

    `early_days` and `break_day` count days, `relief_months` months, `diary_weeks` weeks.
    """

    early_days: tuple[int, int]
    relief_months: tuple[int, int]
    break_day: int
    diary_weeks: int


class NumberRange(Struct, frozen=True):
    """A range of whole numbers, both ends in it."""

    first: int
    last: int


class DateRange(Struct, frozen=True):
    """A range of days, both ends in it."""

    start: dt.date
    end: dt.date


class Week(Struct, frozen=True):
    """One row of the diary: its number, counted from surgery, and its first day."""

    number: int
    start: dt.date


class Timeline(Struct, frozen=True):
    """The dates of one handout. `issued` is the day it is given; `hear_by` the day by which a visit is arranged."""

    surgery: dt.date
    planned: bool
    issued: dt.date
    hear_by: dt.date
    milestones: Milestones
    early: DateRange
    relief: DateRange
    weeks: tuple[Week, ...]

    def day(self, date: dt.date) -> int:
        """Return how many days after surgery `date` is; surgery itself is day 0."""
        return (date - self.surgery).days


def schedule(case: Case, milestones: Milestones, issued: dt.date, hear_within_days: int) -> Timeline:
    """Return the timeline of `case` for a handout given on `issued`."""
    surgery = case.operation.date
    first_day, last_day = milestones.early_days
    first_month, last_month = milestones.relief_months
    # A paper made again later must not promise a day that has passed; nobody rings on a weekend.
    start = max(case.discharge_date or issued, issued)
    return Timeline(
        surgery=surgery,
        planned=case.operation.planned,
        issued=issued,
        hear_by=next_weekday(start + dt.timedelta(days=hear_within_days)),
        milestones=milestones,
        early=DateRange(surgery + dt.timedelta(days=first_day), surgery + dt.timedelta(days=last_day)),
        relief=DateRange(add_months(surgery, first_month), add_months(surgery, last_month)),
        weeks=tuple(Week(number + 1, surgery + dt.timedelta(weeks=number)) for number in range(milestones.diary_weeks)),
    )


def next_weekday(day: dt.date) -> dt.date:
    """Return `day`, or the Monday after it when it is a Saturday or Sunday."""
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)
