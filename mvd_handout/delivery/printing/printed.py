"""Which papers of a batch were sent to a printer: a line for each in its folder, so that it is seen next time."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from mvd_handout.delivery.batch.folder import PRINTED_NAME
from mvd_handout.delivery.files import NewFile, append_to, read_plain_file, write_files
from mvd_handout.domain.errors import OutputError

_LIMIT: Final = 100_000_000


class Printed(Struct, frozen=True):
    """A paper that the print server took. Nothing in it tells who the patient is."""

    document_id: str
    queue: str
    job: str
    at: Annotated[dt.datetime, Meta(tz=True)]


def note_printed(folder: Path, printed: Printed) -> None:
    """Add a line. Raises OutputError."""
    path = folder / PRINTED_NAME
    if not os.path.lexists(path):
        write_files([NewFile(path, b"", PRINTED_NAME)])
    # The line before may have been cut short.
    append_to(path, b"\n%b\n" % msgspec.json.encode(printed), PRINTED_NAME)


def read_printed(folder: Path) -> Mapping[str, Printed]:
    """Return the last time that each paper was sent, by id, the latest last; what cannot be read is passed over."""
    try:
        data = read_plain_file(folder / PRINTED_NAME, PRINTED_NAME, _LIMIT) or b""
    except OutputError:
        return {}
    found: dict[str, Printed] = {}
    for line in data.splitlines():
        try:
            printed = msgspec.json.decode(line, type=Printed)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        found.pop(printed.document_id, None)
        found[printed.document_id] = printed
    return found
