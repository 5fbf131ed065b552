"""Why a batch is not the one that a folder holds: which rows, words or options are other ones."""

from __future__ import annotations

from mvd_handout.delivery.batch.plan import Plan
from mvd_handout.delivery.roster.model import SomeRows
from mvd_handout.domain.errors import Fault


def other_batch(old: Plan, new: Plan) -> Fault:
    """Return why the batch `new` cannot go on in the folder of `old`, and what to do instead."""
    fix = "Choose another folder with -d, or give the same roster and options as before"
    if rows := _rows(old, new):
        fix = (
            "To give one patient a new paper, put the row back as it was and use `mvd-handout reissue`; to make all "
            "papers again, choose another folder with -d, and throw away what was printed from this one"
        )
        found = f"{rows}: not as when this batch was planned"
    else:
        found = _what_else(old, new)
    return Fault("batch folder", f"it belongs to another batch. {_capital(found)}", "A folder holds one batch", fix)


def _rows(old: Plan, new: Plan) -> str:
    """Return the rows whose patient, or whether there is a paper for the patient, is not the same."""
    before, now = ({paper.row: paper.digest for paper in plan.papers} for plan in (old, new))
    rows = SomeRows()
    for row in sorted(before.keys() | now.keys()):
        if before.get(row) != now.get(row):
            rows.add(row)
    return str(rows) if rows else ""


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
