"""How each block stands today: approved, changed since, withdrawn, past its review date, or never approved."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable

from msgspec import Struct

from mvd_handout.composing.approvable import ApprovableBlock
from mvd_handout.content.approval.entries import Entry
from mvd_handout.content.approval.register import Register
from mvd_handout.content.library import Handout


class State(enum.Enum):
    """What the register says about a block's words of today."""

    APPROVED = "approved"
    NEVER = "not approved yet"
    CHANGED = "changed since it was approved"
    WITHDRAWN = "approval withdrawn"
    PASSED = "review date passed"


class Standing(Struct, frozen=True):
    """A block, its state, and the entry that decides it, if there is one."""

    block: ApprovableBlock
    state: State
    entry: Entry | None = None


def standings(
    blocks: Iterable[ApprovableBlock], handout: Handout, register: Register, day: dt.date
) -> tuple[Standing, ...]:
    """Return how each of `blocks` stands on `day`; the last entry about a block decides."""
    return tuple(_standing(block, handout, register, day) for block in blocks)


def _standing(block: ApprovableBlock, handout: Handout, register: Register, day: dt.date) -> Standing:
    entry = register.latest("approval", "withdrawal", handout=handout.name, language=handout.language, block=block.name)
    if entry is None:
        return Standing(block, State.NEVER)
    if entry.kind == "withdrawal":
        return Standing(block, State.WITHDRAWN, entry)
    if entry.sha256 != block.sha256:
        return Standing(block, State.CHANGED, entry)
    return Standing(block, State.PASSED if has_passed(entry, day) else State.APPROVED, entry)


def has_passed(entry: Entry, day: dt.date) -> bool:
    """Whether the entry no longer holds on `day`; its last day is still good."""
    return entry.review_by is None or day > entry.review_by
