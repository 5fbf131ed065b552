"""The group `email`: its commands by name; each is imported when it is asked for."""

from __future__ import annotations

from typing import Final

import click

from mvd_handout.commands.app import App, Entry, common_options

COMMANDS: Final = {
    "send": Entry("email_send:send", "Show who would get an e-mail, and send it when told to."),
    "test": Entry("email_test:test", "Send a test message to yourself, with nobody's data in it."),
    "status": Entry("email_status:status", "List what became of every e-mail, the doubtful ones first."),
    "resend": Entry("email_decide:resend", "Decide about an e-mail that was refused or may not have arrived."),
    "slips": Entry("email_slips:slips", "Write the slips with the passphrases, to print and hand over."),
    "forget": Entry("email_slips:forget", "Remove passphrases and messages that nobody needs any more."),
}


@click.group(
    "email",
    cls=App,
    entries=COMMANDS,
    examples=(
        "mvd-handout email send tomorrow.csv               who would get what; nothing is sent",
        "mvd-handout email test                            a test message to yourself",
        "mvd-handout email send tomorrow.csv --deliver     send",
        "mvd-handout email status                          what became of them",
    ),
    short_help="Send patients who asked for it their copy by e-mail.",
)
@common_options
def email() -> None:
    """Send patients who asked for it their own copy by e-mail: once, to the right person, and over a safe line.

    docs/email.md leads from nothing to the first message on one page.
    """
