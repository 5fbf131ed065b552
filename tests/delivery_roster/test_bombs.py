"""Files made to exhaust a computer: each is refused in a moment and in little memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from tests.delivery_roster.builders import as_csv, as_ods, as_xlsx, ods_cell, package, repackaged, table
from tests.delivery_roster.measured import measured

SECONDS, MEGABYTES = 2.0, 200
BOOK = as_xlsx(table())
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
ODS_START = "<office:document-content"
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def _in_sheet(change: Callable[[str], str], book: bytes = BOOK, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    return repackaged(book, lambda name, content: change(content.decode()).encode() if name == part else content)


def _cells(xml: str) -> bytes:
    """Return the workbook with more rows at its end."""
    return _in_sheet(lambda sheet: sheet.replace("</sheetData>", f"{xml}</sheetData>"))


def _cell(column: str, row: int) -> bytes:
    return _cells(f'<row r="{row}"><c r="{column}{row}"><v>1</v></c></row>')


def _small_row(number: int) -> str:
    return f"<row><c><v>{number * 7919}</v></c></row>"


def _blanks(megabytes: int) -> bytes:
    """Return a workbook with that many blanks in its styles."""
    stream = io.BytesIO(repackaged(BOOK, lambda name, content: content))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/theme.xml", "w") as part:
        for _ in range(megabytes):
            part.write(b" " * 1_000_000)
    return stream.getvalue()


def _lying_size() -> bytes:
    """Return a package whose directory says that a part of 5 MB has 3,000 bytes."""
    stream = io.BytesIO(_in_sheet(lambda sheet: sheet.replace("<sheetData>", " " * 5_000_000 + "<sheetData>")))
    with zipfile.ZipFile(stream) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    data = stream.getvalue()
    return data.replace(info.file_size.to_bytes(4, "little"), (3_000).to_bytes(4, "little"))


def _shared_text() -> bytes:
    """Return a workbook in which 20,000 cells show one text of 30,000 letters."""
    rows = "".join(f'<row r="{number}"><c t="s"><v>0</v></c></row>' for number in range(5, 20_005))
    strings = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"x" * 30_000}</t></si></sst>'
    )
    with zipfile.ZipFile(io.BytesIO(_cells(rows))) as archive:
        return package({**{name: archive.read(name) for name in archive.namelist()}, "xl/sharedStrings.xml": strings})


def _many_parts() -> bytes:
    return package({"xl/workbook.xml": "<workbook/>", **{f"xl/{number}.xml": "<x/>" for number in range(3_000)}})


def _ods_repeated(cell: str, rows: int, columns: int = 1) -> bytes:
    repeated = cell.replace("<table:table-cell", f'<table:table-cell table:number-columns-repeated="{columns}"')
    row = f'<table:table-row table:number-rows-repeated="{rows}">{repeated}</table:table-row>'
    return as_ods(table(), '<table:table-row table:number-rows-repeated="1048000">', f"{row}<table:table-row>")


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a part of 300 MB in 300 kB": (lambda: _blanks(300), "unpacks to far more"),
    "60 MB of blanks in 60 kB": (lambda: _blanks(60), "unpacks to far more"),
    "a directory that lies about sizes": (_lying_size, "damaged"),
    "a cell at the end of the world": (lambda: _cell("XFD", 1048576), "further down"),
    "a cell far to the right": (lambda: _cell("XFD", 5), "further right"),
    "a formula far away": (lambda: _cells('<row r="1048576"><c r="A1048576"><f>1</f></c></row>'), "further down"),
    "a sheet that is a huge rectangle": (
        lambda: _cells('<row r="200000"><c r="A200000"><v>1</v></c><c r="BL200000"><v>1</v></c></row>'), "cells",
    ),
    "300,000 rows": (lambda: _cells("".join(map(_small_row, range(300_000)))), "further down"),
    "one long text in every cell": (_shared_text, "far too much text"),
    "entities in the sheet": (lambda: _in_sheet(lambda sheet: DOCTYPE + sheet.replace("Ada", "&b;")), "document type"),
    "an external entity in the sheet": (lambda: _in_sheet(lambda sheet: EXTERNAL + sheet), "document type"),
    "entities in the styles": (lambda: _in_sheet(lambda xml: DOCTYPE + xml, part="xl/styles.xml"), "document type"),
    "thousands of parts": (_many_parts, "unpacks to far more"),
    "a number of rows without end": (lambda: _cells(f'<row r="{"9" * 4000}"><c><v>1</v></c></row>'), "damaged"),
    "ODS: a row repeated a billion times": (lambda: _ods_repeated(ods_cell("x"), 999_999_999), "further down"),
    "ODS: a cell repeated into the distance": (lambda: _ods_repeated(ods_cell("x"), 1, 999_999), "further right"),
    "ODS: a repeated rectangle": (lambda: _ods_repeated(ods_cell("x"), 190_000, 64), "cells"),
    "ODS: a long text repeated": (lambda: _ods_repeated(ods_cell("x" * 30_000), 9_000, 10), "far too much text"),
    "ODS: entities": (lambda: as_ods(table(), ODS_START, DOCTYPE + ODS_START), "document type"),
    "CSV: a value of 5 MB": (lambda: as_csv(table()) + b"x" * 5_000_000, "over 100,000 characters"),
    "CSV: 100,000 columns": (lambda: b"Name" + b";x" * 100_000 + b"\n" + as_csv(table()), "more than 64 columns"),
    "CSV: 300,000 rows": (lambda: as_csv(table()) + b"a;b\n" * 300_000, "more than 200,000 rows"),
    "CSV: more than 100 MB": (lambda: as_csv(table()) + b"\n" * 101_000_000, "too big"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_a_moment_and_in_little_memory(name: str) -> None:
    make, says = BOMBS[name]
    result = measured(data := make(), "refusal")
    assert says in result.said
    assert result.seconds <= SECONDS
    assert result.megabytes <= MEGABYTES + len(data) / 1e6
