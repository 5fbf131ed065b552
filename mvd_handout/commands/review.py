"""`review`: what a clinical lead needs for one afternoon, to judge and sign the words of a handout."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from mvd_handout.commands.app import Command, common_options
from mvd_handout.commands.console import Console

_FILE: Final = click.Path(path_type=Path)


@click.command(
    cls=Command,
    examples=(
        "mvd-handout review hfs-recovery -o pack           with your clinic's texts and register",
        "mvd-handout review -o pack --clinic ward4         for the clinic in the folder ward4",
    ),
    short_help="Make the pack from which a clinical lead reviews and signs a handout.",
)
@click.argument("handout", metavar="[HANDOUT]", default="hfs-recovery")
@click.option(
    "-o",
    "--output",
    type=_FILE,
    default=Path("mvd-review"),
    show_default=True,
    metavar="DIR",
    help="The folder to write into.",
)
@click.option("--clinic", type=_FILE, metavar="FILE", help="The clinic profile, or its folder, found as for `make`.")
@click.option("-l", "--language", default="en", show_default=True, metavar="CODE", help="The language of the text.")
@click.option("--force", is_flag=True, help="Replace the files of an earlier pack.")
@common_options
@click.pass_obj
def review(console: Console, /, **options: Any) -> None:
    """Make the review pack of HANDOUT: review.pdf, the same as review.html, and the folder samples.

    In it: sample cases that reach every branch, where each sentence comes from and for whom it is printed, what
    changed since the last approval, the measured checks, what is still undecided in your clinic's texts, and a sheet
    to sign. Nothing is approved by it: that is `approve`. The same words on the same day give the same files.
    """
    run(console, **options)


def run(console: Console, handout: str, output: Path, clinic: Path | None, language: str, force: bool) -> None:
    """Write the pack and print the path of its PDF. Raises HandoutError."""
    from mvd_handout.commands.review_pack import ReviewDesk, pack_files, sample_files
    from mvd_handout.delivery.files import make_folder, write_files

    desk = ReviewDesk.open(clinic, handout, language, console)
    samples, files = sample_files(desk, output / "samples", console)
    console.say("Writing the pack ...")
    pack = pack_files(desk, samples, output)
    make_folder(output / "samples")
    write_files([*files, *pack], force=force)
    console.result(str(pack[0].path))
