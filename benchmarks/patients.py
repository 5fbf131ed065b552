"""Fictional patients for the benchmarks: every one differs, and the same number gives the same patients.

No two share a name, a record number and dates, so that nothing that an engine keeps of one patient helps with the
next, but for what a clinic's patients really share: operations fall on few days, visits on the clinic's hours.
Names are made of syllables; nobody is meant.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

CaseData = dict[str, Any]
"""A case as `Case.parse` and the plain scripts read it from TOML."""
RosterData = dict[str, str]
"""The same patient as a row of a roster, by the headings of our own template."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN = _words(
    "Alex Ana Asha Ben Carmen Dana Elif Erik Farah Grace Hana Ivan Jonas Kim Lena Leo Lucía Łucja Mara Marek Mei Nadia "
    "Noah Olga Omar Paula Priya Quinn Rhys Rosa Sana Sven Tara Theo Uma Vera Wanda Yara Zoë Zsófia"
)
FIRST = _words("Al Bar Cor Dun El Fen Gar Hol Ing Jar Kel Lan Mor Nor Os Pem Rud Sal Tor Ul Ver Win")
LAST = _words("bank beck by combe dale den field ford gate ham hurst ley mere more over rick shaw stead ton wick")
PLACES = (
    "Neurosurgery Outpatients, Level 2",
    "Neurosurgery Outpatients, Level 2, Room 7",
    "Day Centre, Entrance B",
)
NOTES = (
    "Please bring your list of medicines to each visit.",
    "Your stitches come out on {day}. The practice nurse does it.",
    "You asked about flying on {day}: we talk about it at your first visit.",
)
DISCHARGED = dt.date(2026, 3, 5)


def patients(count: int, seed: int = 1, discharged: dt.date = DISCHARGED) -> Iterator[tuple[CaseData, RosterData]]:
    """Yield `count` patients who go home on `discharged`, each as a case and as a row of a roster."""
    chance = random.Random(seed)
    for number in range(count):
        case = _case(number, chance, discharged)
        yield case, _row(case)


def _case(number: int, chance: random.Random, discharged: dt.date) -> CaseData:
    surgery = discharged - dt.timedelta(days=chance.randint(1, 6))
    day = discharged + dt.timedelta(days=chance.randint(5, 20))
    return {
        "discharge_date": discharged,
        "note": chance.choice(NOTES).format(day=f"{day.day} {day:%B}") if chance.random() < 0.4 else "",
        "patient": {
            "name": _name(number, chance),
            "record_number": f"TEST-{chance.randint(1, 9)}{number:06}",
            "birth_date": dt.date(1936, 1, 1) + dt.timedelta(days=chance.randint(0, 20_000)),
            "carer": _name(chance.randint(0, 10**6), chance) if chance.random() < 0.5 else "",
        },
        "operation": {"date": surgery, "side": chance.choice(("left", "right"))},
        "visits": list(_visits(chance.choice((0, 1, 2, 2, 2, 3)), discharged, chance)),
    }


def _visits(count: int, discharged: dt.date, chance: random.Random) -> Iterator[CaseData]:
    for number in range(count):
        yield {
            "date": discharged + dt.timedelta(days=7 + 35 * number + chance.randint(0, 30)),
            "time": f"{chance.randint(8, 16):02}:{chance.choice(('00', '10', '20', '30', '40'))}",
            "place": chance.choice(PLACES),
            "phone": f"01632 9601{chance.randint(20, 49)}",
        }


def _name(number: int, chance: random.Random) -> str:
    """Return a name; the first 17,600 numbers all have another one, and most of those beyond."""
    names = len(GIVEN) * len(FIRST) * len(LAST)
    rest, given = divmod(number * 7_919 % names, len(GIVEN))  # a prime, so that neighbours are not one family
    last, first = divmod(rest, len(FIRST))
    middle = f" {chance.choice('ABCDEFGHJKLMNPRSTVW')}." if number >= names or chance.random() < 0.2 else ""
    return f"{GIVEN[given]}{middle} {FIRST[first]}{LAST[last]}"


def _row(case: CaseData) -> RosterData:
    patient, operation = case["patient"], case["operation"]
    row = {
        "Name": patient["name"],
        "Record number": patient["record_number"],
        "Date of birth": patient["birth_date"].isoformat(),
        "Carer": patient["carer"],
        "Operation date": operation["date"].isoformat(),
        "Side": operation["side"],
        "Discharge date": case["discharge_date"].isoformat(),
        "Note for the patient": case["note"],
    }
    visits: list[CaseData] = case["visits"]
    for number in range(1, 4):
        visit: CaseData = visits[number - 1] if number <= len(visits) else {}
        row |= {f"Visit {number} {part}": str(visit.get(part, "")) for part in ("date", "time", "place", "phone")}
    return row
