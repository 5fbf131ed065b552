"""The folder of a clinic's own mailer: messages are put there, and taken back when another replaces them."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from mvd_handout.delivery.files import NewFile, read_file, remove_file, remove_leftovers, write_files
from mvd_handout.delivery.mail.ledger import handout_of, of_handout
from mvd_handout.delivery.mail.outbox import Outbox, Record, State
from mvd_handout.domain.errors import OutputError

Retraction = Literal["removed", "changed", "stuck", "absent"]
"""What became of a file that was to go: "changed" ones are not what was written, "stuck" ones not ours to remove."""

_ENDING: Final = ".eml"
_LIMIT: Final = 100_000_000


def file_name(key: str) -> str:
    """Return the name of a message's file; it tells nobody who the patient is."""
    return f"{key}{_ENDING}"


def hand_over(outbox: Outbox, key: str, folder: Path, message: bytes, clock: Callable[[], dt.datetime]) -> None:
    """Write a queued message, whole and for this user alone; it counts as handed over once it is on the disk.

    The outbox knows before the file can be there: a mailer may take it at once, so what is interrupted then is unknown
    and never written again by itself. Raises OutputError.
    """
    name = file_name(key)
    outbox.begin(key, clock())
    try:
        write_files([NewFile(folder / name, message, name)], force=True)
    except BaseException:
        state: State = "unknown" if os.path.lexists(folder / name) else "deferred"
        outbox.settle(key, state, "interrupted while its file was written", clock())
        raise
    outbox.settle(key, "handed", "written for the clinic's own mailer", clock())


def take_back(folder: Path, record: Record) -> Retraction:
    """Remove the file of a message that was put there, if it still holds what was written and the system lets us."""
    name = file_name(record.key)
    path = folder / name
    if not os.path.lexists(path):
        return "absent"
    if path.is_symlink() or not path.is_file():
        return "changed"
    try:
        if hashlib.sha256(read_file(path, name, _LIMIT)).hexdigest() != record.message_sha256:
            return "changed"
        remove_file(path, name)
    except OutputError:  # one file that is stuck, perhaps the mailer's by now, holds nobody else up
        return "stuck"
    return "removed"


def clean_up(outbox: Outbox, folder: Path) -> dict[str, Retraction]:
    """Finish what a run could not that was interrupted; only for who holds the outbox's lock. Raises OutputError.

    Half files go, and the files of messages that were replaced; what became of each of these is told by its key.
    """
    remove_leftovers(folder)
    records = [record for key in _keys(folder) if (record := outbox.get(key)) is not None]
    return {record.key: take_back(folder, record) for record in records if _is_replaced(outbox, record)}


def _is_replaced(outbox: Outbox, record: Record) -> bool:
    later = of_handout(outbox.later(record), handout_of(record))
    return record.state == "handed" and any(each.state in {"handed", "sent"} for each in later)


def _keys(folder: Path) -> list[str]:
    """Return the keys of the messages whose files lie there; none where the folder is still to be made."""
    with contextlib.suppress(OSError):
        return sorted(path.stem for path in folder.iterdir() if path.suffix == _ENDING)
    return []


def handed_before(outbox: Outbox, key: str) -> list[Record]:
    """Return the handed-over messages for the same patient and handout that the message `key` makes void."""
    record = outbox.get(key)
    if record is None:
        return []
    others = of_handout(outbox.of_patient(record.patient_key), handout_of(record))
    before = outbox.get(record.replaces) if record.replaces else None
    if before is not None and before.patient_key != record.patient_key:  # the record number was corrected
        others.insert(0, before)
    return [each for each in others if each.state == "handed" and each.key != key]
