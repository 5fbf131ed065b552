"""What changed since the last copy: told for every field, and for nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mvd_handout.composing.fingerprints import fingerprints
from mvd_handout.composing.reissue import CLINIC_PARTS, PARTS, PATIENT_PARTS, Fingerprints, changes
from mvd_handout.content.approval import Approval, Override
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.library import Handout
from mvd_handout.domain.case import Case, Operation, Patient
from mvd_handout.domain.clinic import PhoneLine
from mvd_handout.domain.phone import Phone
from tests.samples import APPROVAL, ISSUED, handout, make_case, make_clinic, visit_data

CASE, CLINIC = make_case(note="Bring your tablets.", patient={"carer": "Sam Example"}), make_clinic()
OTHER_PHONE = Phone("01632 960188", "tel:01632960188")
EMPTY: Final[tuple[str, ...]] = ()


def prints(
    case: Case = CASE,
    clinic: Clinic = CLINIC,
    text: Handout | None = None,
    *,
    issued: dt.date = ISSUED,
    theme: str = "standard",
    approval: Approval | None = APPROVAL,
) -> Fingerprints:
    return fingerprints(case, clinic, text or handout(), issued=issued, theme=theme, approval=approval)


def patient(**values: object) -> Callable[[], Fingerprints]:
    return lambda: prints(replace(CASE, patient=replace(CASE.patient, **values)))


def operation(**values: object) -> Callable[[], Fingerprints]:
    return lambda: prints(replace(CASE, operation=replace(CASE.operation, **values)))


def case(**values: object) -> Callable[[], Fingerprints]:
    return lambda: prints(replace(CASE, **values))


def visit(**values: object) -> Callable[[], Fingerprints]:
    return case(visits=(CASE.visits[0], replace(CASE.visits[1], **values)))


def profile(**values: object) -> Callable[[], Fingerprints]:
    return lambda: prints(clinic=replace(CLINIC, profile=replace(CLINIC.profile, **values)))


def surgeon(**values: object) -> Callable[[], Fingerprints]:
    first, *others = CLINIC.profile.surgeons
    return profile(surgeons=(replace(first, **values), *others))


def approval(**values: object) -> Callable[[], Fingerprints]:
    return lambda: prints(approval=replace(APPROVAL, **values))


OVERRIDE = Override("Dr Kim Invented", "Medical director", "Booked.", dt.date(2026, 3, 1), dt.date(2026, 3, 20))
CHANGED: Final[dict[str, tuple[str, Callable[[], Fingerprints]]]] = {
    "name": ("name", patient(name="Alex Exampel")),
    "record number, as it is written": ("name", patient(record_number="test-0001")),
    "carer": ("carer", patient(carer="")),
    "interpreter": ("carer", patient(interpreter=True)),
    "language": ("language", patient(language="de")),
    "day of operation": ("operation", operation(date=dt.date(2026, 3, 1))),
    "side": ("operation", operation(side="right")),
    "both sides": ("operation text", operation(side="both")),
    "repeat": ("operation text", operation(repeat=True)),
    "planned": ("operation", operation(planned=True)),
    "surgeon": ("surgeon phones", case(surgeon="Mr Jo Invented")),
    "day of discharge": ("going_home", case(discharge_date=dt.date(2026, 3, 4))),
    "note": ("note", case(note="Bring your glasses.")),
    "no note": ("note", case(note="")),
    "visit taken away": ("visits", case(visits=CASE.visits[:1])),
    "first visit taken away": ("visits", case(visits=CASE.visits[1:])),
    "visit added": ("visits", case(visits=(*CASE.visits, replace(CASE.visits[1], date=dt.date(2026, 9, 1))))),
    "no visits": ("visits hear_by", case(visits=())),
    "day of a visit": ("visits", visit(date=dt.date(2026, 6, 9))),
    "time of a visit": ("visits", visit(time=dt.time(15))),
    "place of a visit": ("visits", visit(place="Outpatients, Level 3")),
    "number of a visit": ("visits", visit(phone=OTHER_PHONE)),
    "day number": ("phones", profile(day=replace(CLINIC.profile.day, number=OTHER_PHONE))),
    "hours of the day number": ("phones", profile(day=replace(CLINIC.profile.day, hours="8am to 5pm"))),
    "number out of hours": ("phones", profile(out_of_hours=replace(CLINIC.profile.out_of_hours, number=OTHER_PHONE))),
    "emergency number": ("phones", profile(emergency=OTHER_PHONE)),
    "surgeon's number": ("phones", surgeon(phone=OTHER_PHONE)),
    "surgeon's hours": ("phones", surgeon(hours="Mornings")),
    "surgeon's role": ("surgeon", surgeon(role="Consultant")),
    "hospital": ("clinic", profile(hospital="Sample Infirmary")),
    "address": ("clinic", profile(address=())),
    "feedback": ("clinic", profile(feedback="other@example.org")),
    "identifiers": ("clinic", profile(identifiers=("name", "birth_date"))),
    "a clinic's value": ("text", profile(values=(("fever", "38.5 °C"),))),
    "how dates are written": ("text", profile(locale="en-US")),
    "a clinic's block": ("text", lambda: prints(clinic=replace(CLINIC, blocks=CLINIC.blocks[1:]))),
    "words": ("text", lambda: prints(text=replace(handout(), content_hash="0" * 64))),
    "approval": ("approval", approval(date=dt.date(2026, 2, 1))),
    "overdue review": ("approval", approval(override=OVERRIDE)),
    "large print": ("print_size", lambda: prints(theme="large-print")),
}


@pytest.mark.parametrize("name", CHANGED)
def test_each_change_is_told_and_no_other(name: str) -> None:
    parts, changed = CHANGED[name]
    assert set(changes(prints(), changed())) == set(parts.split())


def test_every_part_is_tried_and_has_words_on_paper_and_at_the_terminal() -> None:
    from mvd_handout.commands.parts import PART_NAMES

    tried = {part for parts, _ in CHANGED.values() for part in parts.split()}
    assert tried == set(PARTS) == set(PART_NAMES) == {*PATIENT_PARTS, *CLINIC_PARTS}
    assert len(PARTS) == len(set(PARTS))
    words = [handout().labels[f"reissue.changed.{part}"] for part in PARTS]
    assert len(set(words)) == len(words)


PRINTS_NOTHING = {"paper", "time_zone", "date_order", "logo", "logo_alt"}  # the logo itself is a part of the clinic


def test_no_field_of_case_or_profile_is_forgotten() -> None:
    """A new field has to be fingerprinted, or listed as one that prints nothing."""
    waiting = make_case(visits=[], note="Bring your tablets.", patient={"carer": "Sam Example"})
    for struct in (waiting, waiting.patient, waiting.operation, CLINIC.profile):
        for name in struct.__struct_fields__:
            if name in {"birth_date", "surgeons", "surgeon", "print_size", "patient", "operation", *PRINTS_NOTHING}:
                continue  # one patient has one birth date; surgeons and print size are tried above
            changed = replace(struct, **{name: other(getattr(struct, name))})
            match struct:
                case Case():
                    now = prints(cast("Case", changed))
                case Patient():
                    now = prints(replace(waiting, patient=changed))
                case Operation():
                    now = prints(replace(waiting, operation=changed))
                case _:
                    now = prints(waiting, replace(CLINIC, profile=changed))
            assert changes(prints(waiting), now), name


def other(value: object) -> object:
    """Return another value of the same kind."""
    match value:
        case bool():
            return not value
        case int():
            return value + 20
        case str():
            return f"{value} or other"
        case dt.date():
            return value - dt.timedelta(days=1)
        case ():
            return make_case().visits
        case tuple():
            return value[:-1]
        case Phone():
            return OTHER_PHONE
        case PhoneLine():
            return replace(value, hours="Mornings")
    raise TypeError(value)


def test_nothing_changed_is_nothing_told() -> None:
    assert changes(prints(), prints()) == EMPTY
    assert changes(prints(), prints(issued=dt.date(2026, 3, 9))) == EMPTY, "the day alone changes no part"


def test_a_visit_that_lies_behind_is_no_change() -> None:
    assert changes(prints(), prints(issued=dt.date(2026, 3, 17))) == EMPTY
    later = replace(CASE, visits=(CASE.visits[0], replace(CASE.visits[1], time=dt.time(9))))
    assert changes(prints(), prints(later, issued=dt.date(2026, 3, 17))) == ("visits",)
    assert changes(prints(), prints(replace(CASE, visits=CASE.visits[1:]), issued=dt.date(2026, 3, 17))) == ("visits",)


def test_without_a_visit_the_day_by_which_somebody_rings_moves_with_the_paper() -> None:
    waiting = make_case(visits=[])
    assert changes(prints(waiting), prints(waiting, issued=dt.date(2026, 3, 20))) == ("hear_by",)


def test_turning_18_between_two_copies_changes_the_text() -> None:
    young = make_case(patient={"birth_date": dt.date(2008, 3, 10)})
    assert changes(prints(young), prints(young, issued=dt.date(2026, 3, 9))) == EMPTY
    assert changes(prints(young), prints(young, issued=dt.date(2026, 3, 10))) == ("text",)


VISITS = st.builds(
    visit_data,
    st.dates(dt.date(2026, 3, 5), dt.date(2026, 9, 1)),
    st.times().map(lambda each: each.replace(second=0, microsecond=0, fold=0)),
    st.sampled_from(["Outpatients, Level 2", "Ward 4"]),
)
CASES = st.builds(
    lambda visits, side, carer, note: make_case(
        visits=visits, operation={"side": side}, patient={"carer": carer}, note=note
    ),
    st.lists(VISITS, max_size=3, unique_by=lambda each: (each["date"], each["time"])),
    st.sampled_from(["left", "right"]),
    st.sampled_from(["", "Sam Example", "Kim Example"]),
    st.sampled_from(["", "Bring your tablets."]),
)


@settings(max_examples=150)
@given(CASES, CASES)
def test_of_any_two_cases_exactly_what_differs_is_told(one: Case, other: Case) -> None:
    told = set(changes(prints(one), prints(other)))
    differs = {
        "visits": one.visits != other.visits,
        "operation": one.operation != other.operation,
        "carer": one.patient.carer != other.patient.carer,
        "note": one.note != other.note,
        "hear_by": bool(one.visits) != bool(other.visits),
    }
    assert told == {name for name, different in differs.items() if different}


@settings(max_examples=50)
@given(CASES)
def test_fingerprints_say_nothing_of_what_they_are_made_from(one: Case) -> None:
    here = prints(one)
    assert all(len(each) == 12 and int(each, 16) >= 0 for values in here.values() for each in values)
    twin = replace(one, patient=replace(one.patient, record_number="TEST-0002"))
    for name, values in prints(twin).items():
        assert not set(values) & set(here[name]), "two patients with one surgeon cannot be told by the journal"
