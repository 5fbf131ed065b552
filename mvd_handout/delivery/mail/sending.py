"""Sending what is queued, one message after another; the outbox knows of each step before it is taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from msgspec import Struct

from mvd_handout.delivery.mail.outbox import OPEN, Outbox, State
from mvd_handout.delivery.mail.transport import Outcome, ServerError
from mvd_handout.domain.errors import Fault

BACKOFF: Final[tuple[float, ...]] = (30, 60, 120, 240)
"""Seconds before each further try of what the server would not take now: five tries in a run."""

TRIES_TO_OPEN: Final = 3
TROUBLES_IN_A_ROW: Final = 3
"""So many messages that break the line or are refused, one after another: it is the server, not the patient."""


class Letter(Struct, frozen=True):
    """A message as it leaves: who it is from, its one recipient, its bytes."""

    sender: str
    recipient: str
    message: bytes

    def __repr__(self) -> str:
        return f"Letter({len(self.message)} bytes)"


class WithdrawnError(Exception):
    """The message must not leave any more; `why` is one of our own phrases."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Line(Protocol):
    """What carries letters; see `transport.Carrier`."""

    committed: bool

    def open(self) -> None:
        """Make sure that there is a line. Raises ServerError."""

    def deliver(self, sender: str, recipient: str, message: bytes, before_data: Callable[[], None]) -> Outcome:
        """Hand over one message."""

    def quit(self) -> None:
        """Take leave."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How time passes: `clock` is the wall clock, `seconds` one that only goes on, `interval` lies between messages."""

    clock: Callable[[], dt.datetime]
    sleep: Callable[[float], None]
    seconds: Callable[[], float]
    interval: float = 0
    backoff: Sequence[float] = BACKOFF


@dataclass(slots=True)
class Postman:
    """Sends queued messages over a line.

    `fetch` gives the letter of a key after it was checked once more against its row, and raises WithdrawnError when
    the row no longer wants it. `delivered` is told of each message that was sent, `tell` of everything that happens.
    """

    outbox: Outbox
    line: Line
    fetch: Callable[[str], Letter]
    pace: Pace
    delivered: Callable[[str], None]
    tell: Callable[[str, State], None]
    _next: float | None = None
    _troubles: int = 0
    _refusals: int = 0

    def send(self, keys: Iterable[str]) -> None:
        """Send the messages `keys`. What happened to each is in the outbox afterwards, whatever is raised.

        Raises ServerError when the server cannot be used, OutputError when the disk cannot: nothing more is sent.
        """
        waiting = list(keys)
        try:
            for wait in (0.0, *self.pace.backoff):
                if wait:
                    self.pace.sleep(wait)
                waiting = [key for key in waiting if self._send_one(key) == "deferred"]
                if not waiting:
                    return
        finally:
            self.line.quit()

    def _send_one(self, key: str) -> State:
        record = self.outbox.get(key)
        if record is None or record.state not in OPEN:
            raise ValueError("only what is queued can be sent")
        self._wait_for_turn()
        self._open()
        try:
            letter = self.fetch(key)  # as late as can be: a hold set a second ago counts
        except WithdrawnError as error:
            return self._note(key, "withdrawn", error.why)
        outcome = self._deliver(key, letter)
        self.tell(key, outcome.state)
        if outcome.state == "sent":
            self.delivered(key)
        self._stop_when_it_is_the_server(outcome)
        return outcome.state

    def _deliver(self, key: str, letter: Letter) -> Outcome:
        begun = False

        def begin() -> None:
            nonlocal begun
            self.outbox.begin(key, self.pace.clock())
            begun = True

        try:
            outcome = self.line.deliver(letter.sender, letter.recipient, letter.message, begin)
        except BaseException:
            if begun:
                why = "interrupted while it was being sent"
                self.outbox.settle(key, "unknown" if self.line.committed else "deferred", why, self.pace.clock())
            raise
        record = self.outbox.settle if begun else self.outbox.put_off
        record(key, outcome.state, outcome.why, self.pace.clock())
        return outcome

    def _note(self, key: str, state: State, why: str) -> State:
        self.outbox.put_off(key, state, why, self.pace.clock())
        self.tell(key, state)
        return state

    def _wait_for_turn(self) -> None:
        if self._next is not None and (wait := self._next - self.pace.seconds()) > 0:
            self.pace.sleep(wait)
        self._next = self.pace.seconds() + self.pace.interval

    def _open(self) -> None:
        """Open the line; a server that is busy gets a second and a third chance."""
        for attempt in range(TRIES_TO_OPEN):
            try:
                self.line.open()
                return
            except ServerError as error:
                if not error.temporary or attempt == TRIES_TO_OPEN - 1:
                    raise
                self.pace.sleep(self.pace.backoff[min(attempt, len(self.pace.backoff) - 1)])

    def _stop_when_it_is_the_server(self, outcome: Outcome) -> None:
        """Raise ServerError before a broken server makes a long list of doubts or refusals."""
        self._troubles = self._troubles + 1 if outcome.broken else 0
        self._refusals = self._refusals + 1 if outcome.state == "refused" else 0
        if self._troubles >= TROUBLES_IN_A_ROW:
            found, wanted = f"the line broke {self._troubles} times in a row", "Nothing more was sent"
            raise ServerError(Fault("mail server", found, wanted, "Try again later"), temporary=True)
        if self._refusals >= TROUBLES_IN_A_ROW:
            found = f"it refused {self._refusals} messages in a row ({outcome.why})"
            fix = "Ask your mail people whether this computer may send; then `mvd-handout email resend`"
            raise ServerError(Fault("mail server", found, "Nothing more was sent", fix))
