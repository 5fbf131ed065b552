"""A file of the journal, read line by line: each line is checked, and what was changed or taken out is named."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from msgspec import Struct

from mvd_handout.delivery.journal.entry import LONGEST, Entry, decoded, is_sound, number_of
from mvd_handout.domain.errors import Fault

_CHECKED: Final = 40
"""So many bytes at the end of a line hold its check, and so tell it from every other."""

_LOOKS: Final = 4
_PAUSE: Final = 0.05

Notice = Callable[[Fault], None]


class Mark(Struct, frozen=True):
    """How far a file was read: up to which byte, the number of the last line there, and with what that line ends."""

    offset: int = 0
    line: int = 0
    end: bytes = b""


Marks: TypeAlias = dict[Path, Mark]
"""How far each file of a journal was read; an empty one says that none was."""


class Source(Struct, frozen=True):
    """A file of one year, open to read, and the key by which its lines are checked."""

    stream: BinaryIO
    key: bytes
    year: str

    def fault(self, line: int, found: str, wanted: str) -> Fault:
        """Return what is wrong with a line."""
        return Fault(f"journal of {self.year}, line {line}", found, wanted)


def chosen_entries(
    source: Source, mark: Mark, wanted: Callable[[bytes], bool], tell: Notice
) -> Generator[Entry, None, Mark]:
    """Yield the entries of the sound lines behind `mark` that are `wanted`, and return how far it came.

    `tell` is told of every line that was changed, is missing or is cut short, not only of those that seem wanted: a
    change can hide whom a line was about, and what it replaced. Only the wanted ones take the time to be decoded.
    """
    mark = _found_again(source.stream, mark)
    number, last, rest = mark.line, mark.end, b""
    for data in _lines(source.stream):
        if not data.endswith(b"\n"):
            rest = data
            tell(source.fault(number + 1, "it is cut short", "The next entry sets it aside"))
            break
        last, sound = data[-_CHECKED:], is_sound(source.key, data)
        if sound and (found := number_of(data)) != number + 1:
            tell(source.fault(found, *_jump(number + 1, found)))
        number = found if sound else number + 1
        line = decoded(data) if sound and wanted(data) else None
        if line is not None:
            yield line.entry
        elif not sound or wanted(data):
            tell(source.fault(number, "it is not as it was written", "What it says is left out"))
    return Mark(source.stream.tell() - len(rest), number, last)


def _found_again(stream: BinaryIO, mark: Mark) -> Mark:
    """Go to `mark`, or to the start if something else stands there by now, and return where that is."""
    stream.seek(mark.offset - len(mark.end))
    if stream.read(len(mark.end)) == mark.end:
        return mark
    stream.seek(0)  # what an append could not finish was cut off again
    return Mark()


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines; of one that is far too long, as no journal has, only the end."""
    while data := stream.readline(LONGEST):
        while len(data) == LONGEST and not data.endswith(b"\n"):
            data = stream.readline(LONGEST)
        for _ in range(_LOOKS):
            if data.endswith(b"\n"):
                break
            time.sleep(_PAUSE)  # somebody may be writing this very line
            data += stream.readline(LONGEST)
        yield data


def _jump(expected: int, found: int) -> tuple[str, str]:
    if found > expected:
        lines = "1 line before it is" if found - expected == 1 else f"{found - expected} lines before it are"
        return f"{lines} missing", "Nothing is ever taken out of a journal"
    return "it stands here a second time, or out of its place", "Lines are only ever added at the end"
