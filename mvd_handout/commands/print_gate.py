"""The gate once more, before papers that were made earlier are printed: an approval can end in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mvd_handout.commands.console import Console
from mvd_handout.commands.gate import open_gate
from mvd_handout.commands.places import cache_folder, today
from mvd_handout.content.plan import PlanCache
from mvd_handout.delivery.papers import load_recipe
from mvd_handout.delivery.printing.papers import PaperFile
from mvd_handout.domain.errors import Fault

NO_LONGER: Final = Fault(
    "printing",
    "these papers were made under an approval that no longer holds",
    "Nobody stands behind their words or numbers today",
    "Have it mended as it says below, and make the papers again",
)


def ask_again(papers: Sequence[PaperFile], profile: Path, console: Console) -> None:
    """Refuse papers that could not be made today. Raises ApprovalError, ContentError, InputError, OutputError.

    A print run does not say what it holds and is not asked about: it is printed right after it was made.
    """
    kinds = sorted({(each.handout, each.language, each.issued) for each in papers if each.handout})
    for handout in sorted({kind[0] for kind in kinds}):
        days = {(language, issued) for name, language, issued in kinds if name == handout}
        recipe = load_recipe(profile, handout, {language for language, _ in days}, cache=PlanCache(cache_folder()))
        now = today(recipe.clinic.profile.time_zone)
        permit = open_gate(profile.parent, recipe, now, console, NO_LONGER)
        for language, issued in sorted(days):
            permit(language, dt.date.fromisoformat(issued))
