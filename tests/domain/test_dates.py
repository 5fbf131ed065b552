"""Dates: what is read, what is refused, and every date of a handout against an independent table."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.domain.case import Case, Operation
from mvd_handout.domain.dates import add_months, read_date, read_time
from mvd_handout.domain.schedule import Milestones, schedule
from mvd_handout.domain.text import RefusedError
from tests.samples import make_case

MILESTONES = Milestones(early_days=(1, 3), relief_months=(3, 6), break_day=14, diary_weeks=26)


def next_day(day: tuple[int, int, int]) -> tuple[int, int, int]:
    """Count on by one day with nothing but the lengths of months: the independent calendar."""
    year, month, number = day
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    length = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    if number < length:
        return year, month, number + 1
    return (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)


def months_later(day: tuple[int, int, int], months: int) -> tuple[int, int, int]:
    """Count on month by month, then step back to a day that exists."""
    year, month, number = day
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return year, month, min(number, [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1])


def after_the_weekend(day: tuple[int, int, int]) -> tuple[int, int, int]:
    """Count on to Monday from a Saturday or Sunday, by Zeller's rule for the day of the week."""
    year, month, number = day
    shifted, year = (month, year) if month > 2 else (month + 12, year - 1)
    weekday = (number + 13 * (shifted + 1) // 5 + year + year // 4 - year // 100 + year // 400) % 7
    for _ in range({0: 2, 1: 1}.get(weekday, 0)):  # in Zeller's rule Saturday is 0
        day = next_day(day)
    return day


def as_tuple(day: dt.date) -> tuple[int, int, int]:
    return day.year, day.month, day.day


def test_every_surgery_day_of_2024_to_2032_agrees_with_an_independent_table() -> None:
    patient = make_case().patient
    day = (2024, 1, 1)
    days = 0
    while day[0] <= 2032:
        surgery = dt.date(*day)
        case = Case(patient, Operation(surgery, "left"), discharge_date=surgery)
        timeline = schedule(case, MILESTONES, surgery, 14)
        first = next_day(day)
        third = next_day(next_day(first))
        fourteenth = day
        for _ in range(14):
            fourteenth = next_day(fourteenth)
        assert as_tuple(timeline.early.start) == first
        assert as_tuple(timeline.early.end) == third
        assert as_tuple(timeline.relief.start) == months_later(day, 3)
        assert as_tuple(timeline.relief.end) == months_later(day, 6)
        assert as_tuple(timeline.hear_by) == after_the_weekend(fourteenth)
        assert as_tuple(timeline.weeks[0].start) == day
        assert as_tuple(timeline.weeks[2].start) == fourteenth
        assert [week.number for week in timeline.weeks] == list(range(1, 27))
        day = next_day(day)
        days += 1
    assert days == 3288


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2025, 8, 31), 3, dt.date(2025, 11, 30)),
        (dt.date(2025, 8, 31), 6, dt.date(2026, 2, 28)),
        (dt.date(2027, 8, 31), 6, dt.date(2028, 2, 29)),
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
        (dt.date(2026, 12, 5), 1, dt.date(2027, 1, 5)),
    ],
)
def test_months_clamp_to_the_end_of_the_month(day: dt.date, months: int, expected: dt.date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-05", dt.date(2026, 3, 5)),
        (" 2026-03-05 ", dt.date(2026, 3, 5)),
        ("20260305", dt.date(2026, 3, 5)),
        ("13/04/2026", dt.date(2026, 4, 13)),
        ("04/13/2026", dt.date(2026, 4, 13)),
        ("5.5.2026", dt.date(2026, 5, 5)),
        ("05-Mar-2026", dt.date(2026, 3, 5)),
        ("5 March 2026", dt.date(2026, 3, 5)),
        ("05-SEP-2026", dt.date(2026, 9, 5)),
        ("Sept. 5, 2026", dt.date(2026, 9, 5)),
        ("March 5, 2026", dt.date(2026, 3, 5)),
    ],
)
def test_a_date_with_one_reading_is_read(text: str, expected: dt.date) -> None:
    assert read_date(text) == expected


def test_an_ambiguous_date_needs_the_clinics_order() -> None:
    with pytest.raises(RefusedError, match="two days"):
        read_date("03/04/2026")
    assert read_date("03/04/2026", "day-first") == dt.date(2026, 4, 3)
    assert read_date("03/04/2026", "month-first") == dt.date(2026, 3, 4)


def test_a_date_against_the_clinics_order_is_refused() -> None:
    with pytest.raises(RefusedError, match="calendar"):
        read_date("04/13/2026", "day-first")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10",
        "Monday",
        "1/1/70",
        "05.03.26",
        "2026-13-01",
        "2026-02-30",
        "2026-3-5",
        "0026-03-05",
        "2026-03-05T10:00",
        "5 March",
        "05-Mar-26",
        "05-Mär-2026",
        "05-Mai-2026",
        "31-Feb-2026",
        "Ma 5, 2026",
        "٢٠٢٦-٠٣-٠٥",
        "20261301",
        "1/2/3/2026",
    ],
)
def test_what_is_no_full_date_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        read_date(text)


def test_a_date_with_a_time_of_day_is_refused() -> None:
    with pytest.raises(RefusedError, match="time of day"):
        read_date(dt.datetime(2026, 3, 4, 23, 59))  # noqa: DTZ001  as TOML and spreadsheets give it


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_written_dates_read_back(day: dt.date) -> None:
    assert read_date(day.isoformat()) == day
    assert read_date(f"{day:%Y%m%d}") == day
    assert read_date(f"{day.day}/{day.month}/{day.year}", "day-first") == day
    assert read_date(f"{day.day:02}-{calendar.month_abbr[day.month]}-{day.year}") == day
    assert read_date(f"{calendar.month_name[day.month]} {day.day}, {day.year}", "day-first") == day
    assert read_date(f"{day.month}/{day.day}/{day.year}", "month-first") == day


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        day = read_date(text)
    except RefusedError:
        return
    assert str(day.year) in text
    assert day.day <= calendar.monthrange(day.year, day.month)[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10:30", dt.time(10, 30)),
        ("10.30am", dt.time(10, 30)),
        ("2pm", dt.time(14)),
        ("12.15 a.m.", dt.time(0, 15)),
        ("12pm", dt.time(12)),
        ("09:05:00", dt.time(9, 5)),
        ("23:59", dt.time(23, 59)),
    ],
)
def test_a_time_of_day_is_read(text: str, expected: dt.time) -> None:
    assert read_time(text) == expected


@pytest.mark.parametrize("text", ["", "10", "2.30", "6:15", "24:00", "13pm", "0am", "10:60", "noonish", "10:30:15"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        read_time(text)
