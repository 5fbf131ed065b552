"""Rows whose paper was replaced by a later copy: an e-mail must not bring back what is no longer true."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from mvd_handout.composing.reissue import PATIENT_PARTS, Fingerprints, changes
from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.mail.ledger import noted_parts, parts_of
from mvd_handout.delivery.mail.noted import Noted
from mvd_handout.delivery.mail.outbox import Record
from mvd_handout.delivery.mail.plan import Fate, MailPlan, Standing
from mvd_handout.delivery.roster.model import RosterRow


def set_back(plan: MailPlan, rows: Mapping[int, RosterRow], noted: Noted) -> MailPlan:
    """Return the plan without e-mails of papers that a later copy replaced, under whatever number.

    A copy that says the same of the patient, as one for a paper that was lost, does not make the paper's words old.
    """
    return structs.replace(plan, fates=tuple(_checked(fate, plan, rows, noted) for fate in plan.fates))


def says_otherwise(copy: Entry, parts: Fingerprints) -> bool:
    """Whether a copy says something else of the patient than a paper with these parts."""
    return not set(PATIENT_PARTS).isdisjoint(changes(copy.parts, parts))


def is_out_of_date(fate: Fate, record: Record) -> bool:
    """Whether an e-mail for the patient of a row that gets none now is to be stopped.

    Not so one that says what the copy says that stands now: then the list is old, and the e-mail is right.
    """
    return fate.stands is None or says_otherwise(fate.stands, noted_parts(record))


def _checked(fate: Fate, plan: MailPlan, rows: Mapping[int, RosterRow], noted: Noted) -> Fate:
    copy = noted.copy_of(fate.document_id, fate.patient)
    if copy is None or fate.issued is None:
        return fate
    if not says_otherwise(copy, parts_of(plan.recipe, rows[fate.row], fate.issued)):
        return fate
    why = (
        f"by {copy.document_id}, copy {copy.copy} of {copy.issued}: the list is older; make the e-mail from the "
        "corrected list, or `mvd-handout reissue` that copy if the list is right"
    )
    return structs.replace(fate, standing=Standing.OLD_PAPER, why=why, stands=copy)
