"""What a roster is: rows that were all checked, and what is known about the list as a whole."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, TypeAlias

from msgspec import Struct

from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import Fault

MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 64
MAX_FAULTS: Final = 20_000
"""So many faults are kept; a roster with more has one cause, and more lines would not help to find it."""

Cells: TypeAlias = Sequence[object]
"""The values of one row, from the first column on: texts, or what a spreadsheet knows a cell to be."""

Consent = Literal["encrypted", "plain", "none"]
"""What a patient agreed to: an e-mailed copy that only a passphrase opens, one that anybody could read, or none."""

Inspect: TypeAlias = Callable[[Case, str], object]
"""A further check of a case, such as `ClinicProfile.surgeon`; takes the case and where it stands, raises InputError."""


class RosterFault(Fault, frozen=True):
    """A fault of one cell (`row` and `column`), or of the whole file (`row` is 0). `column` is a heading."""

    row: int = 0
    column: str = ""

    @classmethod
    def of_row(cls, row: int, fault: Fault) -> RosterFault:
        """Return what is wrong with a case, or with a paper or message made of it, as a fault of its row."""
        whole = f"row {row}"
        place = "" if fault.where in {"case", whole} else fault.where.removeprefix("case, ")
        return cls(f"{whole}, {place}" if place else whole, fault.found, fault.wanted, fault.fix, row)


class RosterRow(Struct, frozen=True):
    """One patient. `number` is the row as a person sees it in the file or sheet; its repr shows nothing else.

    `hold` says why nothing may be printed or sent for the patient ("" when nothing stands against it). `email` is one
    address, or "". The day of the consent, and who took it down, are there if the list has them. `digest` (SHA-256,
    hexadecimal) changes when any cell of the row does.
    """

    number: int
    case: Case
    hold: str
    email: str
    email_consent: Consent
    digest: str
    email_consent_date: dt.date | None = None
    email_consent_by: str = ""

    def __repr__(self) -> str:
        return f"RosterRow({self.number})"


class Source(Protocol):
    """Something that rows come from. It can be read more than once."""

    @property
    def words(self) -> str:
        """How the file was read, in words."""

    @property
    def notes(self) -> Sequence[str]:
        """What a person should know about how it was read."""

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Yield each row with its number as a person sees it. Raises InputError when the rest cannot be trusted."""

    def faults(self, used: Mapping[int, str], first: int) -> Iterable[RosterFault]:
        """Return what is wrong with the file itself from the row of headings, `first`, on.

        `used` are the headings of the columns that are read, by their place counted from 0.
        """


@dataclass(slots=True)
class Summary:
    """Counts over all rows that can be used, held ones included."""

    rows: int = 0
    held: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    print_sizes: Counter[str] = field(default_factory=Counter)

    def add(self, row: RosterRow) -> None:
        """Count a row."""
        self.rows += 1
        self.held += bool(row.hold)
        self.languages[row.case.patient.language] += 1
        self.print_sizes[row.case.patient.print_size] += 1


class Roster(Struct, frozen=True):
    """A roster whose every row was checked. Iterating yields the rows one at a time, in their order.

    `columns` are the headings with their fields; `renamed` those that are not our own, with ours. `faults` and
    `bad_rows` are empty unless rows were left out on request; `sha256` is that of the whole file.
    """

    words: str
    notes: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    renamed: tuple[tuple[str, str], ...]
    summary: Summary
    sha256: str
    faults: tuple[RosterFault, ...]
    bad_rows: tuple[int, ...]
    reread: Callable[[], Iterator[RosterRow]]

    def __iter__(self) -> Iterator[RosterRow]:
        return self.reread()

    def __len__(self) -> int:
        return self.summary.rows

    def __repr__(self) -> str:
        return f"Roster({self.summary.rows} rows)"


class FaultList:
    """Gathers faults: the first `MAX_FAULTS` of them are kept, the rest counted."""

    def __init__(self) -> None:
        self._kept: list[RosterFault] = []
        self._more = 0

    def add(self, fault: RosterFault) -> None:
        """Note a fault."""
        if len(self._kept) < MAX_FAULTS:
            self._kept.append(fault)
        else:
            self._more += 1

    def __bool__(self) -> bool:
        return bool(self._kept)

    def all(self) -> tuple[RosterFault, ...]:
        """Return the faults, those of the whole file first, then by row; at the end, how many were only counted."""
        kept = sorted(self._kept, key=lambda fault: fault.row)
        if self._more:
            words = f"{self._more:,} more faults"
            kept.append(RosterFault("roster", words, "Mend the ones above first", "Then check again"))
        return tuple(kept)


def column_letter(index: int) -> str:
    """Return the name that spreadsheets give to the column `index`, counted from 0: A, B, ... Z, AA."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(slots=True)
class SomeRows:
    """Rows with something in common: the first few of them, and how many there are."""

    first: list[int] = field(default_factory=list)
    total: int = 0

    @classmethod
    def of(cls, rows: Iterable[int]) -> SomeRows:
        """Return these rows."""
        some = cls()
        for row in rows:
            some.add(row)
        return some

    def add(self, row: int) -> None:
        """Note a row."""
        self.total += 1
        if len(self.first) < 5:
            self.first.append(row)

    def __bool__(self) -> bool:
        return self.total > 0

    def __str__(self) -> str:
        """Return "rows 4, 9 and 12", or "rows 4, 9, 12, 15, 20 and 96 more"."""
        names = [str(row) for row in self.first]
        if self.total == 1:
            return f"row {names[0]}"
        last = f"{self.total - len(names):,} more" if self.total > len(names) else names.pop()
        return f"rows {', '.join(names)} and {last}"
