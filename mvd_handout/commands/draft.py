"""The draft of a case: what the case file, the options and the answers have given so far."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, cast

from msgspec import Struct, field

from mvd_handout.domain.case import (
    CASE_FIELDS,
    OPERATION_FIELDS,
    PATIENT_FIELDS,
    VISIT_FIELDS,
    Case,
    check_issue,
    check_today,
)
from mvd_handout.domain.clinic import ClinicProfile
from mvd_handout.domain.dates import DateOrder, read_date
from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.domain.fields import Field, read_value
from mvd_handout.domain.text import RefusedError

WHERE: Final = "case"
FIELDS: Final = {field.path: field for field in (*PATIENT_FIELDS, *OPERATION_FIELDS, *CASE_FIELDS)}
VISITS: Final = "visits"
INTERVIEW: Final = (
    "patient.name",
    "patient.record_number",
    "patient.birth_date",
    "operation.status",
    "operation.date",
    "operation.side",
    "operation.kind",
    "surgeon",
    "discharge_date",
    "patient.interpreter",
    "patient.print_size",
    "patient.carer",
    VISITS,
    "note",
)
"""What is asked, in this order, when there is no case file. The language is an option: most clinics have one."""

OPTIONS: Final = {
    "surgery_date": "operation.date",
    "side": "operation.side",
    "kind": "operation.kind",
    "status": "operation.status",
    "surgeon": "surgeon",
    "discharge_date": "discharge_date",
    "interpreter": "patient.interpreter",
    "print_size": "patient.print_size",
    "language": "patient.language",
}
"""The options that stand for a field of the case; none of these fields tells who the patient is."""

_VISIT: Final = re.compile(
    r"\s*(?P<date>\S+)\s+(?P<time>\d\S*(?:\s*[ap]\.?m\.?)?)\s+(?P<place>[^;]*[^;\s])\s*(?:;\s*(?P<phone>.*\S)\s*)?",
    re.IGNORECASE,
)
WANTED_VISIT: Final = "Write date, time and place, such as '2026-03-16 10:30 Outpatients, Level 2; 01632 960120'"


class Draft(Struct):
    """A case that is not complete yet. `data` has the shape of the case file."""

    data: dict[str, object]
    order: DateOrder | None = None
    faults: list[Fault] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def get(self, path: str) -> object:
        """Return what stands at `path`, or None; an empty text counts as nothing."""
        table, _, key = path.rpartition(".")
        holder = self.data.get(table) if table else self.data
        value = holder.get(key) if isinstance(holder, Mapping) else None
        return None if isinstance(value, str) and not value.strip() else value

    def put(self, path: str, value: object) -> None:
        """Set `path`; None removes it."""
        table, _, key = path.rpartition(".")
        holder = self.data.setdefault(table, {}) if table else self.data
        if not isinstance(holder, dict):
            return  # the file has something else here, and `parse` says so
        if value is None:
            holder.pop(key, None)
        else:
            holder[key] = value

    def visits(self) -> list[Mapping[str, object]]:
        """Return the visits that are told so far, as they were written."""
        told = self.data.get(VISITS)
        return [each for each in told if isinstance(each, Mapping)] if isinstance(told, list) else []

    def take_options(self, options: Mapping[str, object], visits: Sequence[str]) -> None:
        """Lay the options of the command line over what the case file says, and note every one that is refused."""
        for name, path in OPTIONS.items():
            if (raw := options.get(name)) is None:
                continue
            try:
                self.put(path, read_value(FIELDS[path], raw, self.order))
            except RefusedError as refused:
                self.refused.add(path)
                self.faults.append(Fault(f"--{name.replace('_', '-')}", refused.found, refused.wanted))
        if not visits:
            return
        self.data[VISITS] = taken = cast("list[object]", [])
        for number, text in enumerate(visits, start=1):
            try:
                taken.append(parse_visit(text, self.order))
            except RefusedError as refused:
                self.faults.append(Fault(f"--visit {number}", refused.found, refused.wanted))

    def missing(self, surgeons: int) -> tuple[Field, ...]:
        """Return the fields that this case needs and does not have, in the order in which they are asked."""
        planned = str(self.get("operation.status")).strip().lower() == "planned"
        needed = {path for path, field in FIELDS.items() if field.required}
        needed |= {"surgeon"} if surgeons > 1 else set()
        needed |= set() if planned else {"discharge_date"}
        return tuple(field for path, field in FIELDS.items() if path in needed and self.get(path) is None)

    def open_questions(self, surgeons: int, everything: bool) -> tuple[str, ...]:
        """Return what to ask: the missing fields, or `everything` that neither a file nor an option has told."""
        missing = tuple(field.path for field in self.missing(surgeons))
        return tuple(path for path in INTERVIEW if self.get(path) is None) if everything else missing

    def standing_faults(
        self, profile: ClinicProfile | None, issued: dt.date | None, skip: Collection[str]
    ) -> list[Fault]:
        """Return what is wrong already, apart from the fields in `skip`, which are still to come."""
        silent = {f"{WHERE}, {path}" for path in {*skip, *self.refused}}
        try:
            if profile is None or issued is None:
                Case.parse(self.data, WHERE, self.order)
            else:
                self.check(profile, issued)
        except InputError as error:
            return [*self.faults, *(fault for fault in error.faults if fault.where not in silent)]
        return self.faults

    def check(self, profile: ClinicProfile, issued: dt.date) -> Case:
        """Return the case. Raises InputError with everything that is wrong in it, for a paper given on `issued`."""
        case = Case.parse(self.data, WHERE, self.order)
        faults: list[Fault] = []
        for check in (
            lambda: profile.surgeon(case, WHERE),
            lambda: check_today(case, issued, WHERE),
            lambda: check_issue(case, issued, WHERE),
        ):
            try:
                check()
            except InputError as error:
                faults.extend(error.faults)
        if faults:
            raise InputError(*faults)
        return case


def parse_visit(text: str, order: DateOrder | None = None) -> dict[str, object]:
    """Return the visit in 'DATE TIME PLACE [; PHONE]', as a case file would hold it. Raises RefusedError."""
    match = _VISIT.fullmatch(text)
    if match is None:
        raise RefusedError("this is not a visit", WANTED_VISIT)
    visit: dict[str, object] = {}
    for each in VISIT_FIELDS:
        raw = match[each.key]
        if raw is None:
            continue
        try:
            value = read_value(each, raw, order)
        except RefusedError as refused:
            raise RefusedError(f"{each.label.lower()}: {refused.found}", refused.wanted) from None
        visit[each.key] = raw if each.kind == "phone" else value
    return visit


def faulty_paths(error: InputError) -> tuple[str, ...]:
    """Return the fields of the case that the faults are about, in the order of the questions."""
    places = {fault.where.removeprefix(f"{WHERE}, ") for fault in error.faults}
    paths = [path for path in FIELDS if path in places]
    if any(cast("str", FIELDS[path].kind) == "date" for path in paths):
        # Which of two dates is the wrong one, only the person knows.
        paths = [path for path in FIELDS if path in {*paths, "operation.date"}]
    return (*paths, *((VISITS,) if any(place.startswith("visit") for place in places) else ()))


def read_issue_date(text: str | None, order: DateOrder | None) -> dt.date | None:
    """Return the day that `--issue-date` says; None without it. Raises InputError."""
    try:
        return read_date(text, order) if text is not None else None
    except RefusedError as refused:
        raise InputError(Fault("--issue-date", refused.found, refused.wanted)) from None
