"""Why a batch is not the one that a folder holds: which rows, words or options are other ones."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from mvd_handout.delivery.batch.plan import Plan
from mvd_handout.delivery.roster.model import SomeRows
from mvd_handout.domain.errors import Fault

_HELD: Final = "on hold now"
_RELEASED: Final = "no longer on hold"
_NEW: Final = "no paper was planned"
_GONE: Final = "no paper is wanted any more"
_CHANGED: Final = "not as when this batch was planned"
_NAMED: Final = 5
_ALL_AGAIN: Final = (
    "To make the whole list, choose another folder with -d (papers of rows that did not change come out the same), and "
    "throw away what was printed from this one"
)


def other_batch(old: Plan, new: Plan) -> Fault:
    """Return why the batch `new` cannot go on in the folder of `old`, and what to do instead."""
    rows = _rows(old, new)
    found = ". ".join(f"{name}: {SomeRows.of(numbers)}" for name, numbers in rows.items() if numbers)
    fix = "Choose another folder with -d, or give the same roster and options as before"
    if found:
        fix = ". ".join([*_advice(rows, old), _ALL_AGAIN])
    return Fault(
        "batch folder",
        f"it belongs to another batch. {_capital(found or _what_else(old, new))}",
        "A folder holds one batch",
        fix,
    )


def _rows(old: Plan, new: Plan) -> dict[str, list[int]]:
    """Return the rows whose patient, or whether there is a paper for the patient, is not the same, sorted by why."""
    before, now = ({paper.row: paper.digest for paper in plan.papers} for plan in (old, new))
    rows: dict[str, list[int]] = {name: [] for name in (_HELD, _RELEASED, _NEW, _GONE, _CHANGED)}
    for row in sorted(before.keys() | now.keys()):
        if before.get(row) != now.get(row):
            rows[_why(row, old, new, before.keys(), now.keys())].append(row)
    return rows


def _why(row: int, old: Plan, new: Plan, before: Collection[int], now: Collection[int]) -> str:
    if row in before and row in now:
        return _CHANGED
    if row in before:
        return _HELD if row in new.held else _GONE
    return _RELEASED if row in old.held else _NEW


def _advice(rows: Mapping[str, Sequence[int]], old: Plan) -> Iterator[str]:
    """Yield what to do for one patient or a few."""
    if rows[_HELD]:
        ids = [paper.document_id for paper in old.papers if paper.row in set(rows[_HELD])]
        listed = ", ".join(ids[:_NAMED]) + (f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else "")
        yield f"Nobody on hold gets a paper: take {listed} out of what was printed"
    if rows[_RELEASED] or rows[_NEW]:
        yield "Patients who need a paper now, too, can stand in a list of their own, for another folder"
    if rows[_CHANGED]:
        yield "To give one patient a new paper, put the row back as it was and use `mvd-handout reissue`"


def _what_else(old: Plan, new: Plan) -> str:
    if options := sorted(name for name in old.options.keys() | new.options.keys() if _option(old, new, name)):
        return f"other options than before: {', '.join('--' + name.replace('_', '-') for name in options)}"
    if old.content != new.content:
        return "the words have changed since"
    if (old.held, old.left_out) != (new.held, new.left_out):
        return "other rows are on hold or left out"
    if old.papers != new.papers:
        return "the clinic's profile or its approvals have changed since"
    return "the roster's file was changed since, though no patient in it was"


def _option(old: Plan, new: Plan, name: str) -> bool:
    return old.options.get(name) != new.options.get(name)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
