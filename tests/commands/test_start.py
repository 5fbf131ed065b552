"""Start-up: help and refused input come at once, because nothing heavy is loaded for them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"reportlab", "jinja2", "markdown_it", "mdit_py_plugins", "babel", "PIL", "importlib.metadata", "smtplib"}
_LIST_MODULES = """
import json, sys
from mvd_handout.commands.cli import cli
try:
    cli.main(sys.argv[1:], prog_name="mvd-handout")
except SystemExit as end:
    print(json.dumps([end.code, sorted(sys.modules)]), file=sys.stderr)
"""


def loaded(*arguments: str, text: str = "") -> tuple[int, set[str]]:
    """Return the exit code, and which heavy packages the command loaded."""
    command = [sys.executable, "-c", _LIST_MODULES, *arguments]
    process = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    code, modules = json.loads(process.stderr.decode().splitlines()[-1])
    return code, HEAVY & {*modules, *(name.partition(".")[0] for name in modules)}


@pytest.mark.parametrize("command", ["", "demo", "make", "setup", "preview", "list", "completion"])
def test_help_loads_nothing_heavy(command: str) -> None:
    assert loaded(*command.split(), "--help") == (0, set())


def test_version_loads_nothing_heavy() -> None:
    assert loaded("--version") == (0, set())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('side = "left"', 'side = "up"'),
        ('name = "Alex Example"', ""),
        ("[patient]", "[patient"),
        ("discharge_date = 2026-03-05", "discharge_date = 2026-03-01"),
        ('surgeon = "Dr Morgan Sample"', 'surgeon = "Dr Who"'),
        ("[operation]\ndate = 2026-03-02", "[operation]\ndate = 2022-03-02"),
    ],
)
def test_a_refused_case_loads_nothing_heavy(clinic: Path, case_text: str, old: str, new: str) -> None:
    assert old in case_text
    arguments = ["make", "--draft", "--clinic", str(clinic), "--case", "-", "--issue-date", "2026-03-05"]
    assert loaded(*arguments, text=case_text.replace(old, new)) == (3, set())


def test_a_refused_clinic_profile_or_option_loads_nothing_heavy(clinic: Path, home: Path) -> None:
    assert loaded("make", "--draft", "--no-input") == (3, set())
    assert loaded("make", "--draft", "--clinic", str(clinic), "--side", "up") == (3, set())
    (home / "clinic.toml").write_text("[hospital]\n")
    assert loaded("make", "--draft", "--no-input") == (3, set())


def test_usage_errors_load_nothing_heavy() -> None:
    assert loaded("make", "--draft", "--theme", "pink") == (2, set())
    assert loaded("mak") == (2, set())


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_crash_leaves_no_memory_on_the_disk() -> None:
    program = """
import resource, sys
from mvd_handout.commands.cli import main
sys.argv[1:] = ["--version"]
try:
    main()
except SystemExit:
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
"""
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def test_the_test_would_see_a_heavy_package(clinic: Path, case_text: str) -> None:
    arguments = ["make", "--draft", "--clinic", str(clinic), "--case", "-", "--issue-date", "2026-03-05", "-o", "a.pdf"]
    code, heavy = loaded(*arguments, text=case_text)
    assert code == 0
    assert "reportlab" in heavy
