"""Rows that get no e-mail now, but whose patient has one already or would get one that is queued."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from mvd_handout.commands.console import Console
from mvd_handout.commands.email_desk import SHORT, EmailDesk
from mvd_handout.commands.wording import weekday_in_words
from mvd_handout.delivery.mail.consent import unlocked_before
from mvd_handout.delivery.mail.folder import Retraction, file_name
from mvd_handout.delivery.mail.ledger import of_handout
from mvd_handout.delivery.mail.model import MailPolicy
from mvd_handout.delivery.mail.old_papers import is_out_of_date
from mvd_handout.delivery.mail.outbox import LEFT, OPEN, Outbox, Record
from mvd_handout.delivery.mail.plan import NOT_NOW, Fate, MailPlan


def say_stopped(plan: MailPlan, outbox: Outbox, desk: EmailDesk, console: Console, *, acts: bool) -> None:
    """Name the rows that get none now, by number, whose patient has or may get an e-mail, and what to do about it."""
    for fate in plan.of(*NOT_NOW):
        row = f"row {fate.row} ({fate.standing.value})"
        for record in queued(fate, outbox):
            will = "was queued; it is withdrawn" if acts else "is queued; it will be withdrawn when you send"
            console.warn(f"{row}: the e-mail {record.key[:SHORT]} {will}.")
        if (had := has(fate, outbox)) is not None and is_out_of_date(fate, had):
            to_do = _TO_DO.get(had.state, _GONE).format(file_name(had.key))
            console.warn(f"{row}: {_had(had)} {_day(had, desk)}. {to_do}")


def say_unlocked(plan: MailPlan, outbox: Outbox, desk: EmailDesk, policy: MailPolicy, console: Console) -> None:
    """Name the rows whose copies are to be locked by now, and whose e-mail left before, when they were not."""
    # Since when a clinic locks every copy is not noted.
    copy = "an unlocked copy" if policy.lock == "by-consent" else "a copy that may be unlocked"
    for fate, record in unlocked_before(plan, outbox):
        if desk.store.is_locked(record.key):
            continue
        had = _UNLOCKED.get(record.state, "the patient may have got {} on").format(copy)
        again = record.state == "handed" and fate.key == record.key
        to_do = _TAKE_OUT.format(file_name(record.key)) if record.state == "handed" else "Nothing takes it back."
        anew = _AGAIN.format(record.key[:SHORT]) if again else ""
        console.warn(f"row {fate.row} (the list says encrypted now): {had} {_day(record, desk)}. {to_do}{anew}")


def withdraw_queued(plan: MailPlan, outbox: Outbox, desk: EmailDesk) -> None:
    """Withdraw what is queued for rows that get none now. Raises OutputError."""
    for fate in plan.of(*NOT_NOW):
        for record in queued(fate, outbox):
            outbox.put_off(record.key, "withdrawn", fate.standing.value, desk.now())
            desk.store.forget(record.key)


def say_replaced(
    messages: Sequence[tuple[int, str]], outbox: Outbox, desk: EmailDesk, console: Console, removed: Collection[str]
) -> None:
    """Name what was handed over once and was replaced now by one of these `messages`, each a row and a key.

    Those that this run `removed` are not named.
    """
    found = [(row, record) for row, key in messages if (record := _replaced(key, outbox)) is not None]
    found = [(row, record) for row, record in found if record.key not in removed]
    if not found:
        return
    console.warn(
        "what went out now replaces messages that were handed over to your own mailer before. "
        "If it still has one of these, take that out:"
    )
    for row, record in found:
        console.show(f"  row {row}: {file_name(record.key)}, handed over on {_day(record, desk)}")


def say_not_ours(found: Mapping[str, Retraction], console: Console) -> bool:
    """Name the replaced files that are not what was written, for a person to remove; return whether there are none."""
    stay = {key: _STAYS[what] for key, what in found.items() if what in _STAYS}
    for key, why in stay.items():
        console.warn(f"{file_name(key)} is replaced, but {why}. Remove it yourself.")
    return not stay


def _replaced(key: str, outbox: Outbox) -> Record | None:
    """Return the message that was handed over and that `key`, which left, replaced."""
    record = outbox.get(key)
    earlier = outbox.get(record.replaces) if record is not None and record.state in LEFT else None
    return earlier if earlier is not None and earlier.state == "handed" else None


def has(fate: Fate, outbox: Outbox) -> Record | None:
    """Return the last e-mail that the patient of a row has, or may have."""
    left = [each for each in _records(fate, outbox) if each.state in LEFT]
    return left[-1] if left else None


def queued(fate: Fate, outbox: Outbox) -> Iterator[Record]:
    """Yield what is still to leave for the patient of a row, and must not."""
    return (each for each in _records(fate, outbox) if each.state in OPEN and is_out_of_date(fate, each))


def _records(fate: Fate, outbox: Outbox) -> list[Record]:
    """Return the messages for the patient of a row; a copy of a paper says something of those with its handout only."""
    records = outbox.of_patient(fate.patient)
    return of_handout(records, fate.stands.handout) if fate.stands else records


def _had(record: Record) -> str:
    words = {"sent": "the patient got an e-mail on", "handed": "an e-mail was handed over on"}
    return words.get(record.state, "the patient may have got an e-mail on")


def _day(record: Record, desk: EmailDesk) -> str:
    day = desk.day(record.changed)
    return weekday_in_words(day) if day else "an unknown day"


_STAYS: Final = {"changed": "was changed since it was written", "stuck": "cannot be read or removed from this account"}
_UNLOCKED: Final = {"sent": "the patient got {} on", "handed": "{} was handed over on"}
_TAKE_OUT: Final = "If it has not left yet, take {} out of its folder and your mailer; else nothing takes it back."
_AGAIN: Final = " Once it is out, `mvd-handout email resend {} --as again` lets the next run make a locked one."
_GONE: Final = "Nothing takes it back: if it is wrong, ring the patient."
_TO_DO: Final = {
    "handed": "If it has not left yet, take {} out of its folder and your mailer; if it has and is wrong, ring the "
    "patient.",
}
