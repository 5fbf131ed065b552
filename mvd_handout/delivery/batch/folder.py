"""The folder of a batch: what lies where, one run at a time, and whether each paper is as it was made."""

from __future__ import annotations

import contextlib
import enum
import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mvd_handout.delivery.batch.differences import other_batch
from mvd_handout.delivery.batch.manifest import (
    MANIFEST_NAME,
    SCHEMA,
    Entry,
    Head,
    Manifest,
    load_manifest,
    store_manifest,
)
from mvd_handout.delivery.batch.plan import PLAN_NAME, Plan, PlannedPaper, dump_plan, read_plan
from mvd_handout.delivery.files import NewFile, is_leftover, make_folder, output_trouble, read_plain_file, write_files
from mvd_handout.delivery.lock import one_writer
from mvd_handout.domain.errors import Fault, OutputError
from mvd_handout.rendering.pdf.inspect import Seal, check_seal, read_properties

INDEX_NAME: Final = "index.csv"
PRINTED_NAME: Final = "printed.jsonl"
LOCK_NAME: Final = ".mvd-handout.lock"
OURS: Final = frozenset({PLAN_NAME, MANIFEST_NAME, INDEX_NAME, PRINTED_NAME, LOCK_NAME})
_SYSTEM_NAMES: Final = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_SYSTEM_STARTS: Final = ("._", ".~lock.", "~$")
_PLAN_LIMIT: Final = 500_000_000
_PAPER_LIMIT: Final = 100_000_000
_PATIENCE: Final = 0.3
"""Seconds that a run waits for another one to end; one that only asks whether there is a run takes less."""

_ELSEWHERE: Final = "Choose another folder with -d"


class State(enum.Enum):
    """How a paper stands that the manifest has a line of."""

    INTACT = "as it was made"
    MISSING = "missing"
    CHANGED = "changed"


