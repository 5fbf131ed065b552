"""What left by another consent than the list has today: a cell in a roster locks no e-mail that is gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import structs

from mvd_handout.delivery.mail.outbox import LEFT, Outbox, Record
from mvd_handout.delivery.mail.plan import NOT_NOW, Fate, MailPlan, Standing

_MADE: Final = frozenset({Standing.SENT, Standing.HANDED, Standing.DOUBT})
"""Of such rows it is told what became of the e-mail that they have, and not what would be made of them today."""


def as_sent(plan: MailPlan, outbox: Outbox) -> MailPlan:
    """Return the plan in which rows that have their e-mail bear the consent that it was made by."""
    return structs.replace(plan, fates=tuple(_as_sent(fate, outbox) for fate in plan.fates))


def unlocked_before(plan: MailPlan, outbox: Outbox) -> Iterator[tuple[Fate, Record]]:
    """Yield the rows whose copies are to be locked today, and whose last e-mail left by consent to a plain one.

    Not those that get none for a reason of their row: what they had is told with that.
    """
    for fate in plan.fates:
        told = fate.standing in NOT_NOW and fate.standing is not Standing.OLD_PAPER
        record = _last_left(fate, outbox) if fate.consent == "encrypted" and not told else None
        if record is not None and record.consent == "plain":
            yield fate, record


def _as_sent(fate: Fate, outbox: Outbox) -> Fate:
    record = outbox.get(fate.key) if fate.standing in _MADE else None
    if record is None or record.consent == fate.consent:
        return fate
    why = "; ".join(part for part in (f"the list says {fate.consent} now", fate.why) if part)
    return structs.replace(fate, sent_as=record.consent, why=why)


def _last_left(fate: Fate, outbox: Outbox) -> Record | None:
    """Return the last e-mail that the patient has or may have, also under a number that was corrected since."""
    named = outbox.get(fate.earlier or fate.key)
    if named is not None and named.state in LEFT | {"sending"}:
        return named
    left = [each for each in outbox.of_patient(fate.patient) if each.state in LEFT]
    return left[-1] if left else None
