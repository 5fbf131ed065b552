"""The seal of a print run: a last line behind the file, by which `print` knows it again, whole and unchanged.

A print run is written once, from its beginning to its end, and may be large: its seal is worked out on the way. It is
an HMAC under the clinic's key over everything before it. PDF readers pass over what stands behind a file's end.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import re
from pathlib import Path
from typing import BinaryIO, Final, cast

from msgspec import Struct

from mvd_handout.rendering.pdf.inside import Inside, read_inside
from mvd_handout.rendering.pdf.inspect import Seal

_PURPOSE: Final = b"mvd-handout print run 1\0"
_KEY_DIGITS: Final = 16
_TAIL: Final = 300
_LINE: Final = re.compile(rb"%mvd-handout print run, papers=(\d+), pages=(\d+), seal=([0-9a-f]{16})([0-9a-f]{64})\n\Z")


class PrintRun(Struct, frozen=True):
    """What the last line of a print run says, and whether it is true; and if so, which papers are `inside`.

    One that was written before such runs had a list has nothing inside.
    """

    papers: int
    pages: int
    seal: Seal
    inside: tuple[Inside, ...] = ()


class SealedStream(io.BufferedIOBase):
    """A stream that hands everything on to another and works out the seal."""

    def __init__(self, out: BinaryIO, key: bytes) -> None:
        self._out, self._key = out, key
        self._mac = hmac.new(key, _PURPOSE, hashlib.sha256)

    @property
    def stream(self) -> BinaryIO:
        """This stream, under the name that type checkers know it by."""
        return cast("BinaryIO", self)

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, data: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Hand `data` on."""
        self._mac.update(data)
        return self._out.write(data)

    def tell(self) -> int:
        """Return how much was written."""
        return self._out.tell()

    def seal(self, papers: int, pages: int) -> None:
        """Write the last line."""
        head = f"%mvd-handout print run, papers={papers}, pages={pages}, seal={_key_digits(self._key)}".encode("ascii")
        self._mac.update(head)
        self._out.write(head + self._mac.hexdigest().encode("ascii") + b"\n")


def read_print_run(pdf: bytes, key: bytes) -> PrintRun | None:
    """Return what a file says of itself as a print run; None when it is none."""
    line = _LINE.search(pdf, max(0, len(pdf) - _TAIL))
    if line is None:
        return None
    papers, pages, of_key, found = int(line[1]), int(line[2]), line[3], line[4]
    mac = hmac.new(key, _PURPOSE, hashlib.sha256)
    mac.update(memoryview(pdf)[: line.start(4)])
    if of_key != _key_digits(key).encode("ascii"):
        return PrintRun(papers, pages, Seal.OTHER_KEY)
    if not hmac.compare_digest(found, mac.hexdigest().encode("ascii")):
        return PrintRun(papers, pages, Seal.BROKEN)
    inside = read_inside(pdf)
    return PrintRun(papers, pages, Seal.INTACT, inside if len(inside) == papers else ())


def is_print_run(path: Path) -> bool:
    """Whether the file ends as a print run of ours does, whoever made it and whether or not it was changed.

    Raises OSError when it cannot be read.
    """
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
        return _LINE.search(file.read(_TAIL)) is not None


def _key_digits(key: bytes) -> str:
    return hmac.new(key, _PURPOSE + b"key", hashlib.sha256).hexdigest()[:_KEY_DIGITS]
