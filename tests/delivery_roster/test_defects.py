"""Every known defect of a roster is refused, with the row and the column named, and nobody told who.

A defect that is met in the wild becomes a line of these tables first.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mvd_handout.delivery.roster.model import RosterFault
from mvd_handout.delivery.roster.read import read_roster
from tests.delivery_roster.builders import NAMES, as_csv, as_ods, as_xlsx, refused, table
from tests.delivery_roster.defects import Defect
from tests.delivery_roster.defects_csv import CSV
from tests.delivery_roster.defects_workbooks import WORKBOOKS

DEFECTS = [*CSV, *WORKBOOKS]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_damaged_roster_is_refused_where_it_is_damaged(defect: Defect) -> None:
    faults = refused(defect.make(), **defect.options)
    told = [(getattr(fault, "row", 0), getattr(fault, "column", ""), str(fault)) for fault in faults]
    assert [
        text for row, column, text in told if (row, column) == (defect.row, defect.column) and defect.says in text
    ], told


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_no_fault_tells_who_a_patient_is(defect: Defect) -> None:
    faults = refused(defect.make(), **defect.options)
    said = " ".join(f"{fault} {fault.column if isinstance(fault, RosterFault) else ''}" for fault in faults)
    secrets = [*NAMES, "Núñez", "José", "JosÃ", "Þórsdóttir", "0012", "1958", "ada@", "Sam "]
    assert [secret for secret in secrets if secret in said] == []


@pytest.mark.parametrize("make", [as_csv, as_xlsx, as_ods])
def test_the_table_that_the_defects_spoil_is_in_order(make: Callable[..., bytes]) -> None:
    assert len(read_roster(make(table()))) == 3


def test_there_are_at_least_the_forty_defects_that_are_known() -> None:
    assert len({defect.name for defect in DEFECTS}) >= 40
