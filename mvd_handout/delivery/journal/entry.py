"""One entry of the journal, and the line that it is written as.

A line is a JSON object with the line's number in its file, the entry, and a keyed check over both, so that nobody
without the clinic's key can change a line, and none can be taken out between two others, without it being seen.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Mapping
from typing import Final, Literal

import msgspec
from msgspec import Struct

from mvd_handout import __version__

Kind = Literal["make", "batch", "reissue", "email"]
Reason = Literal["visit", "correction", "lost"]

LONGEST: Final = 16_000
"""No line is longer, in bytes: eight visits and a long user name take about 1,000."""

_HEAD: Final = b'{"line":'
_CHECK: Final = b',"check":"%b"}\n'
_DIGITS: Final = 32
_TAIL: Final = len(_CHECK % bytes(_DIGITS))


class Entry(Struct, frozen=True):
    """One paper given (or, for `email`, sent). Nothing in it tells who the patient is without the clinic's key.

    `time` is in UTC and comes from the command, `user` is the account at the computer, `issued` the date on the
    paper. `parts` are keyed fingerprints of what a later copy could change; see `composing.fingerprints`. `copy`
    counts the copies that replaced each other; `replaces` is the document id of the one before.
    """

    document_id: str
    patient_key: str
    time: dt.datetime
    user: str
    kind: Kind
    handout: str
    version: str
    language: str
    content_hash: str
    issued: dt.date
    parts: Mapping[str, tuple[str, ...]] = {}
    batch: str = ""
    copy: int = 1
    replaces: str = ""
    reason: Reason | None = None
    program: str = __version__

    def __post_init__(self) -> None:
        if self.time.utcoffset() != dt.timedelta(0):
            raise ValueError("the time of an entry is in UTC")


class Line(Struct, frozen=True):
    """A line of the file: its number, from 1, and its entry."""

    line: int
    entry: Entry


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Line)


def write_line(key: bytes, line: Line) -> bytes:
    """Return the bytes of a whole line, with its end."""
    body = _ENCODER.encode(line)
    return body[:-1] + _CHECK % _check(key, body)


def read_line(key: bytes, data: bytes) -> Line | None:
    """Return what a whole line says, or None when it is not as it was written."""
    return decoded(data) if is_sound(key, data) else None


def is_sound(key: bytes, data: bytes) -> bool:
    """Whether a whole line is as it was written."""
    return hmac.compare_digest(data[-_TAIL:], _CHECK % _check(key, data[:-_TAIL] + b"}"))


def number_of(data: bytes) -> int:
    """Return the number of a sound line, without reading the rest of it."""
    return int(data[len(_HEAD) : data.index(b",")])


def decoded(data: bytes) -> Line | None:
    """Return what a sound line says, or None when it says something that this version does not know."""
    try:
        return _DECODER.decode(data[:-_TAIL] + b"}")
    except (msgspec.DecodeError, ValueError):
        return None


def _check(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, "sha256").hex()[:_DIGITS].encode()
