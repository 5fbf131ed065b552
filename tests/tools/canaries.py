"""Patients whose every value is known again wherever it turns up: rosters that make a mix-up visible.

Each text value holds a word that occurs nowhere else in the world ("Zq" and six letters), each record number begins
with "Rq", and each date and number is the patient's own or shared on purpose. The hard cases are patients with one
name, one birthday, one day of operation, one appointment, names with their parts swapped, and record numbers that
begin with another's.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mvd_handout.domain.case import Case
from mvd_handout.domain.ids import patient_key
from tests.samples import KEY, case_data

FIRST_OPERATION = dt.date(2026, 1, 5)
FIRST_VISIT = dt.date(2027, 2, 1)
SURGEONS = ("Dr Morgan Sample", "Mr Jo Invented")
HELD = "readmitted"
HEADINGS = (
    "Name", "Record number", "Date of birth", "Operation date", "Side", "Surgeon", "Discharge date", "Print size",
    "Carer", "Note for the patient", "Visit 1 date", "Visit 1 time", "Visit 1 place", "Visit 1 phone",
    "Visit 2 date", "Visit 2 time", "Visit 2 place", "Visit 2 phone", "E-mail", "Hold",
)  # fmt: skip
_LETTERS = "abcdefghjkmnprstvwxyz"


def word(kind: str, number: int) -> str:
    """Return the word of this kind (one letter) and number; all have one length, so none begins with another."""
    letters = ""
    for _ in range(5):
        number, rest = divmod(number, len(_LETTERS))
        letters += _LETTERS[rest]
    assert number == 0
    return f"Zq{kind}{letters}"


@dataclass(frozen=True)
class Visit:
    """An appointment with words of its own."""

    date: dt.date
    time: dt.time
    place: str
    phone: str = ""


@dataclass(frozen=True)
class Patient:
    """One row: what it says, and nothing that was worked out from it."""

    name: str
    record_number: str
    birth_date: dt.date
    operation: dt.date
    side: str
    surgeon: str
    discharge: dt.date
    email: str
    print_size: str = "standard"
    carer: str = ""
    note: str = ""
    visits: tuple[Visit, ...] = field(default=())
    hold: str = ""

    def __repr__(self) -> str:
        return f"Patient({self.record_number})"

    @property
    def key(self) -> str:
        """The patient key under the tests' clinic key."""
        return patient_key(KEY, self.record_number, self.birth_date)

    def case(self) -> Case:
        """Return the row as a case."""
        patient: dict[str, object] = {
            "name": self.name,
            "record_number": self.record_number,
            "birth_date": self.birth_date,
            "print_size": self.print_size,
        }
        data: dict[str, object] = case_data(
            patient={**patient, **({"carer": self.carer} if self.carer else {})},
            operation={"date": self.operation, "side": self.side},
            discharge_date=self.discharge,
            surgeon=self.surgeon,
            visits=[_visit_data(visit) for visit in self.visits],
        )
        return Case.parse(data | ({"note": self.note} if self.note else {}))

    def cells(self) -> Mapping[str, str]:
        """Return the row as it stands in a roster."""
        values = [
            self.name, self.record_number, self.birth_date.isoformat(), self.operation.isoformat(), self.side,
            self.surgeon, self.discharge.isoformat(), self.print_size, self.carer, self.note,
        ]  # fmt: skip
        for visit in self.visits:
            values += [visit.date.isoformat(), f"{visit.time:%H:%M}", visit.place, visit.phone]
        values += [""] * (4 * (2 - len(self.visits)))
        return dict(zip(HEADINGS, [*values, self.email, self.hold], strict=True))


def _visit_data(visit: Visit) -> dict[str, object]:
    data: dict[str, object] = {"date": visit.date, "time": visit.time, "place": visit.place}
    return data | ({"phone": visit.phone} if visit.phone else {})


def strangers() -> list[Patient]:
    """Return two patients who have nothing in common with each other or with any other."""
    one, other = (
        Patient(
            name=f"{word('n', number)} {word('m', number)}",
            record_number=f"Rq{number}",
            birth_date=dt.date(birth, 3, 4),
            operation=dt.date(2025, 1, 7 + 2 * place),
            side=("left", "right")[place],
            surgeon=SURGEONS[place],
            discharge=dt.date(2025, 1, 11 + 4 * place),
            email="",
        )
        for place, (number, birth) in enumerate(((4_000_000, 1921), (4_000_001, 1922)))
    )
    return [one, other]


