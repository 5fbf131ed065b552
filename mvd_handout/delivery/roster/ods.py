"""What an ODS workbook shows only in its XML: hidden rows, filters, merged cells, formulas, errors, repeated cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from mvd_handout.delivery.roster.evidence import MAX_TEXT, Bounds, Evidence, too_much_text
from mvd_handout.delivery.roster.package import Package, damaged, locked
from mvd_handout.domain.errors import Fault, InputError

CONTENT: Final = "content.xml"
MIME: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_STYLE: Final = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
_CALC: Final = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_DAY_ZERO: Final = "1899-12-30"
_FAR: Final = 1_000_000_000


def refuse_locked(package: Package) -> None:
    """Refuse a workbook with a password. Raises InputError."""
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise InputError(locked())


def look_at(package: Package) -> dict[str, Evidence]:
    """Return what each sheet shows, by its name. Raises InputError for what is too big for a roster.

    All sheets have to be within bounds, because calamine reads all of an ODS file at once.
    """
    if CONTENT not in package:
        raise InputError(damaged())
    scanner = _Scanner()
    package.walk(CONTENT, scanner.start, scanner.text)
    return scanner.sheets


@dataclass(slots=True)
class _Scanner:
    """Follows the elements of the workbook, with the position of the cell that it is in."""

    sheets: dict[str, Evidence] = field(default_factory=dict)
    evidence: Evidence = field(default_factory=Evidence)
    bounds: Bounds = field(default_factory=Bounds)
    style: str = ""
    hidden_styles: set[str] = field(default_factory=set)
    row: int = 0
    rows: int = 1
    column: int = -1
    columns: int = 1
    hidden: bool = False
    sheet_columns: int = 0
    text_size: int = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Note what an element tells. Raises InputError."""
        match tag:
            case "table-cell" | "covered-table-cell":
                self._cell(tag, attributes)
            case "table-row":
                self._start_row(attributes)
            case "table-column":
                self._sheet_column(attributes)
            case "table":
                self._start_sheet(attributes)
            case "style":
                self.style = attributes.get(f"{_STYLE}name", "")
            case "table-properties" if attributes.get(f"{_TABLE}display") == "false":
                self.hidden_styles.add(self.style)
            case "null-date":
                _refuse_other_day_zero(attributes.get(f"{_TABLE}date-value", _DAY_ZERO))
            case "database-range":
                target = attributes.get(f"{_TABLE}target-range-address", "").rpartition(".")[0].partition(".")[0]
                self.evidence = self.sheets.get(target.lstrip("$").strip("'"), self.evidence)
            case "filter-condition":
                self.evidence.filtered = True

    def text(self, data: str) -> None:
        """Count text as often as it is repeated. Raises InputError when there is too much."""
        self.text_size += len(data) * self.columns * self.rows
        if self.text_size > MAX_TEXT:
            raise InputError(too_much_text())

    def _start_sheet(self, attributes: Mapping[str, str]) -> None:
        hidden = attributes.get(f"{_TABLE}style-name", "") in self.hidden_styles
        self.evidence = self.sheets[attributes.get(f"{_TABLE}name", "")] = Evidence(hidden)
        self.bounds.next_sheet()
        self.row, self.rows, self.column, self.columns, self.sheet_columns = 0, 1, -1, 1, 0

    def _sheet_column(self, attributes: Mapping[str, str]) -> None:
        many = min(_repeats(attributes, "columns"), 20_000)
        if attributes.get(f"{_TABLE}visibility", "visible") != "visible":
            self.evidence.hidden_columns.update(range(self.sheet_columns, min(self.sheet_columns + many, 1_000)))
        self.sheet_columns += many

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        self.row = min(self.row + self.rows if self.row else 1, _FAR)
        self.rows = _repeats(attributes, "rows")
        self.column, self.columns = -1, 1
        self.hidden = attributes.get(f"{_TABLE}visibility", "visible") != "visible"

    def _cell(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.column = min(self.column + self.columns if self.column >= 0 else 0, _FAR)
        self.columns = _repeats(attributes, "columns")
        if tag == "covered-table-cell" or not _holds(attributes):
            return
        self.bounds.check(self.row + self.rows - 1, self.column + self.columns - 1)
        self.text(attributes.get(f"{_OFFICE}string-value", ""))
        if self.hidden:
            self.evidence.hidden_rows.add(self.row)
            self.hidden = False
        self._look_at_cell(attributes)

    def _look_at_cell(self, attributes: Mapping[str, str]) -> None:
        if f"{_TABLE}formula" in attributes:
            self.evidence.note("formula", self.row, self.column)
        if attributes.get(f"{_CALC}value-type") == "error":
            self.evidence.note("error", self.row, self.column)
        spans = (attributes.get(f"{_TABLE}number-{side}-spanned", "1") for side in ("rows", "columns"))
        if any(span != "1" for span in spans):
            self.evidence.merge(self.row, self.row, self.column)


def _holds(attributes: Mapping[str, str]) -> bool:
    return any(name in attributes for name in (f"{_OFFICE}value-type", f"{_TABLE}formula", f"{_CALC}value-type"))


def _repeats(attributes: Mapping[str, str], what: str) -> int:
    text = attributes.get(f"{_TABLE}number-{what}-repeated", "1")
    if not (text.isdecimal() and text.isascii() and len(text) < 10):
        raise InputError(damaged())
    return int(text)


def _refuse_other_day_zero(day: str) -> None:
    if day != _DAY_ZERO:
        fix = "Copy the list into a new workbook, check the dates there, and save that"
        found = "the workbook counts days from 1904 or another day"
        raise InputError(Fault("roster", found, "One that counts from 1899-12-30", fix))
