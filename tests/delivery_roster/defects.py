"""What a defect of a roster is, for the tables of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.delivery_roster.builders import as_csv, changed


@dataclass(frozen=True)
class Defect:
    """A damaged file; where its fault is (row 0: the file as a whole); a word that the fault has to say."""

    name: str
    make: Callable[[], bytes]
    row: int
    column: str
    says: str
    options: dict[str, Any] = field(default_factory=dict)


def cell(name: str, heading: str, value: object, says: str, **options: Any) -> Defect:
    """Return the defect of one cell, in row 3."""
    return Defect(name, lambda: as_csv(changed(3, heading, value)), 3, heading, says, options)
