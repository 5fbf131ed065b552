"""The commands of a first day: `demo`, `make`, `setup`, `preview`, `list` and `completion`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mvd_handout.commands.app import EXIT_CODES, PROGRAM, Command, Word, common_options
from mvd_handout.commands.console import Console
from mvd_handout.commands.options import CASE_OPTIONS, FILE, OUTPUT_OPTIONS, all_of


@click.command(
    cls=Command,
    examples=(
        "mvd-handout demo                                  write into the new folder mvd-demo",
        "mvd-handout demo -o try-out                       write somewhere else",
    ),
    short_help="Write an example clinic, an example case and their handout.",
)
@click.option(
    "-o",
    "--output",
    type=FILE,
    default=Path("mvd-demo"),
    show_default=True,
    metavar="DIR",
    help="The folder to write into.",
)
@click.option("--force", is_flag=True, help="Replace the files of an earlier demo.")
@common_options
@click.pass_obj
def demo(console: Console, output: Path, force: bool) -> None:
    """Write a fictional clinic, a fictional case, and their handout as PDF, web page and plain text.

    Edit the two files and run `make` to see what changes. Nobody in them exists.
    """
    from mvd_handout.commands.demo import run

    run(output, force, console)


@click.command(
    cls=Command,
    examples=(
        "mvd-handout make                                  ask for everything",
        "mvd-handout make --case case.toml                 read a case file, ask for what it lacks",
        "mvd-handout make --case case.toml --draft         a draft, before anybody has approved the words",
        "mvd-handout make --case case.toml --format pdf --format html --record-sheet",
        "mvd-handout make --case - --no-input -o handout.pdf < case.toml",
    ),
    short_help="Make one patient's handout.",
    epilog=EXIT_CODES,
)
@all_of(*CASE_OPTIONS, *OUTPUT_OPTIONS)
@common_options
@click.pass_obj
def make(console: Console, /, **options: Any) -> None:
    """Make one patient's handout as PDF, web page or plain text.

    At a terminal the program asks for what is missing, reads the case back and waits for a yes. What tells who the
    patient is (name, record number, date of birth, carer, note) comes from the case file or from your answers, never
    from the command line: process lists and shell histories keep it. Options win over the case file.

    A copy for a patient needs approved words and numbers that were rung; see docs/approval.md. Without them only
    --draft makes something: it says on every page that no patient may have it.

    The paths of the files go to standard output, everything else to standard error.
    """
    from mvd_handout.commands.make import make_options, run

    run(make_options(options), console)


@click.command(
    cls=Command,
    examples=(
        "mvd-handout setup                                 ask, then write to your settings folder",
        "mvd-handout setup -o ward4                        write into a folder of your choice",
        "mvd-handout setup --no-input -o ward4             write a profile to fill in by hand",
        "mvd-handout setup --new-key -o ward4              only make the key that is missing there",
    ),
    short_help="Make your clinic's profile by answering questions.",
)
@click.option(
    "-o", "--output", type=FILE, metavar="DIR", help="The folder to write into. Otherwise your settings folder."
)
@click.option(
    "--new-key",
    is_flag=True,
    help="Only make clinic.key, where there never was one; without -o, in the folder of the clinic in use.",
)
@click.option("--no-input", is_flag=True, help="Ask nothing; write a profile to fill in with an editor.")
@common_options
@click.pass_obj
def setup(console: Console, output: Path | None, new_key: bool, no_input: bool) -> None:
    """Make a clinic profile: clinic.toml, the secret clinic.key, and the starter texts in blocks/.

    Nothing that exists is ever overwritten. Keep clinic.key safe and back it up: the numbers on your papers come
    from it. If it is lost, put the backup back; with a new key no earlier paper, approval or entry of the journal
    can be checked.
    """
    from mvd_handout.commands.setup import run

    run(output, new_key, no_input, console)


@click.command(
    cls=Command,
    examples=(
        "mvd-handout preview                               write into the new folder mvd-preview",
        "mvd-handout preview --clinic ward4 -o pages       with your clinic's profile and texts",
    ),
    short_help="Render sample cases that show every part of the handout.",
)
@click.option(
    "-o",
    "--output",
    type=FILE,
    default=Path("mvd-preview"),
    show_default=True,
    metavar="DIR",
    help="The folder to write into.",
)
@click.option(
    "--clinic",
    type=FILE,
    metavar="FILE",
    help="The clinic profile, found as for `make`. Without any, a fictional clinic is used.",
)
@click.option("--handout", default="hfs-recovery", show_default=True, metavar="NAME", help="Which handout.")
@click.option("--force", is_flag=True, help="Replace the files of an earlier preview.")
@common_options
@click.pass_obj
def preview(console: Console, output: Path, clinic: Path | None, handout: str, force: bool) -> None:
    """Render fictional cases that together reach every branch of the handout, as PDF and web page.

    For reading all of the text before anybody approves it. index.txt in the folder says what each file shows.
    """
    from mvd_handout.commands.preview import run

    run(output, clinic, handout, force, console)


@click.command(
    "list",
    cls=Command,
    examples=("mvd-handout list", "mvd-handout list --clinic ward4                   with the handouts of your clinic"),
    short_help="List handouts, their versions and languages, and the themes.",
)
@click.option("--clinic", type=FILE, metavar="FILE", help="The clinic profile whose own handouts are listed, too.")
@common_options
@click.pass_obj
def list_(console: Console, clinic: Path | None) -> None:
    """List the handouts with version, languages and review dates, and the themes."""
    from mvd_handout.commands.listing import run

    run(clinic, console)


@click.command(
    cls=Command,
    examples=(
        'eval "$(mvd-handout completion bash)"             for this shell; put it into ~/.bashrc to keep it',
        'eval "$(mvd-handout completion zsh)"',
        "mvd-handout completion fish | source",
    ),
    short_help="Print the script that completes commands with the Tab key.",
)
@click.argument("shell", type=Word("bash", "zsh", "fish"))
@common_options
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a script for your SHELL (bash, zsh or fish) that completes commands and options with the Tab key."""
    from click.shell_completion import get_completion_class

    if found := get_completion_class(shell):
        ctx.ensure_object(Console).result(found(ctx.find_root().command, {}, PROGRAM, "_MVD_HANDOUT_COMPLETE").source())
