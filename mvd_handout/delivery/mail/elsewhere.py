"""E-mails that the clinic's journal knows and this outbox does not: sent by another account, or before it was lost."""

from __future__ import annotations

from typing import Final

from msgspec import structs

from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.delivery.mail.ledger import key_start
from mvd_handout.delivery.mail.outbox import Outbox
from mvd_handout.delivery.mail.plan import Fate, MailPlan, Standing

_WORD: Final = b'"kind":"email"'
_FIRST: Final = frozenset({Standing.NEW, Standing.WAITING})
"""As far as the outbox knows, these patients have none yet."""


def ask_journal(plan: MailPlan, outbox: Outbox, journal: Journal) -> MailPlan:
    """Return the plan in which a first e-mail is none, where the journal notes one that this outbox does not know.

    Whether the patient gets another one then is for a person to say. Raises OutputError when it cannot be read.
    """
    patients = {fate.patient for fate in plan.fates if fate.standing in _FIRST and fate.patient}
    if not patients:
        return plan
    noted = {each.patient_key: each for each in journal.lines_after({}, _WORD) if each.patient_key in patients}
    strange = {patient: entry for patient, entry in noted.items() if not _is_ours(entry, outbox)}
    return structs.replace(plan, fates=tuple(_asked(fate, strange) for fate in plan.fates))


def _is_ours(entry: Entry, outbox: Outbox) -> bool:
    return bool(outbox.find(key_start(entry)))


def _asked(fate: Fate, strange: dict[str, Entry]) -> Fate:
    entry = strange.get(fate.patient)
    if entry is None or fate.standing not in _FIRST:
        return fate
    why = f"{entry.document_id}, which only the journal knows: from another account or computer"
    return structs.replace(fate, standing=Standing.REPLACES, why=why, before=entry)
