"""Approval: a named person who read the exact words and stands behind them until a day."""

from __future__ import annotations

import datetime as dt
from typing import Final

from msgspec import Struct

GROUPS: Final = ("under-18", "both-sides", "repeat")
"""Patients whom the source may not be about: its figures are only printed for them if a clinic approved that."""


class Override(Struct, frozen=True):
    """Leave to use words whose review date has passed: who gave it, why, and until when."""

    name: str
    role: str
    reason: str
    date: dt.date
    until: dt.date


class Approval(Struct, frozen=True):
    """Who approved which content (by its hash), when, and by when it must be read again.

    Of several approvals, `date` is the latest and `review_by` the earliest. `also_for` names the groups (of `GROUPS`)
    for which the source's figures were approved, too. With `override`, `review_by` has passed, and the page says so.
    """

    name: str
    role: str
    date: dt.date
    review_by: dt.date
    content_hash: str
    also_for: tuple[str, ...] = ()
    override: Override | None = None
