"""From a row to a case: every cell is read, and every fault named by its row and the heading of its column."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from mvd_handout.delivery.roster.cells import is_blank, read_cell, read_hold, value_words
from mvd_handout.delivery.roster.headings import Column
from mvd_handout.delivery.roster.model import Cells, Consent, Inspect, RosterFault, RosterRow
from mvd_handout.delivery.roster.scan import Scan
from mvd_handout.delivery.roster.synonyms import FAMILY, FIELDS, GIVEN, NAME, ROSTER_FIELDS, default_heading
from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.domain.fields import Field
from mvd_handout.domain.text import RefusedError, shape

_ROW: Final = "row"
_OF_ROSTER: Final = frozenset({each.path for each in ROSTER_FIELDS})
_SIMPLE: Final = ("patient", "operation")
Key: TypeAlias = tuple[str, int]
"""A field, and the number of the visit that it belongs to, or 0."""
Values: TypeAlias = Mapping[Key, object]
_HARMLESS: Final = re.compile(r"[0-9]{1,4}([./:-][0-9]{1,4}){0,2}|[^\w\s]{1,8}", re.ASCII)
"""What looks like a date, a time or a small number, or is signs alone."""
_SURGERY: Final[Key] = ("operation.date", 0)
_DISCHARGE: Final[Key] = ("discharge_date", 0)
_BIRTH: Final[Key] = ("patient.birth_date", 0)
_STATUS: Final[Key] = ("operation.status", 0)


@dataclass(slots=True)
class _Read:
    """The values of one row by field and visit, and which of them are already known to be faulty."""

    number: int
    values: dict[Key, object] = field(default_factory=dict)
    faults: list[RosterFault] = field(default_factory=list)
    faulty: set[Key] = field(default_factory=set)


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """What came of a row: the row, or its faults; and who the patient is, for finding one who stands there twice."""

    row: RosterRow | None
    faults: tuple[RosterFault, ...] = ()
    record_number: str = ""
    person: str = ""


class RowReader:
    """Reads rows of one roster: knows its columns and what the scan told about them."""

    def __init__(self, columns: Sequence[Column], width: int, scan: Scan, inspect: Inspect | None) -> None:
        self._width = width
        self._inspect = inspect
        self._columns = [
            (column, scan.orders.get(column.index), value_words(column.path), column.index in scan.unreadable)
            for column in columns
        ]
        self._headings = {(column.path, column.visit): column.heading for column in columns}
        self._required = [(path, 0) for path, each in FIELDS.items() if each.required and not path.startswith("visit.")]
        if (NAME, 0) not in self._headings:
            self._required += [(GIVEN, 0), (FAMILY, 0)]
            self._required.remove((NAME, 0))
        self._visits = sorted({column.visit for column in columns if column.visit})

    def read(self, number: int, cells: Cells) -> Reading:
        """Return the row, or all its faults."""
        if len(cells) != self._width:
            return Reading(None, (_wrong_width(number, len(cells), self._width),))
        read = self._read_cells(number, cells)
        self._join_name(read)
        self._find_missing(read)
        case = self._case(read)
        row = None
        if case is not None and not read.faults and not read.faulty:
            row = _row(number, case, read.values, cells)
        return Reading(row, tuple(read.faults), *_identity(read.values))

    def _read_cells(self, number: int, cells: Cells) -> _Read:
        read = _Read(number)
        for column, order, words, unreadable in self._columns:
            key, value = (column.path, column.visit), cells[column.index]
            if unreadable:
                read.faulty.add(key)
            elif column.path == "hold":
                read.values[key] = read_hold(value)
            elif not is_blank(value):
                try:
                    read.values[key] = read_cell(column, value, order, words)
                except RefusedError as refused:
                    self._refuse(read, key, refused_words(column.field, value, refused), refused.wanted)
        return read

    def _refuse(self, read: _Read, key: Key, found: str, wanted: str, fix: str = "") -> None:
        read.faulty.add(key)
        read.faults.append(self._fault(read.number, key, found, wanted, fix))

    def _fault(self, number: int, key: Key, found: str, wanted: str, fix: str = "") -> RosterFault:
        heading = self._headings.get(key)
        shown = heading or default_heading(*key)
        place = f'row {number}, column "{shown}"' if heading else f'row {number}, no column "{shown}"'
        return RosterFault(place, found, wanted, fix, number, shown)

    def _join_name(self, read: _Read) -> None:
        given, family = read.values.get((GIVEN, 0)), read.values.get((FAMILY, 0))
        if given and family:
            read.values[NAME, 0] = f"{given} {family}"
        if {(GIVEN, 0), (FAMILY, 0)} & read.faulty:
            read.faulty.add((NAME, 0))

    def _find_missing(self, read: _Read) -> None:
        wanted = list(self._required)
        for visit in self._visits:
            if any(path.startswith("visit.") and number == visit for path, number in (*read.values, *read.faulty)):
                wanted += [("visit.date", visit), ("visit.time", visit), ("visit.place", visit)]
        for key in wanted:
            if key not in read.values and key not in read.faulty:
                described = FIELDS[key[0]]
                example = described.example.strip('"')
                self._refuse(read, key, "the cell is empty", f"{described.label} is needed", f"For example {example}")
                if key[0] in {GIVEN, FAMILY}:
                    read.faulty.add((NAME, 0))

    def _case(self, read: _Read) -> Case | None:
        """Return the case; note what the domain finds wrong, except for cells that are known to be faulty.

        What is wrong is looked past, as if something likely stood there, so that the other faults come at once, too.
        """
        visits, doubted = [visit for visit in self._visits if _has_visit(read, visit)], set(read.faulty)
        for _ in range(2):  # whatever is found to be wrong at first is looked past at second
            values = _likely(read.values, doubted, visits)
            try:
                case = Case.parse(_tables(values, visits), _ROW)
            except InputError as error:
                doubted |= self._note(error, read, values, doubted)
                continue
            try:
                # A patient on hold gets nothing: only what is wrong in the row itself counts.
                if self._inspect is not None and not read.values.get(("hold", 0)):
                    self._inspect(case, _ROW)
            except InputError as error:
                doubted |= self._note(error, read, values, doubted)
            return None if doubted else case
        return None

    def _note(self, error: InputError, read: _Read, values: Values, doubted: Container[Key]) -> set[Key]:
        """Note the faults that are found in other than doubted fields; return those fields."""
        visits = [visit for visit in self._visits if _has_visit(read, visit)]
        found = [(_key(fault, visits, values), fault) for fault in error.faults]
        untold = {_SURGERY, _DISCHARGE} if _STATUS in doubted else set()  # whether a day is likely hangs on it
        for key, fault in found:
            if key not in doubted and key not in untold:
                read.faults.append(self._fault(read.number, key, fault.found, fault.wanted, fault.fix))
        return {key for key, _ in found}


def _key(fault: Fault, visits: Sequence[int], values: Values) -> Key:
    """Return the field and visit that a fault of the domain is about."""
    place = fault.where.removeprefix(f"{_ROW}, ")
    if place.startswith("visit on "):
        day, _, part = place.removeprefix("visit on ").partition(", ")
        hits = [visit for visit in visits if str(values.get(("visit.date", visit))) == day]
        return (f"visit.{part or 'date'}", hits[-1])
    if place.startswith("visit "):
        number, _, part = place.removeprefix("visit ").partition(", ")
        return (f"visit.{part}", visits[int(number) - 1])
    return (place, 0) if place in FIELDS else (NAME, 0)


def _likely(values: Values, doubted: Container[Key], visits: Sequence[int]) -> Values:
    """Return the values, with likely ones for what is doubted and a case cannot be without."""
    known = {key: value for key, value in values.items() if key not in doubted}
    surgery = cast("dt.date", known.get(_SURGERY) or known.get(_DISCHARGE) or _likely_day(known))
    home = cast("dt.date", known.get(_DISCHARGE) or surgery)
    likely: dict[Key, object] = {
        (NAME, 0): "A",
        ("patient.record_number", 0): "1",
        _BIRTH: dt.date(surgery.year - 60, 1, 1),
        _SURGERY: surgery,
        ("operation.side", 0): "left",
    }
    if known.get(_STATUS) != "planned":
        likely[_DISCHARGE] = home
    for visit in visits:
        likely["visit.date", visit] = home + dt.timedelta(weeks=visit)
        likely["visit.time", visit] = dt.time(12)
        likely["visit.place", visit] = "A"
    return {key: value for key, value in likely.items() if key in doubted} | known


def _likely_day(known: Values) -> dt.date:
    """Return a day for an operation that fits what is known, so that nothing is found wrong with that."""
    visits = [cast("dt.date", day) for (path, _), day in known.items() if path == "visit.date"]
    birth = cast("dt.date | None", known.get(_BIRTH))
    return min(visits) if visits else birth + dt.timedelta(days=1) if birth else dt.date(2020, 1, 1)


def _row(number: int, case: Case, values: Values, cells: Cells) -> RosterRow:
    """Build the row from values that are known to be of the right type."""
    return RosterRow(
        number=number,
        case=case,
        hold=str(values.get(("hold", 0), "")),
        email=str(values.get(("email", 0), "")),
        email_consent=cast("Consent", values.get(("email_consent", 0), "none")),
        digest=_digest(cells),
        email_consent_date=cast("dt.date | None", values.get(("email_consent_date", 0))),
        email_consent_by=str(values.get(("email_consent_by", 0), "")),
    )


def refused_words(described: Field, value: object, refused: RefusedError) -> str:
    """Return what is there: the value only when it can tell nobody who the patient is, else its shape.

    In a row that is shifted, a record number or a telephone number can stand in any column.
    """
    text = " ".join(str(value).split())
    if not described.identifying and _HARMLESS.fullmatch(text):
        return f'"{text}" is {refused.found}'
    return f'"{shape(text)}" (9 stands for a digit, x for a letter) is {refused.found}'


def _identity(values: Values) -> tuple[str, str]:
    """Return record number, and name with date of birth, in forms that compare equal when they mean the same."""
    number = "".join(str(values.get(("patient.record_number", 0), "")).split()).casefold()
    name, born = values.get((NAME, 0)), values.get(("patient.birth_date", 0))
    folded = " ".join(unicodedata.normalize("NFC", str(name)).split()).casefold()
    return number, f"{folded}\n{born}" if name and born else ""


def _has_visit(read: _Read, visit: int) -> bool:
    return any(path.startswith("visit.") and number == visit for path, number in read.values)


def _tables(values: Values, visits: Sequence[int]) -> dict[str, object]:
    """Return the values as the tables that `Case.parse` reads."""
    data: dict[str, object] = {name: {} for name in _SIMPLE}
    rows: dict[int, dict[str, object]] = {visit: {} for visit in visits}
    for (path, visit), value in values.items():
        if path in _OF_ROSTER:
            continue
        table, _, key = path.rpartition(".")
        target = rows[visit] if visit else data[table] if table else data
        target[key] = value  # type: ignore[index]
    return {**data, "visits": list(rows.values())}


def _wrong_width(number: int, found: int, wanted: int) -> RosterFault:
    fix = (
        "A separator inside a value needs quotation marks around the value"
        if found > wanted
        else "Is the line cut short? Export the file again"
    )
    words = f"{found} values, but {wanted} headings"
    return RosterFault(f"row {number}", words, "One value for each heading is wanted", fix, number)


def _digest(cells: Cells) -> str:
    parts = (str(cell).encode("utf-8", "surrogatepass") for cell in cells)
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).hexdigest()
