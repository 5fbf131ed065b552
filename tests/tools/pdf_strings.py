"""Everything readable in a PDF file, by its bytes: a second reader that shares no code with the program.

It knows as much of PDF as it must: where streams begin, how they are packed, what an object and a string look like,
and how pages hang on their tree. What stands in no page, in comments or behind the end is read, too.
"""

from __future__ import annotations

import functools
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_STREAM = re.compile(rb">>\s*stream\r?\n")
_OBJECT = re.compile(rb"(\d+) 0 obj\b")
_LENGTH = re.compile(rb"/Length (\d+)(?! \d+ R)")
_FIRST = re.compile(rb"/First (\d+)")
_PAGES = re.compile(rb"/Pages (\d+) 0 R")
_KIDS = re.compile(rb"/Kids ?\[([^\]]*)\]")
_CONTENTS = re.compile(rb"/Contents ?(\d+ 0 R|\[[^\]]*\])")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_HEX = re.compile(rb"<([0-9A-Fa-f\s]{4,})>")
_LITERAL = re.compile(rb"\(((?:[^()\\]|\\.)*)\)", re.DOTALL)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_ESCAPED = {b"r": b"\r", b"n": b"\n"}
_STRAY = re.compile(rb"[ZR]q\w+")
_WIDE = (b"00", b"01", b"1e", b"1E", b"20", b"FE", b"fe")
_WIDE_BYTES = frozenset({b"\x00", b"\x01", b"\x1e", b"\x20", b"\xfe"})
_KEPT = 256


@dataclass(frozen=True)
class Strings:
    """What stands in a file: in its pages, one text each, and in all of its parts, pages included."""

    pages: tuple[str, ...]
    everything: tuple[str, ...]


@dataclass(frozen=True)
class _Stream:
    number: int
    head: bytes
    data: bytes


def read_strings(pdf: bytes) -> Strings:
    """Return the strings of a PDF file."""
    plain, streams = _take_apart(pdf)
    objects = dict(_plain_objects(plain))
    for stream in streams:
        if b"/ObjStm" in stream.head:
            objects.update(_packed_objects(stream))
    texts = {stream.number: strings_in(stream.data) for stream in streams}
    pages = [_CONTENTS.findall(objects[number])[0] for number in _page_numbers(objects)]
    return Strings(
        tuple(" ".join(texts.get(int(number), "") for number in _REFERENCE.findall(page)) for page in pages),
        (text_of(plain), *(strings_in(stream.data) for stream in streams)),
    )


def _page_numbers(objects: Mapping[int, bytes]) -> Iterator[int]:
    """Yield the pages that a viewer shows: those that hang on the tree of pages."""
    waiting = [int(_PAGES.findall(data)[0]) for data in objects.values() if b"/Catalog" in data and b"/Pages " in data]
    while waiting:
        number = waiting.pop(0)
        if kids := _KIDS.search(objects.get(number, b"")):
            waiting[:0] = map(int, _REFERENCE.findall(kids[1]))
        elif b"/Contents" in objects.get(number, b""):
            yield number


def _take_apart(pdf: bytes) -> tuple[bytes, list[_Stream]]:
    """Return what stands outside all streams, and every stream, unpacked."""
    plain, streams, at = [], [], 0
    while found := _STREAM.search(pdf, at):
        before, start = pdf[at : found.start()], found.end()
        head = before[max(before.rfind(b" obj"), 0) :]
        length = _LENGTH.search(head)
        end = start + int(length[1]) if length else pdf.find(b"endstream", start)
        end = end if start <= end <= len(pdf) else len(pdf)
        numbers, data = _OBJECT.findall(before), pdf[start:end]
        packed = b"/FlateDecode" in head
        streams.append(_Stream(int(numbers[-1]) if numbers else -1, head, _unpacked(data) if packed else data))
        plain.append(before)
        at = end
    return b"\n".join([*plain, pdf[at:]]), streams


@functools.lru_cache(_KEPT)
def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data)
    except zlib.error:
        return data


def _plain_objects(plain: bytes) -> Iterator[tuple[int, bytes]]:
    for head in _OBJECT.finditer(plain):
        yield int(head[1]), plain[head.end() : plain.find(b"endobj", head.end())]


def _packed_objects(stream: _Stream) -> Iterator[tuple[int, bytes]]:
    first = int(_FIRST.findall(stream.head)[0])
    places = [int(each) for each in stream.data[:first].split()]
    for number, start, end in zip(places[::2], places[1::2], [*places[3::2], len(stream.data)], strict=True):
        yield number, stream.data[first + start : first + end]


@functools.lru_cache(_KEPT)
def strings_in(data: bytes) -> str:
    """Return the text of the strings in a stream; of XMP, all of it."""
    return data.decode("utf-8", "replace") if data.startswith(b"<?xpacket") else text_of(data)


def text_of(data: bytes) -> str:
    """Return the strings in PDF syntax as text, and what else could be a canary between them."""
    digits = b"0020".join(_even(each) for each in _HEX.findall(data))
    wide = bytes.fromhex(digits.decode("ascii")).decode("utf-16-be", "replace")
    narrow = " ".join(_literal(each) for each in _LITERAL.findall(data))
    thin = data.replace(b"\0", b"") if b"\0" in data else data
    stray = b" ".join(_STRAY.findall(thin) if b"Zq" in thin or b"Rq" in thin else ()).decode("latin-1")
    return " ".join(f"{wide} {narrow} {stray}".replace("\ufeff", "").split())


def _literal(escaped: bytes) -> str:
    """Return the text between brackets: UTF-16, as in the pages, or single bytes."""
    text = _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), escaped)
    wide = len(text) % 2 == 0 and text[:1] in _WIDE_BYTES
    return text.decode("utf-16-be", "replace") if wide else text.decode("latin-1")


def _even(digits: bytes) -> bytes:
    """Return the digits of whole UTF-16 characters; a string of single bytes gets its zeros."""
    digits = b"".join(digits.split())
    if len(digits) % 4 == 0 and digits[:2] in _WIDE:
        return digits
    return b"".join(b"00" + digits[at : at + 2] for at in range(0, len(digits) - 1, 2))
