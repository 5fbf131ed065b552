"""What changed between two canonical texts, sentence by sentence."""

from __future__ import annotations

import difflib
from typing import Literal

from msgspec import Struct


class Change(Struct, frozen=True):
    """A line that is gone from a text, or new in it."""

    kind: Literal["gone", "new"]
    text: str


def changes(before: str, after: str) -> tuple[Change, ...]:
    """Return the lines of `before` that are gone and those of `after` that are new, in the order of the text."""
    found: list[Change] = []
    old, new = ([line.strip() for line in text.splitlines() if line.strip()] for text in (before, after))
    for tag, start, end, new_start, new_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            found += [Change("gone", line) for line in old[start:end]]
            found += [Change("new", line) for line in new[new_start:new_end]]
    return tuple(found)
