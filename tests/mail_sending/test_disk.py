"""The disk fails at every step that the outbox takes: nobody gets two messages, and none is lost from the books."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mvd_handout.delivery.mail.outbox import OPEN, Outbox
from mvd_handout.domain.errors import OutputError
from tests.mail_sending import samples
from tests.tools import smtp

KEYS = ("a", "b", "c")


class Failing:
    """A connection whose nth call fails, once or from then on."""

    def __init__(self, connection: sqlite3.Connection, nth: int, lasting: bool) -> None:
        self._connection, self._left, self._lasting = connection, nth, lasting
        self.failed = 0

    def __getattr__(self, name: str) -> Any:
        self._left -= 1
        if self._left == 0 or (self._lasting and self._left < 0):
            self.failed += 1
            raise sqlite3.OperationalError("disk I/O error")
        return getattr(self._connection, name)


def interrupted_run(outbox: Outbox, nth: int, lasting: bool, server: smtp.Server) -> bool:
    """Send while the nth call to the disk fails; return whether any did. Then go on as the next run would."""
    where = samples.settings(server.port)
    real = outbox._connection
    outbox._connection = failing = Failing(real, nth, lasting)  # type: ignore[assignment]
    try:
        samples.postman(outbox, where).send(KEYS)
    except OutputError:
        assert failing.failed
    outbox._connection = real
    if real.in_transaction:
        real.rollback()  # as the next program to open the file does
    outbox.recover(samples.NOW)
    samples.postman(outbox, where).send([record.key for record in outbox.records(*OPEN)])
    return bool(failing.failed)


def moments() -> Iterator[tuple[int, bool]]:
    for lasting in (False, True):
        yield from ((nth, lasting) for nth in range(1, 60))


def test_a_failing_disk_neither_doubles_nor_loses_a_message() -> None:
    reached = 0
    for nth, lasting in moments():
        server = smtp.Server()
        with server.running(), samples.filled_outbox(None, KEYS) as outbox:
            failed = interrupted_run(outbox, nth, lasting, server)
            states = {record.key: record.state for record in outbox.records()}
        reached += failed
        assert set(states) == set(KEYS)
        for key, state in states.items():
            times = server.taken[samples.message_id(key)]
            assert times == 1 if state == "sent" else (state, times <= 1) == ("unknown", True), (nth, lasting, key)
        if not failed:
            assert set(states.values()) == {"sent"}
    assert reached >= 40


@pytest.mark.parametrize("step", ["begin", "settle"])
def test_a_step_that_cannot_be_written_stops_the_run(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise OutputError

    monkeypatch.setattr(Outbox, step, refuse)
    server = smtp.Server()
    with server.running(), samples.filled_outbox(tmp_path, KEYS) as outbox:
        with pytest.raises(OutputError):
            samples.postman(outbox, samples.settings(server.port)).send(KEYS)
        assert sum(server.taken.values()) == (0 if step == "begin" else 1)
