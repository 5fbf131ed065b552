"""Copies that replace an earlier one, and what changed since then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from mvd_handout.content.labels import Labels

Fingerprints = Mapping[str, tuple[str, ...]]
"""Of every part of a paper that a later copy could change: see `composing.fingerprints`."""

PATIENT_PARTS: Final = ("name", "operation", "visits", "surgeon", "going_home", "carer", "note", "language")
"""What a case says: a person changed it."""

CLINIC_PARTS: Final = ("phones", "clinic", "text", "approval", "hear_by", "print_size")
"""What may have changed by itself: the clinic's details, the words, the date by which somebody rings, the look."""

PARTS: Final = (*PATIENT_PARTS[:4], "phones", *PATIENT_PARTS[4:], "hear_by", "text", "print_size", "clinic", "approval")
"""All parts, the most important first: in this order a paper names them."""

NAMED: Final = 3
"""So many changes are named on page 1, which has room for no more."""

PAST_VISITS: Final = "past_visits"


class Reissue(Struct, frozen=True):
    """A copy that replaces another: its number, the id and the date of the paper that it replaces, what changed."""

    copy: int
    replaces: str
    issued: dt.date
    changes: tuple[str, ...] = ()

    def words(self, labels: Labels) -> str:
        """Return what changed, as the labels name it: "your visits, phone numbers". Of many, the most important."""
        said = labels["reissue.and"].join(labels[f"reissue.changed.{name}"] for name in self.changes[:NAMED])
        return said + labels["reissue.more"] * (len(self.changes) > NAMED)


def changes(earlier: Fingerprints, now: Fingerprints) -> tuple[str, ...]:
    """Return the names of the parts that are not as they were, in the order of `PARTS`.

    A visit that lies in the past by now is no change.
    """
    return tuple(
        name
        for name in PARTS
        if (_visits_changed(earlier, now) if name == "visits" else earlier.get(name) != now.get(name))
    )


def _visits_changed(earlier: Fingerprints, now: Fingerprints) -> bool:
    before, after = set(earlier.get("visits", ())), set(now.get("visits", ()))
    return bool(after - before or before - after - set(now.get(PAST_VISITS, ())))
