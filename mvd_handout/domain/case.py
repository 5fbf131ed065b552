"""The case: everything that one patient's handout is made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final, Literal, cast

from msgspec import Struct, field

from mvd_handout.domain.dates import DateOrder
from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.domain.fields import Field, TableReader
from mvd_handout.domain.phone import Phone

Side = Literal["left", "right", "both"]
PrintSize = Literal["standard", "large"]

MAX_VISITS: Final = 8
NOTE_LIMIT: Final = 300

PATIENT_FIELDS: Final = (
    Field("patient.name", "text", "The patient's full name", '"Alex Example"', required=True, identifying=True),
    Field(
        "patient.record_number", "text", "The record number", '"TEST-0001"', required=True, identifying=True, limit=40
    ),
    Field("patient.birth_date", "date", "The date of birth", "1958-04-17", required=True, identifying=True),
    Field("patient.language", "text", "The language of the handout", '"en"', default="en", limit=12),
    Field("patient.interpreter", "flag", "Whether an interpreter is needed", "false", default=False),
    Field(
        "patient.print_size", "choice", "The print size", '"large"', choices=("standard", "large"), default="standard"
    ),
    Field("patient.carer", "text", "The carer's name", '"Sam Example"', identifying=True, default=""),
)
OPERATION_FIELDS: Final = (
    Field("operation.date", "date", "The date of the operation", "2026-03-02", required=True),
    Field(
        "operation.side", "choice", "The side of the face", '"left"', required=True, choices=("left", "right", "both")
    ),
    Field(
        "operation.kind", "choice", "First or repeat operation", '"first"', choices=("first", "repeat"), default="first"
    ),
    Field("operation.status", "choice", "Done or only planned", '"done"', choices=("done", "planned"), default="done"),
)
CASE_FIELDS: Final = (
    Field("surgeon", "text", "The surgeon, by the name in the clinic profile", '"Dr Morgan Sample"', default=""),
    Field("discharge_date", "date", "The day the patient goes home", "2026-03-05"),
    Field(
        "note",
        "text",
        "A note from the nurse",
        '"Please bring your tablets."',
        identifying=True,
        default="",
        limit=NOTE_LIMIT,
    ),
)
VISIT_FIELDS: Final = (
    Field("date", "date", "The day of the visit", "2026-03-16", required=True),
    Field("time", "time", "The time of the visit", "10:30", required=True),
    Field("place", "text", "The place of the visit", '"Outpatients, Level 2"', required=True, limit=120),
    Field("phone", "phone", "The number to change the visit", '"01632 960120"'),
)


class Patient(Struct, frozen=True):
    """Who the handout is for. Its repr shows nothing."""

    name: str
    record_number: str
    birth_date: dt.date
    language: str = "en"
    interpreter: bool = False
    print_size: PrintSize = "standard"
    carer: str = ""

    def __repr__(self) -> str:
        return "Patient(...)"

    def is_minor(self, on: dt.date) -> bool:
        """Whether the patient is under 18 on that day."""
        turned = (on.month, on.day) >= (self.birth_date.month, self.birth_date.day)
        return on.year - self.birth_date.year - (not turned) < 18


class Operation(Struct, frozen=True):
    """The operation: its day, its side, whether it is a repeat, whether it is still to come."""

    date: dt.date
    side: Side
    repeat: bool = False
    planned: bool = False


class Visit(Struct, frozen=True):
    """One appointment."""

    date: dt.date
    time: dt.time
    place: str
    phone: Phone | None = None


class Case(Struct, frozen=True):
    """One patient's case. Its repr shows nothing, so that no log or traceback can."""

    patient: Patient
    operation: Operation
    surgeon: str = ""
    discharge_date: dt.date | None = None
    visits: tuple[Visit, ...] = ()
    note: str = field(default="")

    def __repr__(self) -> str:
        return "Case(...)"

    def visits_from(self, day: dt.date) -> tuple[Visit, ...]:
        """Return the visits still to come on `day`: those that a paper given then prints."""
        return tuple(visit for visit in self.visits if visit.date >= day)

    @classmethod
    def parse(cls, data: Mapping[str, object], where: str = "case", order: DateOrder | None = None) -> Case:
        """Return the case that `data` (as read from a TOML file) describes.

        `order` says how dates such as 5/3/2026 are read. Raises InputError with every fault at once.
        """
        faults: list[Fault] = []
        root = TableReader(data, where, faults, order)
        patient = _read_all(TableReader(root.table("patient"), where, faults, order), PATIENT_FIELDS)
        operation = _read_all(TableReader(root.table("operation"), where, faults, order), OPERATION_FIELDS)
        visits = [
            _read_all(TableReader(table, f"{where}, visit {number}", faults, order), VISIT_FIELDS)
            for number, table in enumerate(root.tables("visits"), start=1)
        ]
        rest = _read_all(root, CASE_FIELDS)
        if len(visits) > MAX_VISITS:
            faults.append(
                Fault(
                    f"{where}, visits",
                    f"{len(visits)} visits",
                    f"At most {MAX_VISITS} fit",
                    "Leave the latest ones out",
                )
            )
        told = {fault.where for fault in faults}
        dated = [visit for visit in visits if visit["date"] and visit["time"]]
        case = _case(patient, operation, rest, dated)
        # Dates are compared even when another field is refused, so that nobody mends a file twice.
        if patient["birth_date"] and operation["date"] and f"{where}, operation.status" not in told:
            faults += [fault for fault in _date_faults(case, where) if fault.where not in told]
        if faults:
            raise InputError(*faults)
        return case


