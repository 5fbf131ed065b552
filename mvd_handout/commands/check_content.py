"""`check-content`: the measured checks of a handout's words and looks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mvd_handout.commands.app import Command, common_options
from mvd_handout.commands.console import Console
from mvd_handout.domain.errors import ExitCode, InputError


@click.command(
    "check-content",
    cls=Command,
    examples=(
        "mvd-handout check-content                         check the shipped handout and starter texts",
        "mvd-handout check-content --clinic ward4          check it with your clinic's own texts",
        "mvd-handout check-content --json                  for other programs",
    ),
    short_help="Measure readability, numbers, sources and looks of a handout.",
)
@click.argument("handout", metavar="[HANDOUT]", default="hfs-recovery")
@click.option("-l", "--language", default="en", show_default=True, metavar="CODE", help="The language of the text.")
@click.option(
    "--clinic",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Check your clinic's own texts in place of our starter texts: its profile, or the folder that it lies in.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common_options
@click.pass_obj
def check_content(console: Console, /, **options: Any) -> ExitCode:
    """Measure the words and looks of HANDOUT and compare each figure with the standard that names its limit.

    Every sentence of every branch is read once, with fixed sample values. Names, places, telephone numbers and the
    nurse's note are not scored, and no score ever stops a patient's paper. What only a person can judge is named so.
    A check that fails is exit code 4, with file and line. What each check means: docs/checks.md.
    """
    return run(console, **options)


def run(console: Console, handout: str, language: str, clinic: Path | None, as_json: bool) -> ExitCode:
    """Print the report and return the exit code. Raises ContentError for a text that cannot be read at all."""
    from mvd_handout.commands.places import cache_folder
    from mvd_handout.content.checks.check import prepare, report, running_text
    from mvd_handout.content.checks.table import as_text, summary
    from mvd_handout.content.clinic import load_clinic
    from mvd_handout.content.library import Library
    from mvd_handout.content.plan import PlanCache
    from mvd_handout.rendering.legibility import looks

    cache, profile = PlanCache(cache_folder()), _profile(clinic)
    library = Library.shipped(profile.parent if profile else None, cache)
    blocks = load_clinic(profile, cache).blocks if profile and clinic else None
    subject = prepare(library, library.handout(handout, language), blocks)
    found = report(subject, looks(running_text(subject)))
    console.result(_json(found.to_data()) if as_json else as_text(found))
    if found.passed:
        return ExitCode.DONE
    console.show(summary(found))
    return ExitCode.CONTENT_REFUSED


def _profile(clinic: Path | None) -> Path | None:
    """Return the profile of the clinic in use, if there is one: it may hold handouts of its own."""
    import os

    from mvd_handout.commands.places import config_folder, find_clinic

    try:
        return find_clinic(clinic, os.environ, Path.cwd(), config_folder()).path
    except InputError:
        return None


def _json(data: dict[str, object]) -> str:
    import json

    return json.dumps(data, ensure_ascii=False, indent=2)
