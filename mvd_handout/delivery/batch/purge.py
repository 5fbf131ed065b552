"""Removing the papers of a batch that nobody needs any more. The manifest stays: it tells what there was."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from pathlib import Path

from msgspec import Struct

from mvd_handout.delivery.batch.audit import find_batch, not_planned
from mvd_handout.delivery.batch.folder import INDEX_NAME, LOCK_NAME, State, one_run, state_of
from mvd_handout.delivery.batch.manifest import Purged, add_lines, store_manifest
from mvd_handout.delivery.batch.plan import PLAN_NAME, Plan, file_name
from mvd_handout.delivery.files import is_leftover, remove_file


class Purge(Struct):
    """How many papers a purge removed; and what it left, not as it was made: papers by their id, or the index."""

    removed: int = 0
    changed: list[str] = []


def purge(folder: Path, today: dt.date) -> Purge:
    """Remove the papers, the plan and the index of the batch in `folder`. Raises OutputError.

    That it is purged is written down first, so that an interrupted purge goes on where it was. Only files that are
    byte for byte as the batch made them are removed; a paper that it never planned stays.
    """
    done = Purge()
    with one_run(folder):
        plan, manifest = find_batch(folder)
        foreign = not_planned(plan, manifest)
        if not manifest.purged:
            if manifest.torn:
                store_manifest(folder, manifest.head, manifest.entries.values())
            add_lines(folder, [Purged(today)])
        for entry in manifest.entries.values():
            match state_of(folder, file_name(entry.document_id), entry.sha256):
                case State.INTACT if entry.document_id not in foreign:
                    remove_file(folder / file_name(entry.document_id), entry.document_id)
                    done.removed += 1
                case State.INTACT | State.CHANGED:
                    done.changed.append(entry.document_id)
        for path in [each for each in folder.iterdir() if is_leftover(each.name)]:
            remove_file(path, "unfinished file")
        if os.path.lexists(folder / INDEX_NAME):
            if _is_ours(folder, plan):
                remove_file(folder / INDEX_NAME, INDEX_NAME)
            else:
                done.changed.append(INDEX_NAME)
        if os.path.lexists(folder / PLAN_NAME) and not foreign:  # only the plan tells which are foreign
            remove_file(folder / PLAN_NAME, PLAN_NAME)
    with contextlib.suppress(OSError):
        (folder / LOCK_NAME).unlink()
    return done


def _is_ours(folder: Path, plan: Plan | None) -> bool:
    """Whether the index is as it was written, and nobody's notes are in it. Early plans do not tell."""
    if plan is None:
        return False
    return not plan.index or state_of(folder, INDEX_NAME, plan.index) is State.INTACT
