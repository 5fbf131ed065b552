"""How the commands write values for a nurse's eye. Plain English, whatever the computer's language is."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Final

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def date_in_words(day: dt.date) -> str:
    """Return "17 April 1958": no order of numbers to mistake."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def weekday_in_words(day: dt.date) -> str:
    """Return "Thursday 5 March 2026"."""
    return f"{_DAYS[day.weekday()]} {date_in_words(day)}"


def in_words(value: object) -> str:
    """Return any value of a field as a person would say it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case dt.date():
            return date_in_words(value)
        case dt.time():
            return f"{value:%H:%M}"
        case _:
            return str(value)


def count(number: int, singular: str) -> str:
    """Return "1 visit" or "3 visits"."""
    return f"{number} {singular}{'' if number == 1 else 's'}"


def as_typed(path: Path) -> str:
    """Return the path as it is typed on the command line, in quotation marks where it needs them."""
    if os.name == "nt":
        from subprocess import list2cmdline  # costs as much as half of --help, and is for Windows alone

        return list2cmdline([str(path)])
    import shlex

    return shlex.quote(str(path))
