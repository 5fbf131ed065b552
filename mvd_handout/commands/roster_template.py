"""`roster-template`: an empty list of patients to fill in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

import click

from mvd_handout.commands.app import Command, common_options
from mvd_handout.commands.console import Console

_DEFAULT: Final = "roster.xlsx"


@click.command(
    "roster-template",
    cls=Command,
    examples=(
        "mvd-handout roster-template                       write roster.xlsx",
        "mvd-handout roster-template -o tomorrow.csv       write CSV; the ending says which",
    ),
    short_help="Write an empty list of patients to fill in.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path(_DEFAULT),
    show_default=True,
    metavar="FILE",
    help="The file to write, ending in .xlsx or .csv.",
)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@common_options
@click.pass_obj
def roster_template(console: Console, output: Path, force: bool) -> None:
    """Write a roster with headings, an explanation and one fictional patient, who is on hold.

    Fill it in, or give your own export the same headings. In a workbook, the second sheet explains each column.
    """
    run(output, force, console)


def run(output: Path, force: bool, console: Console) -> None:
    """Write the template and print its name. Raises click.UsageError or OutputError."""
    from mvd_handout.commands.wording import as_typed
    from mvd_handout.delivery.files import FOR_COLLEAGUES, NewFile, write_files
    from mvd_handout.delivery.roster.template import KINDS
    from mvd_handout.delivery.roster.template import roster_template as build

    kind = output.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise click.UsageError("The name after -o ends in .xlsx or .csv.")
    # The computer's own date will do: no clinic is known yet, and the dates are only an example.
    data = build(kind, dt.datetime.now().astimezone().date())
    write_files([NewFile(output, data, "roster template", FOR_COLLEAGUES)], force=force)
    console.result(str(output))
    console.say(f"Fill it in, then run: mvd-handout check {as_typed(output)}")
