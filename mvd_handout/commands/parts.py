"""What a nurse calls the parts of a paper that a later copy can change."""

from __future__ import annotations

from typing import Final

from mvd_handout.commands.wording import date_in_words
from mvd_handout.composing.reissue import Reissue

PART_NAMES: Final = {
    "name": "name or record number",
    "operation": "operation",
    "visits": "visits",
    "surgeon": "surgeon",
    "phones": "phone numbers",
    "going_home": "day of discharge",
    "carer": "carer or interpreter",
    "note": "note",
    "language": "language",
    "hear_by": "the day by which the patient hears from you",
    "text": "other words of the handout",
    "print_size": "size of the print",
    "clinic": "details of the clinic",
    "approval": "approval",
}


def in_words(reissue: Reissue) -> tuple[str, str]:
    """Return which copy this is, and what changed since the one that it replaces."""
    copy = f"{reissue.copy}, in place of paper {reissue.replaces} of {date_in_words(reissue.issued)}"
    return copy, ", ".join(PART_NAMES[name] for name in reissue.changes) or "nothing"
