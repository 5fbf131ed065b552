"""What a batch leaves beside the papers tells nobody's name: messages, journal, manifest, plan, index, file names."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mvd_handout.commands.cli import cli
from tests.batch.ward import TODAY, make_ward
from tests.tools.canaries import SURGEONS, Patient, make_patients, roster_csv
from tests.tools.mixups import words_in


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def ward(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_ward(tmp_path_factory.mktemp("ward"), cache)


@pytest.fixture
def home(tmp_path: Path, ward: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for name, folder in (("CONFIG", tmp_path / "config"), ("CACHE", cache), ("STATE", tmp_path / "state")):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder))
    monkeypatch.setenv("MVD_HANDOUT_CLINIC", str(ward))
    monkeypatch.setattr("mvd_handout.commands.places.today", lambda zone: TODAY)
    return here


def patients() -> list[Patient]:
    """Return patients who go home today."""
    went = TODAY - dt.timedelta(days=3)
    ours = make_patients(14, seed=41)
    return [replace(each, operation=went, discharge=TODAY, surgeon=SURGEONS[0]) for each in ours]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "-v"])


def told(folder: Path) -> set[str]:
    """Return the canaries in the names and bytes of everything in `folder`, papers excepted."""
    found: set[str] = set()
    for path in folder.rglob("*"):
        found |= words_in(path.name.encode())
        if path.is_file() and path.suffix != ".pdf":
            found |= words_in(path.read_bytes())
    return found


def test_only_the_index_tells_record_numbers_and_nothing_tells_more(home: Path, tmp_path: Path) -> None:
    people = patients()
    (home / "roster.csv").write_bytes(roster_csv(people))
    commands = (
        ("batch", "roster.csv", "-d", "papers"),
        ("batch", "roster.csv", "-d", "papers"),
        ("batch", "roster.csv", "-d", "more", "--json", "--jobs", "2"),
        ("status", "papers"),
        ("verify", "papers"),
    )
    for command in commands:
        result = run(*command)
        assert result.exit_code == 0, result.output
        assert words_in(result.output.encode()) == set(), command
    filed = {each.record_number for each in people if not each.hold}
    assert told(home / "papers") == told(home / "more") == filed
    assert list((tmp_path / "state").rglob("*.jsonl")), "the journal is not where this test looks for it"
    assert told(tmp_path / "state") == set()


SPOILT = {
    "a date": {"discharge": TODAY + dt.timedelta(days=4000)},
    "a letter that no font has": {"name": "Zqnabcde \N{EGYPTIAN HIEROGLYPH A001}"},
    "a surgeon who is not there": {"surgeon": "Dr Zqsabcde"},
    "a twin": {},
}


@pytest.mark.parametrize("fault", SPOILT)
def test_a_refused_roster_tells_nobody(fault: str, home: Path, tmp_path: Path) -> None:
    people = patients()
    people[3] = replace(people[3], **SPOILT[fault]) if SPOILT[fault] else replace(people[5], hold="")  # type: ignore[arg-type]
    (home / "roster.csv").write_bytes(roster_csv(people))
    for command in (("check", "roster.csv"), ("batch", "roster.csv", "-d", "papers")):
        result = run(*command)
        assert result.exit_code != 0
        assert "row 5" in result.output
        assert words_in(result.output.encode()) == set(), command
    assert not list(home.rglob("*.pdf"))
    assert told(tmp_path) == words_in((home / "roster.csv").read_bytes())
