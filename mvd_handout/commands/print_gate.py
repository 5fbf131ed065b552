"""The gate once more, for papers that were made earlier: an approval can end in between, or be one of other words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Final, TypeAlias

from msgspec import Struct, structs

from mvd_handout.commands import places
from mvd_handout.commands.console import Console
from mvd_handout.commands.gate import open_gate
from mvd_handout.composing.approved import approved_key
from mvd_handout.content.library import Library, text_language
from mvd_handout.content.plan import PlanCache
from mvd_handout.delivery.papers import load_recipe
from mvd_handout.delivery.printing.stack import Stack
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
_CHANGED: Final = (
    "made with words or telephone numbers that were changed since",
    "Patients get what is approved today, and not what was approved before",
)
_UNTOLD: Final = (
    "made by an earlier version, so it is not known with which words and telephone numbers",
    "Only papers that say what is approved today are printed",
)

Kind: TypeAlias = tuple[str, str, str]
"""All that the gate is asked for: handout, language and day of issue."""


class Asked(Struct, frozen=True):
    """What the gate says today of papers by kind: what stands in the way, or the approved key that they must carry."""

    refused: Mapping[Kind, tuple[Fault, ...]]
    approved: Mapping[Kind, str]

    def changed(self, papers: Iterable[Inside]) -> tuple[Inside, ...]:
        """Return those that could be made today, but with other words or numbers than they were."""
        return tuple(each for each in papers if each.approved_key != self.approved.get(kind(each), each.approved_key))


def kind(paper: Inside) -> Kind:
    """Return what the gate is asked for of a paper."""
    return paper.handout, paper.language, paper.issued


def ask_again(stack: Stack, profile: Path, console: Console) -> Stack:
    """Return the stack without papers that were made with words or numbers that were changed since.

    Refused, with all that stands in the way: papers that could not be made today, those in a print run too; and where
    nothing would be left. Raises ApprovalError, ContentError, InputError, OutputError.
    """
    if not (old := _changed(stack, profile, console)):
        return stack
    faults, ids = changed_faults(stack, old), frozenset(each.document_id for each in old)
    if not stack.rows or all(paper.document_id in ids for paper in stack.papers):
        raise ApprovalError(*faults)
    for fault in faults:
        console.warn(str(fault))
    return stack.without_changed(ids)


def refuse_changed(stack: Stack, profile: Path, console: Console) -> None:
    """Refuse a stack of which any paper is one that `ask_again` would refuse or leave out. Raises as it does."""
    if old := _changed(stack, profile, console):
        raise ApprovalError(*changed_faults(stack, old))


def _changed(stack: Stack, profile: Path, console: Console) -> tuple[Inside, ...]:
    """Return the papers whose words or numbers were changed since. Raises ApprovalError for an approval that ended."""
    inside = tuple(each for paper in stack.papers for each in paper.inside if each.handout)
    asked = ask(inside, profile, console)
    if asked.refused:
        faults = (fault for some in asked.refused.values() for fault in some)
        raise ApprovalError(_head(inside, asked), *dict.fromkeys(faults))
    return asked.changed(inside)


def ask(papers: Iterable[Inside], profile: Path, console: Console) -> Asked:
    """Return what the gate says of papers today. Raises ContentError, InputError, OutputError."""
    library = Library.shipped(profile.parent, PlanCache(places.cache_folder()))
    refused: dict[Kind, tuple[Fault, ...]] = {}
    approved: dict[Kind, str] = {}
    for handout, group in groupby(sorted({kind(each) for each in papers}), key=lambda each: each[0]):
        mine = list(group)
        texts = {tag: text_language(tag, library.languages(handout)) for _, tag, _ in mine}
        recipe = load_recipe(profile, handout, set(texts.values()), cache=library.cache)
        permit = open_gate(profile.parent, recipe, places.today(recipe.clinic.profile.time_zone), console, NO_LONGER)
        for each in mine:
            try:
                approval = permit(texts[each[1]], dt.date.fromisoformat(each[2]))
                approved[each] = approved_key(recipe.clinic, approval)
            except ApprovalError as error:
                refused[each] = error.faults[1:]  # NO_LONGER comes first and is said once
    return Asked(refused, approved)


def _head(papers: Iterable[Inside], asked: Asked) -> Fault:
    """Return what is said first of papers that could not be made today."""
    rows = SomeRows.of(each.row for each in papers if each.row and kind(each) in asked.refused)
    return structs.replace(NO_LONGER, where=f"print run, {rows}", fix=_RUN_AGAIN) if rows else NO_LONGER


def changed_faults(stack: Stack, old: Iterable[Inside]) -> list[Fault]:
    """Return why these papers of a stack are not printed, and what to do; those of an earlier version by themselves."""
    told = [each for each in old if each.approved_key]
    untold = [each for each in old if not each.approved_key]
    some = ((told, _CHANGED), (untold, _UNTOLD))
    return [Fault(_where(stack, papers), *words, _to_do(stack)) for papers, words in some if papers]


def _where(stack: Stack, papers: Iterable[Inside]) -> str:
    rows = SomeRows.of(stack.rows.get(each.document_id, each.row) for each in papers)
    if stack.rows:
        return f"batch folder, {rows}"
    return stack.papers[0].label if stack.papers[0].document_id else f"print run, {rows}"


def _to_do(stack: Stack) -> str:
    if stack.rows:
        return "Make the batch again in another folder; a single paper with `mvd-handout reissue`"
    if not stack.papers[0].document_id:
        return "Make the batch again in another folder, with a new print run"
    return f"Make it again with `mvd-handout reissue {stack.papers[0].document_id}`, and throw this one away"
