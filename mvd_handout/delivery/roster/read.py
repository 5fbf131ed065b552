"""Reading a roster: all of it is checked before anything is made of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from mvd_handout.delivery.roster.cells import is_blank
from mvd_handout.delivery.roster.duplicates import Duplicates
from mvd_handout.delivery.roster.headings import Column, match_headings
from mvd_handout.delivery.roster.model import (
    MAX_COLUMNS,
    Cells,
    FaultList,
    Inspect,
    Roster,
    RosterFault,
    RosterRow,
    Source,
    Summary,
)
from mvd_handout.delivery.roster.packed import PackedRows
from mvd_handout.delivery.roster.rows import RowReader
from mvd_handout.delivery.roster.scan import Scan, Scanner, too_many_columns
from mvd_handout.delivery.roster.sources import open_source
from mvd_handout.domain.dates import DateOrder
from mvd_handout.domain.errors import Fault, InputError

MAX_BYTES: Final = 100_000_000


def read_roster(
    data: bytes | BinaryIO,
    *,
    columns: Mapping[str, str] | None = None,
    date_order: DateOrder | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    inspect: Inspect | None = None,
    skip_bad_rows: bool = False,
) -> Roster:
    """Return the roster in `data`, a CSV, XLSX or ODS file told by its content, after checking every row of it.

    Args:
        data: The file's bytes, or a stream of them.
        columns: The clinic's own words for headings, heading to field; see `headings.parse_columns`.
        date_order: What comes first in a date such as 5/3/2026, where the column itself does not tell.
        encoding: The encoding of a CSV file; otherwise its first bytes tell, or it is UTF-8, or else cp1252.
        sheet: The sheet of a workbook; needed only when several could be meant.
        inspect: A further check of each case, such as whether the clinic has its surgeon.
        skip_bad_rows: Leave rows with faults out and list them in `Roster.faults`. Faults of the file as a whole,
            such as hidden rows or an unknown heading, are never passed over.

    Raises:
        InputError: with every fault of every row at once, as `RosterFault` where a row or column is known. No fault
            quotes what tells who a patient is.
    """
    content = data if isinstance(data, bytes) else data.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InputError(Fault("roster", "the file is too big", f"At most {MAX_BYTES // 1_000_000} MB are read"))
    table = _find_table(open_source(content, encoding, sheet), columns or {})
    scan = _scan(table, date_order)
    faults = FaultList()
    for fault in (*table.unknown, *table.source.faults(table.used, table.first), *scan.faults):
        faults.add(fault)
    # What an unknown heading keeps back, the further check would miss in every row.
    reader = RowReader(table.columns, len(table.headings), scan, None if table.unknown else inspect)
    bad_rows, rows = _check_rows(table, reader, faults)
    found = faults.all()
    if found and (not skip_bad_rows or any(fault.row <= table.first for fault in found)):
        raise InputError(*found)
    return Roster(
        words=table.source.words,
        notes=(*table.source.notes, *scan.notes),
        columns=tuple((column.heading, column.name) for column in table.columns),
        renamed=tuple((column.heading, column.own_heading) for column in table.columns if not column.is_own),
        summary=_count(_good_rows(rows, bad_rows)),
        sha256=hashlib.sha256(content).hexdigest(),
        faults=found,
        bad_rows=tuple(sorted(bad_rows)),
        reread=lambda: _good_rows(rows, bad_rows),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """A source whose headings are understood; `first` is the row of the headings."""

    source: Source
    first: int
    headings: tuple[str, ...]
    columns: tuple[Column, ...]
    unknown: tuple[RosterFault, ...]

    @property
    def used(self) -> dict[int, str]:
        """The headings of the columns that are read, by their place."""
        return {column.index: column.heading for column in self.columns}

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Yield the rows of patients: those below the headings that are not blank."""
        for number, cells in self.source.rows():
            if number > self.first and not all(map(is_blank, cells)):
                yield number, cells


def _find_table(source: Source, own: Mapping[str, str]) -> _Table:
    """Find the row of headings: the first that is neither blank nor a remark (a lone text that starts with #)."""
    for number, cells in source.rows():
        if all(map(is_blank, cells)) or _is_remark(cells):
            continue
        if len(cells) > MAX_COLUMNS:
            raise InputError(too_many_columns(number))
        headings = tuple("" if is_blank(cell) else str(cell) for cell in cells)
        return _Table(source, number, headings, *match_headings(headings, number, own))
    raise InputError(Fault("roster", "there is nothing in it", "A row of headings and a row for each patient"))


def _is_remark(cells: Cells) -> bool:
    return str(cells[0]).lstrip("\ufeff ").startswith("#") and all(map(is_blank, cells[1:]))


def _scan(table: _Table, order: DateOrder | None) -> Scan:
    scanner = Scanner(table.headings, table.columns, order)
    for number, cells in table.rows():
        scanner.add(number, cells)
    scan = scanner.result()
    if not scan.rows:
        fix = "Is it the right file or sheet?"
        raise InputError(Fault("roster", "there are headings, but no patients", "A row for each patient", fix))
    return scan


def _check_rows(table: _Table, reader: RowReader, faults: FaultList) -> tuple[set[int], PackedRows]:
    """Note the faults of every row; return the rows that have any (both of a patient who stands there twice)."""
    bad_rows: set[int] = set()
    rows = PackedRows()
    duplicates = Duplicates(table.columns)
    for number, cells in table.rows():
        reading = reader.read(number, cells)
        for fault in (*reading.faults, *duplicates.find(number, reading.record_number, reading.person)):
            faults.add(fault)
            bad_rows.add(fault.row)
        if reading.row is not None:
            rows.add(reading.row)
    return bad_rows, rows


def _good_rows(rows: PackedRows, bad_rows: set[int]) -> Iterator[RosterRow]:
    """Yield the rows without those that are left out: a fault can come to light long after its row."""
    return (row for row in rows if row.number not in bad_rows)


def _count(rows: Iterable[RosterRow]) -> Summary:
    summary = Summary()
    for row in rows:
        summary.add(row)
    return summary
