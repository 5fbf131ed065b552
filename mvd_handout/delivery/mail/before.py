"""What of a patient's earlier e-mails went to one address; others may have gone to one that was wrong."""

from __future__ import annotations

import datetime as dt

from mvd_handout.delivery.mail.corrected import chain_of
from mvd_handout.delivery.mail.ledger import made_at
from mvd_handout.delivery.mail.model import CalendarEntry, EarlierMail
from mvd_handout.delivery.mail.outbox import LEFT, Outbox, Record


def earlier_of(outbox: Outbox, last: Record | None, address: str, zone: dt.tzinfo) -> EarlierMail | None:
    """Return what a new e-mail to `address` (a keyed hash) has to know of the `last` one and of those before it.

    Only what went to this address can be deleted or cancelled there.
    """
    if last is None:
        return None
    chain = list(chain_of(outbox, last))
    here = next((each for each in chain if each.recipient_hash == address and each.state in LEFT), None)
    made = made_at(here) if here else None
    return EarlierMail(
        dated=made.astimezone(zone).date() if made else None,
        calendar=here.calendar if here else (),
        paper=here.document_id if here else "",
        patient_key=chain[-1].patient_key,
        elsewhere=_told_elsewhere(chain, address),
    )


def _told_elsewhere(chain: list[Record], address: str) -> tuple[CalendarEntry, ...]:
    """Return what other addresses were told, of each the last state."""
    last = {each.recipient_hash: each.calendar for each in reversed(chain) if each.recipient_hash != address}
    return tuple(entry for calendar in last.values() for entry in calendar)
