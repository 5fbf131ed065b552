"""Cases and clinic profiles: read whole, every fault at once, nothing that identifies in a message."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.domain.case import CASE_FIELDS, OPERATION_FIELDS, PATIENT_FIELDS, Case, check_today
from mvd_handout.domain.clinic import ClinicProfile
from mvd_handout.domain.errors import ExitCode, InputError
from tests.samples import case_data, clinic_data, make_case, make_clinic, planned_case, visit_data

FIELDS = (*PATIENT_FIELDS, *OPERATION_FIELDS, *CASE_FIELDS)


def faults_of(data: dict[str, object]) -> list[str]:
    with pytest.raises(InputError) as caught:
        Case.parse(data)
    return [fault.where for fault in caught.value.faults]


def test_an_ordinary_case_is_read_whole() -> None:
    case = make_case(patient={"carer": "Sam Example", "interpreter": "yes"}, note="Bring your tablets.")
    assert case.patient.interpreter is True
    assert case.patient.print_size == "standard"
    assert case.operation.side == "left"
    assert not case.operation.planned
    assert [visit.date for visit in case.visits] == [dt.date(2026, 3, 16), dt.date(2026, 6, 8)]


def test_every_fault_is_reported_at_once() -> None:
    data = case_data(
        patient={"name": "", "birth_date": "17/04/58", "hair": "red"},
        operation={"side": "middle", "date": "2026-02-30"},
        discharge_date="soon",
        visits=[{"date": "03/04/2026", "time": "late"}],
    )
    assert sorted(faults_of(data)) == [
        "case, discharge_date",
        "case, hair",
        "case, operation.date",
        "case, operation.side",
        "case, patient.birth_date",
        "case, patient.name",
        "case, visit 1, date",
        "case, visit 1, place",
        "case, visit 1, time",
    ]


def test_the_side_is_never_defaulted() -> None:
    assert faults_of(case_data(operation={"side": None})) == ["case, operation.side"]


def test_a_mistyped_field_gets_a_suggestion() -> None:
    with pytest.raises(InputError, match="Did you mean birth_date"):
        Case.parse(case_data(patient={"birthdate": "1958-04-17"}))


@pytest.mark.parametrize("field", [field for field in FIELDS if field.identifying], ids=lambda field: field.path)
def test_a_refused_identifying_value_is_never_quoted(field) -> None:  # type: ignore[no-untyped-def]
    canary = "Quintessa\u200bOctothorpe 1977-13-99"
    table, _, key = field.path.rpartition(".")
    data = case_data(**({table: {key: canary}} if table else {key: canary}))
    with pytest.raises(InputError) as caught:
        Case.parse(data)
    assert "Quintessa" not in str(caught.value)
    assert "1977" not in str(caught.value)


def test_a_name_in_the_wrong_field_is_not_quoted_either() -> None:
    with pytest.raises(InputError) as caught:
        Case.parse(case_data(operation={"side": "Quintessa", "date": "Quintessa"}, discharge_date="Quintessa"))
    assert "Quintessa" not in str(caught.value)


def test_a_record_number_in_the_wrong_field_is_not_quoted_either() -> None:
    number = "9434765919"
    with pytest.raises(InputError) as caught:
        Case.parse(case_data(operation={"date": number, "side": number}, discharge_date=number, Zebulon="x"))
    assert number not in str(caught.value)
    assert "Zebulon" not in str(caught.value)


def test_visits_that_are_past_are_not_to_come() -> None:
    assert [visit.date.month for visit in make_case().visits_from(dt.date(2026, 3, 17))] == [6]


def test_no_repr_shows_a_patient() -> None:
    case = make_case()
    assert "Alex" not in repr(case) + repr(case.patient) + f"{[case]}"
    assert bytes(range(32)).hex() not in repr(make_clinic())


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"discharge_date": dt.date(2026, 3, 1)}, "case, discharge_date"),
        ({"discharge_date": None}, "case, discharge_date"),
        ({"discharge_date": dt.date(2028, 3, 1)}, "case, discharge_date"),
        ({"visits": [visit_data(dt.date(2026, 3, 4))]}, "case, visit on 2026-03-04"),
        ({"visits": [visit_data(dt.date(2036, 3, 4))]}, "case, visit on 2036-03-04"),
        ({"visits": [visit_data(dt.date(2026, 3, 16))] * 2}, "case, visit on 2026-03-16"),
        ({"patient": {"birth_date": dt.date(2026, 3, 2)}}, "case, patient.birth_date"),
        ({"patient": {"birth_date": dt.date(1901, 3, 2)}}, "case, patient.birth_date"),
        ({"operation": {"status": "planned"}}, "case, discharge_date"),
    ],
)
def test_dates_in_an_impossible_order_are_refused(changes: dict[str, object], where: str) -> None:
    assert where in faults_of(case_data(**changes))


def test_dates_are_compared_even_when_another_field_is_refused() -> None:
    data = case_data(patient={"name": ""}, discharge_date=dt.date(2026, 2, 3), visits=[{"date": "soon"}])
    assert faults_of(data) == [
        "case, patient.name",
        "case, visit 1, date",
        "case, visit 1, time",
        "case, visit 1, place",
        "case, discharge_date",
    ]


def test_more_than_eight_visits_are_refused() -> None:
    visits = [visit_data(dt.date(2026, 4, day)) for day in range(1, 10)]
    assert faults_of(case_data(visits=visits)) == ["case, visits"]


def test_visits_are_put_in_order() -> None:
    case = make_case(visits=[visit_data(dt.date(2026, 6, 8)), visit_data(dt.date(2026, 3, 16))])
    assert [visit.date.month for visit in case.visits] == [3, 6]


def test_today_bounds_the_operation() -> None:
    check_today(make_case(), dt.date(2026, 3, 5))
    check_today(planned_case(), dt.date(2026, 3, 5))
    for case, today in [
        (make_case(), dt.date(2026, 3, 1)),
        (make_case(), dt.date(2029, 1, 1)),
        (planned_case(), dt.date(2026, 4, 14)),
        (planned_case(), dt.date(2025, 1, 1)),
    ]:
        with pytest.raises(InputError, match=r"operation\.date"):
            check_today(case, today)


@pytest.mark.parametrize(("today", "minor"), [(dt.date(2026, 4, 16), True), (dt.date(2026, 4, 17), False)])
def test_eighteen_is_of_age(today: dt.date, minor: bool) -> None:
    case = make_case(patient={"birth_date": dt.date(2008, 4, 17)})
    assert case.patient.is_minor(today) is minor


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=5), x, max_size=3),
    )
)
def test_any_data_is_a_case_or_a_list_of_faults(value: object) -> None:
    for data in ({"patient": value}, {"operation": value}, {"visits": value}, {"note": value, "surgeon": value}):
        with pytest.raises(InputError):
            Case.parse({**data})
        with pytest.raises(InputError):
            ClinicProfile.parse(
                {"hospital": value, "phones": value, "surgeons": value, "handout": value, "values": value}
            )


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"phones": {"day": None}}, "clinic profile, phones.day.number"),
        ({"phones": {"out_of_hours": None}}, "clinic profile, phones.out_of_hours.number"),
        ({"phones": {"emergency": None}}, "clinic profile, phones.emergency"),
        ({"phones": {"emergency": "TBC"}}, "clinic profile, phones.emergency"),
        ({"surgeons": []}, "clinic profile, surgeons"),
        ({"surgeons": [{"name": "Dr A", "phone": "", "hours": "x"}]}, "clinic profile, surgeon 1, phone"),
        ({"handout": {"time_zone": "Mars/Base"}}, "clinic profile, handout.time_zone"),
        ({"handout": {"identifiers": ["name"]}}, "clinic profile, handout.identifiers"),
        ({"handout": {"paper": "A5"}}, "clinic profile, handout.paper"),
        ({"values": {"Fever Figure": "38"}}, "clinic profile, values.Fever Figure"),
        ({"hospital": {"address": "1 Sample Street"}}, "clinic profile, hospital.address"),
        ({"values": {"fever": {"a": 1}}}, "clinic profile, values.fever"),
        ({"values": {"fever": True}}, "clinic profile, values.fever"),
        ({"values": "oops"}, "clinic profile, values"),
        ({"handout": {"hear_within_days": -5}}, "clinic profile, handout.hear_within_days"),
        ({"handout": {"hear_within_days": 99999999}}, "clinic profile, handout.hear_within_days"),
        ({"colour": "red"}, "clinic profile, colour"),
    ],
)
def test_a_profile_that_could_do_harm_is_refused(changes: dict[str, object], where: str) -> None:
    with pytest.raises(InputError) as caught:
        ClinicProfile.parse(clinic_data(**changes))
    assert where in [fault.where for fault in caught.value.faults]
    assert caught.value.exit_code is ExitCode.INPUT_REFUSED


def test_the_surgeon_must_be_in_the_profile() -> None:
    profile = make_clinic().profile
    assert profile.surgeon(make_case(surgeon="dr morgan sample")).phone.target == "tel:01632960110"
    with pytest.raises(InputError, match="One of these is wanted: Dr Morgan Sample, Mr Jo Invented"):
        profile.surgeon(make_case(surgeon="Dr Nobody"))
    with pytest.raises(InputError, match="nothing is here"):
        profile.surgeon(make_case(surgeon=None))
