"""Rosters as CSV: encoding, separator and quoting by plain rules, said aloud where they had to choose."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mvd_handout.delivery.roster.model import Cells, RosterFault
from mvd_handout.domain.errors import Fault, InputError

SEPARATORS: Final = {";": "semicolons", ",": "commas", "\t": "tabs", "|": "upright lines"}
FALLBACK: Final = "cp1252"
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEP_LINE: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_CHUNK: Final = 1 << 20
_FALLBACK_NOTE: Final = (
    "The file is not UTF-8, so it was read as Windows-1252 (cp1252). "
    "Check the letters with accents; --encoding names another encoding."
)


@dataclass(frozen=True, slots=True, repr=False)
class CsvSource:
    """A CSV file in memory; its rows are decoded one at a time."""

    data: bytes
    encoding: str
    separator: str
    skipped_lines: int
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """How the file is read."""
        return f"CSV, {self.encoding.removesuffix('-sig').upper()}, separated by {SEPARATORS[self.separator]}"

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Yield the rows; each one's number is what a spreadsheet shows. Raises InputError for damaged quoting."""
        lines = _open(self.data, self.encoding)
        for _ in range(self.skipped_lines):
            next(lines, "")
        reader = csv.reader(lines, delimiter=self.separator, strict=True)
        number = 1
        try:
            for cells in reader:
                if number > 1 and any("\n" in cell or "\r" in cell for cell in cells):
                    raise InputError(_swallowed(number, reader.line_num))
                yield number, cells
                number = reader.line_num + 1
        except csv.Error as error:
            raise InputError(_quoting(number, str(error))) from None

    def faults(self, used: Mapping[int, str], first: int) -> Iterable[RosterFault]:
        """Return nothing: CSV has no rows that are hidden, and no cells that are more than they show."""
        return ()


def open_csv(data: bytes, encoding: str | None = None) -> CsvSource:
    """Return the rows of a CSV file. Raises InputError when it cannot be decoded, or is none."""
    name = _named(encoding) if encoding else _told(data)
    notes = (_FALLBACK_NOTE,) if name == FALLBACK and not encoding else ()
    _check_decodes(data, name)
    lines = _open(data, name)
    first = next(lines, "")
    skipped = 0
    if match := _SEP_LINE.fullmatch(first):
        if match[1] not in SEPARATORS:
            raise InputError(Fault("row 1", "an unknown separator after sep=", "One of ; , | or a tab is wanted"))
        return CsvSource(data, name, match[1], 1, notes)
    while first.lstrip('"\ufeff').startswith("#") or (first and not first.strip()):
        first = next(lines, "")
    return CsvSource(data, name, _separator(first), skipped, notes)


def _separator(line: str) -> str:
    """Return the separator that stands most often in the line of headings."""
    return max(SEPARATORS, key=line.count) if any(mark in line for mark in SEPARATORS) else ","


def _told(data: bytes) -> str:
    """Return the encoding that the bytes tell: by their first mark, as UTF-16 by its zeros, else UTF-8 or cp1252."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    head = data[:200]
    if len(head) >= 4 and head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if len(head) >= 4 and head[::2].count(0) > len(head) // 4:
        return "utf-16-be"
    try:
        _check_decodes(data, "utf-8")
    except InputError:
        return FALLBACK
    return "utf-8"


def _named(encoding: str) -> str:
    try:
        codecs.lookup(encoding)
        "".encode(encoding)
    except (LookupError, UnicodeError):
        fault = Fault("--encoding", "no such encoding", "A name such as utf-8, cp1252, cp1250 or mac_roman is wanted")
        raise InputError(fault) from None
    name = encoding.lower().replace("_", "-")
    return "utf-8-sig" if name in {"utf8", "utf-8"} else encoding


def _check_decodes(data: bytes, encoding: str) -> None:
    """Decode everything once, in pieces. Raises InputError with the line of the first byte that does not fit."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(data) + 1, _CHUNK):
        try:
            decoder.decode(data[start : start + _CHUNK], final=start + _CHUNK > len(data))
        except UnicodeError as error:
            offset = start + (error.start if isinstance(error, UnicodeDecodeError) else 0)
            line = data.count(b"\n", 0, offset) + 1
            raise InputError(_undecodable(line, encoding)) from None


def _open(data: bytes, encoding: str) -> Iterator[str]:
    return iter(io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline=""))


def _undecodable(line: int, encoding: str) -> RosterFault:
    fix = "Export it again as UTF-8, or name the right encoding with --encoding"
    return RosterFault(f"row {line}", f"a letter that is none in {encoding}", "One encoding is wanted", fix)


def _swallowed(first: int, last: int) -> RosterFault:
    found = f'a line break inside quotation marks (up to row {last}): a stray " may have swallowed patients'
    return RosterFault(f"row {first}", found, "One line for each patient is wanted", 'Remove the stray " or the break')


def _quoting(number: int, reason: str) -> RosterFault:
    if "field larger" in reason:
        return RosterFault(f"row {number}", "a value of over 100,000 characters", "Is it the right file?")
    if "unexpected end" in reason:
        found = 'a quotation mark " that never ends: everything after it would be lost'
    else:
        found = 'a stray quotation mark "'
    return RosterFault(
        f"row {number}", found, 'A " inside a value is written twice, ""', "Mend the row, then try again"
    )
