"""The outbox: no message leaves twice, every step is on the disk, and nothing in it tells who a patient is."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mvd_handout.delivery.mail.model import CalendarEntry
from mvd_handout.delivery.mail.outbox import FILE_NAME, LEFT, OPEN, STATES, Outbox, State
from mvd_handout.domain.errors import OutputError
from tests.mail_sending.samples import NOW, filled_outbox, record


def test_what_is_queued_reads_back(tmp_path: Path) -> None:
    entry = CalendarEntry("uid@example.org", 3, "0" * 64)
    queued = record("a", calendar=(entry,), journal="{}", replaces="b", why="")
    with Outbox.open(tmp_path) as outbox:
        outbox.queue(queued, NOW)
    with Outbox.open(tmp_path) as outbox:
        found = outbox.get("a")
        assert found is not None
        assert (found.calendar, found.replaces, found.state, found.changed) == ((entry,), "b", "queued", NOW)


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with filled_outbox(tmp_path / "new", ["a"]):
            pass
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    assert modes == {FILE_NAME: 0o600} | {name: 0o600 for name in modes}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


@pytest.mark.parametrize("state", sorted(set(STATES) - OPEN))
def test_only_what_is_open_can_begin(state: State, tmp_path: Path) -> None:
    with filled_outbox(tmp_path, ["a"]) as outbox:
        outbox.begin("a", NOW)
        if state != "sending":
            outbox.settle("a", state, "", NOW)
        with pytest.raises(ValueError, match="cannot become sending"):
            outbox.begin("a", NOW)


@pytest.mark.parametrize("state", sorted(LEFT | {"refused", "sending"}))
def test_what_left_is_not_queued_again(state: State, tmp_path: Path) -> None:
    with filled_outbox(tmp_path, ["a"]) as outbox:
        outbox.begin("a", NOW)
        if state != "sending":
            outbox.settle("a", state, "", NOW)
        with pytest.raises(ValueError, match="already"):
            outbox.queue(record("a"), NOW)


def test_what_was_interrupted_is_unknown(tmp_path: Path) -> None:
    with filled_outbox(tmp_path, ["a", "b"]) as outbox:
        outbox.begin("a", NOW)
    with Outbox.open(tmp_path) as outbox:
        assert outbox.recover(NOW) == 1
        assert outbox.counts() == {"unknown": 1, "queued": 1}
        assert outbox.recover(NOW) == 0


def test_a_decision_bears_the_name_of_who_took_it(tmp_path: Path) -> None:
    with filled_outbox(tmp_path, ["a"]) as outbox:
        outbox.begin("a", NOW)
        outbox.recover(NOW)
        outbox.decide("a", "queued", "to be sent again", "Kim Invented", NOW)
        assert [(event.state, event.person) for event in outbox.events("a")] == [
            ("queued", ""), ("sending", ""), ("unknown", ""), ("queued", "Kim Invented"),
        ]  # fmt: skip


def test_a_message_is_found_by_the_first_digits_of_its_key(tmp_path: Path) -> None:
    with filled_outbox(tmp_path, ["abc", "abd", "x%"]) as outbox:
        assert [each.key for each in outbox.find("ab")] == ["abc", "abd"]
        assert [each.key for each in outbox.find("%")] == []


def test_a_file_of_another_program_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("PRAGMA user_version = 7")
    connection.close()
    with pytest.raises(OutputError, match="not an outbox"), Outbox.open(tmp_path):
        pass


def test_an_outbox_of_a_later_version_is_refused(tmp_path: Path) -> None:
    with filled_outbox(tmp_path, []):
        pass
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(OutputError, match="format 99"), Outbox.open(tmp_path):
        pass


def test_a_damaged_file_is_an_error_that_names_no_path(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(OutputError) as caught, Outbox.open(tmp_path):
        pass
    assert str(tmp_path) not in str(caught.value)


def test_the_database_itself_refuses_a_state_that_does_not_exist(tmp_path: Path) -> None:
    with filled_outbox(tmp_path, ["a"]) as outbox, pytest.raises(OutputError, match="constraint"):
        outbox.put_off("a", "lost", "", NOW)  # type: ignore[arg-type]


class OutboxMachine(RuleBasedStateMachine):
    """Whatever is asked in whatever order: what left begins again only after a person said so."""

    KEYS = ("a", "b")

    def __init__(self) -> None:
        super().__init__()
        self._opened = Outbox.empty()
        self.outbox = self._opened.__enter__()
        self.begun = {key: 0 for key in self.KEYS}
        self.leave = {key: 1 for key in self.KEYS}
        self.clock = (NOW + dt.timedelta(seconds=second) for second in itertools.count())

    def teardown(self) -> None:
        self._opened.__exit__(None, None, None)

    def attempt(self, step: object, *arguments: object) -> bool:
        try:
            step(*arguments, next(self.clock))  # type: ignore[operator]
        except ValueError:
            return False
        return True

    @rule(key=st.sampled_from(KEYS))
    def queue(self, key: str) -> None:
        self.attempt(self.outbox.queue, record(key))

    @rule(key=st.sampled_from(KEYS))
    def begin(self, key: str) -> None:
        if self.attempt(self.outbox.begin, key):
            self.begun[key] += 1

    @rule(key=st.sampled_from(KEYS), state=st.sampled_from(["sent", "refused", "unknown"]))
    def settle(self, key: str, state: State) -> None:
        self.attempt(self.outbox.settle, key, state, "")

    @rule(key=st.sampled_from(KEYS), state=st.sampled_from(["handed", "withdrawn", "refused"]))
    def put_off(self, key: str, state: State) -> None:
        self.attempt(self.outbox.put_off, key, state, "")

    @rule()
    def recover(self) -> None:
        self.outbox.recover(next(self.clock))

    @rule(key=st.sampled_from(KEYS))
    def decide(self, key: str) -> None:
        if self.attempt(self.outbox.decide, key, "queued", "", "Kim Invented"):
            self.leave[key] = self.begun[key] + 1

    @invariant()
    def nothing_leaves_more_often_than_it_may(self) -> None:
        for key in self.KEYS:
            assert self.begun[key] <= self.leave[key]

    @invariant()
    def the_last_event_is_the_state(self) -> None:
        for each in self.outbox.records():
            assert self.outbox.events(each.key)[-1].state == each.state


TestOutboxMachine = OutboxMachine.TestCase
TestOutboxMachine.settings = settings(max_examples=60, stateful_step_count=25)
