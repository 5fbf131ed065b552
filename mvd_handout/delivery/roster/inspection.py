"""What a row is checked against beyond its own cells, so that nothing stops the work after it has begun."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from mvd_handout.delivery.roster.model import Inspect
from mvd_handout.domain.case import Case, check_today
from mvd_handout.domain.clinic import ClinicProfile
from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.domain.text import code_point


def inspection(
    languages: Sequence[str],
    missing: Callable[[str], Sequence[str]],
    profile: ClinicProfile | None = None,
    today: dt.date | None = None,
) -> Inspect:
    """Return the check for `read_roster`.

    Args:
        languages: Those in which the handout can be printed.
        missing: A function that names the characters of a text that no font can print.
        profile: The clinic; without it, surgeons are not checked.
        today: The day at the clinic; without it, it is not checked whether the dates are likely.
    """
    checks: list[Inspect] = [
        lambda case, where: _refuse(_language(case, where, languages)),
        lambda case, where: _refuse(*_letters(case, where, missing)),
    ]
    if profile is not None:
        checks.append(profile.surgeon)
    if today is not None:
        checks.append(lambda case, where: check_today(case, today, where))
    return lambda case, where: _run_all(checks, case, where)


def _run_all(checks: Sequence[Inspect], case: Case, where: str) -> None:
    faults: list[Fault] = []
    for check in checks:
        try:
            check(case, where)
        except InputError as error:
            faults.extend(error.faults)
    _refuse(*faults)


def _refuse(*faults: Fault | None) -> None:
    if found := [fault for fault in faults if fault]:
        raise InputError(*found)


def _language(case: Case, where: str, languages: Sequence[str]) -> Fault | None:
    if case.patient.language in languages:
        return None
    wanted = f"The handout is there in: {', '.join(languages)}"
    fix = "Choose one of these, and plan for an interpreter"
    return Fault(f"{where}, patient.language", "there is no handout in this language", wanted, fix)


def _letters(case: Case, where: str, missing: Callable[[str], Sequence[str]]) -> Iterator[Fault]:
    for path, text in _printed(case):
        if lacking := missing(text):
            found = f"letters that none of our fonts can print ({', '.join(map(code_point, lacking))})"
            yield Fault(f"{where}, {path}", found, "Latin, Greek or Cyrillic letters are wanted", "As in the passport")


def _printed(case: Case) -> Iterator[tuple[str, str]]:
    patient = case.patient
    yield "patient.name", patient.name
    yield "patient.record_number", patient.record_number
    yield "patient.carer", patient.carer
    yield "note", case.note
    for visit in case.visits:
        yield f"visit on {visit.date.isoformat()}, place", visit.place
