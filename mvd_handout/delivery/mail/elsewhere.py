"""E-mails that the journal knows and this outbox does not: sent by another account, or before it was lost."""

from __future__ import annotations

from typing import Final

from msgspec import structs

from mvd_handout.delivery.mail.noted import Noted
from mvd_handout.delivery.mail.plan import Fate, MailPlan, Standing

_FIRST: Final = frozenset({Standing.NEW, Standing.WAITING})
"""As far as the outbox knows, these patients have none yet."""

_LATER: Final = frozenset({Standing.REPLACES, Standing.SENT, Standing.HANDED})
"""By this outbox they have one; by the journal, perhaps a later one."""


def ask_journal(plan: MailPlan, noted: Noted) -> MailPlan:
    """Return the plan in which a first e-mail is none, where the journal notes one that this outbox did not send.

    Whether the patient gets another one then is for a person to say. Where another account sent one after the last of
    this outbox, that is said.
    """
    return structs.replace(plan, fates=tuple(_asked(fate, noted) for fate in plan.fates))


def _asked(fate: Fate, noted: Noted) -> Fate:
    entry = noted.sent_elsewhere(fate.patient)
    if entry is None:
        return fate
    if fate.standing in _FIRST:
        why = f"{entry.document_id}, which only the journal knows: from another account or computer"
        return structs.replace(fate, standing=Standing.REPLACES, why=why, before=entry)
    if fate.standing in _LATER and noted.is_later(entry):
        why = f"but the last one, {entry.document_id}, came from another account or computer"
        return structs.replace(fate, why="; ".join(part for part in (fate.why, why) if part))
    return fate
