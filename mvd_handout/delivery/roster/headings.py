"""From headings to fields: every column is known, named by the clinic, or refused with a suggestion."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mvd_handout.delivery.roster.model import Cells, RosterFault, column_letter
from mvd_handout.delivery.roster.synonyms import (
    FAMILY,
    FIELDS,
    GIVEN,
    IGNORE,
    NAME,
    Meaning,
    default_heading,
    load_synonyms,
    squeeze,
)
from mvd_handout.domain.dates import DateOrder
from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.domain.fields import Field

PROFILE_TABLE: Final = "roster.columns"
_REQUIRED: Final = ("patient.record_number", "patient.birth_date", "operation.date", "operation.side")
_REMARKS: Final = frozenset({"note", "notes", "comment", "comments", "remark", "remarks"})
_LONGEST_HEADING: Final = 60


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: where it stands, its heading, its field, the visit it belongs to (0: none)."""

    index: int
    heading: str
    field: Field
    path: str
    visit: int = 0
    order: DateOrder | None = None

    @property
    def name(self) -> str:
        """The field's path, with the number of its visit."""
        return self.path.replace("visit.", f"visit.{self.visit}.")

    @property
    def own_heading(self) -> str:
        """The heading that our own template gives to it."""
        return default_heading(self.path, self.visit)

    @property
    def is_own(self) -> bool:
        """Whether its heading is our own, but for capitals and signs."""
        return squeeze(self.heading) == squeeze(self.own_heading)


def parse_columns(profile: Mapping[str, object], where: str = "clinic profile") -> dict[str, str]:
    """Return the mapping under `[roster.columns]` of a clinic's TOML file: heading to field. Raises InputError."""
    roster = profile.get("roster", {})
    columns = roster.get("columns", {}) if isinstance(roster, Mapping) else None
    unknown = [key for key in roster if key != "columns"] if isinstance(roster, Mapping) else []
    if unknown or not isinstance(columns, Mapping) or not all(isinstance(value, str) for value in columns.values()):
        wanted = 'Under [roster.columns], lines such as "Pat DoB" = "date of birth" are wanted'
        raise InputError(Fault(f"{where}, {PROFILE_TABLE}", "not a list of headings", wanted))
    return {str(heading): str(target) for heading, target in columns.items()}


def match_headings(
    cells: Cells, number: int, own: Mapping[str, str]
) -> tuple[tuple[Column, ...], tuple[RosterFault, ...]]:
    """Return the columns that the row of headings describes, and a fault for each heading that nothing knows.

    Raises InputError with every fault of the row when the columns do not even make a roster.

    `own` are the clinic's words, heading to field; any heading that we know, or "ignore", can stand for the field.
    """
    headings = [" ".join(str(cell).split()).lstrip("\ufeff") for cell in cells]
    meanings = _own_meanings(own)
    known = load_synonyms()
    found = [meanings.get(squeeze(heading)) or known.meaning(heading) for heading in headings]
    if sum(1 for meaning in found if meaning) * 2 < len([heading for heading in headings if heading]):
        raise InputError(_no_headings(number))
    unknown = [index for index, meaning in enumerate(found) if headings[index] and not meaning]
    faults = tuple(_unknown(str(cells[index]), index, number) for index in unknown)
    used = tuple(
        Column(index, headings[index], FIELDS[meaning.path], meaning.path, meaning.visit, meaning.order)
        for index, meaning in enumerate(found)
        if meaning and meaning.path != IGNORE
    )
    if unusable := [*_doubled(used, number), *_missing(used, number)]:
        raise InputError(*faults, *unusable)
    return used, faults


def _own_meanings(own: Mapping[str, str]) -> dict[str, Meaning]:
    meanings: dict[str, Meaning] = {}
    faults = []
    for heading, target in own.items():
        meaning = Meaning(target) if target in FIELDS or target == IGNORE else load_synonyms().meaning(target)
        if meaning is None:
            faults.append(_bad_target(target))
        elif not squeeze(heading):
            faults.append(Fault(f"clinic profile, {PROFILE_TABLE}", "a heading without letters", "Write it out"))
        else:
            first = 1 if meaning.path.startswith("visit.") and not meaning.visit else meaning.visit
            meanings[squeeze(heading)] = Meaning(meaning.path, first, meaning.order)
    if faults:
        raise InputError(*faults)
    return meanings


