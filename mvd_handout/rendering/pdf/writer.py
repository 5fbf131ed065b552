"""The assembler: objects in, a file out. PDF 1.7 with object streams and a cross-reference stream."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Final

from mvd_handout.rendering.pdf import syntax

_HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_PER_STREAM: Final = 200
LEVEL: Final = 6
"""Of zlib."""


class Writer:
    """Collects objects. Numbers are given out in the order of asking, so the same calls give the same bytes."""

    def __init__(self) -> None:
        self._plain: dict[int, bytes] = {}
        self._streams: dict[int, bytes] = {}
        self._last = 0

    def reserve(self) -> int:
        """Return the number of an object that is yet to come."""
        self._last += 1
        return self._last

    def add(self, content: bytes, number: int | None = None) -> int:
        """Add an object; return its number."""
        number = self.reserve() if number is None else number
        self._plain[number] = content
        return number

    def add_stream(self, entries: Mapping[str, bytes], data: bytes, packed: bytes | None = None) -> int:
        """Add a compressed stream; `packed` is `data` if somebody compressed it before. Return its number."""
        packed = zlib.compress(data, LEVEL) if packed is None else packed
        return self._add_stream({**entries, "Filter": b"/FlateDecode"}, packed)

    def add_raw_stream(self, entries: Mapping[str, bytes], data: bytes) -> int:
        """Add a stream as it is; XMP must stay readable. Return its number."""
        return self._add_stream(entries, data)

    def _add_stream(self, entries: Mapping[str, bytes], data: bytes) -> int:
        number = self.reserve()
        head = syntax.dictionary({**entries, "Length": b"%d" % len(data)})
        self._streams[number] = b"%s\nstream\n%s\nendstream" % (head, data)
        return number

    def finish(self, root: int, info: int, file_id: tuple[bytes, bytes]) -> bytes:
        """Return the file. `root` is the catalogue's number, `info` the information dictionary's."""
        entries: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
        self._pack(entries)
        out = bytearray(_HEADER)
        for number, content in sorted(self._streams.items()):
            entries[number] = (1, len(out), 0)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
        start = len(out)
        number = self.reserve()
        entries[number] = (1, start, 0)
        table = b"".join(_entry(*entries[each]) for each in range(number + 1))
        head = {
            "Type": b"/XRef",
            "Size": b"%d" % (number + 1),
            "W": b"[1 4 2]",
            "Root": syntax.reference(root),
            "Info": syntax.reference(info),
            "ID": syntax.array(b"<%s>" % part.hex().encode("ascii") for part in file_id),
            "Filter": b"/FlateDecode",
        }
        packed = zlib.compress(table, LEVEL)
        out += b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (
            number,
            syntax.dictionary({**head, "Length": b"%d" % len(packed)}),
            packed,
        )
        out += b"startxref\n%d\n%%%%EOF\n" % start
        return bytes(out)

    def _pack(self, entries: dict[int, tuple[int, int, int]]) -> None:
        """Put all plain objects into object streams."""
        numbers = sorted(self._plain)
        for at in range(0, len(numbers), _PER_STREAM):
            some = numbers[at : at + _PER_STREAM]
            stream = self._object_stream(some)
            entries.update({number: (2, stream, index) for index, number in enumerate(some)})

    def _object_stream(self, numbers: list[int]) -> int:
        index, body = [], bytearray()
        for number in numbers:
            index.append(b"%d %d" % (number, len(body)))
            body += self._plain[number] + b"\n"
        head = b" ".join(index) + b"\n"
        entries = {"Type": b"/ObjStm", "N": b"%d" % len(numbers), "First": b"%d" % len(head)}
        return self.add_stream(entries, head + bytes(body))


def _entry(kind: int, second: int, third: int) -> bytes:
    return kind.to_bytes(1, "big") + second.to_bytes(4, "big") + third.to_bytes(2, "big")
