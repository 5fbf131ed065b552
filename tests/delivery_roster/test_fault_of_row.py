"""What is wrong with a case, said of the row that it stands in."""

from __future__ import annotations

import pytest

from mvd_handout.delivery.roster.model import RosterFault
from mvd_handout.domain.errors import Fault


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("case", "row 4"),
        ("row 4", "row 4"),
        ("case, visit 2, time", "row 4, visit 2, time"),
        ("discharge_date", "row 4, discharge_date"),
    ],
)
def test_a_fault_of_a_case_names_its_row(where: str, said: str) -> None:
    fault = RosterFault.of_row(4, Fault(where, "found", "wanted", "fix"))
    assert (fault.where, fault.found, fault.wanted, fault.fix, fault.row) == (said, "found", "wanted", "fix", 4)