def roster_csv(patients: Iterable[Patient]) -> bytes:
    """Return the patients as a roster in CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADINGS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(patient.cells() for patient in patients)
    return out.getvalue().encode("utf-8")


def make_patients(count: int, seed: int = 1) -> list[Patient]:
    """Return so many patients, in a random order: ordinary ones, and groups of those who are easily mixed up."""
    chance = random.Random(seed)
    patients = ordinary_patients(count, chance)
    for start, group in enumerate(_groups(count, chance)):
        _HARD_CASES[start % len(_HARD_CASES)](patients, group)
    chance.shuffle(patients)
    return patients


def ordinary_patients(count: int, chance: random.Random) -> list[Patient]:
    """Return patients who share nothing that tells who they are."""
    return [_ordinary(number, chance) for number in range(count)]


def _groups(count: int, chance: random.Random) -> Iterator[Sequence[int]]:
    """Yield groups of three to six rows that share none: about three of four rows are in one."""
    rows = list(range(count))
    chance.shuffle(rows)
    while len(rows) > count // 4 + 6:
        size = chance.randint(3, 6)
        yield rows[:size]
        rows = rows[size:]


def _ordinary(number: int, chance: random.Random) -> Patient:
    operation = FIRST_OPERATION + dt.timedelta(days=number % 59)
    return Patient(
        name=f"{word('n', number)} {word('m', number)}",
        record_number=f"Rq{100_000 + number}",
        birth_date=dt.date(1931, 1, 1) + dt.timedelta(days=number * 7 % 18000),
        operation=operation,
        side=chance.choice(("left", "right")),
        surgeon=SURGEONS[number % 2],
        discharge=operation + dt.timedelta(days=chance.randint(1, 6)),
        email=f"{word('e', number)}@example.org",
        print_size=chance.choice(("standard", "standard", "large")),
        carer=f"Sam {word('c', number)}" if chance.random() < 0.5 else "",
        note=f"Please bring your {word('t', number)} diary." if chance.random() < 0.5 else "",
        visits=_visits(number, chance),
        hold=HELD if number % 13 == 12 else "",
    )


def _visits(number: int, chance: random.Random) -> tuple[Visit, ...]:
    first = FIRST_VISIT + dt.timedelta(days=number * 2 % 150)
    minute = number * 7 % 540
    both = (
        Visit(first, _time(minute), f"Room {word('p', number)}", f"01632 960{200 + number * 3 % 800:03}"),
        Visit(first + dt.timedelta(days=number % 41 + 1), _time(minute + 11), f"Clinic {word('q', number)}"),
    )
    return both[: chance.choice((0, 1, 1, 2, 2, 2))]


def _time(minute: int) -> dt.time:
    """Return a time that is never a full hour: opening hours are, and a fact of all papers is nobody's own."""
    return dt.time(8 + minute // 59, 1 + minute % 59)


def _one_name(patients: list[Patient], group: Sequence[int]) -> None:
    for row in group:
        patients[row] = replace(patients[row], name=patients[group[0]].name)


def _one_birthday(patients: list[Patient], group: Sequence[int]) -> None:
    for row in group:
        patients[row] = replace(patients[row], birth_date=patients[group[0]].birth_date)


def _one_day(patients: list[Patient], group: Sequence[int]) -> None:
    """The same operation, by the same surgeon, home on the same day."""
    first = patients[group[0]]
    for row in group:
        patients[row] = replace(
            patients[row], operation=first.operation, discharge=first.discharge, surgeon=first.surgeon, side=first.side
        )


def _one_appointment(patients: list[Patient], group: Sequence[int]) -> None:
    for row in group:
        patients[row] = replace(patients[row], visits=patients[group[0]].visits)


def _swapped_names(patients: list[Patient], group: Sequence[int]) -> None:
    for one, other in zip(group[::2], group[1::2], strict=False):
        parts = patients[one].name.split()
        patients[other] = replace(patients[other], name=f"{parts[1]} {parts[0]}")


def _nested_numbers(patients: list[Patient], group: Sequence[int]) -> None:
    """Record numbers of which each begins with the one before."""
    for length, row in enumerate(group):
        patients[row] = replace(patients[row], record_number=f"{patients[group[0]].record_number}{'0' * length}")


def _twins(patients: list[Patient], group: Sequence[int]) -> None:
    """Born on one day, and everything else is the same, too, but name and record number."""
    first = patients[group[0]]
    for row in group:
        own = patients[row]
        patients[row] = replace(first, name=own.name, record_number=own.record_number, email=own.email)


def _namesakes(patients: list[Patient], group: Sequence[int]) -> None:
    """Everything is the same but birthday and record number."""
    first = patients[group[0]]
    for row in group:
        own = patients[row]
        patients[row] = replace(
            first, birth_date=own.birth_date, record_number=own.record_number, email=own.email, hold=own.hold
        )


def _sparse_between_full(patients: list[Patient], group: Sequence[int]) -> None:
    """Every second one has neither carer, note nor visit, so that a value carried over shows."""
    for place, row in enumerate(group):
        full = {"carer": f"Sam {word('c', row)}", "note": f"Please bring your {word('t', row)} diary."}
        empty = {"carer": "", "note": "", "visits": ()}
        patients[row] = replace(patients[row], **(full if place % 2 == 0 else empty))


_HARD_CASES = (
    _one_name,
    _one_birthday,
    _one_day,
    _one_appointment,
    _swapped_names,
    _nested_numbers,
    _twins,
    _namesakes,
    _sparse_between_full,
)
