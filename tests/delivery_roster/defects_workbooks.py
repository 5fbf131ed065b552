"""Every way in which a workbook is known to go wrong: what it hides, computes, merges and rounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.filters import FilterColumn, Filters

from tests.delivery_roster.builders import (
    HEADINGS,
    NAMES,
    as_ods,
    as_xlsx,
    changed,
    ods_cell,
    ods_row,
    repackaged,
    table,
    whole_column,
)
from tests.delivery_roster.defects import Defect

HALF_PAST_TEN = dt.datetime.combine(dt.date(2026, 3, 2), dt.time(10, 30))
JUST_BEFORE_MIDNIGHT = dt.datetime.combine(dt.date(1958, 4, 17), dt.time(23, 59, 59, 999999))


def sheet(name: str, spoil: Callable[[Any, Any], None], says: str, row: int = 0, column: str = "") -> Defect:
    """Return a defect of a workbook."""
    return Defect(name, lambda: as_xlsx(table(), spoil), row, column, says)


def typed(name: str, heading: str, value: object, says: str) -> Defect:
    """Return the defect of one typed cell of a workbook, in row 3."""
    return Defect(name, lambda: as_xlsx(changed(3, heading, value)), 3, heading, says)


def _set(place: str, value: object, number_format: str = "") -> Callable[[Any, Any], None]:
    def spoil(book: Any, sheet: Any) -> None:
        sheet[place] = value
        if number_format:
            sheet[place].number_format = number_format

    return spoil


def _error_cell(book: Any, sheet: Any) -> None:
    sheet["A3"] = "#DIV/0!"
    sheet["A3"].data_type = "e"


def _filter(book: Any, sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:O4"
    sheet.auto_filter.filterColumn.append(FilterColumn(colId=4, filters=Filters(filter=["left"])))


def _second_sheet(book: Any, sheet: Any) -> None:
    book.create_sheet("Other ward").append(HEADINGS)


def _flat(book: bytes) -> bytes:
    old, new = b'<row r="3">', b'<row r="3" ht="0" customHeight="1">'
    return repackaged(book, lambda name, content: content.replace(old, new))


def _from_1904(book: Any, sheet: Any) -> None:
    book.epoch = CALENDAR_MAC_1904


def _ods_cell_with(attribute: str, value: str = NAMES[1]) -> bytes:
    """Return ODS with one more attribute in the cell of the second name, and perhaps another value."""
    return as_ods(
        table(), ods_cell(NAMES[1]), ods_cell(value).replace("<table:table-cell", f"<table:table-cell {attribute}")
    )


def _ods_filter() -> bytes:
    found = "<table:filter><table:filter-condition/></table:filter>"
    area = f'<table:database-range table:target-range-address="List.A1:List.O4">{found}</table:database-range>'
    return as_ods(table(), after=f"<table:database-ranges>{area}</table:database-ranges>")


def _ods_1904() -> bytes:
    day = '<table:null-date table:date-value="1904-01-01"/>'
    return as_ods(table(), before=f"<table:calculation-settings>{day}</table:calculation-settings>")


def _ods_hidden_row() -> bytes:
    start = f"<table:table-row >{ods_cell(NAMES[1])}"
    return as_ods(table(), start, start.replace(" >", ' table:visibility="filter">', 1))


def _ods_hidden_column() -> bytes:
    columns = '<table:table-column table:number-columns-repeated="16384"/>'
    return as_ods(table(), columns, '<table:table-column/><table:table-column table:visibility="collapse"/>')


def _ods_formula_behind_repeated_cells() -> bytes:
    hold = ods_cell("no").replace("<table:table-cell", '<table:table-cell table:formula="of:=1"')
    three = '<table:table-cell table:number-columns-repeated="3"/>'
    return as_ods(table(), ods_cell("") * 4, three + hold)


def _ods_repeated_row() -> bytes:
    rows = table()[:3]
    return as_ods(rows, ods_row(rows[2]), ods_row(rows[2], 'table:number-rows-repeated="2"'))


SPREADSHEETS = [
    sheet("a hidden row", lambda book, sheet: setattr(sheet.row_dimensions[3], "hidden", True), "filtered: row 3"),
    Defect("a row without height", lambda: _flat(as_xlsx(table())), 0, "", "filtered: row 3"),
    sheet("an active filter", _filter, "a filter is switched on"),
    sheet(
        "a hidden column", lambda book, sheet: setattr(sheet.column_dimensions["E"], "hidden", True),
        "the column is hidden", 0, "Side",
    ),
    sheet("merged cells", lambda book, sheet: sheet.merge_cells("F2:F4"), "row 2, column F: merged cells"),
    sheet("a formula", _set("A3", '=A2&" junior"'), "row 3: formulas", 0, "Name"),
    sheet("an error cell", _error_cell, "row 3: errors", 0, "Name"),
    typed("a record number that is a number", "Record number", 121, "a number, so leading zeros"),
    typed("a telephone number that is a number", "Visit 1 phone", 441632960120.0, "a number, so leading zeros"),
    typed("a name that is a date", "Name", dt.date(2026, 3, 1), "not a text"),
    sheet(
        "zeros that only a number format shows", _set("B3", 121, "00000"),
        "row 3: numbers that only show zeros", 0, "Record number",
    ),
    sheet("days counted from 1904", _from_1904, "from 1904"),
    typed("a date with a time of day", "Operation date", HALF_PAST_TEN, "time of day"),
    typed("a date a hair before midnight", "Date of birth", JUST_BEFORE_MIDNIGHT, "time of day"),
    typed("a date that is a plain number", "Operation date", 46083, "a number, not a date"),
    typed("a time that is a plain number", "Visit 1 time", 0.4375, "a number, not a time"),
    typed("a time that is a duration", "Visit 1 time", dt.timedelta(hours=34), "a duration"),
    Defect(
        "dates of which a spreadsheet understood only some",
        lambda: as_xlsx(whole_column("Operation date", [dt.date(2026, 3, 2), "13/03/2026", dt.date(2026, 4, 3)])),
        0, "Operation date", "some cells are dates (rows 2 and 4), others are texts (row 3)",
    ),
    sheet("two sheets", _second_sheet, '2 sheets: "List", "Other ward"'),
    Defect("a sheet that is not there", lambda: as_xlsx(table()), 0, "", 'Did you mean "List"?', {"sheet": "Lits"}),
]  # fmt: skip


OPEN_DOCUMENT = [
    Defect("ODS: a row that a filter hides", _ods_hidden_row, 0, "", "filtered: row 3"),
    Defect("ODS: an active filter", _ods_filter, 0, "", "a filter is switched on"),
    Defect("ODS: a hidden column", _ods_hidden_column, 0, "Record number", "the column is hidden"),
    Defect("ODS: a formula", lambda: _ods_cell_with('table:formula="of:=A1"'), 0, "Name", "row 3: formulas"),
    Defect(
        "ODS: an error", lambda: _ods_cell_with('calcext:value-type="error"', "Err:502"), 0, "Name", "row 3: errors"
    ),
    Defect(
        "ODS: merged cells", lambda: _ods_cell_with('table:number-rows-spanned="2"'), 0, "", "row 3, column A: merged"
    ),
    Defect("ODS: days counted from 1904", _ods_1904, 0, "", "from 1904"),
    Defect("ODS: a password", lambda: as_ods(table(), manifest="<m><encryption-data/></m>"), 0, "", "password"),
    Defect("ODS: a number for text", lambda: as_ods(changed(3, "Record number", 121)), 3, "Record number", "a number"),
    Defect("ODS: a repeated row", _ods_repeated_row, 4, "Record number", "as in row 3"),
]

WORKBOOKS = [*SPREADSHEETS, *OPEN_DOCUMENT]
