"""For whom a sentence is printed, in words: the branches above it, made simple, each name worded by the pack's data."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast

from mvd_handout.composing.review.say import Say
from mvd_handout.content import unfilled as u
from mvd_handout.content.checks.passages import Guard, as_written, read_passages
from mvd_handout.content.clinic import ClinicBlock
from mvd_handout.content.library import Handout

Place = tuple[str, int, str]
"""The file, the line and the words of a sentence."""

Literal = tuple[str, bool]
"""A name, and whether it holds."""

Clause = frozenset[Literal]
"""Literals of which one at least holds."""

Clauses = tuple[Clause, ...]
"""Clauses that all hold, in the order of the text."""

_OPPOSITES: Final = {"operation.done": "operation.planned"}
"""Names that are the opposite of another one."""


def guards(handout: Handout, blocks: Iterable[ClinicBlock]) -> Mapping[Place, tuple[Guard, ...]]:
    """Return under which conditions each sentence is printed; one that stands twice in a line has several."""
    found: dict[Place, tuple[Guard, ...]] = {}
    for passage in read_passages(handout, blocks).passages:
        place = (passage.where, passage.sentence.line, as_written(passage.sentence))
        found[place] = (*found.get(place, ()), passage.guard)
    return found


def in_words(alternatives: Sequence[Guard], say: Say) -> str:
    """Return "if a visit is booked and if a carer is named"; an empty text where one of the guards always holds."""
    either = [_clauses_in_words(each, say) for each in simplified(alternatives)]
    return say.text("conditions.or").join(either) if all(either) else ""


def simplified(alternatives: Sequence[Guard]) -> tuple[Clauses, ...]:
    """Return guards of which one holds, without what says nothing: "A and B, or A and not B" is "A"."""
    found = list(dict.fromkeys(_clauses(guard) for guard in alternatives))
    while (step := _merged(found)) is not None:
        found = step
    return tuple(found)


def _merged(found: Sequence[Clauses]) -> list[Clauses] | None:
    """Return one guard fewer: two that differ in the truth of one name, or one that the other includes."""
    for (at, one), (other_at, other) in itertools.permutations(enumerate(found), 2):
        common = tuple(clause for clause in one if clause in other)
        rest = [each for number, each in enumerate(found) if number not in {at, other_at}]
        if common == one:
            return [one, *rest]
        if len(common) == len(one) - 1 == len(other) - 1 and _opposite(one, other, common):
            return [common, *rest]
    return None


def _opposite(one: Clauses, other: Clauses, common: Clauses) -> bool:
    (mine,) = (clause for clause in one if clause not in common)
    (theirs,) = (clause for clause in other if clause not in common)
    return len(mine) == 1 and theirs == {(name, not truth) for name, truth in mine}


def _clauses(guard: Guard) -> Clauses:
    """Return a guard as clauses; what others settle is left out."""
    found = [clause for condition, truth in guard for clause in _normal(condition, truth)]
    found = [clause for clause in dict.fromkeys(found) if not any(_has_text(literal) for literal in clause)]
    settled = {literal for clause in found if len(clause) == 1 for literal in clause}
    reduced = (_reduced(clause, settled) for clause in found)
    return tuple(dict.fromkeys(clause for clause in reduced if clause))


def _normal(condition: u.Condition, truth: bool) -> list[Clause]:
    if condition.operator == "name":
        opposite = _OPPOSITES.get(condition.name)
        return [frozenset({(opposite, not truth) if opposite else (condition.name, truth)})]
    if condition.operator == "not":
        return _normal(condition.operands[0], not truth)
    operands = [_normal(each, truth) for each in condition.operands]
    if (condition.operator == "and") is truth:
        return [clause for operand in operands for clause in operand]
    return [frozenset().union(*choice) for choice in itertools.product(*operands)]


def _has_text(literal: Literal) -> bool:
    """Whether it only says that a clinic's text is printed where the clinic has it."""
    name, truth = literal
    return truth and name.startswith("blocks.")


def _reduced(clause: Clause, settled: set[Literal]) -> Clause:
    """Return a clause without what is settled: an empty one where it holds anyhow, all of it where it cannot hold."""
    if len(clause) == 1:
        return clause
    if clause & settled:
        return frozenset()
    return frozenset((name, truth) for name, truth in clause if (name, not truth) not in settled) or clause


def _clauses_in_words(clauses: Clauses, say: Say) -> str:
    texts = []
    for clause in clauses:
        text = say.text("conditions.or").join(_name(*literal, say) for literal in sorted(clause))
        texts.append(f"({text})" if len(clause) > 1 and len(clauses) > 1 else text)
    return say.text("conditions.and").join(texts)


def _name(name: str, truth: bool, say: Say) -> str:
    key = "yes" if truth else "no"
    names = say.wording.entries("conditions.names")
    worded = names.get("blocks" if name.startswith("blocks.") else name)
    if isinstance(worded, Mapping):
        return str(cast("Mapping[str, object]", worded)[key])
    return say.text(f"conditions.other_{key}", name=name)
