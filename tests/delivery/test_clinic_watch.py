"""The watch over a clinic's files: it sees every change that can change what the gate says, and nothing else."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mvd_handout.delivery.clinic_watch import ClinicWatch

DAY = dt.date(2026, 12, 1)
FILES = (
    "clinic.toml",
    "clinic.key",
    "approvals.toml",
    "blocks/a.md",
    "handouts/own/en.md",
    "handouts/own/handout.toml",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a clinic's folder with every kind of file in it."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="ascii")
    return tmp_path


def watch_over(folder: Path) -> ClinicWatch:
    watch = ClinicWatch(folder / "clinic.toml")
    watch.day = DAY
    return watch


def rewrite(path: Path) -> None:
    path.write_text("xy", encoding="ascii")


def put_another_in_its_place(path: Path) -> None:
    """Replace a file by one of the same size and time, as from a backup."""
    time, other = path.stat().st_mtime_ns, path.with_name("new")
    other.write_text("y", encoding="ascii")
    os.utime(other, ns=(time, time))
    other.replace(path)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("change", [rewrite, put_another_in_its_place, Path.unlink])
def test_a_change_of_any_file_is_seen_once(name: str, change: Callable[[Path], None], folder: Path) -> None:
    watch = watch_over(folder)
    assert not watch.changed(DAY)
    change(folder / name)
    assert watch.changed(DAY)
    assert not watch.changed(DAY)


@pytest.mark.parametrize("name", ["blocks/b.md", "handouts/other/en.md"])
def test_a_new_file_is_seen(name: str, folder: Path) -> None:
    watch = watch_over(folder)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("x", encoding="ascii")
    assert watch.changed(DAY)


def test_a_new_day_is_seen_once(folder: Path) -> None:
    watch = watch_over(folder)
    assert not watch.changed(DAY)
    assert watch.changed(DAY + dt.timedelta(1))
    assert not watch.changed(DAY + dt.timedelta(1))


def test_papers_that_lie_in_the_same_folder_are_not_looked_at(folder: Path) -> None:
    watch = watch_over(folder)
    (folder / "FK0B-WAWX-54DG.pdf").write_bytes(b"x")
    assert not watch.changed(DAY)
