"""Every way in which a list as CSV is known to go wrong, and files that are no roster."""

from __future__ import annotations

import functools
import io
import zipfile

from tests.delivery_roster.builders import (
    HEADINGS,
    NAMES,
    as_csv,
    as_xlsx,
    changed,
    package,
    raw_csv,
    repackaged,
    table,
    whole_column,
)
from tests.delivery_roster.defects import Defect, cell


def _other_heading(old: str, new: str) -> bytes:
    rows = table()
    rows[0][HEADINGS.index(old)] = new
    return as_csv(rows)


def _wider() -> bytes:
    rows = table()
    return as_csv([[*row, extra] for row, extra in zip(rows, ["", "", "x", ""], strict=True)])


def _without(*headings: str) -> bytes:
    drop = {HEADINGS.index(heading) for heading in headings}
    return as_csv([[value for index, value in enumerate(row) if index not in drop] for row in table()])


def _same_person() -> bytes:
    rows = changed(4, "Name", f" {NAMES[0].upper()} ")
    return as_csv(changed(4, "Date of birth", "1958-04-17", rows))


QUOTING = [
    Defect("a quotation mark that never ends", lambda: raw_csv(table(), NAMES[1], f'"{NAMES[1]}'), 0, "", "never ends"),
    Defect(
        "a quotation mark that ends in a later row and swallows the rows between",
        lambda: raw_csv(table(), NAMES[0], f'"{NAMES[0]}').replace("ñez;".encode(), 'ñez";'.encode()),
        0, "", "row 2: a line break inside quotation marks (up to row 3)",
    ),
    Defect("a line break inside a value", lambda: as_csv(changed(3, "Carer", "Sam\nExample")), 0, "", "row 3"),
    Defect("text after a quotation mark", lambda: raw_csv(table(), NAMES[1], f'"{NAMES[1]}"x'), 0, "", "row 3"),
    Defect(
        "a separator that stands in a value without quotation marks",
        lambda: raw_csv(table(), NAMES[1], "Núñez; José"), 3, "", "16 values, but 15 headings",
    ),
    Defect(
        "one separator too many at the end of a row",
        lambda: raw_csv(changed(3, "Hold", "readmitted"), "readmitted", "readmitted;"), 3, "", "16 values",
    ),
    Defect("a row that is cut short", lambda: as_csv(table())[:-20], 4, "", "but 15 headings"),
    Defect(
        "a value of endless length",
        lambda: as_csv(changed(3, "Carer", "x" * 200_000)), 0, "", "row 3: a value of over 100,000 characters",
    ),
]  # fmt: skip

HEADING_ROW = [
    Defect("the same heading twice", lambda: _other_heading("Carer", "Name"), 1, "Name", "Each field once"),
    Defect("two headings for one field", lambda: _other_heading("Carer", "DOB"), 1, "DOB", "Each field once"),
    Defect("a misspelt heading", lambda: _other_heading("Surgeon", "Surgon"), 1, "Surgon", 'Did you mean "Surgeon"?'),
    Defect("remarks among staff", lambda: _other_heading("Carer", "Comments"), 1, "Comments", "Note for the patient"),
    Defect("no column for the side", lambda: _without("Side"), 1, "Side", "missing"),
    Defect("no column for the discharge", lambda: _without("Discharge date"), 1, "Discharge date", "missing"),
    Defect("a visit without a column for its time", lambda: _without("Visit 1 time"), 1, "Visit 1 time", "missing"),
    Defect("no headings at all", lambda: as_csv(table()[1:]), 1, "", "not the headings"),
    Defect("headings and nobody below", lambda: as_csv(table()[:1]), 0, "", "no patients"),
    Defect("a value below no heading", _wider, 0, "", "column P: it has no heading, but values in row 3"),
]

PEOPLE = [
    cell("a doubled record number", "Record number", " 00120", "the same record number as in row 2"),
    Defect("a doubled patient", _same_person, 4, "Name", "the same name and date of birth as in row 2"),
    cell("no name", "Name", " ", "the cell is empty"),
    cell("no record number", "Record number", "", "the cell is empty"),
    cell("no side", "Side", "", "the cell is empty"),
    cell("a side that does not exist", "Side", "middle", "not one of the choices"),
    cell("a visit without a place", "Visit 1 place", "", "the cell is empty"),
    cell("two e-mail addresses", "E-mail", "ada@example.org; sam@example.org", "more than one e-mail address"),
    cell("two e-mail addresses with a space", "E-mail", "ada@example.org sam@example.org", "more than one"),
    cell("half an e-mail address", "E-mail", "ada.example.org", "not an e-mail address"),
    cell("a telephone number with letters", "Visit 1 phone", "ask the ward", "not a telephone number"),
    cell("birth after the operation", "Date of birth", "2027-01-01", "not before the operation"),
    cell("discharge before the operation", "Discharge date", "2026-03-01", "before the operation"),
    cell("a visit before the discharge", "Visit 1 date", "2026-03-04", "before the discharge"),
    cell("no discharge after an operation that is done", "Discharge date", "", "nothing is here"),
]

