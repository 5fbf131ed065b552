"""A clinic that decided everything, and registers in which fictional people stand behind its words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from msgspec.structs import replace

from mvd_handout.composing.approvable import ApprovableBlock, approvable_blocks
from mvd_handout.content.approval.contacts import contact_text
from mvd_handout.content.approval.entries import Entry
from mvd_handout.content.approval.register import Register
from mvd_handout.content.clinic import Clinic
from tests.samples import handout, make_clinic

DAY = dt.date(2026, 12, 1)
REVIEW = dt.date(2027, 10, 1)
RECHECK = dt.date(2027, 11, 1)


def decided(clinic: Clinic | None = None) -> Clinic:
    """Return a clinic with nothing left to be decided."""
    clinic = clinic or make_clinic()
    return replace(clinic, blocks=tuple(replace(block, undecided=()) for block in clinic.blocks))


def approval(block: ApprovableBlock, **changes: object) -> Entry:
    """Return the approval of a block by a fictional clinical lead."""
    entry = Entry(
        "approval",
        "Dr Robin Fictional",
        "Clinical lead",
        DAY,
        review_by=REVIEW,
        handout="hfs-recovery",
        version="1.0.0",
        language="en",
        block=block.name,
        text=block.text,
    )
    return replace(entry, **changes)


def contacts(clinic: Clinic) -> Entry:
    """Return the check of a clinic's numbers."""
    text = contact_text(clinic.profile)
    return Entry("contacts", "Kim Invented", "Ward clerk", DAY, review_by=RECHECK, text=text)


def approved(clinic: Clinic, but: Iterable[str] = (), **changes: object) -> Register:
    """Return a register in which all blocks of `clinic` are approved, apart from those named in `but`."""
    left_out = set(but)
    blocks = [block for block in approvable_blocks(handout(), clinic) if block.name not in left_out]
    return Register((*(approval(block, **changes) for block in blocks), contacts(clinic)))
