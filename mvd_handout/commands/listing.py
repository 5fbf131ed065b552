"""`list`: what can be made."""

from __future__ import annotations

import os
from pathlib import Path

from mvd_handout.commands.console import Console
from mvd_handout.commands.places import cache_folder, config_folder, find_clinic
from mvd_handout.commands.wording import date_in_words
from mvd_handout.content.library import Handout, Library
from mvd_handout.content.plan import PlanCache
from mvd_handout.content.theme import load_theme, theme_names
from mvd_handout.domain.errors import InputError


def run(clinic: Path | None, console: Console) -> None:
    """Print the handouts and the themes. Raises ContentError for a handout that cannot be read."""
    library = Library.shipped(_clinic_folder(clinic), PlanCache(cache_folder()))
    console.result("Handouts:")
    for name in library.names():
        _show(library.handout(name), console)
    console.result("\nThemes:")
    for name in theme_names():
        console.result(f"  {name:<14}  body text {load_theme(name).type.body:g} pt")


def _show(handout: Handout, console: Console) -> None:
    console.result(f"  {handout.name}  {handout.version}  {', '.join(handout.languages)}")
    console.result(f"    {handout.title}")
    reviewed, due = date_in_words(handout.last_reviewed), date_in_words(handout.next_review)
    console.result(f"    last reviewed {reviewed}, next review {due}")


def _clinic_folder(clinic: Path | None) -> Path | None:
    """Return the folder of the clinic in use, if there is one: it may hold handouts of its own."""
    try:
        return find_clinic(clinic, os.environ, Path.cwd(), config_folder()).path.parent
    except InputError:
        return None
