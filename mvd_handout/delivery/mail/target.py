"""Where messages may be written as files: never among a batch's papers, a clinic's settings, or this program's own."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

from mvd_handout.content.approval.register import REGISTER_NAME
from mvd_handout.content.clinic import KEY_NAME
from mvd_handout.delivery.batch.manifest import MANIFEST_NAME
from mvd_handout.delivery.batch.plan import PLAN_NAME
from mvd_handout.delivery.mail.outbox import FILE_NAME
from mvd_handout.domain.errors import Fault, OutputError

_WHERE: Final = "--to-folder"
_FREE: Final = "A folder for these messages alone is wanted"
_BATCH: Final = "this folder is a batch's, for the patients' own papers"
_CLINIC: Final = "this is the folder of a clinic's words, approvals and key"
_PROGRAM: Final = "this folder holds what the program itself notes of what was sent or given"
_ANYWHERE: Final = {PLAN_NAME: _BATCH, MANIFEST_NAME: _BATCH, FILE_NAME: _PROGRAM}
"""What marks a folder, and all in it."""
_THERE: Final = {"clinic.toml": _CLINIC, KEY_NAME: _CLINIC, REGISTER_NAME: _CLINIC}


def check_folder(folder: Path, clinic: Path) -> None:
    """Refuse a folder in which messages would do harm or be lost among others. `clinic` is that of the profile.

    Raises OutputError before anything is made or shown.
    """
    there = Path(os.path.realpath(folder))  # of links that lead in a circle, too
    whole = (there, *there.parents)
    found = _marked(whole) or (_CLINIC if clinic.resolve() in whole else "")
    if not found and os.path.lexists(folder) and not folder.is_dir():
        found = "something that is not a folder has this name"
    if found:
        raise OutputError(Fault(_WHERE, found, _FREE, "Choose another folder"))


def _marked(whole: tuple[Path, ...]) -> str:
    """Return whose folder the first of these is, "" for nobody's; the others are those above it."""
    here = {name: what for name, what in _THERE.items() if os.path.lexists(whole[0] / name)}
    above = (what for each in whole for name, what in _ANYWHERE.items() if os.path.lexists(each / name))
    return next(iter(here.values()), "") or next(above, "") or (_PROGRAM if _has_journal(whole[0]) else "")


def _has_journal(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return any(folder.glob("journal-*.jsonl"))
    return False
