"""A long roster is checked in bounded memory and in linear time.

MVD_HANDOUT_ROSTER_ROWS sets its length; releases are tried with 100,000.
"""

from __future__ import annotations

import os

from mvd_handout.delivery.roster.model import MAX_FAULTS
from tests.delivery_roster.builders import HEADINGS, table
from tests.delivery_roster.measured import measured

ROWS = int(os.environ.get("MVD_HANDOUT_ROSTER_ROWS", "10000"))
MEGABYTES = 200


def long_list(rows: int, side: str = "left") -> bytes:
    """Return CSV with that many different patients."""
    cells = table()[2]
    lines = [";".join(HEADINGS)]
    for number in range(rows):
        cells[0], cells[1], cells[4] = f"Ünique Patient{number}", f"R{number:07}", side
        lines.append(";".join(cells))
    return "\n".join(lines).encode()


def test_a_long_list_is_checked_in_bounded_memory_and_linear_time() -> None:
    short, data = measured(long_list(ROWS // 5)), long_list(ROWS)
    long = measured(data)
    assert (long.rows, long.said) == (ROWS, "")
    assert long.megabytes <= MEGABYTES
    # The file itself lies in memory (twice while it comes in); each row leaves no more than two hashes behind.
    assert long.megabytes - short.megabytes <= 5 + len(data) * 2 / 1e6 + ROWS * 300 / 1e6
    # A quadratic step would take 25 times as long; a busy machine may make 5 times look like 10.
    assert long.seconds <= short.seconds * 12


def test_a_list_that_is_wrong_in_every_row_needs_no_more_memory() -> None:
    result = measured(long_list(ROWS, side="up"))
    assert result.faults == min(ROWS, MAX_FAULTS + 1)
    assert result.megabytes <= MEGABYTES
