"""A file of any length, written object by object: nothing is kept but where each object stands."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from typing import BinaryIO, Final

from mvd_handout.rendering.pdf import syntax
from mvd_handout.rendering.pdf.deflate import LEVEL
from mvd_handout.rendering.pdf.writer import HEADER, ObjectSink, cross_references, object_stream, stream_object

_PER_STREAM: Final = 200
"""Plain objects that stand in one object stream."""
_ROW: Final = 7
"""Bytes of an object in the table of cross-references."""


class FileStream(ObjectSink):
    """Writes a file to `out`, which is only appended to. Objects may be written in any order."""

    def __init__(self, out: BinaryIO) -> None:
        """Begin the file."""
        self._out, self._at = out, 0
        self._digest = hashlib.sha256()
        self._rows = bytearray(b"\0\0\0\0\0\xff\xff")
        self._plain: dict[int, bytes] = {}
        self._write(HEADER)

    def reserve(self) -> int:
        """Return the number of an object that is yet to come."""
        self._rows += bytes(_ROW)
        return len(self._rows) // _ROW - 1

    def add(self, content: bytes, number: int | None = None) -> int:
        """Add an object; return its number."""
        number = self.reserve() if number is None else number
        self._plain[number] = content
        if len(self._plain) == _PER_STREAM:
            self._pack()
        return number

    def add_raw_stream(self, entries: Mapping[str, bytes], data: bytes, number: int | None = None) -> int:
        """Add a stream as it is. Return its number."""
        number = self.reserve() if number is None else number
        self._set(number, b"\1" + self._at.to_bytes(4, "big") + b"\0\0")
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, stream_object(entries, data)))
        return number

    def finish(self, root: int, info: int) -> None:
        """End the file. `root` is the catalogue's number, `info` the information dictionary's."""
        self._pack()
        start, number = self._at, self.reserve()
        self._set(number, b"\1" + start.to_bytes(4, "big") + b"\0\0")
        digest = self._digest.digest()[:16]
        table = zlib.compress(bytes(self._rows), LEVEL)
        self._write(cross_references(number, table, start, root, info, (digest, digest)))

    def _pack(self) -> None:
        if self._plain:
            number, numbers = self.reserve(), sorted(self._plain)
            home = b"\2" + number.to_bytes(4, "big")
            for index, each in enumerate(numbers):
                self._set(each, home + index.to_bytes(2, "big"))
            entries, body = object_stream([(each, self._plain[each]) for each in numbers])
            self._plain = {}
            self.add_stream(entries, body, number=number)

    def _set(self, number: int, row: bytes) -> None:
        self._rows[number * _ROW : (number + 1) * _ROW] = row

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._at += len(data)
        self._out.write(data)


def page_tree(file: FileStream, leaves: list[tuple[int, list[int]]]) -> int:
    """Write the tree of pages; return its root's number.

    A leaf is the number that its pages know as their parent, and their numbers.
    """
    nodes = [(number, kids, len(kids)) for number, kids in leaves]
    while len(nodes) > 1:
        parents = [nodes[at : at + WIDTH] for at in range(0, len(nodes), WIDTH)]
        above = []
        for group in parents:
            parent = file.reserve()
            for number, kids, count in group:
                file.add(_node(kids, count, parent), number)
            above.append((parent, [number for number, _, _ in group], sum(count for _, _, count in group)))
        nodes = above
    ((root, kids, count),) = nodes
    return file.add(_node(kids, count, None), root)


WIDTH: Final = 64
"""So many kids a node of the tree of pages has at most."""


def _node(kids: list[int], count: int, parent: int | None) -> bytes:
    above = b"" if parent is None else b"/Parent " + syntax.reference(parent)
    return b"<</Type/Pages/Count %d/Kids%s%s>>" % (count, syntax.references(kids), above)
