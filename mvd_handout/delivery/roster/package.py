"""The ZIP package of a workbook, opened within bounds: no bomb is unpacked, no document type is read."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from xml.parsers import expat

from mvd_handout.domain.errors import Fault, InputError

MAX_UNPACKED: Final = 200_000_000
MAX_RATIO: Final = 100
MAX_PARTS: Final = 2_000
_CHUNK: Final = 1 << 16
# What a damaged file makes zipfile raise: it promises BadZipFile only, and keeps no such promise.
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, KeyError, OSError, RuntimeError, ValueError,
)  # fmt: skip
_SAVE_AGAIN: Final = "Open it in the spreadsheet program and save it again"

Start = Callable[[str, Mapping[str, str]], None]


class Package:
    """The parts of a workbook. Raises InputError for what is damaged, locked or too big to be a roster."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise InputError(damaged()) from error
        infos = self._zip.infolist()
        self._check_size(infos)
        # Without regard to capitals, as calamine looks parts up: both must mean the same part.
        self._names = {info.filename.lower(): info.filename for info in infos}
        if len(self._names) < len(infos):
            raise InputError(damaged())
        if any(info.flag_bits & 1 for info in infos):
            raise InputError(locked())

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def _check_size(self, infos: list[zipfile.ZipInfo]) -> None:
        unpacked = sum(info.file_size for info in infos)
        # Small parts compress well without being bombs: many empty cells, one style.
        bomb = any(info.file_size > max(info.compress_size * MAX_RATIO, 1_000_000) for info in infos)
        if bomb or unpacked > MAX_UNPACKED or len(infos) > MAX_PARTS:
            found = "it unpacks to far more than a roster holds"
            wanted = f"At most {MAX_UNPACKED // 1_000_000} MB unpacked, and {MAX_RATIO} times the file's size"
            fix = "Copy the list into a new workbook and save that"
            raise InputError(Fault("roster", found, wanted, fix))

    def read(self, name: str) -> bytes:
        """Return a small part whole, or nothing when it is not there."""
        return b"".join(self.chunks(name)) if name in self else b""

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece, never more of it than the package announced."""
        try:
            with self._zip.open(self._names[name.lower()]) as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
        except _BROKEN as error:
            raise InputError(damaged()) from error

    def walk(self, name: str, start: Start, text: Callable[[str], None] | None = None) -> None:
        """Call `start` for every element of an XML part (by its name without the prefix), and `text` for its text.

        Raises InputError for XML that is damaged or has a document type, with which bombs are made.
        """
        if name not in self:
            return
        parser = _parser()
        parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(" ")[2], attributes)
        parser.CharacterDataHandler = text
        _feed(parser, self.chunks(name))

    def refuse_document_types(self) -> None:
        """Look at the beginning of every XML part. Raises InputError where one declares a document type."""
        for name in sorted(self._names):
            if name.endswith((".xml", ".rels")):
                parser = _parser()
                parser.StartElementHandler = _stop
                try:
                    _feed(parser, self.chunks(name))
                except _Enough:
                    continue


class _Enough(Exception):
    """The part has been read far enough."""


def _stop(tag: str, attributes: Mapping[str, str]) -> None:
    raise _Enough


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.EntityDeclHandler = _refuse_document_type
    return parser


def _refuse_document_type(*_: object) -> None:
    raise InputError(
        Fault("roster", "its XML declares a document type, as bombs do", "A plain workbook is wanted", _SAVE_AGAIN)
    )


def _feed(parser: expat.XMLParserType, chunks: Iterator[bytes]) -> None:
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError) as error:  # the latter for an encoding that nobody knows
        raise InputError(damaged()) from error


def damaged() -> Fault:
    """Return the fault of a workbook that cannot be read."""
    return Fault("roster", "the workbook is damaged", "A whole XLSX or ODS file is wanted", _SAVE_AGAIN)


def locked() -> Fault:
    """Return the fault of a workbook with a password."""
    return Fault("roster", "the workbook has a password", "One without is wanted", "Save a copy without a password")
