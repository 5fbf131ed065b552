"""Whether a batch's folder is still as it was made, and how far the batch is."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct, structs

from mvd_handout.delivery.batch.folder import (
    INDEX_NAME,
    OURS,
    State,
    entry_of,
    find_plan,
    is_at_work,
    is_system_file,
    names_in,
    read_paper,
    state_of,
)
from mvd_handout.delivery.batch.manifest import MANIFEST_NAME, Entry, Manifest, load_manifest
from mvd_handout.delivery.batch.plan import PLAN_NAME, Plan, PlannedPaper, file_name
from mvd_handout.delivery.files import is_leftover
from mvd_handout.domain.errors import Fault, OutputError
from mvd_handout.rendering.pdf.inside import Inside, inside_of
from mvd_handout.rendering.pdf.inspect import Seal, check_seal, read_properties

_MISSING: Final = "the file is missing. The same `batch` command again makes it"
_CHANGED: Final = "the file is not the one that was made"
_NOT_THE_PAPER: Final = "what is in the file is not this patient's paper"
_STRANGER: Final = "a file that is not of this batch. Move it to where it belongs"
_INDEX: Final = "it does not say what was written. The same `batch` command again puts it right"
_STILL_HERE: Final = "it was changed after it was made, so purge left it. It holds a patient's data: remove it yourself"
_STOPPED: Final = "the purge was stopped before it came to this file. The same `purge` command again removes it"
NOT_PLANNED: Final = "this paper is not of this batch: it was never planned"


class Mismatch(Struct, frozen=True):
    """Something that is not as it was made. `document_id` is empty for what is no paper of the batch.

    `name` is that of such a file; a foreign one is masked, since it may tell who a patient is.
    """

    document_id: str
    found: str
    name: str = ""


class Standing(Struct, frozen=True):
    """How far a batch is. `there` are papers with a line in the manifest whose file is there, whatever is in it."""

    batch: str
    made: dt.date
    planned: int
    written: int
    there: int
    held: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()
    purged: dt.date | None = None
    draft: bool = False
    at_work: bool = False

    @property
    def state(self) -> str:
        """The batch in one word or two."""
        if self.purged:
            return "purged"
        if self.complete:
            return "complete"
        return "at work" if self.at_work else "interrupted"

    @property
    def lacking(self) -> int:
        """How many planned papers are not there."""
        return self.planned - self.there

    @property
    def complete(self) -> bool:
        """Whether every planned paper is there."""
        return not self.lacking and not self.purged


class Audit(Struct, frozen=True):
    """What a check of every byte found. `unjudged` papers bear a seal that this clinic's key cannot judge.

    `inside` are the papers for patients that are as they were made.
    """

    standing: Standing
    mismatches: tuple[Mismatch, ...]
    unjudged: int
    inside: tuple[Inside, ...] = ()


class _Judgement(Struct, frozen=True):
    """What is wrong with a paper ("" for nothing), whether its seal could be judged, and what it says of itself."""

    found: str
    judged: bool = True
    inside: Inside | None = None


def find_batch(folder: Path) -> tuple[Plan | None, Manifest]:
    """Return what is known of the batch in `folder`; a purged one has no plan. Raises OutputError."""
    if not os.path.lexists(folder / MANIFEST_NAME):
        if os.path.lexists(folder / PLAN_NAME):
            fix = "Run the same `batch` command again: it checks every paper by its seal and writes the file anew"
            raise OutputError(Fault(MANIFEST_NAME, "the file is missing", "It says what was made", fix))
        found = "there is no batch in it" if folder.is_dir() else "there is no such folder"
        raise OutputError(
            Fault(
                "batch folder", found, "The folder given to `batch` with -d is wanted", "Check the name that you typed"
            )
        )
    return find_plan(folder), load_manifest(folder)


def not_planned(plan: Plan | None, manifest: Manifest) -> frozenset[str]:
    """Return the ids of papers in the manifest that were never planned, or for another row, patient or day."""
    if plan is None:
        return frozenset()
    planned = {(each.document_id, each.row, each.patient_key, each.language, each.issued) for each in plan.papers}
    return frozenset(
        each.document_id
        for each in manifest.entries.values()
        if (each.document_id, each.row, each.patient_key, each.language, each.issued) not in planned
    )


def standing(folder: Path) -> Standing:
    """Return how far the batch in `folder` is, without reading its papers. Raises OutputError."""
    found = _standing(*find_batch(folder), names_in(folder))
    return structs.replace(found, at_work=is_at_work(folder))


def _standing(plan: Plan | None, manifest: Manifest, names: set[str]) -> Standing:
    head = manifest.head
    ours = manifest.entries.keys() - not_planned(plan, manifest)
    there = sum(file_name(document_id) in names for document_id in ours)
    found = Standing(head.batch, head.made, head.papers, len(ours), there, purged=manifest.purged)
    if plan is None:
        return found
    return structs.replace(found, held=plan.held, left_out=plan.left_out, draft=bool(plan.options.get("draft")))


def audit(folder: Path, key: bytes | None) -> Audit:
    """Check every paper of the batch in `folder` against its manifest, and look for what does not belong there.

    Without the clinic's `key` no seal can be judged. Raises OutputError.
    """
    plan, manifest = find_batch(folder)
    names = names_in(folder)
    found, unjudged, inside = [], 0, []
    foreign = not_planned(plan, manifest)
    found += [Mismatch(document_id, NOT_PLANNED) for document_id in manifest.entries if document_id in foreign]
    if not manifest.purged:
        for entry in manifest.entries.values():
            if entry.document_id in foreign:
                continue
            paper = _judge(folder, entry, key)
            unjudged += not paper.judged
            if paper.found:
                found.append(Mismatch(entry.document_id, paper.found))
            elif paper.inside:
                inside.append(paper.inside)
    else:
        left = (entry for each, entry in manifest.entries.items() if file_name(each) in names and each not in foreign)
        found += [Mismatch(each.document_id, _left(folder, file_name(each.document_id), each.sha256)) for each in left]
        if INDEX_NAME in names:
            found.append(Mismatch("", _left(folder, INDEX_NAME, plan.index if plan else ""), INDEX_NAME))
    if plan and plan.index and not manifest.purged and state_of(folder, INDEX_NAME, plan.index) is not State.INTACT:
        found.append(Mismatch("", _INDEX, INDEX_NAME))
    found += _strangers(plan, manifest, names)
    return Audit(_standing(plan, manifest, names), tuple(found), unjudged, tuple(inside))


def _left(folder: Path, name: str, sha256: str) -> str:
    """Return why a file is still there after a purge."""
    return _STOPPED if state_of(folder, name, sha256) is State.INTACT else _STILL_HERE


def _judge(folder: Path, entry: Entry, key: bytes | None) -> _Judgement:
    pdf = read_paper(folder, file_name(entry.document_id))
    if pdf is None:
        return _Judgement(_MISSING)
    if hashlib.sha256(pdf).hexdigest() != entry.sha256:
        return _Judgement(_CHANGED)
    about = read_properties(pdf)
    if (about.get("documentId"), about.get("patientKey")) != (entry.document_id, entry.patient_key):
        return _Judgement(_NOT_THE_PAPER)
    if key is None or check_seal(pdf, key) in {Seal.OTHER_KEY, Seal.NONE}:
        return _Judgement("", judged=False)
    paper = PlannedPaper(entry.row, "", entry.document_id, entry.patient_key, entry.language, entry.issued)
    if entry_of(pdf, paper, key) != entry:
        return _Judgement(_NOT_THE_PAPER)
    return _Judgement("", inside=inside_of(about) if about.get("status") == "approved" else None)


def _strangers(plan: Plan | None, manifest: Manifest, names: set[str]) -> Iterator[Mismatch]:
    """Find what the batch did not make, but for what systems leave anywhere."""
    ours = {file_name(document_id) for document_id in manifest.entries}
    if plan:
        ours |= {paper.file for paper in plan.papers}
    for name in sorted(names - OURS - ours):
        if not is_leftover(name) and not is_system_file(name):
            yield Mismatch("", _STRANGER, _masked(name))


def _masked(name: str) -> str:
    """Return enough of a name to find the file by, and no more: it may be a person's."""
    stem, dot, ending = name.rpartition(".")
    known = dot and stem and ending.isascii() and ending.isalnum() and len(ending) <= 5
    beginning = "".join(each if each.isprintable() else "?" for each in (stem if known else name)[:2])
    return f"{beginning}*{'.' + ending if known else ''}"
