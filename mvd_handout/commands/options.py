"""Options that several commands share, and those of `make`: about the case, and about what to make of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from mvd_handout.commands.app import Word

AnyCallable = TypeVar("AnyCallable", bound=Callable[..., Any])
Option = Callable[[Any], Any]

FILE: Final = click.Path(path_type=Path)

CLINIC_OPTION: Final[Option] = click.option(
    "--clinic",
    type=FILE,
    metavar="FILE",
    help="The clinic profile, or the folder that it lies in. "
    "Otherwise: MVD_HANDOUT_CLINIC, clinic.toml in this folder, clinic.toml in your settings folder.",
)
HANDOUT_OPTION: Final[Option] = click.option(
    "--handout",
    default="hfs-recovery",
    show_default=True,
    metavar="NAME",
    help="Which handout; see `mvd-handout list`.",
)

READING_OPTIONS: Final[tuple[Option, ...]] = (
    click.option(
        "--encoding", metavar="NAME", help="The encoding of a CSV file, such as cp1250. Otherwise it is told."
    ),
    click.option("--sheet", metavar="NAME", help='The sheet of a workbook. Otherwise "Roster", or the only one.'),
)
"""How a roster is read."""

CASE_OPTIONS: Final[tuple[Option, ...]] = (
    click.option("--case", metavar="FILE|-", help="The case file (TOML), or - for standard input."),
    CLINIC_OPTION,
    click.option("--surgery-date", metavar="DATE", help="The day of the operation, such as 2026-03-02."),
    click.option("--side", metavar="SIDE", help="The side of the face: left, right or both. There is no default."),
    click.option("--kind", metavar="KIND", help="first or repeat operation."),
    click.option("--status", metavar="STATUS", help="done, or planned: that makes an information copy."),
    click.option("--surgeon", metavar="NAME", help="The surgeon, by the name in the clinic profile."),
    click.option("--discharge-date", metavar="DATE", help="The day the patient goes home."),
    click.option(
        "--visit",
        "visits",
        multiple=True,
        metavar="'DATE TIME PLACE [; PHONE]'",
        help="A visit; can be given up to 8 times. Replaces all visits of the case file.",
    ),
    click.option("--interpreter/--no-interpreter", default=None, help="Whether an interpreter is needed."),
    click.option("--print-size", metavar="SIZE", help="standard or large."),
    click.option("--language", metavar="CODE", help="The language of the handout, such as en."),
)
"""Where the case comes from. None of them tells who the patient is."""

OUTPUT_OPTIONS: Final[tuple[Option, ...]] = (
    HANDOUT_OPTION,
    click.option(
        "--theme", type=Word("standard", "large-print"), help="The look. Otherwise it follows the print size."
    ),
    click.option("--paper", type=Word("A4", "Letter"), help="The paper size. Otherwise the clinic profile says it."),
    click.option(
        "--format",
        "formats",
        type=Word("pdf", "html", "text"),
        multiple=True,
        help="What to make; can be given several times. Otherwise it follows the name after -o, or is pdf.",
    ),
    click.option("--issue-date", metavar="DATE", help="The day on which the patient gets the paper. Otherwise today."),
    click.option(
        "-o",
        "--output",
        metavar="FILE|-",
        help="The file or folder to write to, or - for standard output. "
        "Otherwise handout-(document id).pdf in this folder. Several formats share the name and differ in its ending.",
    ),
    click.option("--draft", is_flag=True, help="Make a draft to read, not a copy for a patient. Every page says so."),
    click.option("--record-sheet", is_flag=True, help="Also make the record sheet for the ward, a PDF."),
    click.option("--force", is_flag=True, help="Replace files that exist."),
    click.option("--yes", is_flag=True, help="Do not read the case back and wait for a yes."),
    click.option("--no-input", is_flag=True, help="Ask nothing; what is missing is an error."),
)
"""What is made, where it goes, and how much is asked."""


def all_of(*options: Option) -> Callable[[AnyCallable], AnyCallable]:
    """Return a decorator that adds `options` to a command, in this order."""

    def add(command: AnyCallable) -> AnyCallable:
        for option in reversed(options):
            command = option(command)
        return command

    return add
