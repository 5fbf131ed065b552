"""Telling by its content what a roster is: never by its name, which anybody can change."""

from __future__ import annotations

from typing import Final

from mvd_handout.delivery.roster.csv_source import open_csv
from mvd_handout.delivery.roster.model import Source
from mvd_handout.domain.errors import Fault, InputError

_SAVE_AS: Final = "Open it in the spreadsheet program and save it as XLSX, ODS or CSV (UTF-8)"
_OTHERS: Final = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls), or one with a password", f"{_SAVE_AS}, without a password"),
    (b"%PDF", "a PDF", "Export the list from the record system as CSV or XLSX"),
    (b"{\\rtf", "a word processor's file", "Export the list from the record system as CSV or XLSX"),
    (b"MSH|", "HL7 messages", "Export the list as CSV or XLSX"),
    (b"FHS|", "HL7 messages", "Export the list as CSV or XLSX"),
    (b"BHS|", "HL7 messages", "Export the list as CSV or XLSX"),
    (b"{", "JSON", "Export the list as CSV or XLSX"),
    (b"[", "JSON", "Export the list as CSV or XLSX"),
    (b"<", "a web page or XML, whatever its name says", _SAVE_AS),
    (b"\x1f\x8b", "a compressed file", "Unpack it first"),
    (b"7z\xbc\xaf", "a compressed file", "Unpack it first"),
    (b"Rar!", "a compressed file", "Unpack it first"),
    (b"SQLite format 3", "a database", "Export the list from it as CSV or XLSX"),
    (b"\x89PNG", "a picture", "Export the list from the record system as CSV or XLSX"),
    (b"\xff\xd8\xff", "a picture", "Export the list from the record system as CSV or XLSX"),
)


def open_source(data: bytes, encoding: str | None = None, sheet: str | None = None) -> Source:
    """Return the rows in `data`. Raises InputError for what is no roster, or is dangerous to read."""
    if data.startswith(b"PK"):
        from mvd_handout.delivery.roster.workbook import open_workbook

        return open_workbook(data, sheet)
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise InputError(Fault("roster", "the file is empty", "A CSV, XLSX or ODS file is wanted"))
    for mark, found, fix in _OTHERS:
        if start.startswith(mark):
            raise InputError(Fault("roster", f"this is {found}", "A CSV, XLSX or ODS file is wanted", fix))
    if sheet is not None:
        raise InputError(Fault("--sheet", "this file has no sheets: it is CSV", "Leave it out"))
    return open_csv(data, encoding)
