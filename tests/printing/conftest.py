"""A print server of our own for the session, and a batch of six fictional patients to print."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mvd_handout.commands.cli import cli
from mvd_handout.delivery.batch.print_run import write_run
from mvd_handout.rendering.pdf.print_run import PrintRunOptions
from tests.batch.ward import TODAY, make_batch, make_ward, patients, plan
from tests.tools.cups import PrintServer, private_server

Run = Callable[..., Result]
QUEUE = "Ward"


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache that all tests share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def ward(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """Return the folder of a clinic that can make copies for patients."""
    return make_ward(tmp_path_factory.mktemp("ward"), cache)


@pytest.fixture
def made(made_once: Path, tmp_path: Path) -> Path:
    """Return the folder of a finished batch that was not printed yet."""
    return Path(shutil.copytree(made_once, tmp_path / "made"))


@pytest.fixture(scope="session")
def made_once(ward: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a finished batch; not to be changed."""
    folder = tmp_path_factory.mktemp("made") / "batch"
    make_batch(ward, 6).run(folder)
    return folder


@pytest.fixture(scope="session")
def print_run(ward: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the print run of the same six patients."""
    path = tmp_path_factory.mktemp("run") / "run.pdf"
    roster, planned = plan(ward, patients(6))
    write_run(path, planned.plan, roster, planned.recipe, PrintRunOptions(hand_out_list=False))
    return path


@pytest.fixture(scope="session")
def running() -> Iterator[PrintServer]:
    """Start a print server with one queue."""
    with private_server() as server:
        server.add_queue(QUEUE)
        yield server


@pytest.fixture
def server(running: PrintServer, monkeypatch: pytest.MonkeyPatch) -> PrintServer:
    """Return the print server as it was at first, in the place of every other one that there may be."""
    running.reset(QUEUE)
    for name in set(os.environ) - set(running.environment):
        monkeypatch.delenv(name)
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    return running


@pytest.fixture
def home(tmp_path: Path, cache: Path, ward: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working folder; nothing of the real home is seen, and the clinic is the ward's."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MVD_HANDOUT_CLINIC", str(ward))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setattr("mvd_handout.commands.places.today", lambda _: TODAY)
    return here


@pytest.fixture
def send(home: Path) -> Run:
    """Return a function that runs `print` with these arguments, without a question unless `ask`."""

    def invoke(*arguments: object, ask: bool = False) -> Result:
        return CliRunner().invoke(cli, ["print", *([] if ask else ["--yes"]), *(str(each) for each in arguments)])

    return invoke


@pytest.fixture
def lp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Return a function that puts a shell script in the place of `lp`; the real one is "$LP". It returns its folder."""
    import shutil

    folder = tmp_path / "bin"
    folder.mkdir()

    def replace(script: str) -> Path:
        monkeypatch.setenv("LP", shutil.which("lp") or "")
        path = folder / "lp"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return folder

    return replace
