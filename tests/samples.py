"""Fictional samples that the tests share: nobody here exists, numbers and domains are reserved ones."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from pathlib import Path

from mvd_handout.composing.compose import compose, compose_record_sheet
from mvd_handout.composing.reissue import Reissue
from mvd_handout.content.approval import Approval
from mvd_handout.content.clinic import Clinic, ClinicBlock, read_block
from mvd_handout.content.library import Handout, Library
from mvd_handout.content.resources import data_root
from mvd_handout.domain.case import Case
from mvd_handout.domain.clinic import ClinicProfile
from mvd_handout.domain.document import Document, Logo

KEY = bytes(range(32))
ISSUED = dt.date(2026, 3, 5)
APPROVAL = Approval("Dr Robin Fictional", "Clinical lead", dt.date(2026, 1, 10), dt.date(2027, 1, 10), "0" * 64)


def case_data(**changes: object) -> dict[str, object]:
    """Return the tables of an ordinary case; a mapping in `changes` updates a table, None removes a field."""
    data: dict[str, object] = {
        "patient": {"name": "Alex Example", "record_number": "TEST-0001", "birth_date": dt.date(1958, 4, 17)},
        "operation": {"date": dt.date(2026, 3, 2), "side": "left"},
        "discharge_date": dt.date(2026, 3, 5),
        "surgeon": "Dr Morgan Sample",
        "visits": [visit_data(dt.date(2026, 3, 16)), visit_data(dt.date(2026, 6, 8), dt.time(14))],
    }
    return _changed(data, changes)


def visit_data(day: dt.date, time: dt.time = dt.time(10, 30), place: str = "Outpatients, Level 2") -> dict[str, object]:
    """Return the table of a visit."""
    return {"date": day, "time": time, "place": place}


def clinic_data(**changes: object) -> dict[str, object]:
    """Return the tables of an ordinary clinic profile."""
    data: dict[str, object] = {
        "hospital": {
            "name": "Example Hospital",
            "unit": "Neurosurgery, Ward 4",
            "address": ["1 Sample Street", "Sampletown"],
            "feedback": "handouts@example.org",
        },
        "phones": {
            "emergency": "999",
            "day": {"number": "01632 960100", "hours": "8am to 6pm, Monday to Friday"},
            "out_of_hours": {"number": "01632 960101", "hours": "Nights, weekends and holidays"},
        },
        "surgeons": [
            {"name": "Dr Morgan Sample", "phone": "01632 960110", "hours": "9am to 4pm, Monday to Friday"},
            {"name": "Mr Jo Invented", "phone": "01632 960111", "hours": "9am to 4pm, Tuesdays"},
        ],
        "handout": {
            "paper": "A4",
            "locale": "en-GB",
            "time_zone": "Europe/London",
            "date_order": "day-first",
            "hear_within_days": 14,
        },
        "values": {"fever": "38 °C"},
    }
    return _changed(data, changes)


def make_case(**changes: object) -> Case:
    """Return a case; see `case_data`."""
    return Case.parse(case_data(**changes))


def planned_case(**changes: object) -> Case:
    """Return the case of an operation that is still to come."""
    operation = {"date": dt.date(2026, 4, 13), "side": "right", "status": "planned"}
    return make_case(**{"operation": operation, "discharge_date": None, "visits": [], **changes})


def make_clinic(blocks: bool = True, logo: Logo | None = None, **changes: object) -> Clinic:
    """Return a clinic, with the starter kit as its own blocks unless `blocks` is false."""
    profile = ClinicProfile.parse(clinic_data(**changes))
    return Clinic(profile, starter_kit() if blocks else (), KEY, logo)


@functools.cache
def starter_kit() -> tuple[ClinicBlock, ...]:
    """Return the shipped starter kit, read as a clinic's blocks."""
    return tuple(read_block(path) for path in sorted((data_root("templates") / "starter-kit" / "en").glob("*.md")))


@functools.cache
def handout() -> Handout:
    """Return the shipped handout in English."""
    return Library.shipped().handout("hfs-recovery", "en")


def make_document(
    case: Case | None = None,
    clinic: Clinic | None = None,
    *,
    record: bool = False,
    issued: dt.date = ISSUED,
    theme: str = "standard",
    paper: str = "A4",
    approval: Approval | None = None,
    reissue: Reissue | None = None,
    pictures: bool = True,
) -> Document:
    """Return the composed document (or record sheet) of a sample."""
    function = compose_record_sheet if record else functools.partial(compose, pictures=pictures)
    return function(
        case or make_case(),
        clinic or make_clinic(),
        handout(),
        issued=issued,
        theme=theme,
        paper=paper,
        approval=approval,
        reissue=reissue,
    )


def write_clinic(folder: Path, text: str) -> Path:
    """Write a clinic profile and a key into `folder` and return the profile's path."""
    path = folder / "clinic.toml"
    path.write_text(text, encoding="utf-8")
    (folder / "clinic.key").write_text(KEY.hex(), encoding="ascii")
    return path


def _changed(data: dict[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    for key, value in changes.items():
        old = data.get(key)
        if value is None:
            data.pop(key, None)
        elif isinstance(old, dict) and isinstance(value, Mapping):
            merged = {**old, **value}
            data[key] = {name: each for name, each in merged.items() if each is not None}
        else:
            data[key] = value
    return data
