"""Fictional entries of a journal."""

from __future__ import annotations

import datetime as dt

from msgspec.structs import replace

from mvd_handout.delivery.journal.entry import Entry

TIME = dt.datetime(2026, 12, 1, 9, 30, tzinfo=dt.UTC)


def an_entry(number: int = 0, **changes: object) -> Entry:
    """Return the entry of a paper; different numbers, different papers."""
    entry = Entry(
        document_id=f"7K3M-9QXA-{number:04}",
        patient_key=f"{number:024x}",
        time=TIME + dt.timedelta(seconds=number),
        user="ann",
        kind="make",
        handout="hfs-recovery",
        version="1.0.0",
        language="en",
        content_hash="ab" * 32,
        issued=dt.date(2026, 12, 1),
        parts={"name": ("0123456789ab",), "visits": ("0123456789ab", "0123456789ac")},
    )
    return replace(entry, **changes)
