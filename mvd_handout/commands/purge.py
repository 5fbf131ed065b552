"""`purge`: papers that nobody needs any more are removed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

import click

from mvd_handout.commands.app import Command, common_options
from mvd_handout.commands.console import Console

_LATEST_ZONE: Final = dt.timedelta(hours=12)
"""How far the clocks of the last inhabited places are behind."""
_NONE_OF_TODAY: Final = " --older-than 0 removes those of days that have ended everywhere on earth, never today's."


@click.command(
    cls=Command,
    examples=(
        "mvd-handout purge --older-than 14 tomorrow        remove its papers, two weeks after",
        "mvd-handout purge --older-than 14 --yes batches/* from a nightly job",
    ),
    short_help="Remove the papers of old batches.",
)
@click.argument("folders", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="DIR...")
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(0),
    required=True,
    metavar="DAYS",
    help="Only batches that were planned more than so many days ago.",
)
@click.option("--unfinished", is_flag=True, help="Also batches that were never completed.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common_options
@click.pass_obj
def purge(console: Console, folders: tuple[Path, ...], days: int, unfinished: bool, yes: bool) -> int:
    """Remove the papers, the plan and the index of each batch DIR that is old enough.

    The manifest stays, which names no patient: it tells what was made, and that it was removed. A file that is not
    exactly as the batch made it is left alone. A print run that you wrote elsewhere is yours to remove.
    """
    today, old, code = _today(), [], 0
    for folder in folders:
        why, papers = _judge(folder, today, days, unfinished, console)
        code = max(code, why)
        if papers:
            old.append((folder, papers))
    if old and not yes and not _confirmed(old, console):
        raise click.Abort
    return max([code, *(_purge(folder, today, console) for folder, _ in old)])


def _judge(folder: Path, today: dt.date, days: int, unfinished: bool, console: Console) -> tuple[int, int]:
    """Say why a batch stays, if it does; return the exit code of that and how many papers are to go."""
    from mvd_handout.delivery.batch.audit import standing
    from mvd_handout.delivery.batch.purge import was_stopped
    from mvd_handout.domain.errors import ExitCode, OutputError

    try:
        found = standing(folder)
    except OutputError as error:
        console.warn(f"{folder}: {error}")
        return error.exit_code, 0
    if (today - found.made).days <= days:
        console.say(f"{folder}: planned on {found.made}, so it stays.{'' if days else _NONE_OF_TODAY}")
    elif not (found.complete or found.purged or unfinished):
        console.warn(f"{folder}: it was never completed, so it stays. Add --unfinished to purge it, too.")
        return ExitCode.SOME_FAILED, 0
    elif not found.purged or found.there or was_stopped(folder):
        return ExitCode.DONE, max(1, found.there)
    return ExitCode.DONE, 0


def _today() -> dt.date:
    return earliest_day(dt.datetime.now(dt.UTC))


def earliest_day(now: dt.datetime) -> dt.date:
    """Return the day that it is where it is earliest on earth: nobody's today is over there."""
    return (now.astimezone(dt.UTC) - _LATEST_ZONE).date()


def _confirmed(old: list[tuple[Path, int]], console: Console) -> bool:
    from mvd_handout.commands.wording import count

    if not console.has_person():
        raise click.UsageError("Nobody is there to ask. Add --yes to remove the papers.")
    for folder, papers in old:
        console.show(f"{folder}: {count(papers, 'paper')}")
    return console.ask("Remove these papers for good? Type yes:").casefold() == "yes"


def _purge(folder: Path, today: dt.date, console: Console) -> int:
    from mvd_handout.commands.wording import count
    from mvd_handout.delivery.batch.purge import purge as purge_folder
    from mvd_handout.domain.errors import ExitCode, OutputError

    try:
        done = purge_folder(folder, today)
    except OutputError as error:
        console.warn(f"{folder}: {error}")
        return error.exit_code
    console.say(f"{folder}: {count(done.removed, 'paper')} removed.")
    for document_id in done.changed:
        console.warn(f"{document_id} is not as it was made, so it was left in the folder.")
    return ExitCode.VERIFY_MISMATCH if done.changed else ExitCode.DONE
