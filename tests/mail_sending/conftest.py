"""One approved fictional ward for all tests of `email`, and a home of its own for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mvd_handout.commands.cli import cli
from mvd_handout.commands.console import Console
from tests.mail_sending.clinic import Clinic
from tests.mail_sending.ward import NOW, TODAY, Run, make_ward, with_server
from tests.tools import smtp


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache that all tests share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a clinic that may e-mail copies to patients."""
    return make_ward(tmp_path_factory.mktemp("ward"))


@pytest.fixture
def home(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working folder on a fixed day."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for name in ("MVD_HANDOUT_CLINIC", "MVD_HANDOUT_SMTP_PASSWORD", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("mvd_handout.commands.places.today", lambda _: TODAY)
    monkeypatch.setattr("mvd_handout.commands.email_desk.EmailDesk.now", lambda _: NOW)
    return here


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


@pytest.fixture
def server() -> smtp.Server:
    """Return a mail server that does what it should; it runs while `clinic` is there."""
    return smtp.Server()


@pytest.fixture
def clinic(
    server: smtp.Server, ward: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Clinic]:
    """Give the ward with its mail server."""
    monkeypatch.setattr("mvd_handout.commands.email_run.time.sleep", lambda seconds: None)
    with server.running():
        folder = with_server(ward, tmp_path / "ward4", host="127.0.0.1", port=server.port, security="none", timeout=2)
        yield Clinic(folder, server, run)
