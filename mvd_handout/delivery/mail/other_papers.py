"""Patients who have a paper that says something else than their e-mail would: both would look valid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import structs

from mvd_handout.composing.reissue import PATIENT_PARTS, changes
from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.mail.ledger import parts_of
from mvd_handout.delivery.mail.noted import Noted
from mvd_handout.delivery.mail.plan import TO_SEND, Fate, MailPlan
from mvd_handout.delivery.papers import Recipe
from mvd_handout.delivery.roster.model import RosterRow

_TOLD: Final = frozenset({*PATIENT_PARTS, "phones"})
"""What makes two papers contradict each other: other facts about the patient, or other numbers to ring."""


def find_other_papers(plan: MailPlan, rows: Mapping[int, RosterRow], noted: Noted) -> MailPlan:
    """Return the plan in which rows that are sent name another paper that the patient has by the journal.

    Not one with the very number of the e-mail's, nor a copy that says the same under a number of its own, as `reissue`
    made it of the corrected facts.
    """

    def named(fate: Fate) -> Fate:
        has = noted.paper_of(fate.patient) if fate.standing in TO_SEND else None
        if has is None or not _contradicts(has, fate, rows[fate.row], plan.recipe):
            return fate
        return structs.replace(fate, paper=has.document_id)

    return structs.replace(plan, fates=tuple(map(named, plan.fates)))


def _contradicts(paper: Entry, fate: Fate, row: RosterRow, recipe: Recipe) -> bool:
    if fate.issued is None or paper.document_id == fate.document_id:
        return False
    return not _TOLD.isdisjoint(changes(paper.parts, parts_of(recipe, row, fate.issued)))
