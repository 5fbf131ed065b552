"""Patients who have an e-mail already, though it is not noted under their key or in this outbox."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mvd_handout.domain.errors import ExitCode
from tests.mail_sending.clinic import Clinic, calendar_of, queue_all
from tests.mail_sending.ward import cells
from tests.tools import smtp

CORRECTIONS = [{"Record_number": "TEST-90001"}, {"Date_of_birth": "1931-07-14"}]


@pytest.mark.parametrize("change", CORRECTIONS)
def test_a_corrected_patient_is_told_once_more_only_when_a_person_says_so(
    clinic: Clinic, change: dict[str, str]
) -> None:
    clinic.write(cells(1))
    clinic.deliver()
    clinic.write(cells(1, Visit_1_date="2026-12-15", **change))
    _, out, err = clinic.deliver()
    assert len(clinic.got()) == 1
    assert "replaces an earlier e-mail (sent under another record number or birth date; " in out
    assert "what changed in row 2 is not sent" in err
    clinic.deliver("--replace")
    assert len(clinic.got()) == 2
    before, after = calendar_of(clinic.message(0)), calendar_of(clinic.message(1))
    (old,) = re.findall(r"^UID:(.*)$", before, flags=re.MULTILINE)
    events = after.split("BEGIN:VEVENT")[1:]
    assert [old in event for event in events if "STATUS:CANCELLED" in event] == [True]
    assert [old in event for event in events if "STATUS:CONFIRMED" in event] == [False]
    _, out, _ = clinic.deliver("--replace")
    assert "sent already" in out
    assert len(clinic.got()) == 2


def test_a_corrected_patient_keeps_the_entries_in_the_calendar(clinic: Clinic) -> None:
    clinic.write(cells(1))
    clinic.deliver()
    for change in CORRECTIONS:
        clinic.write(cells(1, **change))
        clinic.deliver("--replace")
    found = [re.findall(r"^UID:(.*)$", calendar_of(clinic.message(number)), flags=re.MULTILINE) for number in range(3)]
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 1


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ([cells(1)], [cells(2, Email="alex1@example.org", Operation_date="2026-11-27")]),
        ([cells(1)], [cells(1), cells(3, Email="alex1@example.org")]),  # the same operation, but both are in the list
    ],
)
def test_people_who_share_an_address_replace_nothing(
    clinic: Clinic, first: list[dict[str, str]], then: list[dict[str, str]]
) -> None:
    clinic.write(*first)
    clinic.deliver()
    clinic.write(*then)
    _, out, _ = clinic.deliver()
    assert "replaces" not in out
    assert clinic.got() == ["alex1@example.org"] * 2
    assert "STATUS:CANCELLED" not in calendar_of(clinic.message(1))


@pytest.mark.parametrize("other", [{"Name": "Beth Other"}, {"Date_of_birth": "1940-04-17"}])
def test_the_same_operation_does_not_make_two_people_at_an_address_one(
    clinic: Clinic, home: Path, other: dict[str, str]
) -> None:
    """A nursing home: two of its people had the same operation on one day, and are on lists of two days."""
    clinic.write(cells(1))
    clinic.send("--to-folder", "out", "--yes")
    clinic.write(cells(1, Record_number="TEST-00003", **other))
    code, out, _ = clinic.send("--to-folder", "out", "--yes", "--replace")
    assert code == ExitCode.DONE
    assert out.rstrip().endswith("new (somebody else had an e-mail at this address)")
    assert len(list((home / "out").iterdir())) == 2
    with clinic.desk().look() as outbox:
        first, second = outbox.records()
    assert second.replaces == ""
    assert {each.uid for each in first.calendar}.isdisjoint(each.uid for each in second.calendar)


def test_a_name_and_a_birth_date_that_were_both_mended_are_still_the_same_record(clinic: Clinic) -> None:
    clinic.write(cells(1))
    clinic.deliver()
    clinic.write(cells(1, Name="Alex Sample", Date_of_birth="1931-07-14"))
    assert "replaces an earlier e-mail" in clinic.send()[1]


def test_another_operation_is_no_correction(clinic: Clinic) -> None:
    clinic.write(cells(1))
    clinic.deliver()
    clinic.write(cells(1, Record_number="TEST-90001", Operation_date="2026-11-27"))
    assert "replaces" not in clinic.send()[1]


def test_somebody_else_at_the_same_address_is_pointed_out(clinic: Clinic) -> None:
    clinic.write(cells(1))
    clinic.deliver()
    clinic.write(cells(2, Email="alex1@example.org", Operation_date="2026-11-27"))
    assert clinic.send()[1].endswith("new (somebody else had an e-mail at this address)\n")


def test_what_waits_under_the_wrong_record_number_is_withdrawn(clinic: Clinic) -> None:
    clinic.write(cells(1))
    queue_all(clinic)
    clinic.write(cells(1, Record_number="TEST-90001"))
    assert clinic.deliver()[0] == ExitCode.DONE
    assert clinic.states() == ["withdrawn", "sent"]
    assert list((clinic.desk().folder / "messages").iterdir()) == []


def test_a_doubt_under_the_wrong_record_number_is_decided_first(clinic: Clinic) -> None:
    clinic.server.script = smtp.Script("dot", smtp.FAULTS["close"], 1)
    clinic.write(cells(1))
    clinic.deliver()
    clinic.write(cells(1, Record_number="TEST-90001"))
    assert clinic.deliver("--replace")[0] == ExitCode.MAIL_UNKNOWN
    assert len(clinic.got()) == 1


def test_a_file_under_the_wrong_record_number_is_taken_back(clinic: Clinic, home: Path) -> None:
    clinic.write(cells(1))
    clinic.send("--to-folder", "out", "--yes")
    (wrong,) = (home / "out").iterdir()
    clinic.write(cells(1, Record_number="TEST-90001"))
    clinic.send("--to-folder", "out", "--yes", "--replace")
    (right,) = (home / "out").iterdir()
    assert right != wrong
