"""A ward that says something of its journal."""

from __future__ import annotations

from pathlib import Path

import pytest


def journal_folder(home: Path) -> Path:
    return home.parent / "state" / "mvd-handout" / "journal"


def with_journal(home: Path, ward: Path, monkeypatch: pytest.MonkeyPatch, table: str) -> Path:
    """Use a copy of the ward whose profile says this of its journal; return its folder."""
    copy = home / "ward"
    copy.mkdir()
    for path in ward.rglob("*"):
        if path.is_file():
            (copy / path.relative_to(ward)).parent.mkdir(exist_ok=True)
            (copy / path.relative_to(ward)).write_bytes(path.read_bytes())
    profile = (copy / "clinic.toml").read_text(encoding="utf-8").partition("[journal]")[0]
    (copy / "clinic.toml").write_text(f"{profile}[journal]\n{table}\n", encoding="utf-8")
    monkeypatch.setenv("MVD_HANDOUT_CLINIC", str(copy))
    return copy
