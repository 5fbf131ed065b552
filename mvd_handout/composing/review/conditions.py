"""For whom a sentence is printed, in words: the branches above it, each name worded by the pack's data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from mvd_handout.composing.review.say import Say
from mvd_handout.content import unfilled as u
from mvd_handout.content.checks.passages import Guard, as_written, read_passages
from mvd_handout.content.clinic import ClinicBlock
from mvd_handout.content.library import Handout

Place = tuple[str, int, str]
"""The file, the line and the words of a sentence."""


def guards(handout: Handout, blocks: Iterable[ClinicBlock]) -> Mapping[Place, tuple[Guard, ...]]:
    """Return under which conditions each sentence is printed; one that stands twice in a line has several."""
    found: dict[Place, tuple[Guard, ...]] = {}
    for passage in read_passages(handout, blocks).passages:
        place = (passage.where, passage.sentence.line, as_written(passage.sentence))
        found[place] = (*found.get(place, ()), passage.guard)
    return found


def in_words(guard: Guard, say: Say) -> str:
    """Return a guard as "if a visit is booked and if an interpreter is needed"; an empty text for none."""
    known = ((condition, truth) for condition, truth in guard if not _has_text(condition, truth))
    phrases = dict.fromkeys(_phrase(condition, truth, say) for condition, truth in known)
    return say.text("conditions.and").join(phrases)


def _has_text(condition: u.Condition, truth: bool) -> bool:
    """Whether it only says that a clinic's text is printed where the clinic has it."""
    return truth and condition.operator == "name" and condition.name.startswith("blocks.")


def _phrase(condition: u.Condition, truth: bool, say: Say) -> str:
    if condition.operator == "name":
        return _name(condition.name, truth, say)
    if condition.operator == "not":
        return _phrase(condition.operands[0], not truth, say)
    joiner = "and" if (condition.operator == "and") is truth else "or"
    phrases = dict.fromkeys(_phrase(each, truth, say) for each in condition.operands)
    text = say.text(f"conditions.{joiner}").join(phrases)
    return f"({text})" if joiner == "or" and len(phrases) > 1 else text


def _name(name: str, truth: bool, say: Say) -> str:
    key = "yes" if truth else "no"
    names = say.wording.entries("conditions.names")
    worded = names.get("blocks" if name.startswith("blocks.") else name)
    if isinstance(worded, Mapping):
        return str(cast("Mapping[str, object]", worded)[key])
    return say.text(f"conditions.other_{key}", name=name)
