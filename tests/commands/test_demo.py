"""`demo`: works today and every other day, and what it writes can be edited and used at once."""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from pathlib import Path

import pytest

from mvd_handout.commands.demo import demo_case, write_demo_clinic
from mvd_handout.domain.case import Case, check_today
from mvd_handout.domain.clinic import ClinicProfile
from mvd_handout.domain.errors import ExitCode
from tests.commands.conftest import Run

NAMES = ("driving", "living-at-home", "medicines", "not-covered", "six-months", "warning-signs", "wound-care")
BLOCKS = [f"blocks/{name}.md" for name in NAMES]
WRITTEN = sorted(["case.toml", "clinic.key", "clinic.toml", "handout.html", "handout.pdf", "handout.txt", *BLOCKS])


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_it_writes_a_clinic_a_case_and_three_handouts_and_names_them(run: Run, home: Path) -> None:
    result = run("demo")
    assert result.exit_code == ExitCode.DONE
    assert files(home / "mvd-demo") == WRITTEN
    assert sorted(Path(line).as_posix() for line in result.stdout.split()) == [f"mvd-demo/{name}" for name in WRITTEN]
    assert (home / "mvd-demo" / "handout.pdf").read_bytes().startswith(b"%PDF-")
    if os.name != "nt":
        assert (home / "mvd-demo" / "clinic.key").stat().st_mode & 0o777 == 0o600


def test_the_command_that_it_suggests_works(run: Run, home: Path) -> None:
    folder = home / "with space"
    result = run("demo", "-o", folder)
    command = next(line for line in result.stderr.splitlines() if line.startswith("  mvd-handout make "))
    words = command.replace(f"'{folder}", str(folder)).replace("'", "")
    assert words.count("with space") == 3
    made = run("make", "--draft", "--clinic", folder, "--case", folder / "case.toml", "-o", folder / "mine.pdf")
    assert made.exit_code == ExitCode.DONE
    assert (folder / "mine.pdf").read_bytes() == (folder / "handout.pdf").read_bytes()


def test_a_second_demo_replaces_nothing_unless_forced_and_never_the_key(run: Run, home: Path) -> None:
    run("demo", "-o", "d", "-q")
    key = (home / "d" / "clinic.key").read_bytes()
    (home / "d" / "case.toml").write_text("mine")
    assert run("demo", "-o", "d").exit_code == ExitCode.FILE_TROUBLE
    assert (home / "d" / "case.toml").read_text() == "mine"
    assert run("demo", "-o", "d", "--force").exit_code == ExitCode.DONE
    assert (home / "d" / "case.toml").read_text() != "mine"
    assert (home / "d" / "clinic.key").read_bytes() == key
    assert files(home / "d") == WRITTEN


def test_every_clinic_gets_a_key_of_its_own(tmp_path: Path) -> None:
    for name in "ab":
        write_demo_clinic(tmp_path / name, force=False)
    keys = {(tmp_path / name / "clinic.key").read_text() for name in "ab"}
    assert len(keys) == 2
    assert all(len(bytes.fromhex(key)) == 32 for key in keys)


@pytest.mark.parametrize("year", range(2024, 2033))
def test_the_example_case_is_sound_on_every_day(year: int) -> None:
    day = dt.date(year, 1, 1)
    while day.year == year:
        case = Case.parse(tomllib.loads(demo_case(day)))
        check_today(case, day)
        assert case.discharge_date == day
        assert (day - case.operation.date).days == 3
        assert [visit.date.weekday() < 5 for visit in case.visits] == [True, True]
        assert all(dt.timedelta(0) <= visit.date - day - wait < dt.timedelta(3) for visit, wait in zip(
            case.visits, (dt.timedelta(days=11), dt.timedelta(weeks=6)), strict=True
        ))  # fmt: skip
        day += dt.timedelta(days=1)


def test_the_example_files_explain_every_field(clinic: Path) -> None:
    for text in (demo_case(dt.date(2026, 3, 5)), (clinic / "clinic.toml").read_text(encoding="utf-8")):
        lines = text.splitlines()
        assert sum(line.startswith("#") for line in lines) > 15
        assert not [line for line in lines if "$" in line or len(line) > 120]
    ClinicProfile.parse(tomllib.loads((clinic / "clinic.toml").read_text(encoding="utf-8")))
