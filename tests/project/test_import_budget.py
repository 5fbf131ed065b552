"""Help, the version and a refused input come at once: they import nothing that draws, fills or parses text."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"PIL", "babel", "fontTools", "jinja2", "markdown_it", "mdit_py_plugins", "python_calamine", "reportlab"}
SLOW = {"asyncio", "email", "importlib.metadata", "logging", "multiprocessing", "subprocess"}
"""Modules of the standard library that take long to load."""

PROBE = """
import atexit, json, sys
atexit.register(lambda: print("\\n" + json.dumps(sorted(sys.modules))))
sys.argv = ["mvd-handout", *sys.argv[1:]]
from mvd_handout.__main__ import main
main()
"""


def imported(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    """Run the command in a process of its own; return its exit code and the packages and modules it imported."""
    command = [sys.executable, "-c", PROBE, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    modules = set(json.loads(done.stdout.splitlines()[-1]))
    return done.returncode, modules | {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize(
    "arguments", [("--help",), ("--version",), ("make", "--draft", "--help"), ("demo", "--help"), ("list", "-h")]
)
def test_help_imports_nothing_heavy(arguments: tuple[str, ...], tmp_path: Path) -> None:
    code, modules = imported(tmp_path, *arguments)
    assert code == 0
    assert modules & (HEAVY | SLOW) == set()


def test_the_list_of_commands_imports_no_command(tmp_path: Path) -> None:
    _, modules = imported(tmp_path, "--help")
    ours = {name for name in modules if name.startswith("mvd_handout.commands.")}
    shared = {"app", "cli", "console", "errors", "wording"}
    assert ours == {f"mvd_handout.commands.{name}" for name in shared}


def test_a_second_draft_draws_and_imports_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The texts are in the cache by then. ReportLab's settings load Pillow; neither paths nor numbers need them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    imported(tmp_path, "demo", "-o", "demo")
    case = ("--case", "demo/case.toml", "--clinic", "demo", "--no-input")
    code, modules = imported(tmp_path, "make", "--draft", *case, "-o", "mine.pdf")
    assert code == 0
    assert "reportlab.pdfgen.pathobject" in modules
    assert modules & (HEAVY - {"reportlab"} | SLOW | {"reportlab.rl_config", "reportlab.pdfbase"}) == set()
    if sys.platform == "linux":
        assert "platformdirs" not in modules


def test_a_mistyped_command_imports_nothing_heavy(tmp_path: Path) -> None:
    code, modules = imported(tmp_path, "make", "--draft", "--no-such-option")
    assert code == 2
    assert modules & HEAVY == set()


def test_a_refused_case_imports_neither_drawing_nor_templates(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text("[patient]\nname = ''\n", encoding="utf-8")
    (tmp_path / "clinic.toml").write_text("[clinic]\n", encoding="utf-8")
    code, modules = imported(
        tmp_path, "make", "--draft", "--case", "case.toml", "--clinic", "clinic.toml", "--no-input"
    )
    assert code == 3
    assert modules & {"jinja2", "reportlab"} == set()


def test_importing_the_package_costs_nothing_and_still_offers_its_names() -> None:
    probe = (
        "import sys, mvd_handout; early = {n.partition('.')[0] for n in sys.modules};"
        "print(sorted(early), [getattr(mvd_handout, n).__name__ for n in mvd_handout.__all__])"
    )
    shown = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout
    early, offered = shown.split("] [")
    assert not [name for name in HEAVY | {"click"} if f"'{name}'" in early]
    assert "'Case'" in offered
