"""Dates, times and ranges, written as British and American readers write them."""

from __future__ import annotations

import datetime as dt

import pytest
from babel.dates import get_day_names, get_month_names

from mvd_handout.composing.formats import Formats
from mvd_handout.content.labels import load_labels
from mvd_handout.domain.schedule import DateRange, NumberRange

GB = Formats("en-GB", load_labels("en"))
US = Formats("en-US", load_labels("en"))
DAY = dt.date(2026, 3, 5)


def test_dates_follow_the_locale() -> None:
    assert GB.weekday(DAY) == "Thursday 5 March 2026"
    assert US.weekday(DAY) == "Thursday, March 5, 2026"
    assert (GB.date(DAY), US.date(DAY)) == ("5 March 2026", "March 5, 2026")
    assert GB.month(DAY) == "March 2026"


@pytest.mark.parametrize(
    ("time", "british", "american"),
    [
        (dt.time(10, 30), "10.30am", "10:30 AM"),
        (dt.time(14), "2pm", "2 PM"),
        (dt.time(12), "midday", "noon"),
        (dt.time(12, 5), "12.05pm", "12:05 PM"),
        (dt.time(0), "midnight", "midnight"),
        (dt.time(0, 30), "12.30am", "12:30 AM"),
    ],
)
def test_times_follow_the_locale(time: dt.time, british: str, american: str) -> None:
    assert GB.time(time) == british
    assert US.time(time) == american


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (dt.date(2026, 3, 6), dt.date(2026, 3, 8), "Friday 6 to Sunday 8 March 2026"),
        (dt.date(2026, 3, 30), dt.date(2026, 4, 1), "Monday 30 March to Wednesday 1 April 2026"),
        (dt.date(2026, 12, 30), dt.date(2027, 1, 1), "Wednesday 30 December 2026 to Friday 1 January 2027"),
        (dt.date(2026, 3, 6), dt.date(2026, 3, 6), "Friday 6 March 2026"),
    ],
)
def test_ranges_of_days_say_what_both_share_once(start: dt.date, end: dt.date, text: str) -> None:
    assert GB.days(DateRange(start, end)) == text


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (dt.date(2026, 6, 2), dt.date(2026, 9, 2), "June to September 2026"),
        (dt.date(2025, 11, 30), dt.date(2026, 2, 28), "November 2025 to February 2026"),
        (dt.date(2026, 6, 2), dt.date(2026, 6, 30), "June 2026"),
    ],
)
def test_windows_are_in_months(start: dt.date, end: dt.date, text: str) -> None:
    assert GB.months(DateRange(start, end)) == text


def test_ranges_never_have_a_dash() -> None:
    assert GB.numbers(NumberRange(3, 6)) == "3\u00a0to\u00a06"
    assert US.days(DateRange(dt.date(2026, 3, 6), dt.date(2026, 3, 8))) == "Friday, March 6 to Sunday, March 8, 2026"


def test_the_names_are_those_of_cldr() -> None:
    labels = load_labels("en")
    months, weekdays = get_month_names("wide", locale="en_GB"), get_day_names("wide", locale="en_GB")
    short = get_month_names("abbreviated", locale="en_US")
    assert [labels[f"names.months.{number}"] for number in range(12)] == [months[number] for number in range(1, 13)]
    assert [labels[f"names.months_short.{number}"] for number in range(12)] == [
        short[number] for number in range(1, 13)
    ]
    assert [labels[f"names.weekdays.{number}"] for number in range(7)] == [weekdays[number] for number in range(7)]
