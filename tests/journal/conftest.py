"""The command line of an approved fictional ward on a fixed day, with a journal of its own for every test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mvd_handout.commands.cli import cli
from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.journal.journal import Journal
from tests.approval.registers import DAY
from tests.batch.ward import make_ward
from tests.journal.cases import case_text
from tests.samples import KEY

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache that all tests share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def ward(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """Return the folder of a clinic that can make copies for patients."""
    return make_ward(tmp_path_factory.mktemp("ward"), cache)


@pytest.fixture
def home(tmp_path: Path, cache: Path, ward: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working folder with a case file in it; nothing of the real home is seen."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("MVD_HANDOUT_CLINIC", str(ward))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("mvd_handout.commands.places.today", lambda _: DAY)
    (here / "case.toml").write_text(case_text(), encoding="utf-8")
    return here


@pytest.fixture
def run(home: Path) -> Run:
    """Return a function that runs the command line with these arguments."""

    def invoke(*arguments: object, text: str | None = None) -> Result:
        return CliRunner().invoke(cli, [str(each) for each in arguments], input=text)

    return invoke


@pytest.fixture
def noted(tmp_path: Path, ward: Path) -> Callable[[], list[Entry]]:
    """Return a function that reads the journal of the ward; any damage is an error."""

    def read() -> list[Entry]:
        key = bytes.fromhex((ward / "clinic.key").read_text(encoding="ascii"))
        return list(Journal(tmp_path / "state" / "mvd-handout" / "journal", key).entries())

    return read


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Return an empty journal."""
    return Journal(tmp_path / "journal", KEY)
