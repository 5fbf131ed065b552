"""Where a print run may be written: never over anything else, and nowhere that a later step would refuse."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from mvd_handout.delivery.batch.plan import PLAN_NAME
from mvd_handout.delivery.files import check_room, output_trouble
from mvd_handout.delivery.printing.run_seal import is_print_run
from mvd_handout.domain.errors import Fault, OutputError

_WHERE: Final = "--print-run"
_FREE: Final = "A new file in another place is wanted"
TAKEN: Final = "Choose another name with --print-run, or add --force to replace it"


def check_target(path: Path, roster: Path | None, batch: Path, clinic: Path, *, force: bool) -> None:
    """Refuse a place for a print run before anything is made: one where it would do harm, or cannot be written.

    `clinic` is the folder of the clinic's profile. What is there already may be replaced only if it is a print run.
    Whether it is this one is known at the end, so one is let pass where the batch was begun earlier. Raises
    OutputError.
    """
    if roster is not None and _is_same(path, roster):
        raise OutputError(Fault(_WHERE, "this is the roster itself", _FREE, "Choose another name"))
    for folder, found in (
        (batch, "the batch's folder is for the patients' own files"),
        (clinic, "this is the folder of the clinic's words, approvals and key"),
    ):
        if any(_is_same(each, folder) for each in (path, *path.resolve().parents)):
            raise OutputError(Fault(_WHERE, found, _FREE, "Choose another folder"))
    check_room(path, _WHERE)
    if os.path.lexists(path):
        _check_replaced(path, force or os.path.lexists(batch / PLAN_NAME))


def _check_replaced(path: Path, may: bool) -> None:
    with output_trouble(_WHERE):
        if not (stat.S_ISREG(os.lstat(path).st_mode) and is_print_run(path)):
            fix = "Choose another name, or remove what is there yourself if nobody needs it"
            raise OutputError(Fault(_WHERE, "something else has this name", "Only a print run is replaced", fix))
    if not may:
        raise OutputError(Fault(_WHERE, "another print run has this name", "Nothing is overwritten unasked", TAKEN))


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return one.resolve() == other.resolve()
