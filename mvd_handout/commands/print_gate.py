"""The gate once more, before papers that were made earlier are printed: an approval can end in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mvd_handout.commands.console import Console
from mvd_handout.commands.gate import open_gate
from mvd_handout.commands.places import cache_folder, today
from mvd_handout.content.library import Library, text_language
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

    A print run does not say what it holds, so it cannot be asked about; docs/printing.md warns of old ones.
    """
    library = Library.shipped(profile.parent, PlanCache(cache_folder()))
    kinds = sorted({(each.handout, each.language, each.issued) for each in papers if each.handout})
    for handout in sorted({kind[0] for kind in kinds}):
        days = {(language, issued) for name, language, issued in kinds if name == handout}
        texts = {tag: text_language(tag, library.languages(handout)) for tag, _ in days}
        recipe = load_recipe(profile, handout, set(texts.values()), cache=library.cache)
        now = today(recipe.clinic.profile.time_zone)
        permit = open_gate(profile.parent, recipe, now, console, NO_LONGER)
        for tag, issued in sorted(days):
            permit(texts[tag], dt.date.fromisoformat(issued))
