"""Help about e-mail comes at once, and neither it nor a dry run needs what only sending does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project.test_import_budget import HEAVY, imported

NAMES = ("send", "test", "status", "resend", "slips", "forget")


@pytest.mark.parametrize("words", [(), *((name,) for name in NAMES)])
def test_help_imports_nothing_heavy(words: tuple[str, ...], tmp_path: Path) -> None:
    code, modules = imported(tmp_path, "email", *words, "--help")
    assert code == 0
    assert modules & (HEAVY | {"smtplib", "sqlite3", "ssl", "pikepdf", "icalendar"}) == set()
