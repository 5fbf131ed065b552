"""The order of things while e-mails are sent: tries, pauses, and when it is the server and not the patient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from mvd_handout.delivery.mail.outbox import Outbox, State
from mvd_handout.delivery.mail.sending import BACKOFF, Letter, Pace, Postman, WithdrawnError
from mvd_handout.delivery.mail.transport import Outcome, ServerError
from mvd_handout.domain.errors import Fault
from tests.mail_sending import samples

SENT, REFUSED = Outcome("sent", "250"), Outcome("refused", "550")
LATER, BROKEN = Outcome("deferred", "450"), Outcome("deferred", "connection closed", broken=True)
DOUBT = Outcome("unknown", "connection closed", broken=True)


@dataclass
class Line:
    """A line that answers as told: outcomes by key, the last one again and again."""

    outcomes: dict[str, list[Outcome]]
    busy: int = 0
    committed: bool = False
    sent: list[str] = field(default_factory=list)
    opened: int = 0
    left: int = 0

    def open(self) -> None:
        self.opened += 1
        if self.opened <= self.busy:
            raise ServerError(Fault("mail server", "busy", ""), temporary=True)

    def deliver(self, sender: str, recipient: str, message: bytes, before_data: Callable[[], None]) -> Outcome:
        key = recipient.removeprefix("patient-").partition("@")[0]
        self.sent.append(key)
        before_data()
        outcomes = self.outcomes.get(key, [SENT])
        return outcomes.pop(0) if len(outcomes) > 1 else outcomes[0]

    def quit(self) -> None:
        self.left += 1


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def pace(self, interval: float = 0) -> Pace:
        return Pace(lambda: samples.NOW, self.sleep, lambda: self.now, interval)


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    with samples.filled_outbox(None, "abcdef") as found:
        yield found


def send(outbox: Outbox, line: Line, pace: Pace | None = None, keys: str = "abcdef") -> list[str]:
    """Send, and return what is told."""
    told: list[str] = []

    def tell(key: str, state: State) -> None:
        told.append(f"{key} {state}")

    Postman(outbox, line, samples.letter, pace or Time().pace(), lambda key: told.append(f"{key} noted"), tell).send(
        keys
    )
    return told


def test_what_is_deferred_waits_until_all_others_had_their_turn(outbox: Outbox) -> None:
    line, time = Line({"b": [LATER, SENT]}), Time()
    send(outbox, line, time.pace())
    assert line.sent == [*"abcdef", "b"]
    assert time.slept == [BACKOFF[0]]
    assert outbox.counts() == {"sent": 6}


def test_five_tries_and_then_it_stays_deferred(outbox: Outbox) -> None:
    line, time = Line({"b": [LATER]}), Time()
    send(outbox, line, time.pace())
    assert line.sent.count("b") == 5
    assert time.slept == list(BACKOFF)
    assert outbox.counts() == {"deferred": 1, "sent": 5}
    record = outbox.get("b")
    assert record is not None
    assert record.tries == 5


def test_what_is_deferred_goes_out_in_a_later_run(outbox: Outbox) -> None:
    send(outbox, Line({"b": [LATER]}))
    send(outbox, Line({}), keys="b")
    assert outbox.counts() == {"sent": 6}


def test_messages_keep_their_distance(outbox: Outbox) -> None:
    time = Time()
    send(outbox, Line({}), time.pace(interval=2))
    assert time.slept == [2] * 5


def test_a_busy_server_gets_three_chances(outbox: Outbox) -> None:
    line, time = Line({}, busy=2), Time()
    send(outbox, line, time.pace())
    assert outbox.counts() == {"sent": 6}
    assert time.slept == list(BACKOFF[:2])


def test_a_server_that_stays_busy_ends_the_run_with_everything_queued(outbox: Outbox) -> None:
    line = Line({}, busy=3)
    with pytest.raises(ServerError):
        send(outbox, line)
    assert outbox.counts() == {"queued": 6}
    assert line.left == 1


@pytest.mark.parametrize(("outcome", "state"), [(BROKEN, "deferred"), (DOUBT, "unknown"), (REFUSED, "refused")])
def test_three_in_a_row_are_the_servers_doing(outbox: Outbox, outcome: Outcome, state: State) -> None:
    with pytest.raises(ServerError, match="in a row"):
        send(outbox, Line({key: [outcome] for key in "bcdef"}))
    assert outbox.counts() == {state: 3, "sent": 1, "queued": 2}


@pytest.mark.parametrize("outcome", [BROKEN, DOUBT, REFUSED])
def test_two_in_a_row_are_not(outbox: Outbox, outcome: Outcome) -> None:
    send(outbox, Line({key: [outcome, SENT] for key in "bc"} | {key: [outcome, SENT] for key in "ef"}))
    assert outbox.counts().get("queued", 0) == 0


def test_a_withdrawn_message_never_reaches_the_line(outbox: Outbox) -> None:
    def fetch(key: str) -> Letter:
        if key == "c":
            raise WithdrawnError("on hold")
        return samples.letter(key)

    line = Line({})
    Postman(outbox, line, fetch, Time().pace(), lambda key: None, lambda key, state: None).send("abcdef")
    assert line.sent == [*"abdef"]
    record = outbox.get("c")
    assert record is not None
    assert (record.state, record.why) == ("withdrawn", "on hold")


def test_a_delivery_is_noted_straight_after_it_and_nothing_else_is(outbox: Outbox) -> None:
    told = send(outbox, Line({"b": [REFUSED]}), keys="abc")
    assert told == ["a sent", "a noted", "b refused", "c sent", "c noted"]


@pytest.mark.parametrize(("committed", "state"), [(False, "deferred"), (True, "unknown")])
def test_an_interruption_is_in_doubt_only_after_the_final_dot(outbox: Outbox, committed: bool, state: State) -> None:
    class Interrupted(Line):
        def deliver(self, sender: str, recipient: str, message: bytes, before_data: Callable[[], None]) -> Outcome:
            before_data()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send(outbox, Interrupted({}, committed=committed), keys="a")
    assert outbox.counts() == {state: 1, "queued": 5}


def test_only_what_is_queued_can_be_sent(outbox: Outbox) -> None:
    send(outbox, Line({}), keys="a")
    line = Line({})
    with pytest.raises(ValueError, match="queued"):
        send(outbox, line, keys="a")
    assert line.sent == []
