"""A clinic that corrects what it says, and approves it again: what was made before is not to be given out any more."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mvd_handout.content.approval.entries import Entry
from mvd_handout.content.approval.register import REGISTER_NAME, dump_register
from mvd_handout.content.clinic import Clinic
from tests.approval.registers import approved


def copy_of(ward: Path, folder: Path) -> Path:
    """Copy a clinic's folder, to change at will."""
    shutil.copytree(ward, folder)
    return folder


def number(folder: Path) -> None:
    """Correct the telephone number that is answered by day."""
    _replace(folder / "clinic.toml", "01632 960100", "01632 960177")


def warning_signs(folder: Path) -> None:
    """Add a word to the warning signs."""
    _replace(folder / "blocks" / "warning-signs.md", "a stiff neck with fever", "a very stiff neck with fever")


def approve(folder: Path, *more: Entry, **changes: Any) -> None:
    """Approve everything anew, and check the numbers; `more` are further entries."""
    clinic = Clinic.load(folder / "clinic.toml")
    register = approved(clinic, **changes).with_entries(*more)
    (folder / REGISTER_NAME).write_bytes(dump_register(register, clinic.key))


def made_by_an_earlier_version(patch: pytest.MonkeyPatch) -> None:
    """Let papers be made as they were when they did not say what was approved."""
    none: Callable[..., str] = lambda clinic, approval: ""  # noqa: E731
    patch.setattr("mvd_handout.composing.compose.approved_key", none)


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
