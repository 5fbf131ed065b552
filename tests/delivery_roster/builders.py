"""Fictional rosters for the tests: as plain tables, and written as CSV, XLSX and ODS in the ways of the world."""

from __future__ import annotations

import copy
import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

from mvd_handout.delivery.roster.model import Roster, RosterFault
from mvd_handout.delivery.roster.read import read_roster
from mvd_handout.domain.errors import Fault, InputError

Table = list[list[Any]]

HEADINGS = [
    "Name", "Record number", "Date of birth", "Operation date", "Side", "Surgeon", "Discharge date",
    "Visit 1 date", "Visit 1 time", "Visit 1 place", "Visit 1 phone", "Carer", "Print size", "E-mail", "Hold",
]  # fmt: skip
NAMES = ("Ada Sample", "José Núñez", "Łucja Þórsdóttir")


def table() -> Table:
    """Return three patients under their headings, all cells as texts."""
    rows = [HEADINGS.copy()]
    for index, name in enumerate(NAMES):
        rows.append([
            name, f"0012{index}", f"19{58 + index}-04-17", "2026-03-02", "left", "Dr Morgan Sample", "2026-03-05",
            "2026-03-16", "10:30", "Outpatients, Level 2", "01632 960120", "", "", "", "",
        ])  # fmt: skip
    return rows


def changed(row: int, heading: str, value: object, rows: Table | None = None) -> Table:
    """Return the table with another value in one cell; `row` counts as a spreadsheet does, headings being row 1."""
    result = copy.deepcopy(rows or table())
    result[row - 1][HEADINGS.index(heading)] = value
    return result


def whole_column(heading: str, values: Sequence[object]) -> Table:
    """Return the table with other values in one column."""
    result = table()
    for row, value in zip(result[1:], values, strict=True):
        row[HEADINGS.index(heading)] = value
    return result


def as_csv(rows: Table, separator: str = ";", encoding: str = "utf-8", quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    """Return the table as CSV with the line ends that spreadsheets write."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return stream.getvalue().encode(encoding)


def raw_csv(rows: Table, old: str, new: str) -> bytes:
    """Return CSV in which the text `old`, found once, was replaced by `new`, without any regard to quoting."""
    text = as_csv(rows).decode()
    assert text.count(old) == 1
    return text.replace(old, new).encode()


def as_xlsx(rows: Table, spoil: Callable[[Any, Any], None] = lambda book, sheet: None) -> bytes:
    """Return the table as a workbook that openpyxl writes; `spoil(book, sheet)` changes it first."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "List"
    for row in rows:
        sheet.append(row)
    spoil(book, sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


_ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    '<office:automatic-styles><style:style style:name="ta2" style:family="table">'
    '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    '<office:body><office:spreadsheet>{before}<table:table table:name="List">'
    '<table:table-column table:number-columns-repeated="16384"/>{rows}'
    '<table:table-row table:number-rows-repeated="1048000">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>{after}'
    "</office:spreadsheet></office:body></office:document-content>"
)


def ods_cell(value: object) -> str:
    """Return a cell as LibreOffice writes it."""
    text = escape(str(value))
    match value:
        case dt.date():
            kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
        case dt.time():
            kind = f'office:value-type="time" office:time-value="PT{value:%H}H{value:%M}M00S"'
        case int() | float():
            kind = f'office:value-type="float" office:value="{value}"'
        case "":
            return "<table:table-cell/>"
        case _:
            kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>"


def ods_row(cells: Sequence[object], attributes: str = "") -> str:
    """Return a row of cells."""
    return f"<table:table-row {attributes}>{''.join(map(ods_cell, cells))}</table:table-row>"


def as_ods(rows: Table, old: str = "", new: str = "", before: str = "", after: str = "", **parts: str) -> bytes:
    """Return the table as ODS; in its XML the text `old`, found at least once, is replaced by `new` the first time."""
    content = _ODS.format(rows="".join(map(ods_row, rows)), before=before, after=after)
    assert old in content
    return package(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.replace(old, new, 1) if old else content,
            "META-INF/manifest.xml": parts.get("manifest", "<manifest/>"),
        }
    )


def package(parts: dict[str, str | bytes]) -> bytes:
    """Return a ZIP file with these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def repackaged(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return a ZIP file whose parts went through `change(name, content)`."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return package({name: change(name, archive.read(name)) for name in archive.namelist()})


def refused(data: bytes, **options: Any) -> tuple[Fault, ...]:
    """Read a roster that cannot be used and return its faults."""
    try:
        read_roster(data, **options)
    except InputError as error:
        return error.faults
    raise AssertionError("this roster was taken")


def in_row(faults: Sequence[Fault], row: int, column: str = "") -> list[RosterFault]:
    """Return the faults of a row, or of one of its cells."""
    found = [fault for fault in faults if isinstance(fault, RosterFault) and fault.row == row]
    return [fault for fault in found if not column or fault.column == column]


def names(roster: Roster) -> list[str]:
    """Return the names of the patients, in their order."""
    return [row.case.patient.name for row in roster]