@contextlib.contextmanager
def one_run(folder: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Keep other runs away from `folder`. The lock of a process that died holds nobody up. Raises OutputError."""
    with contextlib.ExitStack() as stack:
        try:
            with output_trouble("batch folder"):
                stack.enter_context(one_writer(folder / LOCK_NAME, 0o600, patience))
        except OutputError as error:
            if isinstance(error.__cause__, TimeoutError):
                found = "another run is at work in it"
                fault = Fault("batch folder", found, "One run works at a time", "Wait until it has ended")
                raise OutputError(fault) from None
            raise
        try:
            yield
        finally:
            with contextlib.suppress(OSError):  # the system lets go of the lock in any case
                stack.close()


def is_at_work(folder: Path) -> bool:
    """Whether a run is at work in `folder`, as far as can be told from here."""
    if not os.access(folder / LOCK_NAME, os.W_OK):
        return False
    try:
        with one_run(folder, patience=0):
            return False
    except OutputError:
        return True


def begin(folder: Path, plan: Plan, index: bytes) -> tuple[Plan, Manifest]:
    """Return the plan and manifest of the batch in `folder`: of this one, begun now or earlier.

    The plan is written last: where it stands, everything else does. Raises OutputError for a folder that holds
    anything else.
    """
    _remove_leftovers(folder)
    if (old := find_plan(folder)) is None:
        _refuse_strangers(folder, index)
        head = Head(SCHEMA, plan.batch, plan.made, len(plan.papers))
        write_files([NewFile(folder / INDEX_NAME, index, INDEX_NAME)], force=True)
        store_manifest(folder, head)
        write_files([NewFile(folder / PLAN_NAME, dump_plan(plan), PLAN_NAME)])
        return plan, Manifest(head, {})
    if not old.is_same_work(plan):
        raise OutputError(other_batch(old, plan))
    if not os.path.lexists(folder / MANIFEST_NAME):  # each paper's seal tells whether it is the one that was planned
        store_manifest(folder, Head(SCHEMA, old.batch, old.made, len(old.papers)))
    manifest = load_manifest(folder)
    if manifest.head.batch != old.batch or manifest.purged:
        raise OutputError(_OTHER_BATCH)
    return old, manifest


def check_place(folder: Path, plan: Plan, index: bytes) -> None:
    """Refuse a folder in which this batch can neither begin nor go on, before more is said or done. Raises OutputError.

    `begin` looks again: by then, somebody else can have begun.
    """
    if not os.path.lexists(folder):
        return
    if (old := find_plan(folder)) is None:
        _refuse_strangers(folder, index)
    elif not old.is_same_work(plan):
        raise OutputError(other_batch(old, plan))


def mend_index(folder: Path, index: bytes) -> bool:
    """Write the index again unless it is the one that belongs to the roster; return whether it was another one."""
    state = state_of(folder, INDEX_NAME, hashlib.sha256(index).hexdigest())
    if state is not State.INTACT:
        write_files([NewFile(folder / INDEX_NAME, index, INDEX_NAME)], force=True)
    return state is State.CHANGED


def open_folder(folder: Path) -> bool:
    """Make the folder, for its owner alone, unless it is there. Return whether others may change what is in it.

    Raises OutputError.
    """
    make_folder(folder, 0o700)
    with output_trouble("batch folder"):
        return os.name != "nt" and bool(folder.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH))


def find_plan(folder: Path) -> Plan | None:
    """Return the plan in `folder`, None where there is none. Raises OutputError."""
    path = folder / PLAN_NAME
    return read_plan(read_plain_file(path, PLAN_NAME, _PLAN_LIMIT) or b"") if os.path.lexists(path) else None


def state_of(folder: Path, name: str, sha256: str) -> State:
    """Return how the file `name` stands. Raises OutputError when it cannot be read."""
    if (data := read_paper(folder, name)) is None:
        return State.MISSING
    return State.INTACT if hashlib.sha256(data).hexdigest() == sha256 else State.CHANGED


def read_paper(folder: Path, name: str) -> bytes | None:
    """Return the file `name`, None where there is none; what is a link or a pipe counts as an empty one.

    Raises OutputError.
    """
    path = folder / name
    return (read_plain_file(path, name, _PAPER_LIMIT) or b"") if os.path.lexists(path) else None


def entry_of(pdf: bytes, paper: PlannedPaper, key: bytes) -> Entry | None:
    """Return the manifest's line for a file, or None when it is not exactly the paper that was planned."""
    about = read_properties(pdf)
    says = tuple(about.get(name) for name in ("documentId", "patientKey", "issued"))
    wanted = (paper.document_id, paper.patient_key, paper.issued.isoformat())
    pages = about.get("pages", "")
    if says != wanted or not pages.isdecimal() or int(pages) < 1 or check_seal(pdf, key) is not Seal.INTACT:
        return None
    return Entry(
        row=paper.row,
        patient_key=paper.patient_key,
        document_id=paper.document_id,
        sha256=hashlib.sha256(pdf).hexdigest(),
        pages=int(pages),
        handout=about.get("handout", ""),
        version=about.get("handoutVersion", ""),
        language=paper.language,
        issued=paper.issued,
    )


def names_in(folder: Path) -> set[str]:
    """Return the names of everything in `folder`. Raises OutputError."""
    try:
        return {path.name for path in folder.iterdir()}
    except OSError as error:
        reason = f"The system says: {(error.strerror or 'it refused').lower()}"
        raise OutputError(Fault("batch folder", "it cannot be read", reason, "Check the path")) from error


def is_system_file(name: str) -> bool:
    """Whether a file is one that systems and viewers leave in a folder that somebody looked at."""
    return name.casefold() in _SYSTEM_NAMES or any(map(name.startswith, _SYSTEM_STARTS))


def _remove_leftovers(folder: Path) -> None:
    """Remove the unfinished files of a run that was killed. We hold the lock, so nobody is writing them."""
    for name in filter(is_leftover, names_in(folder)):
        with contextlib.suppress(OSError):
            (folder / name).unlink()


def _refuse_strangers(folder: Path, index: bytes) -> None:
    names = names_in(folder)
    if strangers := {name for name in names - OURS if not is_system_file(name) and not is_leftover(name)}:
        found = f"there is something else in it already ({len(strangers)} files or folders)"
        raise OutputError(Fault("batch folder", found, "A new or an empty folder is wanted", _ELSEWHERE))
    if MANIFEST_NAME in names:
        manifest = load_manifest(folder)
        if manifest.entries or manifest.purged:
            found = "it holds the manifest of an earlier batch"
            raise OutputError(Fault("batch folder", found, "A new or an empty folder is wanted", _ELSEWHERE))
    elif INDEX_NAME in names and read_paper(folder, INDEX_NAME) != index:  # the roster itself may have this name
        found = f"a file {INDEX_NAME} is in it already"
        raise OutputError(Fault("batch folder", found, "A new or an empty folder is wanted", _ELSEWHERE))


_OTHER_BATCH: Final = Fault(
    "batch folder",
    "it belongs to another batch, or to one that was purged",
    "A folder holds one batch",
    f"{_ELSEWHERE}, or give the same roster and options as before",
)
