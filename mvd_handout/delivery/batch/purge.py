"""Removing the papers of a batch that nobody needs any more. The manifest stays: it tells what there was."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from pathlib import Path

from msgspec import Struct

from mvd_handout.delivery.batch.audit import find_batch, not_planned
from mvd_handout.delivery.batch.folder import INDEX_NAME, LOCK_NAME, PRINTED_NAME, State, one_run, read_paper, state_of
from mvd_handout.delivery.batch.manifest import Manifest, Purged, add_lines, store_manifest
from mvd_handout.delivery.batch.plan import PLAN_NAME, Plan, file_name
from mvd_handout.delivery.files import is_leftover, remove_file
from mvd_handout.rendering.pdf.inspect import read_properties


class Purge(Struct):
    """How many papers a purge removed; and what it left, not as it was made: papers by their id, or the index."""

    removed: int = 0
    changed: list[str] = []


def purge(folder: Path, today: dt.date) -> Purge:
    """Remove the papers, the plan and the index of the batch in `folder`. Raises OutputError.

    That it is purged is written down first, and the plan is removed last, so that an interrupted purge goes on where
    it was. Only files that are byte for byte as the batch made them are removed; a paper that it never planned stays.
    """
    done = Purge()
    with one_run(folder):
        plan, manifest = find_batch(folder)
        if not manifest.purged:
            if manifest.torn:
                store_manifest(folder, manifest.head, manifest.entries.values())
            add_lines(folder, [Purged(today)])
        foreign = not_planned(plan, manifest)
        for entry in manifest.entries.values():
            state = state_of(folder, file_name(entry.document_id), entry.sha256)
            _remove(folder, entry.document_id, State.CHANGED if entry.document_id in foreign else state, done)
        unproven = _remove_unnoted(folder, plan, manifest, done)
        for path in [each for each in folder.iterdir() if is_leftover(each.name)]:
            remove_file(path, "unfinished file")
        _remove_index(folder, plan, done)
        if os.path.lexists(folder / PRINTED_NAME):
            remove_file(folder / PRINTED_NAME, PRINTED_NAME)
        # Only the plan tells which papers are foreign, and which files are papers without a line.
        if os.path.lexists(folder / PLAN_NAME) and not foreign and not unproven:
            remove_file(folder / PLAN_NAME, PLAN_NAME)
    with contextlib.suppress(OSError):
        (folder / LOCK_NAME).unlink()
    return done


def was_stopped(folder: Path) -> bool:
    """Whether a purge of `folder` was stopped before it came to its end."""
    return os.path.lexists(folder / PLAN_NAME)


def _remove(folder: Path, document_id: str, state: State, done: Purge) -> None:
    path = folder / file_name(document_id)
    if state is State.INTACT:
        remove_file(path, document_id)
        done.removed += 1
    elif os.path.lexists(path):
        done.changed.append(document_id)


def _remove_unnoted(folder: Path, plan: Plan | None, manifest: Manifest, done: Purge) -> bool:
    """Remove planned papers that a run wrote right before it was stopped, without a line in the manifest.

    What such a file says about itself must be what was planned: nothing else tells whose it is. Return whether one
    of them stays.
    """
    before = len(done.changed)
    for paper in plan.papers if plan else ():
        if paper.document_id not in manifest.entries and (data := read_paper(folder, paper.file)) is not None:
            about = read_properties(data)
            ours = (about.get("documentId"), about.get("patientKey")) == (paper.document_id, paper.patient_key)
            _remove(folder, paper.document_id, State.INTACT if ours else State.CHANGED, done)
    return len(done.changed) > before


def _remove_index(folder: Path, plan: Plan | None, done: Purge) -> None:
    if os.path.lexists(folder / INDEX_NAME):
        if _is_ours(folder, plan):
            remove_file(folder / INDEX_NAME, INDEX_NAME)
        else:
            done.changed.append(INDEX_NAME)


def _is_ours(folder: Path, plan: Plan | None) -> bool:
    """Whether the index is as it was written, and nobody's notes are in it. Early plans do not tell."""
    if plan is None:
        return False
    return not plan.index or state_of(folder, INDEX_NAME, plan.index) is State.INTACT