def _bad_target(target: str) -> Fault:
    near = _nearest(target)
    return Fault(
        f"clinic profile, {PROFILE_TABLE}",
        f'"{target[:_LONGEST_HEADING]}" is not a field of a roster',
        f'A field such as "date of birth" or "visit 1 date" is wanted, or "{IGNORE}"',
        f"Did you mean {near}?" if near else "See the headings that `mvd-handout roster-template` writes",
    )


def _no_headings(number: int) -> RosterFault:
    # Nothing is quoted: without headings, the first row is a patient.
    return RosterFault(
        f"row {number}",
        "these are not the headings of a roster, or not most of them",
        "The first row says what stands in each column",
        "Compare it with `mvd-handout roster-template`; is it the right file, sheet and separator?",
        row=number,
    )


def _unknown(cell: str, index: int, number: int) -> RosterFault:
    heading = " ".join(cell.split())
    shown = _first_line(cell)
    if shown != heading:
        ignore = f'name it under [{PROFILE_TABLE}] in clinic.toml, or set it to "{IGNORE}" there'
    else:
        ignore = f'under [{PROFILE_TABLE}] in clinic.toml write "{shown}" = "{IGNORE}"'
    if squeeze(heading) in _REMARKS:
        fix = f'If patients may read it, call it "{default_heading("note")}". If not, {ignore}'
    else:
        near = _nearest(heading)
        fix = f"{f'Did you mean {near}? ' if near else ''}If nothing here needs it, {ignore}"
    place = f'row {number}, column {column_letter(index)} "{shown}"'
    return RosterFault(place, "an unknown heading", "A heading that we know is wanted", fix, number, shown)


def _first_line(cell: str) -> str:
    """Return what can be shown of a heading: after a line break, a stray quotation mark may have put patients."""
    line = " ".join((cell.strip().splitlines() or [""])[0].split())
    return line if len(line) <= _LONGEST_HEADING else f"{line[:_LONGEST_HEADING]}..."


def _nearest(heading: str) -> str:
    known = load_synonyms().headings()
    near = difflib.get_close_matches(squeeze(heading), known, n=1, cutoff=0.7)
    return f'"{known[near[0]]}"' if near else ""


def _doubled(columns: Sequence[Column], number: int) -> Iterator[RosterFault]:
    seen: dict[tuple[str, int], Column] = {}
    for column in columns:
        first = seen.setdefault((column.path, column.visit), column)
        if first is not column:
            letters = f"columns {column_letter(first.index)} and {column_letter(column.index)}"
            yield RosterFault(
                f'row {number}, {letters} "{first.heading}", "{column.heading}"',
                f"both stand for {default_heading(column.path, column.visit)!r}",
                "Each field once",
                f'Remove one column, or under [{PROFILE_TABLE}] in clinic.toml write its heading = "{IGNORE}"',
                number,
                column.heading,
            )


def _missing(columns: Sequence[Column], number: int) -> Iterator[RosterFault]:
    paths = {column.path for column in columns}
    wanted = [path for path in _REQUIRED if path not in paths]
    if NAME not in paths and not {GIVEN, FAMILY} <= paths:
        wanted.insert(0, NAME)
    if not {"discharge_date", "operation.status"} & paths:
        wanted.append("discharge_date")
    lacking = [(path, 0) for path in wanted] + list(_missing_parts(columns))
    for path, visit in lacking:
        heading = default_heading(path, visit)
        found = "this column is missing"
        yield RosterFault(f'row {number}, "{heading}"', found, "Every roster needs it", "Add it", number, heading)
    if NAME in paths and {GIVEN, FAMILY} & paths:
        yield RosterFault(
            f"row {number}",
            "there are columns for the whole name and for its parts",
            "One or the other is wanted",
            "Remove the column that is not to be printed",
            number,
            default_heading(NAME),
        )


def _missing_parts(columns: Sequence[Column]) -> Iterator[tuple[str, int]]:
    """Yield what a visit lacks that has any column at all."""
    have = {(column.path, column.visit) for column in columns}
    for visit in sorted({column.visit for column in columns if column.visit}):
        for part in ("visit.date", "visit.time", "visit.place"):
            if (part, visit) not in have:
                yield part, visit
