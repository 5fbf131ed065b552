"""The command line of a clinic's stewards on a fixed day, in an empty folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mvd_handout.commands.cli import cli
from mvd_handout.commands.console import Console
from tests.approval.registers import DAY

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working folder; nothing of the real home is seen."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.delenv("MVD_HANDOUT_CLINIC", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    set_day(monkeypatch, DAY)
    return here


def set_day(monkeypatch: pytest.MonkeyPatch, day: dt.date) -> None:
    """Let the stewards' commands and `make` run on `day`."""
    monkeypatch.setattr("mvd_handout.commands.places.today", lambda _: day)


@pytest.fixture
def run(home: Path) -> Run:
    """Return a function that runs the command line with these arguments."""

    def invoke(*arguments: object, text: str | None = None) -> Result:
        return CliRunner().invoke(cli, [str(each) for each in arguments], input=text)

    return invoke


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody sit at the terminal."""
    monkeypatch.setattr(Console, "has_person", lambda _: True)
