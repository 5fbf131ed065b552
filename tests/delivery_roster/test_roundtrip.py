"""Whatever a list holds, and however it is written down, it is read back to the same patients, letter for letter."""

from __future__ import annotations

import csv
import datetime as dt
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from mvd_handout.delivery.roster.read import read_roster
from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import Fault, InputError
from tests.delivery_roster.builders import Table, as_csv, as_xlsx

WESTERN = "".join(chr(code) for code in range(0xC0, 0x100) if chr(code).isalpha())
LETTERS = "ABCXYZabcxyz" + WESTERN
# Not the few letters, such as Š, that look like damage when chance puts them after Â or Ã; test_read has them.
EVERYWHERE = LETTERS + "ŁłŃőĚčĞışțЖяΩώỄễ"
EARLIEST, LATEST = dt.date(2024, 1, 1), dt.date(2026, 12, 31)
HEADINGS = [
    "Name", "Record number", "Date of birth", "Operation date", "Side", "First or repeat", "Surgeon", "Discharge date",
    "Interpreter", "Print size", "Carer", "Note for the patient", "Visit 1 date", "Visit 1 time", "Visit 1 place",
    "Hold",
]  # fmt: skip
BOOK = as_xlsx([HEADINGS, ["Ada Sample", "01", *["x"] * (len(HEADINGS) - 2)]])


def names(letters: str) -> st.SearchStrategy[str]:
    """Return names of one to three words, with the signs that names have."""
    word = st.text(letters, min_size=1, max_size=8)
    return st.lists(word, min_size=1, max_size=3).flatmap(
        lambda words: st.sampled_from([" ", "-", "'", ", ", ". "]).map(lambda sign: sign.join(words))
    )


def notes(letters: str) -> st.SearchStrategy[str]:
    """Return short sentences with every sign that separates or quotes in CSV."""
    return st.text(letters + " ;,|\"'.!()", max_size=30).map(lambda text: f"Dear {text}.".replace("=", ""))


@st.composite
def rows(draw: st.DrawFn, letters: str) -> list[object]:
    """Return the cells of one patient; record numbers are added later, so that each is there once."""
    operated = draw(st.dates(EARLIEST, LATEST))
    home = operated + dt.timedelta(days=draw(st.integers(0, 30)))
    visit = home + dt.timedelta(days=draw(st.integers(0, 300)))
    time = dt.time(draw(st.integers(0, 23)), draw(st.integers(0, 59)))
    return [
        draw(names(letters)), "", draw(st.dates(dt.date(1920, 1, 1), dt.date(2005, 1, 1))), operated,
        draw(st.sampled_from(["left", "right", "both"])), draw(st.sampled_from(["first", "repeat", ""])),
        draw(names(letters)), home, draw(st.sampled_from(["yes", "no", ""])),
        draw(st.sampled_from(["large", "standard", ""])), draw(st.one_of(st.just(""), names(letters))),
        draw(st.one_of(st.just(""), notes(letters))), visit, time, draw(notes(letters)),
        draw(st.sampled_from(["", "no", "died", "readmitted, bed 4"])),
    ]  # fmt: skip


def lists(letters: str) -> st.SearchStrategy[Table]:
    """Return lists of patients, each with a record number and a name of their own."""

    def number(patients: list[list[object]]) -> Table:
        for index, patient in enumerate(patients):
            patient[0], patient[1] = f"{patient[0]} {'I' * index}".strip(), f"0{index}-é{index}"
        return [list(HEADINGS), *patients]

    return st.lists(rows(letters), min_size=1, max_size=4).map(number)


def expected(cells: list[object]) -> Case | None:
    """Return the case that the cells describe, read without a roster; None where the domain refuses it."""
    value = {heading: cell for heading, cell in zip(HEADINGS, cells, strict=True) if cell != ""}
    try:
        return Case.parse({
            "patient": {
                "name": value["Name"], "record_number": value["Record number"],
                "birth_date": value["Date of birth"], "interpreter": value.get("Interpreter") == "yes",
                "print_size": value.get("Print size", "standard"), "carer": value.get("Carer", ""),
            },
            "operation": {
                "date": value["Operation date"], "side": value["Side"], "kind": value.get("First or repeat", "first"),
            },
            "surgeon": value["Surgeon"], "discharge_date": value["Discharge date"],
            "note": value.get("Note for the patient", ""),
            "visits": [{
                "date": value["Visit 1 date"], "time": value["Visit 1 time"], "place": value["Visit 1 place"],
            }],
        })  # fmt: skip
    except InputError:
        return None


def written(table: Table, pattern: str) -> Table:
    """Return the table with dates and times as texts."""

    def text(cell: object) -> object:
        match cell:
            case dt.date():
                return cell.strftime(pattern)
            case dt.time():
                return f"{cell:%H:%M}"
            case _:
                return cell

    return [[text(cell) for cell in row] for row in table]


def check(table: Table, data: bytes, **options: object) -> None:
    """Check that `data` reads back to the patients of `table`."""
    wanted = [expected(row) for row in table[1:]]
    assert None not in wanted, "the strategy makes only cases that the domain takes"
    roster = read_roster(data, **options)  # type: ignore[arg-type]
    assert [row.case for row in roster] == wanted
    assert [row.hold for row in roster] == ["" if row[-1] == "no" else row[-1] for row in table[1:]]


WRITING = {
    "separator": st.sampled_from(";,\t|"),
    "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    "dates": st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%d.%m.%Y"]),
}


@settings(max_examples=60)
@given(table=lists(EVERYWHERE), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), **WRITING)
def test_csv_in_unicode_reads_back(table: Table, encoding: str, separator: str, quoting: int, dates: str) -> None:
    data = as_csv(written(table, dates), separator, encoding, quoting)
    check(table, data, date_order="day-first")


@settings(max_examples=40)
@given(table=lists(LETTERS), **WRITING)
def test_csv_in_cp1252_reads_back(table: Table, separator: str, quoting: int, dates: str) -> None:
    data = as_csv(written(table, dates), separator, "cp1252", quoting)
    check(table, data, date_order="day-first", encoding="cp1252")


@settings(max_examples=15)
@given(table=lists(EVERYWHERE))
def test_workbooks_with_typed_cells_read_back(table: Table) -> None:
    check(table, as_xlsx(table))


@settings(max_examples=30)
@given(table=lists(EVERYWHERE))
def test_letters_that_were_taken_apart_come_back_whole(table: Table) -> None:
    data = as_csv(written(table, "%Y-%m-%d"))
    check(table, unicodedata.normalize("NFD", data.decode()).encode())


def reasons(data: bytes) -> tuple[Fault, ...]:
    """Return why a file is refused, or nothing when it is taken. Every other exception comes through."""
    try:
        read_roster(data)
    except InputError as error:
        return error.faults
    return ()


@settings(max_examples=150)
@given(data=st.binary(max_size=300), start=st.sampled_from([b"", b"PK\x03\x04", b"Name;MRN\n", b"\xff\xfe", b"sep="]))
def test_any_bytes_are_refused_with_a_reason(data: bytes, start: bytes) -> None:
    faults = reasons(start + data)
    assert faults
    assert all(fault.found and fault.where for fault in faults)


@settings(max_examples=200)
@given(place=st.integers(0, len(BOOK) - 1), byte=st.integers(0, 255))
def test_a_workbook_with_one_wrong_byte_is_read_or_refused_with_a_reason(place: int, byte: int) -> None:
    data = bytearray(BOOK)
    data[place] = byte
    assert all(fault.found and fault.where for fault in reasons(bytes(data)))
