"""The template reads back without a fault, in every format, and nothing can be made of its fictional patient."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from mvd_handout.delivery.roster.read import read_roster
from mvd_handout.delivery.roster.spreadsheet import Sheet, write_xlsx
from mvd_handout.delivery.roster.synonyms import FIELDS, NAME
from mvd_handout.delivery.roster.template import KINDS, Kind, roster_template
from mvd_handout.domain.case import check_today

TODAY = dt.date(2026, 3, 5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("today", [TODAY, dt.date(2028, 2, 29), dt.date(2027, 12, 31)])
def test_the_template_reads_back_without_a_fault(kind: Kind, today: dt.date) -> None:
    roster = read_roster(roster_template(kind, today))
    (row,) = roster
    check_today(row.case, today)
    assert row.case.patient.name == "Alex Example"
    assert all(visit.date.weekday() < 5 for visit in row.case.visits)
    assert len(row.case.visits) == 2
    assert roster.renamed == ()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_made_of_a_row_that_somebody_forgot_to_delete(kind: Kind) -> None:
    (row,) = read_roster(roster_template(kind, TODAY))
    assert row.hold
    assert row.email_consent == "none"


def test_the_template_has_every_field() -> None:
    paths = {path for _, path in read_roster(roster_template("csv", TODAY)).columns}
    parts = {
        path
        for path in FIELDS
        if not path.startswith("visit.")
        and path not in {NAME.replace("name", part) for part in ("given_name", "family_name")}
    }
    assert paths == parts | {
        f"visit.{number}.{part}" for number in (1, 2) for part in ("date", "time", "place", "phone")
    }


def test_both_formats_say_the_same() -> None:
    assert [row.case for row in read_roster(roster_template("csv", TODAY))] == [
        row.case for row in read_roster(roster_template("xlsx", TODAY))
    ]


def test_a_spreadsheet_opens_the_workbook_as_text_with_an_explanation() -> None:
    book = openpyxl.load_workbook(io.BytesIO(roster_template("xlsx", TODAY)))
    roster, explanation = book.worksheets
    assert (roster.title, explanation.title) == ("Roster", "Explanation")
    assert {cell.number_format for row in roster.iter_rows() for cell in row} == {"@"}
    headings = [cell.value for cell in roster[1]]
    assert [row[0].value for row in explanation.iter_rows(min_row=2, max_row=len(headings) + 1)] == headings
    assert roster.freeze_panes == "A2"
    lists = {str(each.sqref): each.formula1 for each in roster.data_validations.dataValidation}
    assert lists["E2:E200000"] == '"left,right,both"'


def test_a_template_that_was_filled_in_with_a_spreadsheet_is_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(roster_template("xlsx", TODAY)))
    sheet = book["Roster"]
    for column, cell in enumerate(list(sheet[2]), start=1):
        sheet.cell(2, column).value = {"Hold": None, "Name": "Łucja Sample"}.get(
            sheet.cell(1, column).value, cell.value
        )
    stream = io.BytesIO()
    book.save(stream)
    (row,) = read_roster(stream.getvalue())
    assert (row.case.patient.name, row.hold) == ("Łucja Sample", "")


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_is_the_same_byte_for_byte(kind: Kind) -> None:
    assert roster_template(kind, TODAY) == roster_template(kind, TODAY)


@pytest.mark.parametrize("text", ["=1+1", "<b>&", "+44", " blanks ", "@x", "é\u00a0"])
def test_a_text_is_written_as_text(text: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx([Sheet("A", [[text]], [10])])))
    assert (book["A"]["A1"].value, book["A"]["A1"].data_type) == (text, "s")
