"""What a sheet shows only in its XML, gathered while it streams by: a few row numbers for each kind, and counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from mvd_handout.delivery.roster.model import MAX_COLUMNS, MAX_ROWS, RosterFault, SomeRows, column_letter
from mvd_handout.domain.errors import Fault, InputError

Kind = Literal["formula", "error", "zeros"]

MAX_AREA: Final = 4_000_000
MAX_TEXT: Final = 100_000_000
_WORDS: Final[Mapping[Kind, tuple[str, str, str]]] = {
    "formula": (
        "formulas, whose results may be old or belong to another row",
        "Plain values are wanted",
        "Copy the column and paste it as values",
    ),
    "error": ("errors of the spreadsheet", "Plain values are wanted", "Mend the formulas, or type the values"),
    "zeros": (
        "numbers that only show zeros at the beginning: the file does not hold them",
        "Text is wanted",
        "Make this column text in the spreadsheet, then enter the numbers again",
    ),
}


@dataclass(slots=True)
class Evidence:
    """Everything about one sheet that its values do not tell. Rows and columns of cells count from 1 and from 0."""

    hidden: bool = False
    hidden_rows: SomeRows = field(default_factory=SomeRows)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    filtered: bool = False
    cells: dict[tuple[Kind, int], SomeRows] = field(default_factory=dict)

    def note(self, kind: Kind, row: int, column: int) -> None:
        """Note what is special about a cell."""
        self.cells.setdefault((kind, column), SomeRows()).add(row)

    def merge(self, row: int, last_row: int, column: int) -> None:
        """Note cells that are merged; the first hundred are enough."""
        if len(self.merged) < 100:
            self.merged.append((row, last_row, column))

    def faults(self, used: Mapping[int, str], first: int) -> Iterator[RosterFault]:
        """Yield what is wrong from the row of headings, `first`, on, in the columns that are `used`."""
        if self.hidden_rows:
            yield _sheet_fault(
                f"hidden or filtered: {self.hidden_rows}",
                "A roster shows everybody who is in it",
                "Show all rows, and delete those that are not wanted",
            )
        if self.filtered:
            found, fix = "a filter is switched on", "Clear the filter, and delete the rows that are not wanted"
            yield _sheet_fault(found, "A roster shows everybody who is in it", fix)
        for row, last_row, column in self.merged:
            if last_row >= first:
                place = f"row {row}, column {column_letter(column)}"
                fix = "Undo the merge and fill in each cell"
                yield RosterFault(place, "merged cells", "One value for each cell is wanted", fix)
        for column, heading in used.items():
            if column in self.hidden_columns:
                fix = "Show the column, and look at what it says"
                yield _column_fault(heading, "the column is hidden", "What is printed has to be seen", fix)
        yield from self._cell_faults(used)

    def _cell_faults(self, used: Mapping[int, str]) -> Iterator[RosterFault]:
        for (kind, column), rows in self.cells.items():
            if column in used:
                found, wanted, fix = _WORDS[kind]
                yield _column_fault(used[column], f"{rows}: {found}", wanted, fix)


class Bounds:
    """Follows how far the cells that hold something reach.

    Raises InputError for what no roster needs. The area counts, too: in memory, a sheet is a full rectangle.
    """

    def __init__(self) -> None:
        self._rows = self._columns = self._before = 0

    def next_sheet(self) -> None:
        """Begin another sheet of the same file."""
        self._before += self._rows * self._columns
        self._rows = self._columns = 0

    def check(self, row: int, column: int) -> None:
        """Look at a cell; rows count from 1, columns from 0."""
        if row <= self._rows and column < self._columns:
            return
        self._rows, self._columns = max(row, self._rows), max(column + 1, self._columns)
        if row > MAX_ROWS + 1:
            place, found = f"row {row:,}", f"a value further down than {MAX_ROWS:,} rows"
        elif column >= MAX_COLUMNS:
            place, found = f"column {column_letter(column)}", f"a value further right than {MAX_COLUMNS} columns"
        elif self._before + self._rows * self._columns > MAX_AREA:
            place, found = f"row {row:,}", f"more than {MAX_AREA:,} cells"
        else:
            return
        fix = "Delete what stands far away, or copy the list into a new workbook"
        raise InputError(RosterFault(place, found, "A list of patients and nothing else is wanted", fix))


def too_much_text() -> Fault:
    """Return the fault of a sheet that uses one long text over and over, as bombs do."""
    return Fault("roster", "far too much text for a roster", "A list of patients and nothing else is wanted")


def _sheet_fault(found: str, wanted: str, fix: str) -> RosterFault:
    return RosterFault("sheet", found, wanted, fix)


def _column_fault(heading: str, found: str, wanted: str, fix: str) -> RosterFault:
    return RosterFault(f'column "{heading}"', found, wanted, fix, 0, heading)
