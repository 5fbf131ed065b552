"""Reading dates and times as people type them, and refusing what could mean two days."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final, Literal

from mvd_handout.domain.text import RefusedError

DateOrder = Literal["day-first", "month-first"]

EARLIEST: Final = dt.date(1900, 1, 1)
LATEST: Final = dt.date(2100, 12, 31)

_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_HL7: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMERIC: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_DAY_MONTH: Final = re.compile(r"(\d{1,2})[ \-./]([A-Za-z]{3,9})\.?[ \-./](\d{4})")
_MONTH_DAY: Final = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_TWO_DIGIT: Final = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}|\d{1,2}[ \-./][A-Za-z]{3,9}\.?[ \-./]\d{2}")
_TIME: Final = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?(?::00)?\s*([ap])\.?m\.?|(\d{1,2})[:.](\d{2})(?::00)?", re.IGNORECASE
)

WANTED_DATE: Final = "Write the date as year-month-day, such as 2026-03-05"
WANTED_TIME: Final = "Write the time as hours and minutes, such as 10:30"


def read_date(value: object, order: DateOrder | None = None) -> dt.date:
    """Return the calendar date that `value` means: a date, or one as text.

    Text is read as 2026-03-05 or 20260305, and with an English name of the month, in full or its first three
    letters, as record systems write it: 05-Mar-2026, 5 March 2026, March 5, 2026. It is read as 5/3/2026 only when
    `order` says which comes first, or when one reading is impossible. Raises RefusedError for everything else, also
    for two-digit years and dates with a time of day.
    """
    if isinstance(value, dt.datetime):
        raise RefusedError("a date with a time of day", WANTED_DATE)
    day = value if isinstance(value, dt.date) else _date_from_text(str(value).strip(), order)
    if not EARLIEST <= day <= LATEST:
        raise RefusedError(f"the year {day.year}", f"A year from {EARLIEST.year} to {LATEST.year} is wanted")
    return day


def _date_from_text(text: str, order: DateOrder | None) -> dt.date:
    if not text.isascii():
        raise RefusedError("not a date", WANTED_DATE)
    if match := _ISO.fullmatch(text) or _HL7.fullmatch(text):
        return _date(*(int(part) for part in match.groups()))
    if match := _DAY_MONTH.fullmatch(text):
        return _date(int(match[3]), _month(match[2]), int(match[1]))
    if match := _MONTH_DAY.fullmatch(text):
        return _date(int(match[3]), _month(match[1]), int(match[2]))
    if match := _NUMERIC.fullmatch(text):
        return _date_from_numbers(int(match[1]), int(match[2]), int(match[3]), order)
    if _TWO_DIGIT.fullmatch(text):
        raise RefusedError("a year of two digits", f"{WANTED_DATE}, with all four digits of the year")
    raise RefusedError("not a date", WANTED_DATE)


def _date_from_numbers(first: int, second: int, year: int, order: DateOrder | None) -> dt.date:
    if order is None:
        if first <= 12 and second <= 12 and first != second:
            raise RefusedError(
                "a date that could mean two days, day first or month first",
                f'{WANTED_DATE}, or set date_order = "day-first" (or "month-first") in the clinic profile',
            )
        order = "day-first" if first > 12 or first == second else "month-first"
    return _date(year, second, first) if order == "day-first" else _date(year, first, second)


def _month(name: str) -> int:
    """Return the number of a month by its English name, in full or its first three letters ("Sept" passes, too)."""
    small = name.casefold()
    for number, full in enumerate(_MONTHS, start=1):
        if small in (full, full[:3]) or small == "sept" == full[:4]:
            return number
    raise RefusedError("not the name of a month", WANTED_DATE)


def _date(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise RefusedError("a day that is not in the calendar", WANTED_DATE) from None


def read_time(value: object) -> dt.time:
    """Return the time of day that `value` means: a time, or text such as 10:30, 10.30am or 2pm."""
    if isinstance(value, dt.time):
        if value.second or value.microsecond or value.tzinfo:
            raise RefusedError("a time with seconds or a zone", WANTED_TIME)
        return value
    match = _TIME.fullmatch(str(value).strip())
    if match is None:
        raise RefusedError("not a time of day", WANTED_TIME)
    hour, minute, half = int(match[1] or match[4]), int(match[2] or match[5] or 0), (match[3] or "").lower()
    if not half and len(match[4]) == 1 and hour < 7:
        raise RefusedError(
            "a time that could be at night or in the afternoon", "Write 14:30 or 2.30pm, or 02:30 for the night"
        )
    if half:
        if not 1 <= hour <= 12:
            raise RefusedError("not a time of day", WANTED_TIME)
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise RefusedError("not a time of day", WANTED_TIME)
    return dt.time(hour, minute)


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day `months` later, clamped to the month's end: 31 August and 6 months give 28 or 29 February."""
    first = _first_of_month(day, months)
    last = _first_of_month(first, 1) - dt.timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def _first_of_month(day: dt.date, later: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + later, 12)
    return dt.date(year, month + 1, 1)
