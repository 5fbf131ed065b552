"""Messages, an outbox and a sender for the tests of sending; nobody here exists."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from mvd_handout.delivery.mail.credentials import Secret
from mvd_handout.delivery.mail.outbox import Outbox, Record
from mvd_handout.delivery.mail.sending import Letter, Pace, Postman
from mvd_handout.delivery.mail.settings import SmtpSettings
from mvd_handout.delivery.mail.transport import Carrier

NOW = dt.datetime(2026, 3, 5, 9, 30, tzinfo=dt.UTC)
SENDER = "ward4@example.org"


def record(key: str, **changes: object) -> Record:
    """Return what the outbox knows of a message."""
    values: dict[str, object] = {
        "key": key,
        "patient_key": f"p{key}",
        "document_id": "7K3M-9QXA-2F4D",
        "recipient_hash": hashlib.sha256(key.encode()).hexdigest(),
        "recipient_shown": "a***@e***.org",
        "consent": "plain",
        "content": key,
        "message_sha256": hashlib.sha256(letter(key).message).hexdigest(),
        "attachment_sha256": "0" * 64,
    }
    return Record(**{**values, **changes})  # type: ignore[arg-type]


def letter(key: str, size: int = 400) -> Letter:
    """Return a short message; a line of it begins with a dot."""
    body = f"Dear patient {key},\r\n.\r\n..dots\r\n" + "x" * 70 + "\r\n" * (size // 400)
    head = f"From: {SENDER}\r\nTo: {recipient(key)}\r\nMessage-ID: {message_id(key)}\r\nSubject: Your information\r\n"
    return Letter(SENDER, recipient(key), f"{head}\r\n{body}\r\n".encode("ascii"))


def recipient(key: str) -> str:
    return f"patient-{key}@example.org"


def message_id(key: str) -> str:
    return f"<{key}@example.org>"


def settings(port: int, **changes: object) -> SmtpSettings:
    values: dict[str, object] = {"host": "127.0.0.1", "port": port, "security": "none", "timeout": 2.0}
    return SmtpSettings(**{**values, **changes})  # type: ignore[arg-type]


def pace(sleep: Callable[[float], None] = lambda seconds: None) -> Pace:
    return Pace(clock=lambda: NOW, sleep=sleep, seconds=time.monotonic)


@contextlib.contextmanager
def filled_outbox(folder: Path | None, keys: Sequence[str]) -> Iterator[Outbox]:
    """Give an outbox in which the messages `keys` are queued; without a folder, it is in memory."""
    with Outbox.open(folder) if folder else Outbox.empty() as outbox:
        for key in keys:
            if outbox.get(key) is None:
                outbox.queue(record(key), NOW)
        yield outbox


def postman(
    outbox: Outbox,
    where: SmtpSettings,
    secret: Secret | None = None,
    fetch: Callable[[str], Letter] = letter,
    how: Pace | None = None,
) -> Postman:
    """Return somebody who sends to a server, and tells nobody."""
    return Postman(outbox, Carrier(where, secret), fetch, how or pace(), lambda key: None, lambda key, state: None)
