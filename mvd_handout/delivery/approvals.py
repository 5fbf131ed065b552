"""The register on the disk: read as a whole, written as a whole, one writer at a time."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mvd_handout.composing.gate import Verdict, decide
from mvd_handout.content.approval.entries import Entry
from mvd_handout.content.approval.register import REGISTER_NAME, Register, dump_register, read_register
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.email_words import EmailWords
from mvd_handout.content.library import Handout
from mvd_handout.delivery.files import FOR_COLLEAGUES, OWNER_ONLY, NewFile, read_file, write_files
from mvd_handout.domain.errors import ApprovalError, Fault, OutputError

_LIMIT: Final = 50_000_000
LOCK_NAME: Final = "approvals.lock"


def load_register(folder: Path, key: bytes) -> Register:
    """Return the register in a clinic's folder; an empty one where there is none yet.

    Raises:
        ApprovalError: the file is not as the program wrote it.
        OutputError: it cannot be read.
    """
    path = folder / REGISTER_NAME
    if not os.path.lexists(path):
        return Register()
    return read_register(read_file(path, REGISTER_NAME, _LIMIT), key)


def add_entries(folder: Path, key: bytes, *entries: Entry) -> Register:
    """Add entries to the register in `folder`, all or none, and return it.

    Raises:
        ApprovalError: the file is not as the program wrote it, or an entry is older than its last.
        OutputError: it cannot be written, or somebody else is writing it.
    """
    with _one_writer(folder):
        register = load_register(folder, key).with_entries(*entries)
        data = dump_register(register, key)
        if read_register(data, key) != register:
            raise OutputError(Fault(REGISTER_NAME, "it would not read back as it was written", "Nothing was written"))
        write_files([NewFile(folder / REGISTER_NAME, data, REGISTER_NAME, FOR_COLLEAGUES)], force=True)
    return register


def judge(
    folder: Path,
    clinic: Clinic,
    handout: Handout,
    today: dt.date,
    issued: dt.date | None = None,
    email: EmailWords | None = None,
) -> Verdict:
    """Return whether patients may get `handout` today, with `email` by an e-mail; see `composing.gate.decide`.

    A register that is not as the program wrote it is a refusal, too. Raises OutputError when it cannot be read.
    """
    try:
        return decide(clinic, handout, load_register(folder, clinic.key), today, issued, email)
    except ApprovalError as error:
        return Verdict(None, error.faults)


@contextlib.contextmanager
def _one_writer(folder: Path) -> Iterator[None]:
    """Keep two people from adding at once: the second would write over the entry of the first."""
    path = folder / LOCK_NAME
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
    except FileExistsError:
        raise OutputError(
            Fault(
                LOCK_NAME,
                "somebody else is adding to the register, or was interrupted while doing so",
                "One at a time",
                f"Wait a minute; if nobody is at it, delete {LOCK_NAME} and try again",
            )
        ) from None
    except OSError as error:
        reason = (error.strerror or "it refused").lower()
        fix = "Ask somebody who may write to the clinic's folder"
        raise OutputError(Fault(REGISTER_NAME, "it cannot be written", f"The system says: {reason}", fix)) from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
