"""Messages that did not leave and must not any more: the outbox notes it, and what lay ready is removed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Final

from mvd_handout.delivery.mail.outbox import OPEN, Outbox
from mvd_handout.delivery.mail.plan import MailPlan, Standing
from mvd_handout.delivery.mail.store import Store

_SETTLED: Final = (Standing.SENT, Standing.HANDED, Standing.REFUSED)
"""Nothing is made for such rows, so nothing else withdraws what was queued while they said something else."""


def withdraw(outbox: Outbox, store: Store, keys: Iterable[str], why: str, now: dt.datetime) -> Iterator[str]:
    """Withdraw those of these messages that are still to leave, and yield their keys. Raises OutputError."""
    for key in sorted(keys):
        record = outbox.get(key)
        if record is not None and record.state in OPEN:
            outbox.put_off(key, "withdrawn", why, now)
            store.forget(key)
            yield key


def withdraw_void(plan: MailPlan, outbox: Outbox, store: Store, now: dt.datetime) -> list[tuple[int, str]]:
    """Withdraw what is queued for rows that were changed back to what was sent; return rows and keys."""
    return [
        (fate.row, key)
        for fate in plan.of(*_SETTLED)
        for key in withdraw(outbox, store, fate.void, "the row was changed back", now)
    ]
