"""The gate once more, before papers that were made earlier are printed: an approval can end in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from msgspec import structs

from mvd_handout.commands.console import Console
from mvd_handout.commands.gate import open_gate
from mvd_handout.commands.places import cache_folder, today
from mvd_handout.content.library import Library, text_language
from mvd_handout.content.plan import PlanCache
from mvd_handout.delivery.papers import load_recipe
from mvd_handout.delivery.printing.papers import PaperFile
from mvd_handout.delivery.roster.model import SomeRows
from mvd_handout.domain.errors import ApprovalError, Fault
from mvd_handout.rendering.pdf.inside import Inside

NO_LONGER: Final = Fault(
    "printing",
    "these papers were made under an approval that no longer holds",
    "Nobody stands behind their words or numbers today",
    "Have it mended as it says below, and make the papers again",
)
_RUN_AGAIN: Final = "Have it mended as it says below, make the papers again, and write the print run with --force"


def ask_again(papers: Sequence[PaperFile], profile: Path, console: Console) -> None:
    """Refuse papers that could not be made today, those in a print run too, with all that stands in the way.

    Raises ApprovalError, ContentError, InputError, OutputError.
    """
    inside = [each for paper in papers for each in paper.inside if each.handout]
    if refused := _refused({_kind(each) for each in inside}, profile, console):
        rows = SomeRows.of(each.row for each in inside if each.row and _kind(each) in refused)
        head = structs.replace(NO_LONGER, where=f"print run, {rows}", fix=_RUN_AGAIN) if rows else NO_LONGER
        raise ApprovalError(head, *dict.fromkeys(fault for faults in refused.values() for fault in faults))


def _kind(paper: Inside) -> tuple[str, str, str]:
    """Return all that the gate is asked for: handout, language and day of issue."""
    return paper.handout, paper.language, paper.issued


def _refused(
    kinds: Collection[tuple[str, str, str]], profile: Path, console: Console
) -> dict[tuple[str, str, str], tuple[Fault, ...]]:
    """Return the kinds of papers that could not be made today, each with what stands in the way."""
    library = Library.shipped(profile.parent, PlanCache(cache_folder()))
    refused: dict[tuple[str, str, str], tuple[Fault, ...]] = {}
    for handout, group in groupby(sorted(kinds), key=lambda kind: kind[0]):
        mine = list(group)
        texts = {tag: text_language(tag, library.languages(handout)) for _, tag, _ in mine}
        recipe = load_recipe(profile, handout, set(texts.values()), cache=library.cache)
        permit = open_gate(profile.parent, recipe, today(recipe.clinic.profile.time_zone), console, NO_LONGER)
        for kind in mine:
            try:
                permit(texts[kind[1]], dt.date.fromisoformat(kind[2]))
            except ApprovalError as error:
                refused[kind] = error.faults[1:]  # NO_LONGER comes first and is said once
    return refused
