"""Finished messages on the disk until they have left; passphrases until somebody forgets them.

They lie in the user's own state folder, readable for that user alone, under names that tell nothing. What is read back
is what was written, or it is refused.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import re
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from mvd_handout.delivery.files import NewFile, read_file, remove_leftovers, write_files
from mvd_handout.delivery.mail.model import Mail
from mvd_handout.delivery.mail.outbox import make_private
from mvd_handout.domain.errors import Fault, OutputError

_ENDING: Final = ".message"
_LIMIT: Final = 100_000_000
_KEY: Final = re.compile(r"[0-9a-z]{8,64}")


class Prepared(Struct, frozen=True):
    """A finished message with the row that it was made of, by number and digest. Its repr shows no patient.

    `basis` is the digest of everything else that it was made with: the clinic's settings and words on that day.
    """

    mail: Mail
    sender: str
    row: int
    row_digest: str
    language: str
    made: dt.date
    basis: str = ""

    def __repr__(self) -> str:
        return f"Prepared(row {self.row})"


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Prepared)


class DamagedError(OutputError):
    """A message is not as it was written, or it is another one: nothing of it can be trusted."""


class Store:
    """The folder of prepared messages. Every method raises OutputError when the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, prepared: Prepared) -> None:
        """Write a message; one with the same key is replaced."""
        try:
            make_private(self._folder)
        except OSError as error:
            raise OutputError(Fault(_LABEL, "it cannot be written", (error.strerror or "").lower())) from error
        data = _ENCODER.encode(prepared)
        path = self._path(prepared.mail.key)
        write_files([NewFile(path, hashlib.sha256(data).digest() + data, _LABEL)], force=True)

    def load(self, key: str) -> Prepared | None:
        """Return the message `key`, None when it is not here. Raises DamagedError for one that was changed."""
        path = self._path(key)
        if not os.path.lexists(path):
            return None
        data = b"" if path.is_symlink() else read_file(path, _LABEL, _LIMIT)
        check, body = data[:32], data[32:]
        try:
            prepared = _DECODER.decode(body) if hashlib.sha256(body).digest() == check else None
        except msgspec.MsgspecError:
            prepared = None
        if prepared is None or prepared.mail.key != key:
            fix = "Remove it with `mvd-handout email forget --unreadable`, then plan it anew"
            raise DamagedError(Fault(_LABEL, "it is not as it was written", "Nothing is sent of it", fix))
        return prepared

    def is_damaged(self, key: str) -> bool:
        """Whether the message `key` is here, but not as it was written. Raises OutputError."""
        try:
            self.load(key)
        except DamagedError:
            return True
        return False

    def is_locked(self, key: str) -> bool:
        """Whether the message `key` is known to be a locked one: its passphrase is still here. Raises OutputError."""
        prepared = None if self.is_damaged(key) else self.load(key)
        return prepared is not None and bool(prepared.mail.passphrase)

    def kept(self) -> list[str]:
        """Return the keys of all messages that are here."""
        with contextlib.suppress(OSError):
            return sorted(path.stem for path in self._folder.glob(f"*{_ENDING}") if _KEY.fullmatch(path.stem))
        return []

    def clean_up(self) -> None:
        """Remove what killed runs left half written; only for who holds the outbox's lock."""
        remove_leftovers(self._folder)

    def strip(self, key: str) -> None:
        """Remove what the patient was sent; a passphrase stays for the slip."""
        prepared = self.load(key)
        if prepared is None:
            return
        if prepared.mail.passphrase:
            self.save(msgspec.structs.replace(prepared, mail=msgspec.structs.replace(prepared.mail, message=b"")))
        else:
            self.forget(key)

    def forget(self, key: str) -> None:
        """Remove everything about a message."""
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(Fault(_LABEL, "it cannot be removed", (error.strerror or "").lower())) from error

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("not the key of a message")
        return self._folder / f"{key}{_ENDING}"


_LABEL: Final = "prepared message"
