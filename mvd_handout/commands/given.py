"""The commands about papers that were given: `reissue`, `who-got` and `count`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click

from mvd_handout.commands.app import EXIT_CODES, Command, Word, common_options
from mvd_handout.commands.console import Console
from mvd_handout.commands.options import CASE_OPTIONS, CLINIC_OPTION, HANDOUT_OPTION, OUTPUT_OPTIONS, all_of

if TYPE_CHECKING:
    from mvd_handout.delivery.journal.entry import Reason

_FROM = click.option("--from", "first", metavar="DATE", help="Only papers of this day or later.")
_TO = click.option("--to", "last", metavar="DATE", help="Only papers of this day or earlier.")
_JSON = click.option("--json", is_flag=True, help="Print the result as JSON, for other programs.")


@click.command(
    cls=Command,
    examples=(
        "mvd-handout reissue 7K3M-9QXA-2F4D --case case.toml --reason visit",
        "mvd-handout reissue 7k3m 9qxa 2f4d --case case.toml --reason correction",
        "mvd-handout reissue 7K3M-9QXA-2F4D --case case.toml --reason lost --no-input --yes",
    ),
    short_help="Make a copy that replaces one that was given before.",
    epilog=EXIT_CODES,
)
@click.argument("words", nargs=-1, required=True, metavar="DOCUMENT-ID")
@click.option(
    "--reason",
    type=Word("visit", "correction", "lost"),
    required=True,
    help="visit: only visits changed. correction: something else did. lost: the paper was lost or spoilt.",
)
@all_of(*CASE_OPTIONS, *(option for option in OUTPUT_OPTIONS if option is not HANDOUT_OPTION))
@common_options
@click.pass_obj
def reissue(console: Console, /, words: tuple[str, ...], reason: str, **options: Any) -> None:
    """Make a copy that replaces the paper DOCUMENT-ID. Its top says which copy to throw away, and what changed.

    The number stands at the foot of every page and in the list of `who-got`. The paper is found in the journal, and
    the case must be of the same patient. Everything else is as for `make`.
    """
    from mvd_handout.commands.make import make_options
    from mvd_handout.commands.reissue import run

    run(words, cast("Reason", reason), make_options({**options, "handout": ""}), console)


@click.command(
    cls=Command,
    examples=(
        "mvd-handout who-got --patient ask                 asks for record number and date of birth",
        "mvd-handout who-got 7K3M-9QXA-2F4D                to whom, when, by whom, what replaced it",
        "mvd-handout who-got --handout hfs-recovery --version 1.0.0 --from 2026-03-01 --to 2026-03-31",
    ),
    short_help="List who got which paper, when and from whom.",
    epilog=EXIT_CODES,
)
@click.argument("words", nargs=-1, metavar="[DOCUMENT-ID]")
@click.option(
    "--patient",
    metavar="FILE|-|ask",
    help="What one patient got: from a case file, from standard input (-), or by asking for the record number "
    "and the date of birth. They are never typed on the command line.",
)
@click.option("--handout", default="", metavar="NAME", help="Only papers of this handout.")
@click.option("--version", default="", metavar="VERSION", help="Only papers of this version of the handout.")
@click.option("--content-hash", default="", metavar="HEX", help="Only papers of exactly these words.")
@_FROM
@_TO
@CLINIC_OPTION
@_JSON
@common_options
@click.pass_obj
def who_got(console: Console, /, **options: Any) -> int:
    """List the papers in the journal, the oldest first: number, patient, day, account, copy, and what replaced it.

    A patient is shown as a key of 24 digits, the same on every paper of one patient; no name is in the journal.
    """
    from mvd_handout.commands.who_got import WhoGotOptions, run

    return run(WhoGotOptions(**options), console)


@click.command(
    cls=Command,
    examples=(
        "mvd-handout count                                 papers given in each month",
        "mvd-handout count --by user --from 2026-03-01 --to 2026-03-31",
        "mvd-handout count --by version --csv > papers.csv",
    ),
    short_help="Count the papers that were given.",
    epilog=EXIT_CODES,
)
@click.option(
    "--by",
    type=Word("month", "day", "user", "version", "handout", "language"),
    default="month",
    show_default=True,
    help="What to count by.",
)
@_FROM
@_TO
@CLINIC_OPTION
@_JSON
@click.option("--csv", is_flag=True, help="Print the result as CSV, for a spreadsheet.")
@common_options
@click.pass_obj
def count(console: Console, /, **options: Any) -> int:
    """Count the papers given, how many of them replaced an earlier copy, and how many were sent by e-mail.

    A day is the date on the paper. A paper that was made again, with the same number, counts once. Drafts are not
    counted: no patient gets them.
    """
    from mvd_handout.commands.count import CountOptions, run

    return run(CountOptions(**options), console)
