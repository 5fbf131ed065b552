"""The first reading of a roster: what only a whole column can tell, before any row is judged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mvd_handout.delivery.roster.cells import is_blank
from mvd_handout.delivery.roster.headings import Column
from mvd_handout.delivery.roster.model import MAX_COLUMNS, MAX_ROWS, Cells, RosterFault, SomeRows, column_letter
from mvd_handout.domain.dates import DateOrder
from mvd_handout.domain.errors import InputError

_NUMERIC: Final = re.compile(r"\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\s*")
_FIX_ORDER: Final = 'Set date_order = "day-first" (or "month-first") in clinic.toml, or write 2026-03-05'

_FIX_CONTRADICTION: Final = 'Find out which is right; the heading can say it, such as "Date of birth (dd/mm/yyyy)"'


@dataclass(slots=True)
class _Dates:
    """How the dates of one column are written."""

    day_first: SomeRows = field(default_factory=SomeRows)
    month_first: SomeRows = field(default_factory=SomeRows)
    either: SomeRows = field(default_factory=SomeRows)
    numeric: SomeRows = field(default_factory=SomeRows)
    typed: SomeRows = field(default_factory=SomeRows)
    example: tuple[str, int, int, str] = ("", 0, 0, "")

    def add(self, value: object, row: int) -> None:
        """Note in which orders of day and month a value can be read."""
        if not isinstance(value, str):
            if value is not None:
                self.typed.add(row)
        elif match := _NUMERIC.fullmatch(value):
            first, second = int(match[1]), int(match[2])
            self.numeric.add(row)
            if first > 12:
                self.day_first.add(row)
            elif second > 12:
                self.month_first.add(row)
            elif first != second:
                self.either.add(row)
                self.example = self.example if self.example[0] else (value.strip(), first, second, match[3])


@dataclass(frozen=True, slots=True)
class Scan:
    """What the columns told: the date order of each date column, faults of whole columns, remarks for the person."""

    orders: Mapping[int, DateOrder | None]
    faults: tuple[RosterFault, ...]
    unreadable: frozenset[int]
    notes: tuple[str, ...]
    rows: int


class Scanner:
    """Looks at every row once and keeps only counts and a few row numbers."""

    def __init__(self, headings: Sequence[object], columns: Sequence[Column], order: DateOrder | None) -> None:
        self._headings = headings
        self._order = order
        self._dates = {column: _Dates() for column in columns if column.field.kind == "date"}
        self._number = next(column for column in columns if column.path == "patient.record_number")
        self._lengths: Counter[int] = Counter()
        self._shortest: dict[int, int] = {}
        self._leading_zero = False
        self._nameless: dict[int, SomeRows] = {}
        self._rows = 0

    def add(self, number: int, cells: Cells) -> None:
        """Look at a row that is not blank. Raises InputError for one too many."""
        self._rows += 1
        if self._rows > MAX_ROWS:
            raise InputError(too_many_rows())
        for column, dates in self._dates.items():
            if column.index < len(cells) and not is_blank(cells[column.index]):
                dates.add(cells[column.index], number)
        for index, heading in enumerate(self._headings):
            if not heading and index < len(cells) and not is_blank(cells[index]):
                self._nameless.setdefault(index, SomeRows()).add(number)
        if self._number.index < len(cells):
            self._look_at_number(str(cells[self._number.index]).strip(), number)

    def _look_at_number(self, text: str, number: int) -> None:
        if text.isdecimal():
            self._lengths[len(text)] += 1
            self._shortest.setdefault(len(text), number)
            self._leading_zero |= text.startswith("0")

    def result(self) -> Scan:
        """Return what the rows so far have told."""
        orders: dict[int, DateOrder | None] = {}
        faults = [_nameless(index, seen) for index, seen in self._nameless.items()]
        unreadable = set()
        for column, dates in self._dates.items():
            orders[column.index] = _proven(dates) or column.order or self._order
            if fault := _date_fault(column, dates, column.order or self._order):
                faults.append(fault)
                unreadable.add(column.index)
        return Scan(orders, tuple(faults), frozenset(unreadable), tuple(self._notes()), self._rows)

    def _notes(self) -> Iterable[str]:
        lengths = sorted(self._lengths)
        if len(lengths) > 1 and not self._leading_zero and self._lengths[lengths[-1]] > self._lengths[lengths[0]]:
            row = self._shortest[lengths[0]]
            yield (
                f"Most record numbers have {lengths[-1]} digits, but that in row {row} has {lengths[0]}. "
                "Were zeros at the beginning lost in a spreadsheet?"
            )


def too_many_rows() -> RosterFault:
    """Return the fault of a roster that is too long."""
    return RosterFault("roster", f"more than {MAX_ROWS:,} rows", "Fewer are wanted", "Split the file")


def too_many_columns(row: int) -> RosterFault:
    """Return the fault of a roster that is too wide."""
    fix = "Remove columns that nothing needs, and look for a stray value far to the right"
    return RosterFault(f"row {row}", f"more than {MAX_COLUMNS} columns", "Fewer are wanted", fix, row)


def _nameless(index: int, seen: SomeRows) -> RosterFault:
    letter = column_letter(index)
    fix = "Write a heading above it, or empty the column"
    return RosterFault(f"column {letter}", f"it has no heading, but values in {seen}", "Every column needs one", fix)


def _proven(dates: _Dates) -> DateOrder | None:
    if dates.day_first:
        return "day-first"
    return "month-first" if dates.month_first else None


def _date_fault(column: Column, dates: _Dates, stated: DateOrder | None) -> RosterFault | None:
    """Return what is wrong with the dates of a whole column, if anything is."""
    found = wanted = fix = ""
    proven = _proven(dates)
    if dates.day_first and dates.month_first:
        found = f"dates with the day first ({dates.day_first}) and with the month first ({dates.month_first})"
        wanted, fix = "One way of writing is wanted in a column", "Export the list again with dates as 2026-03-05"
    elif dates.typed and dates.numeric:
        found = f"some cells are dates ({dates.typed}), others are texts ({dates.numeric})"
        wanted = (
            "A spreadsheet that read dates in the wrong order leaves a column like this, with day and month swapped"
        )
        fix = "Export the list again; do not mend it in this sheet"
    elif proven and stated and proven != stated:
        seen = dates.day_first if proven == "day-first" else dates.month_first
        found = f"dates are written {_words(proven)} ({seen}), but the heading or the clinic profile says {stated}"
        wanted, fix = "Both have to agree", _FIX_CONTRADICTION
    elif dates.either and not proven and not stated:
        found = f"dates in {dates.either} could mean two days: {_two_readings(column, dates)}"
        wanted, fix = "Nothing in the column tells which comes first", _FIX_ORDER
    return RosterFault(f'column "{column.heading}"', found, wanted, fix, 0, column.heading) if found else None


def _two_readings(column: Column, dates: _Dates) -> str:
    """Return both readings of the first such date, or of another date when that one tells who the patient is."""
    text, first, second, year = ("3/4/2026", 3, 4, "2026") if column.field.identifying else dates.example
    return f"{text} could be {year}-{second:02}-{first:02} or {year}-{first:02}-{second:02}"


def _words(order: DateOrder) -> str:
    return order.replace("-", " ")
