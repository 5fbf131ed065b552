"""What is wrong in one cell of a row hides nothing that is wrong in its others."""

from __future__ import annotations

import datetime as dt

import pytest

from mvd_handout.delivery.roster.inspection import inspection
from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import Fault, InputError
from tests.delivery_roster.builders import HEADINGS, as_csv, changed, in_row, refused, table


@pytest.mark.parametrize(
    ("wrong", "to"),
    [
        *((heading, "") for heading in ("Name", "Record number", "Date of birth", "Operation date", "Discharge date")),
        *((heading, "30/02/2026") for heading in ("Date of birth", "Operation date", "Discharge date", "Side")),
        ("Visit 1 time", "noonish"),
        ("E-mail", "two@example.org, addresses@example.org"),
    ],
)
def test_one_wrong_cell_hides_no_fault_that_only_the_case_shows(wrong: str, to: str) -> None:
    def inspect(case: Case, where: str) -> None:
        raise InputError(Fault(f"{where}, surgeon", "this surgeon is not here", "Another"))

    rows = changed(3, wrong, to, changed(3, "Visit 1 date", "2020-01-01"))
    columns = [fault.column for fault in in_row(refused(as_csv(rows), inspect=inspect), 3)]
    assert sorted(columns) == sorted([wrong, "Visit 1 date", "Surgeon"])


def test_dates_in_a_wrong_order_hide_no_other_fault() -> None:
    def inspect(case: Case, where: str) -> None:
        raise InputError(Fault(f"{where}, surgeon", "this surgeon is not here", "Another"))

    rows = changed(3, "Date of birth", "2027-01-01", changed(3, "Discharge date", "2020-01-01", table()))
    faults = in_row(refused(as_csv(rows), inspect=inspect), 3)
    assert {fault.column for fault in faults} >= {"Date of birth", "Discharge date", "Surgeon"}


@pytest.mark.parametrize(
    ("cell", "quoted"),
    [("30/02/2026", True), ("2026-13-01", True), ("25:10", True), ("46012", False), ("4857732999", False),
     ("485 773 2999", False), ("01632 960120", False), ("+441632960120", False), ("TEST-0001", False)],
)  # fmt: skip
def test_a_number_that_may_be_a_patients_is_not_quoted_wherever_it_stands(cell: str, quoted: bool) -> None:
    (fault,) = in_row(refused(as_csv(changed(3, "Discharge date", cell))), 3)
    assert (cell in str(fault)) == quoted


@pytest.mark.parametrize(
    "cells",
    [
        {"Operation status": "planned", "Operation date": "sonn", "Discharge date": ""},
        {"Operation status": "planned", "Operation date": "sonn", "Discharge date": "", "Visit 1 date": "2027-12-24"},
        {"Operation date": "sonn", "Discharge date": "", "Date of birth": "2021-02-03"},
        {
            "Operation status": "plannd",
            "Operation date": "2027-02-03",
            "Discharge date": "",
            "Visit 1 date": "2027-03-03",
        },
    ],
)
def test_a_wrong_cell_makes_no_fault_of_one_that_is_right(cells: dict[str, str]) -> None:
    headings = [*HEADINGS, "Operation status"]
    rows = [[*row, "done"] for row in table()]
    rows[0] = headings
    for heading, value in cells.items():
        rows[2][headings.index(heading)] = value
    inspect = inspection(["en"], lambda _: (), today=dt.date(2026, 3, 1))
    columns = {fault.column for fault in in_row(refused(as_csv(rows), inspect=inspect), 3)}
    wrong = {heading for heading, value in cells.items() if value in {"sonn", "plannd"}}
    missing = {"Discharge date"} if cells.get("Operation status", "done") == "done" else set()
    assert columns == wrong | missing
