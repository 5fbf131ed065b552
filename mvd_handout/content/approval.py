"""Approval: a named person who read the exact words and stands behind them until a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved which content (by its hash), when, and by when it must be read again."""

    name: str
    role: str
    date: dt.date
    review_by: dt.date
    content_hash: str