DATES = [
    cell("a year of two digits", "Operation date", "02/03/26", "two digits"),
    cell("a serial number", "Operation date", "46083", "serial number"),
    cell("a time of day", "Operation date", "2026-03-02 10:30:00", "time of day"),
    cell("a time of day after UTC midnight", "Date of birth", "1958-04-16T23:00:00Z", "time of day"),
    cell("a day that does not exist", "Operation date", "2026-02-30", "not in the calendar"),
    cell("an unlikely year", "Operation date", "1899-12-31", "the year 1899"),
    cell("words for a date", "Operation date", "next Monday", "not a date"),
    cell("a time that does not exist", "Visit 1 time", "25:00", "not a time of day"),
    Defect(
        "dates that could mean two days", lambda: as_csv(whole_column("Operation date", ["02/03/2026"] * 3)),
        0, "Operation date", "02/03/2026 could be 2026-03-02 or 2026-02-03",
    ),
    Defect(
        "a column that contradicts itself",
        lambda: as_csv(whole_column("Operation date", ["13/02/2026", "02/13/2026", "02/03/2026"])),
        0, "Operation date", "the day first (row 2) and with the month first (row 3)", {"date_order": "day-first"},
    ),
    Defect(
        "a column that contradicts the clinic",
        lambda: as_csv(whole_column("Operation date", ["02/13/2026", "02/03/2026", "02/03/2026"])),
        0, "Operation date", "month first (row 2)", {"date_order": "day-first"},
    ),
]  # fmt: skip

LETTERS = [
    cell("UTF-8 read as cp1252", "Name", "JosÃ© NÃºÃ±ez", "wrong encoding"),
    cell("UTF-8 read as cp1252, with punctuation", "Carer", "Sam Oâ€™Example", "wrong encoding"),
    cell("Polish UTF-8 read as cp1252", "Name", "MichaÅ‚ Example", "wrong encoding"),
    Defect(
        "cp1250 taken for cp1252",
        lambda: as_csv(changed(3, "Name", "Łucja Wałęsa", whole_column("Name", ["A A", "", "B B"])), encoding="cp1250"),
        3, "Name", "in the place of a letter",
    ),
    Defect("bytes of no encoding", lambda: as_csv(table()).replace(b"Jos\xc3", b"Jos\x81"), 0, "", "row 3"),
    Defect("the wrong --encoding", lambda: as_csv(table()), 0, "", "row 3: a letter that is no", {"encoding": "ascii"}),
    Defect("an unknown --encoding", lambda: as_csv(table()), 0, "", "no such encoding", {"encoding": "latin-99"}),
    cell("a letter that was replaced", "Name", "Jos\ufffd", "damaged character"),
    cell("a letter that became a question mark", "Name", "Jos? N??ez", "in the place of a letter"),
    cell("HTML codes", "Carer", "Sam O&#39;Example", "HTML"),
    cell("a control character", "Name", "Ada\x07", "invisible or damaged"),
    cell("a NUL character", "Name", "A\x00da", "invisible or damaged"),
    cell("a zero-width space", "Name", "A\u200bda", "invisible or damaged"),
    cell("an override of the reading direction", "Name", "A\u202eda", "invisible or damaged"),
    cell("right-to-left letters", "Name", "דוד כהן", "right-to-left"),
    cell("a tab in a value", "Carer", "Sam\tExample", "tab"),
]  # fmt: skip


NUMBERS = [
    cell("a number that was shortened", "Record number", "1.23457E+11", "shortened"),
    cell("a number with decimals", "Record number", "123.0", "decimals"),
    cell("a telephone number with decimals", "Visit 1 phone", "441632960120.0", "decimals"),
    cell("a number dressed as a formula", "Record number", '="00121"', "formula"),
    cell("an apostrophe before a number", "Record number", "'00121", "apostrophe"),
    cell("the error of a formula", "Surgeon", "#N/A", "error of the spreadsheet"),
    cell("a column that was too narrow", "Operation date", "########", "too narrow"),
    cell("a database's word for nothing", "Carer", "NULL", "word for nothing"),
]


def _with_encoding(name: str) -> bytes:
    head = f'<?xml version="1.0" encoding="{name}"?>'.encode()
    return repackaged(as_xlsx(table()), lambda part, data: head + data if part == "xl/workbook.xml" else data)


def _with_second_sheet() -> bytes:
    """Return a workbook with another sheet under the same name in capitals: readers differ in which one they take."""
    stream = io.BytesIO(as_xlsx(table()))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/worksheets/SHEET1.XML", archive.read("xl/worksheets/sheet1.xml"))
    return stream.getvalue()


NO_ROSTER = [
    Defect(f"no roster: {name}", functools.partial(bytes, data), 0, "", says)
    for name, data, says in (
        ("nothing", b"", "empty"),
        ("blanks", b"\xef\xbb\xbf \r\n", "empty"),
        ("old Excel, or a password", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel file"),
        ("PDF", b"%PDF-1.7\n", "PDF"),
        ("a web page called .xls", b"<html><table><tr><td>Name</td></tr></table></html>", "web page"),
        ("FHIR", b'{"resourceType": "Bundle"}', "JSON"),
        ("HL7", b"MSH|^~\\&|", "HL7"),
        ("a ZIP file of something else", package({"readme.txt": "x"}), "no workbook"),
        ("a binary workbook", package({"xl/workbook.bin": "x"}), ".xlsb"),
        ("half a workbook", as_xlsx(table())[:3000], "damaged"),
        ("a workbook whose sheet is no XML", package({"xl/workbook.xml": "<workbook"}), "damaged"),
        ("a workbook in an encoding that nobody knows", _with_encoding("windows-9999"), "damaged"),
        ("a workbook with a part that is there twice", _with_second_sheet(), "damaged"),
    )
]

CSV = [*QUOTING, *HEADING_ROW, *PEOPLE, *DATES, *LETTERS, *NUMBERS, *NO_ROSTER]
