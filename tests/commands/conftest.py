"""A home of its own for every test of the commands, and one fictional clinic for all of them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mvd_handout.commands.cli import cli
from mvd_handout.commands.demo import demo_case, write_demo_clinic

ISSUED = dt.date(2026, 3, 5)

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache that all tests share, as all runs of a user do."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working folder; nothing of the real home is seen."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for name in ("MVD_HANDOUT_CLINIC", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(str(path) for path in [Path(__file__).parents[2]]))
    return here


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the fictional clinic."""
    folder = tmp_path_factory.mktemp("clinic")
    write_demo_clinic(folder, force=False)
    return folder


@pytest.fixture
def case_text() -> str:
    """Return the example case of somebody who goes home on 5 March 2026."""
    return demo_case(ISSUED)


@pytest.fixture
def case_file(tmp_path: Path, case_text: str) -> Path:
    """Return the example case as a file."""
    path = tmp_path / "case.toml"
    path.write_text(case_text, encoding="utf-8")
    return path


@pytest.fixture
def run() -> Run:
    """Return a function that runs the command line with these arguments."""

    def invoke(*arguments: object, text: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, [str(each) for each in arguments], input=text)

    return invoke


@pytest.fixture
def make(run: Run, clinic: Path, case_file: Path) -> Run:
    """Return a function that makes the example's handout, with more arguments."""

    def invoke(*arguments: object, case: object = case_file, text: str | bytes | None = None) -> Result:
        return run("make", "--draft", "--clinic", clinic, "--case", case, "--issue-date", ISSUED, *arguments, text=text)

    return invoke
