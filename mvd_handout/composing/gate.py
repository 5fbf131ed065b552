"""The gate: whether a patient copy may be made today, and if not, everything that stands in the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from mvd_handout.composing.approvable import (
    FIGURES_TEST,
    ApprovableBlock,
    approvable_blocks,
    email_block,
    missing_blocks,
    placed_blocks,
)
from mvd_handout.composing.standing import Standing, State, has_passed, standings
from mvd_handout.content.approval import GROUPS, Approval, Override
from mvd_handout.content.approval.canonical import fingerprint
from mvd_handout.content.approval.contacts import contact_text, numbers
from mvd_handout.content.approval.entries import Entry
from mvd_handout.content.approval.register import Register, clock_fault
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.email_words import EmailWords
from mvd_handout.content.library import Handout
from mvd_handout.domain.errors import ApprovalError, Fault

WARN_DAYS: Final = 60
"""How many days before a review date runs begin to warn."""

_READ: Final = "Run `mvd-handout approve` to see every part and how it stands"
_RING: Final = "Ring every number, then run `mvd-handout contacts`"
_REVIEW: Final = "Have it read again and approved with a new date; until then, see `mvd-handout approve --override`"
_STOPS: Final = {
    State.NEVER: ("nobody has approved it yet", "Every part that is printed needs a named person behind it"),
    State.CHANGED: ("its words changed after they were approved", "An approval holds for the exact words"),
    State.WITHDRAWN: ("its approval was withdrawn", "Withdrawn words go to nobody"),
}


class Verdict(Struct, frozen=True):
    """What the gate says: an approval, or every reason against it; `warnings` stop nothing yet.

    `until` is the last day on which it would say the same. `only_dates` says that passed review dates are all that
    stands in the way, so that leave could be given.
    """

    approval: Approval | None
    refusals: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    only_dates: bool = False
    until: dt.date | None = None

    def require(self) -> Approval:
        """Return the approval. Raises ApprovalError with every reason when there is none."""
        if self.approval is None:
            raise ApprovalError(*self.refusals)
        return self.approval


def decide(
    clinic: Clinic,
    handout: Handout,
    register: Register,
    today: dt.date,
    issued: dt.date | None = None,
    email: EmailWords | None = None,
) -> Verdict:
    """Return whether patients may get `handout` from `clinic` on `today`; with `email`, by an e-mail in those words.

    A paper dated later (`issued`) needs approvals that hold then. Every block counts, whether this patient's copy
    prints it or not: so what one nurse can print, all can. The approval itself is that of the paper alone, so that an
    e-mailed copy and a printed one are the same, byte for byte.
    """
    more = () if email is None else (email_block(email),)
    judge = _Judge(clinic, handout, register, today, max(today, issued or today), more)
    return judge.verdict()


class _Judge(Struct):
    clinic: Clinic
    handout: Handout
    register: Register
    today: dt.date
    day: dt.date
    more: tuple[ApprovableBlock, ...] = ()
    passed: list[Fault] = []
    warnings: list[Fault] = []
    ends: list[dt.date] = []

    def verdict(self) -> Verdict:
        found = self.standings(approvable_blocks(self.handout, self.clinic))
        every = (*found, *self.standings(self.more))
        refusals = [*self.clock(), *self.words(every), *self.safety(), *self.contacts()]
        self.reviews(every)
        override = self.override() if self.passed else None
        only_dates = bool(self.passed) and not refusals
        if override is None:
            refusals += self.passed
        else:
            self.warnings += self.passed
        approval = None if refusals else self.approval(found, override)
        ends = [*self.ends, *([override.until] if override else [])]
        return Verdict(approval, tuple(refusals), tuple(self.warnings), only_dates, min(ends, default=None))

    def standings(self, blocks: tuple[ApprovableBlock, ...]) -> tuple[Standing, ...]:
        return standings(blocks, self.handout, self.register, self.day)

    def clock(self) -> Iterator[Fault]:
        """A clock that was set back must not bring a passed date back to life."""
        last = max((entry.date for entry in self.register.entries), default=self.today)
        if self.today < last:
            yield clock_fault(self.today, last)

    def words(self, found: Sequence[Standing]) -> Iterator[Fault]:
        for state, (what, wanted) in _STOPS.items():
            if names := [each.block.name for each in found if each.state is state]:
                yield Fault(f"{self.where}: {', '.join(names)}", what, wanted, _READ)

    def safety(self) -> Iterator[Fault]:
        missing = missing_blocks(self.handout, self.clinic)
        for name in missing:
            yield Fault(
                f"clinic text {name}",
                "it is missing",
                "No patient goes home without it",
                f"Write blocks/{name}.md beside clinic.toml, or copy it from the starter kit, and have it approved",
            )
        for name in placed_blocks(self.handout):
            block = self.clinic.block(name)
            if block and block.undecided:
                yield Fault(
                    f"blocks/{name}.md",
                    f"points in its head that are still to be decided: {len(block.undecided)}",
                    "What nobody decided is never printed",
                    "Decide each, write it into the text, and leave decide = []",
                )
            elif block is None and name not in missing:
                found = "your clinic has no such text, so the paper says that it is not written yet"
                self.warnings.append(Fault(f"clinic text {name}", found, "Patients look for it", "Write it"))

    def contacts(self) -> Iterator[Fault]:
        for whose, phone in numbers(self.clinic.profile):
            if not phone.text or not phone.target.removeprefix("tel:"):
                yield Fault(f"the number {whose}", "it is missing", "Patients must reach somebody", "Add it")
        check = self.register.latest("contacts")
        where = "telephone numbers"
        if check is None:
            yield Fault(where, "nobody has checked them yet", "A named person rings each number first", _RING)
        elif check.text != contact_text(self.clinic.profile):
            found = f"they changed after {check.name} checked them on {check.date}"
            yield Fault(where, found, "What changed is rung again", _RING)
        elif has_passed(check, self.day):
            yield Fault(where, f"their check ran out after {check.review_by}", "Numbers move", _RING)
        else:
            self.warn(where, check.review_by, _RING)

    def reviews(self, found: Sequence[Standing]) -> None:
        """Sort review dates into those that have passed and those that are near."""
        dates: dict[dt.date, list[str]] = {}
        for each in found:
            if each.entry and each.entry.review_by and each.state in {State.APPROVED, State.PASSED}:
                dates.setdefault(each.entry.review_by, []).append(each.block.name)
        for date, names in sorted(dates.items()):
            self.review(f"{self.where}: {', '.join(names)}", date, _REVIEW)
        self.review(
            f"handout {self.handout.name}", self.handout.next_review, "Install a version that was reviewed since"
        )

    def review(self, where: str, date: dt.date, fix: str) -> None:
        if self.day > date:
            self.passed.append(Fault(where, f"its review was due by {date}", "Nobody stands behind it since", fix))
        else:
            self.warn(where, date, fix)

    def warn(self, where: str, date: dt.date | None, fix: str) -> None:
        if date is None:
            return
        self.ends.append(date)
        if (left := (date - self.day).days) <= WARN_DAYS:
            found = f"it has to be checked again by {date}, in {left} days"
            self.warnings.append(Fault(where, found, "After that day no patient copy can be made", fix))

    def override(self) -> Override | None:
        """Return the leave that holds today. It speaks of passed dates only; nothing else can be set aside."""
        entry = self.register.latest("override", handout=self.handout.name, language=self.handout.language)
        if entry is None or entry.review_by is None or has_passed(entry, self.day):
            return None
        return Override(entry.name, entry.role, entry.reason, entry.date, entry.review_by)

    def approval(self, found: Sequence[Standing], override: Override | None) -> Approval:
        entries = [each.entry for each in found if each.entry]
        people = dict.fromkeys((entry.name, entry.role) for entry in entries)
        *others, (name, role) = people
        return Approval(
            name="; ".join([*(f"{person}, {rank}" for person, rank in others), name]),
            role=role,
            date=max(entry.date for entry in entries),
            review_by=min(entry.review_by for entry in entries if entry.review_by),
            content_hash=fingerprint("".join(f"{each.block.name} {each.block.sha256}\n" for each in found)),
            also_for=_groups(found),
            override=override,
        )

    @property
    def where(self) -> str:
        return f"{self.handout.name} ({self.handout.language})"


def _groups(found: Sequence[Standing]) -> tuple[str, ...]:
    """Return the groups for which everything that holds a figure was approved, too."""
    entries: list[Entry] = [
        each.entry for each in found if each.entry and (each.block.name == "rules" or FIGURES_TEST in each.block.text)
    ]
    return tuple(group for group in GROUPS if all(group in entry.also_for for entry in entries))
