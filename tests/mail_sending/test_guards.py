"""The last look at each message before it leaves, guard by guard; and what is removed from the outbox's own file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from mvd_handout.delivery.mail.outbox import FILE_NAME, Outbox
from mvd_handout.domain.errors import ExitCode
from tests.mail_sending import samples
from tests.mail_sending.clinic import ALL, Clinic, change_after, queue_all
from tests.mail_sending.ward import cells


def column(name: str, value: str) -> Callable[[Clinic, str], None]:
    """Return what changes what the outbox knows of a message."""

    def change(clinic: Clinic, key: str) -> None:
        with Outbox.open(clinic.desk().folder) as outbox, outbox._change():
            outbox._connection.execute(f"UPDATE message SET {name} = ? WHERE key = ?", (value, key))

    return change


def another_subject(clinic: Clinic, key: str) -> None:
    """Put a message there that is whole, for the right patient, and not the one that was planned."""
    store = clinic.desk().store
    prepared = store.load(key)
    assert prepared is not None
    message = prepared.mail.message.replace(b"Subject: ", b"Subject: Re: ", 1)
    store.save(structs.replace(prepared, mail=structs.replace(prepared.mail, message=message)))


@pytest.mark.parametrize(
    "change",
    [
        column("message_sha256", "0" * 64),
        column("attachment_sha256", "0" * 64),
        column("patient_key", "0" * 24),
        column("recipient_hash", "0" * 64),
        another_subject,
    ],
    ids=["hash of the file", "hash of the attachment", "patient key", "recipient", "file"],
)
def test_a_message_that_is_not_the_planned_one_never_leaves(
    clinic: Clinic, change: Callable[[Clinic, str], None]
) -> None:
    change_after(clinic, 1, lambda: change(clinic, clinic.planned()[1]))
    code, _, err = clinic.deliver()
    assert code == ExitCode.SOME_FAILED
    assert clinic.got() == [ALL[0], ALL[2]]
    assert "row 3: withdrawn, its message is not the one that was planned" in err


def test_what_was_made_by_other_settings_never_leaves(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a message is made anew before; should that ever fail, this is the last guard."""
    clinic.write(cells(1))
    queue_all(clinic)
    profile = clinic.folder / "clinic.toml"
    profile.write_text(profile.read_text().replace("[email]\n", '[email]\nsubject_suffix = "[encrypt]"\n'))
    monkeypatch.setattr("mvd_handout.delivery.mail.prepare._is_ready", lambda *_: True)
    code, _, err = clinic.deliver()
    assert (code, clinic.got()) == (ExitCode.SOME_FAILED, [])
    assert "row 2: withdrawn, the clinic's settings or words were changed" in err


def test_nothing_stays_in_the_outboxes_file_that_is_no_longer_in_the_outbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def careless(*arguments: Any, **more: Any) -> sqlite3.Connection:
        """Some builds of SQLite overwrite what was removed unless told otherwise; others do not."""
        connection: sqlite3.Connection = connect(*arguments, **more)
        connection.execute("PRAGMA secure_delete = OFF")
        return connection

    monkeypatch.setattr(sqlite3, "connect", careless)
    canary = "canary" * 300
    with Outbox.open(tmp_path) as outbox:
        for number in range(20):
            outbox.queue(samples.record(f"{number}", journal=canary), samples.NOW)
        for number in range(20):
            outbox.queue(samples.record(f"{number}", journal=""), samples.NOW)
    assert b"canary" not in (tmp_path / FILE_NAME).read_bytes()
