"""`email status`: what became of every message, the doubtful ones first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from mvd_handout.commands.app import EXIT_CODES, Command, common_options
from mvd_handout.commands.console import Console

if TYPE_CHECKING:
    from mvd_handout.commands.email_desk import EmailDesk
    from mvd_handout.delivery.mail.outbox import Outbox, Record

_FILE: Final = click.Path(path_type=Path)
_LATEST: Final = 20
_DONE: Final = frozenset({"sent", "handed", "withdrawn"})
"""Nobody has to look at these: the latest are enough."""


@click.command(
    cls=Command,
    examples=(
        "mvd-handout email status                          every message that wants a person's eye, and the latest",
        "mvd-handout email status --all                    every message",
        "mvd-handout email status --json                   for other programs",
    ),
    short_help="List what became of every e-mail, the doubtful ones first.",
    epilog=EXIT_CODES,
)
@click.option("--clinic", type=_FILE, metavar="FILE", help="The clinic profile, or its folder, found as for `make`.")
@click.option(
    "--all", "everything", is_flag=True,
    help="List all that was sent, handed over or withdrawn, and not the latest 20 of each only.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print every message as JSON.")
@common_options
@click.pass_obj
def status(console: Console, clinic: Path | None, everything: bool, as_json: bool) -> int:
    """List what became of every e-mail of a clinic: key, day, masked address, document id, state, row and reason.

    The row is that of the list which the message was made from. It is known while something of the message is kept.

    Exit code 7: nobody knows whether some of them arrived. Ask the patient or your mail people, then decide with
    `mvd-handout email resend KEY`.
    """
    from mvd_handout.commands.email_desk import exit_code, open_email_desk
    from mvd_handout.domain.errors import OutputError

    desk = open_email_desk(clinic, console)
    try:
        if desk.has_outbox():
            with desk.work():
                pass  # what an interrupted run left is settled first
    except OutputError as error:
        console.warn(str(error))  # somebody is sending just now
    with desk.look() as outbox:
        if as_json:
            console.result(json.dumps(_for_programs(outbox), ensure_ascii=False, indent=2))
        else:
            _show(desk, outbox, everything, console)
        return exit_code(outbox, failed=False)


def _show(desk: EmailDesk, outbox: Outbox, everything: bool, console: Console) -> None:
    from mvd_handout.delivery.mail.outbox import STATES

    counts = outbox.counts()
    replaced = {each.replaces: each.key for each in outbox.records("sent", "handed") if each.replaces}
    if not counts:
        console.say("No e-mail was ever sent from here.")
    for state in STATES:
        if state not in counts:
            continue
        records = outbox.records(state)
        cut = not everything and state in _DONE and len(records) > _LATEST
        console.result(f"{state}: {len(records)}{f', the latest {_LATEST}' if cut else ''}")
        for record in records[-_LATEST:] if cut else records:
            console.result(f"  {_line(record, desk, replaced.get(record.key, ''))}")
        if cut:
            console.say("Add --all to see every one.")
    if "unknown" in counts:
        console.say(
            "What is unknown may have arrived, and is never sent again by itself. Ask the patient or your mail "
            "people; then `mvd-handout email resend KEY --as again`, `--as arrived` or `--as paper`."
        )


def _line(record: Record, desk: EmailDesk, replaced_by: str) -> str:
    """Return a message in one line: nothing in it tells who the patient is."""
    from mvd_handout.commands.email_desk import SHORT

    day = str(desk.day(record.changed) or "")
    row = f"row {number}" if (number := _row(record, desk)) else ""
    why = f"replaced by {replaced_by[:SHORT]}" if replaced_by else record.why
    parts = (record.key[:SHORT], day, record.recipient_shown, record.document_id, record.state, row, why)
    return "  ".join(part for part in parts if part)


def _row(record: Record, desk: EmailDesk) -> int:
    """Return the row that a message was made from, 0 when that is not known any more."""
    from mvd_handout.domain.errors import OutputError

    try:
        prepared = desk.store.load(record.key)
    except OutputError:  # sending says so; this is a look
        return 0
    return prepared.row if prepared else 0


def _for_programs(outbox: Outbox) -> dict[str, object]:
    return {
        "schema": 1,
        "counts": outbox.counts(),
        "messages": [
            {
                "key": record.key,
                "document_id": record.document_id,
                "address": record.recipient_shown,
                "consent": record.consent,
                "state": record.state,
                "why": record.why,
                "tries": record.tries,
                "replaces": record.replaces,
                "changed": record.changed.isoformat() if record.changed else None,
                "events": [
                    {"time": event.time.isoformat(), "state": event.state, "why": event.why, "by": event.person}
                    for event in outbox.events(record.key)
                ],
            }
            for record in outbox.records()
        ],
    }