def _read_all(reader: TableReader, fields: tuple[Field, ...]) -> dict[str, object]:
    values = {each.key: reader.read(each) for each in fields}
    reader.refuse_unknown()
    return values


def _case(
    patient: dict[str, object], operation: dict[str, object], rest: dict[str, object], visits: list[dict[str, object]]
) -> Case:
    """Build the case from values that are known to be of the right type."""
    return Case(
        patient=Patient(**patient),  # type: ignore[arg-type]
        operation=Operation(
            date=cast("dt.date", operation["date"]),
            side=cast("Side", operation["side"]),
            repeat=operation["kind"] == "repeat",
            planned=operation["status"] == "planned",
        ),
        surgeon=cast("str", rest["surgeon"]),
        discharge_date=cast("dt.date | None", rest["discharge_date"]),
        visits=tuple(sorted((Visit(**visit) for visit in visits), key=lambda v: (v.date, v.time))),  # type: ignore[arg-type]
        note=cast("str", rest["note"]),
    )


def _date_faults(case: Case, where: str) -> list[Fault]:
    """Return every pair of dates that stands in an impossible order."""
    surgery, faults = case.operation.date, []

    def wrong(place: str, found: str, wanted: str, fix: str = "Check both dates") -> None:
        faults.append(Fault(f"{where}, {place}", found, wanted, fix))

    if case.patient.birth_date >= surgery:
        wrong("patient.birth_date", "the date of birth is not before the operation", "Birth comes before the operation")
    if surgery.year - case.patient.birth_date.year > 120:
        wrong("patient.birth_date", "the patient would be over 120 years old", "A likely year of birth is wanted")
    if case.operation.planned:
        if case.discharge_date:
            wrong(
                "discharge_date",
                "the operation is only planned, but a discharge date is given",
                "Leave it out, or set status to done",
            )
    elif case.discharge_date is None:
        wanted = "The day the patient goes home is needed when the operation is done"
        wrong("discharge_date", "nothing is here", wanted, "Add it")
    elif case.discharge_date < surgery:
        wrong("discharge_date", "the discharge is before the operation", "Discharge comes on or after the operation")
    elif (case.discharge_date - surgery).days > 365:
        wrong("discharge_date", "the discharge is more than a year after the operation", "A likely year is wanted")
    faults.extend(_visit_faults(case, where))
    return faults


def _visit_faults(case: Case, where: str) -> list[Fault]:
    faults, seen = [], set()
    after = case.discharge_date or case.operation.date
    for number, visit in enumerate(case.visits, start=1):
        place = f"{where}, visit on {visit.date.isoformat()}"
        if visit.date < after and not case.operation.planned:
            faults.append(
                Fault(place, "the visit is before the discharge", "Visits come on or after it", "Check both dates")
            )
        if (visit.date - case.operation.date).days > 3 * 366:
            faults.append(
                Fault(
                    place,
                    "the visit is more than three years after the operation",
                    "A likely year is wanted",
                    "Check the year",
                )
            )
        if (visit.date, visit.time) in seen:
            faults.append(
                Fault(place, f"visit {number} is at the same day and time as another", "Each visit once", "Remove one")
            )
        seen.add((visit.date, visit.time))
    return faults


def check_today(case: Case, today: dt.date, where: str = "case") -> None:
    """Refuse a case that cannot be true on `today`.

    A done operation lies in the past two years, a planned one in the coming year. Raises InputError.
    """
    days = (today - case.operation.date).days
    place = f"{where}, operation.date"
    if case.operation.planned and not -366 <= -days <= 366:
        raise InputError(
            Fault(place, "the planned day is more than a year away", "A likely date is wanted", "Check the year")
        )
    if case.operation.planned and days > 0:
        raise InputError(
            Fault(place, "the planned day has passed", "A day to come is wanted", 'If it is done, set status = "done"')
        )
    if not case.operation.planned and days < 0:
        raise InputError(
            Fault(
                place,
                "the operation is still to come",
                "A day up to the issue date is wanted",
                'If it is planned, set status = "planned"',
            )
        )
    if not case.operation.planned and days > 2 * 366:
        raise InputError(
            Fault(place, "the operation is more than two years ago", "A likely date is wanted", "Check the year")
        )


def check_issue(case: Case, issued: dt.date, where: str = "case") -> None:
    """Refuse a paper that is dated before the day on which the patient goes home with it."""
    if case.discharge_date and issued < case.discharge_date:
        raise InputError(
            Fault(
                f"{where}, discharge_date",
                "the patient goes home after the day that this paper is dated",
                "The date of the paper is the day on which the patient gets it",
                "Give that day with --issue-date, or mend the discharge date",
            )
        )
