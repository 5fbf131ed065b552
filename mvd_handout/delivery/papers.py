"""Making papers: all that a run makes them with, and one patient's paper as a value."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from mvd_handout.composing.compose import compose, identify
from mvd_handout.content.approval import Approval
from mvd_handout.content.clinic import Clinic, load_clinic
from mvd_handout.content.library import Handout, Library
from mvd_handout.content.plan import PlanCache
from mvd_handout.domain.case import Case
from mvd_handout.domain.document import Document
from mvd_handout.rendering.pdf.inspect import sealed
from mvd_handout.rendering.render import render

THEME_OF: Final = {"standard": "standard", "large": "large-print"}
"""The theme that goes with a patient's print size."""


class Recipe(Struct, frozen=True):
    """All that papers are made with, but for the patient. It can be sent to another process.

    `texts` and `approvals` are by language; a language without an approval gives drafts. `theme` and `paper` may be
    empty: the patient's print size and the clinic's profile decide then.
    """

    clinic: Clinic
    texts: dict[str, Handout]
    approvals: dict[str, Approval]
    theme: str = ""
    paper: str = ""

    def look(self, case: Case) -> tuple[str, str]:
        """Return the theme and the paper size for a patient."""
        return self.theme or THEME_OF[case.patient.print_size], self.paper or self.clinic.profile.paper


def load_recipe(
    profile: Path,
    handout: str,
    languages: Iterable[str],
    theme: str = "",
    paper: str = "",
    cache: PlanCache | None = None,
) -> Recipe:
    """Return the recipe for the clinic whose profile that is, without any approval. Raises InputError, ContentError."""
    library = Library.shipped(profile.parent, cache)
    texts = {language: library.handout(handout, language) for language in languages}
    return Recipe(load_clinic(profile, cache), texts, {}, theme, paper)


class Paper(Struct, frozen=True):
    """One patient's handout, finished and sealed. Nothing in it but `pdf` tells who the patient is."""

    document_id: str
    patient_key: str
    handout: str
    version: str
    language: str
    draft: bool
    pdf: bytes

    def __repr__(self) -> str:
        return f"Paper({self.document_id})"


@contextlib.contextmanager
def making_many() -> Iterator[None]:
    """Keep Python from searching for unreachable cycles while many papers are made.

    They are made of values, which form none. Going through all that is remembered of earlier papers, again and again,
    took a fifth of the time.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def plan_paper(recipe: Recipe, case: Case, issued: dt.date) -> tuple[str, str]:
    """Return document id and patient key of the paper that `make_paper` makes of the same arguments.

    Nothing is composed or drawn for it. Raises InputError as `make_paper` does.
    """
    language = case.patient.language
    theme, paper = recipe.look(case)
    clinic, text, approval = recipe.clinic, recipe.texts[language], recipe.approvals.get(language)
    return identify(case, clinic, text, issued=issued, theme=theme, paper=paper, approval=approval)


def make_paper(recipe: Recipe, case: Case, issued: dt.date) -> Paper:
    """Return the handout of `case` as a PDF, given on the day `issued`.

    The same arguments give the same bytes, in every process. Raises InputError for the case, ContentError for the
    words, GlyphError for characters that cannot be printed.
    """
    return print_paper(compose_paper(recipe, case, issued), recipe, case)


def compose_paper(recipe: Recipe, case: Case, issued: dt.date, pictures: bool = True) -> Document:
    """Return the words of the paper that `make_paper` makes of the same arguments. Raises InputError, ContentError.

    Without `pictures` they are those for plain text and the body of an e-mail.
    """
    language = case.patient.language
    theme, paper = recipe.look(case)
    return compose(
        case,
        recipe.clinic,
        recipe.texts[language],
        issued=issued,
        theme=theme,
        paper=paper,
        approval=recipe.approvals.get(language),
        pictures=pictures,
    )


def print_paper(document: Document, recipe: Recipe, case: Case) -> Paper:
    """Return the finished paper of a document that `compose_paper` made of the same recipe and case."""
    theme, paper = recipe.look(case)
    about = document.metadata
    return Paper(
        document_id=about.document_id,
        patient_key=about.patient_key,
        handout=about.handout,
        version=about.handout_version,
        language=case.patient.language,
        draft=about.draft,
        pdf=sealed(render(document, "pdf", theme, paper), recipe.clinic.key),
    )
