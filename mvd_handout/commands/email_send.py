"""`email send`: who would get what; and, when told to, sending it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from mvd_handout.commands.app import EXIT_CODES, Command, common_options
from mvd_handout.commands.console import Console
from mvd_handout.commands.email_options import SendOptions
from mvd_handout.commands.options import READING_OPTIONS, all_of

_FILE: Final = click.Path(path_type=Path)


@click.command(
    cls=Command,
    examples=(
        "mvd-handout email send tomorrow.csv                        who would get what; nothing is sent",
        "mvd-handout email send tomorrow.csv --deliver              send; the first time, one message only",
        "mvd-handout email send tomorrow.csv --deliver --limit 5    send five",
        "mvd-handout email send tomorrow.csv --to-folder out        write .eml files for your own secure mailer",
    ),
    short_help="Show who would get an e-mail, and send it when told to.",
    epilog=EXIT_CODES,
)
@click.argument("roster", metavar="ROSTER")
@click.option("--clinic", type=_FILE, metavar="FILE", help="The clinic profile, or its folder, found as for `make`.")
@click.option("--handout", default="hfs-recovery", show_default=True, metavar="NAME", help="Which handout.")
@all_of(*READING_OPTIONS)
@click.option(
    "--issue-date",
    metavar="DATE",
    help="The date on all copies. Otherwise each row's day of discharge, or today where there is none.",
)
@click.option("--to-folder", type=_FILE, metavar="DIR", help="Write each message as a file into this folder instead.")
@click.option("--deliver", is_flag=True, help="Hand the messages to your mail server, after a question.")
@click.option(
    "--replace",
    is_flag=True,
    help="Also send what replaces an e-mail that a patient has already. At a terminal you are asked. The list says "
    "what changed since: look whether it is the newer one.",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    metavar="N",
    help="Send to at most so many patients. Your clinic's first delivery is 1 unless you say otherwise.",
)
@click.option(
    "--rate",
    type=click.IntRange(1, 6000),
    default=60,
    show_default=True,
    metavar="PER_MINUTE",
    help="Send at most so many a minute.",
)
@click.option("--yes", is_flag=True, help="Do not ask before sending.")
@click.option("--json", is_flag=True, help="Print the result as JSON, for other programs.")
@common_options
@click.pass_obj
def send(console: Console, /, **options: Any) -> int:
    """Show who in a ROSTER would get an e-mail. Nothing is sent without --deliver or --to-folder.

    Only rows with recorded consent, one usable address and no hold get one; the others are listed by row number. The
    same approvals are needed as for paper, and that of the e-mails' own words. Everything is checked before anything
    leaves. Before each message, the roster is read again: a row that was changed or put on hold meanwhile gets none.

    A row that would replace an e-mail says what changed since that one, such as visits. By that you see an older list:
    it would bring back what was true before. Look before you say yes.

    Nobody gets the same message twice. One that may or may not have arrived is never sent again by itself: exit code
    7 until a person has decided about it; see `mvd-handout email status`.
    """
    from mvd_handout.commands.email_run import run

    return run(SendOptions(**options), console)
