"""The calendar file: right to the minute in every time zone, told once, changed and cancelled as it should be."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import zoneinfo
from collections.abc import Sequence
from typing import Any

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mvd_handout.delivery.mail.calendar import CANCELLED, Appointment, CalendarFile, CalendarMaker
from mvd_handout.delivery.mail.model import CalendarEntry
from mvd_handout.delivery.mail.zones import zone_component
from tests.mail_message.builders import NOW, WORDS
from tests.samples import KEY

PATIENT = "7db109e2fa6f911e90bc4f46"
MAKER = CalendarMaker(KEY, PATIENT, "Europe/London", "ward4@example.org", WORDS, True, NOW)
FIRST = Appointment(dt.date(2026, 3, 16), dt.time(10, 30), "Outpatients, Level 2")
SECOND = Appointment(dt.date(2026, 6, 8), dt.time(14), "Eye clinic; turn left\\right")
ALL_DAY = Appointment(dt.date(2026, 7, 1), None, "Ward 4")
# Summer time in either half of the year, none, half an hour of it, odd offsets, and a month of winter time in summer.
ZONES = (
    "Europe/London", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Asia/Kolkata",
    "Asia/Kathmandu", "Pacific/Auckland", "Pacific/Chatham", "America/St_Johns", "Africa/Casablanca",
    "Europe/Dublin", "UTC",
)  # fmt: skip


def events(file: CalendarFile) -> list[Any]:
    return list(icalendar.Calendar.from_ical(file.data).walk("VEVENT"))


def start(event: Any) -> dt.datetime | dt.date:
    found: dt.datetime | dt.date = event.decoded("dtstart")
    return found


def test_a_calendar_program_reads_the_visits() -> None:
    file = MAKER.make([FIRST, SECOND, ALL_DAY], [])
    london = zoneinfo.ZoneInfo("Europe/London")
    assert [start(event) for event in events(file)] == [
        dt.datetime(2026, 3, 16, 10, 30, tzinfo=london),
        dt.datetime(2026, 6, 8, 14, 0, tzinfo=london),
        dt.date(2026, 7, 1),
    ]
    assert [str(event["summary"]) for event in events(file)] == ["Hospital appointment"] * 3
    assert [str(event["location"]) for event in events(file)] == [FIRST.place, SECOND.place, ALL_DAY.place]
    assert {(event["status"], event["class"], event["sequence"]) for event in events(file)} == {
        ("CONFIRMED", "PRIVATE", 0)
    }
    assert icalendar.Calendar.from_ical(file.data)["method"] == "PUBLISH"
    assert (file.visits, file.cancels) == (True, False)


def test_summer_time_is_told_on_the_clock_that_is_changed() -> None:
    file = MAKER.make([FIRST, SECOND], [])
    text = file.data.decode()
    assert "DTSTART;TZID=Europe/London:20260316T103000\r\n" in text
    assert (
        "BEGIN:DAYLIGHT\r\nDTSTART:20260329T010000\r\nTZNAME:BST\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\n" in text
    )
    assert (
        "BEGIN:STANDARD\r\nDTSTART:20261025T020000\r\nTZNAME:GMT\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0000\r\n" in text
    )
    assert [event["dtstart"].dt.astimezone(dt.UTC).hour for event in events(file)] == [10, 13]


def test_all_day_visits_alone_need_no_time_zone() -> None:
    assert b"VTIMEZONE" not in MAKER.make([ALL_DAY], []).data
    assert MAKER.make([], []).data == b""


@given(
    zone=st.sampled_from(ZONES),
    days=st.lists(st.dates(dt.date(2026, 3, 6), dt.date(2029, 3, 1)), min_size=1, max_size=4, unique=True),
    time=st.times().map(lambda time: time.replace(second=0, microsecond=0)),
)
@settings(max_examples=30, deadline=None)
def test_every_visit_is_the_same_moment_for_a_program_that_knows_no_time_zones(
    zone: str, days: list[dt.date], time: dt.time
) -> None:
    visits = [Appointment(day, time, "Ward 4") for day in sorted(days)]
    file = replace(MAKER, zone=zone).make(visits, [])
    meant = [dt.datetime.combine(visit.day, time, zoneinfo.ZoneInfo(zone)) for visit in visits]
    assert len(events(file)) == len(visits)
    for moment, event in zip(meant, events(file), strict=True):
        local = event["dtstart"].dt.replace(tzinfo=None)
        assert local == moment.replace(tzinfo=None)
        if _exists(moment):
            assert _offset(file, local) == moment.utcoffset()


def _exists(moment: dt.datetime) -> bool:
    """Whether the clock shows this time once: neither skipped nor repeated when it is changed."""
    twice = moment.utcoffset() != moment.replace(fold=1).utcoffset()
    return not twice


def _offset(file: CalendarFile, local: dt.datetime) -> dt.timedelta:
    """Return the offset at a local time as RFC 5545 has it: that of the last onset before it, in the raw text."""
    text = re.sub(r"\r\n[ \t]", "", file.data.decode())
    onsets = []
    for block in re.findall(r"BEGIN:(?:STANDARD|DAYLIGHT)\r\n(.*?)END:", text, re.DOTALL):
        fields = dict(line.split(":", 1) for line in block.split("\r\n") if line)
        after = fields["TZOFFSETTO"]
        sign = -1 if after[0] == "-" else 1
        offset = sign * dt.timedelta(hours=int(after[1:3]), minutes=int(after[3:5]))
        onsets.append((dt.datetime.strptime(fields["DTSTART"], "%Y%m%dT%H%M%S"), offset))  # noqa: DTZ007  (it has none)
    return max((onset for onset in onsets if onset[0] <= local), key=lambda onset: onset[0])[1]


@pytest.mark.parametrize("zone", ZONES)
def test_the_zone_has_every_change_of_the_clock_and_no_other(zone: str) -> None:
    component, rules = zone_component(zone, 2026, 2028), zoneinfo.ZoneInfo(zone)
    hours = (dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=n) for n in range(3 * 366 * 24))
    offsets = [moment.astimezone(rules).utcoffset() for moment in hours]
    changes = sum(one != other for one, other in itertools.pairwise(offsets))
    assert len(component.subcomponents) == 1 + changes
    parts: list[Any] = component.subcomponents
    for before, after in itertools.pairwise(parts):
        assert after["tzoffsetfrom"].td == before["tzoffsetto"].td
        assert before["dtstart"].dt < after["dtstart"].dt


@given(
    place=st.text(
        st.characters(exclude_categories=("C", "Z"), exclude_characters="\u2028\u2029") | st.just(" "), max_size=120
    ),
    tail=st.sampled_from(["", ";", ",", "\\", "\\n", "\\N", ":", '"', "é" * 60, "😀" * 30, "END:VEVENT"]),
)
@settings(deadline=None)
def test_any_place_comes_out_as_it_went_in(place: str, tail: str) -> None:
    text = " ".join(f"{place} {tail}".split())
    file = MAKER.make([replace(FIRST, place=text)], [])
    assert_well_formed(file.data)
    (event,) = events(file)
    assert str(event.get("location", "")) == text


def assert_well_formed(data: bytes) -> None:
    """Hold the bytes to RFC 5545: CRLF, at most 75 octets a line, no letter cut in two, an END for every BEGIN."""
    assert data.endswith(b"\r\n")
    lines = data.split(b"\r\n")[:-1]
    assert all(b"\r" not in line and b"\n" not in line for line in lines)
    assert max(map(len, lines)) <= 75
    assert all(line.decode("utf-8") for line in lines)
    open_parts: list[bytes] = []
    for line in lines:
        if line.startswith(b"BEGIN:"):
            open_parts.append(line[6:])
        elif line.startswith(b"END:"):
            assert open_parts.pop() == line[4:]
    assert not open_parts


def test_nothing_tells_who_the_patient_is() -> None:
    data = MAKER.make([FIRST, SECOND], []).data.decode()
    assert PATIENT not in data
    assert "2026-03-16" not in data
    uids = [event["uid"] for event in events(MAKER.make([FIRST, SECOND], []))]
    assert all(re.fullmatch(r"[0-9a-f]{32}@example\.org", uid) for uid in uids)


def test_without_the_key_a_uid_cannot_be_guessed_and_is_each_patients_own() -> None:
    uids = {
        entry.uid
        for maker in (MAKER, replace(MAKER, key=bytes(32)), replace(MAKER, patient_key="0" * 24))
        for entry in maker.make([FIRST], []).entries
    }
    assert len(uids) == 3


def test_the_place_is_left_out_where_the_copy_is_locked() -> None:
    data = replace(MAKER, place=False).make([FIRST], []).data
    assert b"LOCATION" not in data
    assert b"Outpatients" not in data


# --- another address ---


def test_what_another_address_was_told_is_not_cancelled_here_and_keeps_its_name_and_count() -> None:
    there = told([FIRST, SECOND])
    later = replace(FIRST, time=dt.time(16))
    here = MAKER.make([later], [], there.entries)
    (event,) = events(here)
    assert (event["uid"], int(event["sequence"]), event["status"]) == (there.entries[0].uid, 1, "CONFIRMED")
    assert not here.cancels
    assert len(here.entries) == 1  # what this address was never told is never cancelled here
    gone = MAKER.make([], here.entries, there.entries)
    assert summary(gone) == [(2, "CANCELLED")]


def test_back_at_the_first_address_the_count_goes_on_from_the_highest() -> None:
    first = told([FIRST, SECOND])
    second = MAKER.make([replace(FIRST, time=dt.time(16))], [], first.entries)
    again = MAKER.make([replace(FIRST, time=dt.time(11))], first.entries, second.entries)
    assert summary(again) == [(2, "CONFIRMED"), (1, "CANCELLED")]
    assert again.cancels


# --- changes ------------------------------------------------------------------


def told(visits: Sequence[Appointment], earlier: Sequence[CalendarEntry] = (), **changes: object) -> CalendarFile:
    return replace(MAKER, **changes).make(visits, earlier)


def summary(file: CalendarFile) -> list[tuple[int, str]]:
    return [(int(event["sequence"]), str(event["status"])) for event in events(file)]


def test_the_same_visits_are_told_in_the_same_words() -> None:
    before = told([FIRST, SECOND])
    again = told([FIRST, SECOND], before.entries)
    assert again == before


@pytest.mark.parametrize(
    "changed", [replace(FIRST, time=dt.time(11)), replace(FIRST, place="Level 3"), replace(FIRST, time=None)]
)
def test_a_changed_visit_keeps_its_uid_and_counts_up(changed: Appointment) -> None:
    before = told([FIRST, SECOND])
    after = told([changed, SECOND], before.entries)
    assert [entry.uid for entry in after.entries] == [entry.uid for entry in before.entries]
    assert summary(after) == [(1, "CONFIRMED"), (0, "CONFIRMED")]
    assert summary(told([FIRST, SECOND], after.entries)) == [(2, "CONFIRMED"), (0, "CONFIRMED")]


def test_a_visit_that_is_gone_is_cancelled_on_its_day() -> None:
    before = told([FIRST, SECOND])
    after = told([SECOND], before.entries)
    assert after.cancels
    assert sorted(summary(after)) == [(0, "CONFIRMED"), (1, "CANCELLED")]
    (gone,) = [event for event in events(after) if event["status"] == "CANCELLED"]
    assert (gone["uid"], start(gone)) == (before.entries[0].uid, FIRST.day)
    assert str(gone["summary"]) == "Cancelled: hospital appointment"
    assert "location" not in gone
    assert_well_formed(after.data)


def test_a_visit_that_moves_to_another_day_leaves_none_behind() -> None:
    moved = replace(FIRST, day=dt.date(2026, 3, 17))
    after = told([moved, SECOND], told([FIRST, SECOND]).entries)
    assert {(str(start(event))[:10], str(event["status"])) for event in events(after)} == {
        ("2026-03-17", "CONFIRMED"), ("2026-06-08", "CONFIRMED"), ("2026-03-16", "CANCELLED"),
    }  # fmt: skip


def test_a_cancelled_visit_that_comes_back_counts_on() -> None:
    cancelled = told([], told([FIRST]).entries)
    assert summary(cancelled) == [(1, "CANCELLED")]
    back = told([FIRST], cancelled.entries)
    assert summary(back) == [(2, "CONFIRMED")]


def test_a_cancellation_is_told_again_with_the_next_visits_but_not_as_new() -> None:
    cancelled = told([SECOND], told([FIRST, SECOND]).entries)
    again = told([replace(SECOND, time=dt.time(9))], cancelled.entries)
    assert sorted(summary(again)) == [(1, "CANCELLED"), (1, "CONFIRMED")]
    assert not again.cancels
    nothing_new = told([], told([], told([FIRST]).entries).entries)
    assert nothing_new.data == b""


def test_what_has_passed_is_neither_told_nor_cancelled() -> None:
    before = told([FIRST, SECOND])
    later = dt.datetime(2026, 3, 16, 10, 31, tzinfo=dt.UTC)
    kept = told([FIRST, SECOND], before.entries, now=later)
    assert summary(kept) == [(0, "CONFIRMED")]
    dropped = told([SECOND], before.entries, now=later + dt.timedelta(days=1))
    assert summary(dropped) == [(0, "CONFIRMED")]
    assert not dropped.cancels
    assert {entry.uid for entry in dropped.entries} == {entry.uid for entry in before.entries}


def test_a_visit_of_today_is_told_until_it_begins() -> None:
    morning = dt.datetime(2026, 3, 16, 10, 29, tzinfo=dt.UTC)
    assert told([FIRST], now=morning).visits
    assert not told([FIRST], now=morning + dt.timedelta(minutes=2)).visits
    assert told([ALL_DAY], now=dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)).visits
    assert not told([ALL_DAY], now=dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC)).visits  # July 2 in London


def test_two_visits_on_one_day_are_told_apart() -> None:
    both = [FIRST, replace(FIRST, time=dt.time(15))]
    before = told(both)
    assert len({entry.uid for entry in before.entries}) == 2
    after = told(both[:1], before.entries)
    assert summary(after) == [(0, "CONFIRMED"), (1, "CANCELLED")]


def test_a_clinic_that_changes_its_address_does_not_tell_a_visit_twice() -> None:
    before = told([FIRST])
    after = told([replace(FIRST, time=dt.time(9))], before.entries, sender="ward4@new.example.net")
    assert [entry.uid for entry in after.entries] == [entry.uid for entry in before.entries]


def test_what_is_remembered_tells_no_day_time_or_place() -> None:
    entries = told([FIRST, SECOND], told([ALL_DAY]).entries).entries
    assert {entry.digest for entry in entries} >= {CANCELLED}
    same_time = told([FIRST, replace(FIRST, day=SECOND.day)]).entries
    # The digest says that nothing changed about a visit; that two visits are at the same hour is all it tells.
    assert len({entry.digest for entry in same_time}) == 1
    assert not re.search(
        "2026|1030|Outpatients", " ".join(f"{e.uid} {e.digest}" for e in same_time).replace("@example.org", "")
    )


CHOICES = st.sampled_from([FIRST, SECOND, ALL_DAY, replace(FIRST, time=dt.time(16)), replace(SECOND, place="B")])
LISTS = st.lists(CHOICES, unique_by=lambda visit: (visit.day, visit.time), max_size=4)


@given(st.lists(LISTS, min_size=1, max_size=6))
@settings(max_examples=15, deadline=None)
def test_a_calendar_that_took_every_file_shows_the_last_list(history: list[list[Appointment]]) -> None:
    shown: dict[str, tuple[int, str, str, str]] = {}
    entries: tuple[CalendarEntry, ...] = ()
    for visits in history:
        ordered = sorted(visits, key=lambda visit: (visit.day, visit.time or dt.time()))
        file = told(ordered, entries)
        entries = file.entries
        for event in events(file) if file.data else []:
            uid, number = str(event["uid"]), int(event["sequence"])
            state = (number, str(event["status"]), str(start(event)), str(event.get("location", "")))
            # As a program does: what counts lower than what it has is dropped, and nothing changes without counting up.
            assert uid not in shown or number >= shown[uid][0]
            assert uid not in shown or number > shown[uid][0] or state[1:] == shown[uid][1:]
            shown[uid] = state
    wanted = sorted((str(visit.start(zoneinfo.ZoneInfo("Europe/London"))), visit.place) for visit in history[-1])
    assert sorted((when, place) for _, status, when, place in shown.values() if status == "CONFIRMED") == wanted
