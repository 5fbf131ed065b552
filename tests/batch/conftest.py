"""One approved fictional ward for all tests of batches."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mvd_handout.commands.cli import cli
from tests.batch.ward import TODAY, Batch, make_batch, make_ward

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache that all tests share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def ward(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """Return the folder of a clinic that can make copies for patients."""
    return make_ward(tmp_path_factory.mktemp("ward"), cache)


@pytest.fixture(scope="session")
def six(ward: Path) -> Batch:
    """Return a batch of six patients whose papers are made once."""
    return make_batch(ward, 6)


@pytest.fixture
def home(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working folder on a fixed day."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for name in ("MVD_HANDOUT_CLINIC", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("mvd_handout.commands.places.today", lambda _: TODAY)
    return here


@pytest.fixture
def run(home: Path) -> Run:
    """Return a function that runs the command line with these arguments."""

    def invoke(*arguments: object, text: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, [str(each) for each in arguments], input=text)

    return invoke


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """Return a folder in memory where there is one: what a kill leaves does not depend on the disk."""
    if not os.access("/dev/shm", os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)
