"""What is wrong in one cell of a row hides nothing that is wrong in its others."""

from __future__ import annotations

import pytest

from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import Fault, InputError
from tests.delivery_roster.builders import as_csv, changed, in_row, refused, table


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
