"""`email status`: what became of every message, the doubtful ones first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from mvd_handout.commands.app import EXIT_CODES, Command, common_options
from mvd_handout.commands.console import Console

if TYPE_CHECKING:
    from mvd_handout.delivery.mail.outbox import Outbox

_FILE: Final = click.Path(path_type=Path)


@click.command(
    cls=Command,
    examples=(
        "mvd-handout email status                          the messages that want a person's eye, and counts",
        "mvd-handout email status --all                    every message",
        "mvd-handout email status --json                   for other programs",
    ),
    short_help="List what became of every e-mail, the doubtful ones first.",
    epilog=EXIT_CODES,
)
@click.option("--clinic", type=_FILE, metavar="FILE", help="The clinic profile, or its folder, found as for `make`.")
@click.option("--all", "everything", is_flag=True, help="Also list what was sent, handed over or withdrawn.")
@click.option("--json", "as_json", is_flag=True, help="Print every message as JSON.")
@common_options
@click.pass_obj
def status(console: Console, clinic: Path | None, everything: bool, as_json: bool) -> int:
    """List what became of every e-mail of a clinic: key, document id, masked address, state and reason.

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
            _show(outbox, everything, console)
        return exit_code(outbox, failed=False)


def _show(outbox: Outbox, everything: bool, console: Console) -> None:
    from mvd_handout.commands.email_desk import record_line
    from mvd_handout.delivery.mail.outbox import STATES

    counts = outbox.counts()
    if not counts:
        console.say("No e-mail was ever sent from here.")
    for state in STATES:
        if state not in counts:
            continue
        console.result(f"{state}: {counts[state]}")
        if everything or state not in {"sent", "handed", "withdrawn"}:
            for record in outbox.records(state):
                when = f"{record.changed:%Y-%m-%d %H:%M} UTC" if record.changed else ""
                console.result(f"  {record_line(record)}  {when}")
    if "unknown" in counts:
        console.say(
            "What is unknown may have arrived, and is never sent again by itself. Ask the patient or your mail "
            "people; then `mvd-handout email resend KEY --as again`, `--as arrived` or `--as paper`."
        )


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
