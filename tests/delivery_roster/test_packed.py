"""Rows that are kept small come back as they were, in their order, as often as somebody asks."""

from __future__ import annotations

from mvd_handout.delivery.roster.model import RosterRow
from mvd_handout.delivery.roster.packed import PackedRows
from mvd_handout.delivery.roster.read import read_roster
from tests.delivery_roster.builders import HEADINGS, as_csv, table


def many(count: int) -> list[list[str]]:
    """Return a table of so many patients."""
    rows = [HEADINGS.copy()]
    for number in range(count):
        row = list(table()[1 + number % 3])
        row[0], row[1] = f"Ünique Patient {number}", f"R{number:05}"
        rows.append(row)
    return rows


def test_rows_come_back_as_they_were_also_across_the_blocks() -> None:
    rows = list(read_roster(as_csv(many(3))))
    packed = PackedRows()
    wanted: list[RosterRow] = []
    for number in range(600):
        row = RosterRow(number, rows[number % 3].case, "\ud800 held", "a@example.org", "none", f"{number:064x}")
        packed.add(row)
        wanted.append(row)
    assert list(packed) == wanted == list(packed)


def test_a_roster_can_be_gone_through_again_without_the_rows_that_are_left_out() -> None:
    rows = many(600)
    rows[300][HEADINGS.index("Side")] = "up"
    rows[599][1] = rows[2][1]  # a patient twice: known only at the end
    roster = read_roster(as_csv(rows), skip_bad_rows=True)
    numbers = [row.number for row in roster]
    assert numbers == [number for number in range(2, 602) if number not in {3, 301, 600}]
    assert [row.number for row in roster] == numbers
    assert len(roster) == len(numbers)
    assert [row.case.patient.record_number for row in roster][:2] == ["R00000", "R00002"]
