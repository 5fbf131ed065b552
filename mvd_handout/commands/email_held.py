"""Messages that lie ready and do not leave: damaged ones, and those of rows that were changed back."""

from __future__ import annotations

from collections.abc import Sequence

from mvd_handout.commands.console import Console
from mvd_handout.commands.email_desk import SHORT, EmailDesk
from mvd_handout.delivery.mail.outbox import Outbox
from mvd_handout.delivery.mail.plan import Fate, MailPlan
from mvd_handout.delivery.mail.withdrawal import withdraw_void


def leave_out_damaged(fates: Sequence[Fate], desk: EmailDesk, console: Console) -> list[Fate]:
    """Return the rows of which nothing that lies ready is damaged, and name the others: a slip of them may be printed.

    Raises OutputError.
    """
    damaged = [fate for fate in fates if any(desk.store.is_damaged(key) for key in (fate.key, *fate.void))]
    for fate in damaged:
        console.warn(
            f"row {fate.row}: the message that lay ready is not as it was written, so the row gets none now. Remove it "
            "with `mvd-handout email forget --unreadable`; then the same command makes it anew, with another "
            "passphrase: print its slip again."
        )
    return [fate for fate in fates if fate not in damaged]


def withdraw_changed_back(plan: MailPlan, outbox: Outbox, desk: EmailDesk, console: Console) -> None:
    """Withdraw what is queued for rows that say again what was sent, and name them. Raises OutputError."""
    for row, key in withdraw_void(plan, outbox, desk.store, desk.now()):
        console.warn(f"row {row} was changed back: the e-mail {key[:SHORT]} was queued; it is withdrawn.")
