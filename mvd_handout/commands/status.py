"""`status`: how far a batch is."""

from __future__ import annotations

from pathlib import Path

import click

from mvd_handout.commands.app import Command, common_options
from mvd_handout.commands.console import Console


@click.command(
    cls=Command,
    examples=(
        "mvd-handout status tomorrow                       is every paper there?",
        "mvd-handout status tomorrow --json                for other programs",
    ),
    short_help="Say how far a batch is.",
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, for other programs.")
@common_options
@click.pass_obj
def status(console: Console, folder: Path, as_json: bool) -> int:
    """Say how far the batch in DIR is: planned, made, lacking, on hold.

    Exit code 0: every planned paper is there. Exit code 1: some are lacking, or rows were left out because of faults.
    No paper is read; `verify` does that.
    """
    from mvd_handout.commands.batch_report import SCHEMA, dumped, rows_in_words
    from mvd_handout.commands.wording import count, date_in_words
    from mvd_handout.delivery.batch.audit import standing
    from mvd_handout.domain.errors import ExitCode

    found = standing(folder)
    if as_json:
        table = {
            "schema": SCHEMA,
            "batch": found.batch,
            "state": found.state,
            "planned_on": found.made.isoformat(),
            "purged_on": found.purged.isoformat() if found.purged else None,
            "planned": found.planned,
            "made": found.there,
            "lacking": found.lacking,
            "on_hold": list(found.held),
            "left_out": list(found.left_out),
            "draft": found.draft,
        }
        console.result(dumped(table))
    else:
        console.result(f"Batch {found.batch}, planned on {date_in_words(found.made)}: {found.state}")
        console.result(f"  planned   {count(found.planned, 'paper')}{' (DRAFTS)' if found.draft else ''}")
        console.result(f"  made      {found.there}")
        if found.purged:
            console.result(f"  purged    on {date_in_words(found.purged)}; {found.written} had been made")
        elif found.lacking:
            what_to_do = "" if found.at_work else "; run the same `batch` command again"
            console.result(f"  lacking   {found.lacking}{what_to_do}")
        for words, rows in (("on hold", found.held), ("left out", found.left_out)):
            if rows:
                console.result(f"  {words:<9} {rows_in_words(rows)}")
    return ExitCode.DONE if found.complete and not found.left_out else ExitCode.SOME_FAILED
