"""The assembler: objects in, a file out. PDF 1.7 with object streams and a cross-reference stream.

A file is made of stretches with consecutive object numbers each, so that a stretch that is the same for many files is
made once. They stand in the file in any order, but the numbers of all together have no gap.
"""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from mvd_handout.rendering.pdf import syntax
from mvd_handout.rendering.pdf.deflate import LEVEL, Piece, pack, stream

HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_FREE: Final = b"\0" + b"\0\0\0\0" + b"\xff\xff"


class Stretch(Struct, frozen=True):
    """A part of a file: its bytes, its part of the cross-reference table, and the number after its last one."""

    data: bytes
    table: Piece
    next: int


class ObjectSink(ABC):
    """What objects can be added to."""

    @abstractmethod
    def add(self, content: bytes, number: int | None = None) -> int:
        """Add an object; return its number."""

    @abstractmethod
    def add_raw_stream(self, entries: Mapping[str, bytes], data: bytes, number: int | None = None) -> int:
        """Add a stream as it is; XMP must stay readable. Return its number."""

    def add_stream(
        self, entries: Mapping[str, bytes], data: bytes, packed: bytes | None = None, number: int | None = None
    ) -> int:
        """Add a compressed stream; `packed` is `data` if somebody compressed it before. Return its number."""
        packed = zlib.compress(data, LEVEL) if packed is None else packed
        return self.add_raw_stream({**entries, "Filter": b"/FlateDecode"}, packed, number)


class Objects(ObjectSink):
    """Collects objects. Numbers are given out in the order of asking, so the same calls give the same bytes."""

    def __init__(self, first: int, kept: int = 0) -> None:
        """Take the number of the first object, and how many numbers are given out from there on already."""
        self._plain: dict[int, bytes] = {}
        self._streams: dict[int, bytes] = {}
        self._first, self._next = first, first + kept

    def reserve(self) -> int:
        """Return the number of an object that is yet to come."""
        self._next += 1
        return self._next - 1

    def add(self, content: bytes, number: int | None = None) -> int:
        """Add an object; return its number."""
        number = self.reserve() if number is None else number
        self._plain[number] = content
        return number

    def add_raw_stream(self, entries: Mapping[str, bytes], data: bytes, number: int | None = None) -> int:
        """Add a stream as it is; XMP must stay readable. Return its number."""
        number = self.reserve() if number is None else number
        self._streams[number] = stream_object(entries, data)
        return number

    def stretch(self, offset: int, level: int = LEVEL) -> Stretch:
        """Return the objects as a stretch of a file that begins at `offset`; plain ones stand in one object stream."""
        if self._plain:
            numbers = sorted(self._plain)
            packed = self._object_stream(numbers, level)
        rows: dict[int, bytes] = {}
        out: list[bytes] = []
        for number, content in sorted(self._streams.items()):
            rows[number] = b"\1%b\0\0" % offset.to_bytes(4, "big")
            out.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
            offset += len(out[-1])
        if self._plain:
            home = b"\2" + packed.to_bytes(4, "big")
            rows.update({number: home + index.to_bytes(2, "big") for index, number in enumerate(numbers)})
        table = b"".join([rows[number] for number in range(self._first, self._next)])
        return Stretch(b"".join(out), pack(table, level), self._next)

    def _object_stream(self, numbers: list[int], level: int) -> int:
        entries, body = object_stream([(number, self._plain[number]) for number in numbers])
        return self.add_stream(entries, b"", stream([pack(body, level)]))


def object_stream(objects: Sequence[tuple[int, bytes]]) -> tuple[dict[str, bytes], bytes]:
    """Return the entries and the contents of a stream that holds plain objects."""
    index, body, at = [], [], 0
    for number, content in objects:
        index.append(b"%d %d" % (number, at))
        body.append(content)
        at += len(content) + 1
    head = b" ".join(index) + b"\n"
    entries = {"Type": b"/ObjStm", "N": b"%d" % len(objects), "First": b"%d" % len(head)}
    return entries, head + b"\n".join(body)


def stream_object(entries: Mapping[str, bytes], data: bytes) -> bytes:
    """Return a stream with its dictionary."""
    head = syntax.dictionary({**entries, "Length": b"%d" % len(data)})
    return b"%s\nstream\n%s\nendstream" % (head, data)


def cross_references(
    number: int, packed: bytes, start: int, root: int, info: int, file_id: tuple[bytes, bytes]
) -> bytes:
    """Return the end of a file: the compressed table as the object `number` at `start`, and where it begins."""
    entries = {
        "Type": b"/XRef",
        "Size": b"%d" % (number + 1),
        "W": b"[1 4 2]",
        "Root": syntax.reference(root),
        "Info": syntax.reference(info),
        "ID": syntax.array([b"<%s>" % part.hex().encode("ascii") for part in file_id]),
        "Filter": b"/FlateDecode",
    }
    end = b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n"
    return end % (number, stream_object(entries, packed), start)


def finish(stretches: Sequence[Stretch], root: int, info: int, file_id: tuple[bytes, bytes]) -> bytes:
    """Return the file of all stretches, in the order of their places.

    `root` is the catalogue's number, `info` the information dictionary's.
    """
    start = len(HEADER) + sum([len(each.data) for each in stretches])
    number = max(each.next for each in stretches)
    table = sorted(stretches, key=lambda each: each.next)
    last = pack(b"\1%b\0\0" % start.to_bytes(4, "big"))
    packed = stream([_FIRST_ROW, *(each.table for each in table), last])
    end = cross_references(number, packed, start, root, info, file_id)
    return b"".join([HEADER, *(each.data for each in stretches), end])


_FIRST_ROW: Final = pack(_FREE)
