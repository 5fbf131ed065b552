"""Finding a patient who stands in a roster twice, with a few bytes for each row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from mvd_handout.delivery.roster.headings import Column
from mvd_handout.delivery.roster.model import RosterFault
from mvd_handout.delivery.roster.synonyms import FAMILY, NAME

_FIX: Final = "Remove one of the two rows, or mend the one that is wrong"
_FIX_PERSON: Final = f"{_FIX}. If they are two people all the same, put one of them into a list of its own"


class Duplicates:
    """Remembers whom it has seen, as hashes: no name is kept."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._headings = {column.path: column.heading for column in columns}
        self._numbers: dict[int, int] = {}
        self._people: dict[int, int] = {}

    def find(self, row: int, record_number: str, person: str) -> Iterator[RosterFault]:
        """Yield a fault for both rows when the patient of `row` was there before; empty texts are not compared."""
        number = self._headings["patient.record_number"]
        first = _seen(self._numbers, record_number, row)
        if first:
            yield from _both(first, row, number, "the same record number as in row {}", _FIX)
        same_person = _seen(self._people, person, row)
        if same_person and same_person != first:
            name = self._headings.get(NAME) or self._headings[FAMILY]
            yield from _both(same_person, row, name, "the same name and date of birth as in row {}", _FIX_PERSON)


def _seen(known: dict[int, int], text: str, row: int) -> int:
    """Return the row in which `text` was seen before, or 0."""
    if not text:
        return 0
    key = int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())
    first = known.setdefault(key, row)
    return first if first != row else 0


def _both(first: int, second: int, heading: str, found: str, fix: str) -> Iterator[RosterFault]:
    for row, other in ((second, first), (first, second)):
        place = f'row {row}, column "{heading}"'
        yield RosterFault(place, found.format(other), "Each patient once", fix, row, heading)
