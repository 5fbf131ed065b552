"""The manifest of a batch: one line for each paper that was made. A paper counts when its line is on the disk.

Lines are only ever added. What a crash leaves of the last one is cut; damage anywhere else is an error.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Final, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct

from mvd_handout.delivery.files import NewFile, append_to, read_plain_file, write_files
from mvd_handout.domain.errors import Fault, OutputError

MANIFEST_NAME: Final = "manifest.jsonl"
SCHEMA: Final = 1
_LIMIT: Final = 500_000_000
_ENCODER: Final = msgspec.json.Encoder()

Line = TypeVar("Line")

# What is read from a folder becomes a file's name, or is shown: it must be of the form in which it was written.
BatchId: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{12}\Z")]
DocumentId: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}\Z")]
PatientKey: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{24}\Z")]
Sha256: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class Head(Struct, frozen=True):
    """The first line: which batch this is, when it was planned, and how many papers."""

    manifest: int
    batch: BatchId
    made: dt.date
    papers: int


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """One paper that was made, written and found in order. `sha256` is that of its file."""

    row: int
    patient_key: PatientKey
    document_id: DocumentId
    sha256: Sha256
    pages: int
    handout: str
    version: str
    language: str
    issued: dt.date


class Purged(Struct, frozen=True, forbid_unknown_fields=True):
    """The last line of a batch whose papers were removed on purpose, on that day."""

    purged: dt.date


class Manifest(Struct, frozen=True):
    """What was made. The latest line of a paper counts. `torn` says that a broken last line was passed over."""

    head: Head
    entries: dict[str, Entry]
    purged: dt.date | None = None
    torn: bool = False


def dump_manifest(head: Head, entries: Iterable[Entry] = ()) -> bytes:
    """Return a manifest as a file of JSON lines."""
    return _ENCODER.encode_lines([head, *entries])


def read_manifest(data: bytes) -> Manifest:
    """Return the manifest in a file, but for what a crash left at its end.

    Raises OutputError when a line before the end cannot be read, or is whole and not of the right form: no crash
    leaves such a one.
    """
    first, *lines = data.split(b"\n")
    head = _line(first, Head)
    if head is None or head.manifest != SCHEMA or not lines:
        raise OutputError(_DAMAGED)
    torn = lines.pop() != b""  # a whole file ends with the end of a line
    entries: dict[str, Entry] = {}
    purged, broken = None, False
    for line in lines:
        entry = _line(line, Entry) or _line(line, Purged)
        if broken and entry is not None:
            raise OutputError(_DAMAGED)
        match entry:
            case Entry():
                entries[entry.document_id] = entry
            case Purged():
                purged = entry.purged
            case _ if _is_whole(line):
                raise OutputError(_DAMAGED)
            case _:
                broken = True
    return Manifest(head, entries, purged, torn or broken)


def load_manifest(folder: Path) -> Manifest:
    """Return the manifest in `folder`. Raises OutputError."""
    return read_manifest(read_plain_file(folder / MANIFEST_NAME, MANIFEST_NAME, _LIMIT) or b"")


def store_manifest(folder: Path, head: Head, entries: Iterable[Entry] = ()) -> None:
    """Write the manifest whole, in the place of the one that is there. Raises OutputError.

    A run that goes on does this first: what an earlier one wrote may be lost with the power, where the disk
    refused to confirm it.
    """
    data = dump_manifest(head, entries)
    write_files([NewFile(folder / MANIFEST_NAME, data, MANIFEST_NAME)], force=True)


def add_lines(folder: Path, lines: Sequence[Entry | Purged]) -> None:
    """Add lines and return when they are on the disk. Raises OutputError."""
    append_to(folder / MANIFEST_NAME, _ENCODER.encode_lines(lines), MANIFEST_NAME)


def _line(line: bytes, kind: type[Line]) -> Line | None:
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _is_whole(line: bytes) -> bool:
    """Whether a line is all there, whatever its values are."""
    return bool((_line(line, dict[str, object]) or {}).keys() & {"document_id", "purged"})


_DAMAGED: Final = Fault(
    MANIFEST_NAME,
    "it is not as this program wrote it",
    "What was made must be known for certain",
    "Put the file back from a backup, or make the batch again in another folder",
)
