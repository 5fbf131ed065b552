"""`setup`: a profile made by asking, or to fill in; nothing that exists is ever overwritten."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.commands.clinic_folder import demo_text, fill_profile
from mvd_handout.commands.setup import FIELDS, QUESTIONS, skeleton
from mvd_handout.domain import clinic as c
from mvd_handout.domain.clinic import ClinicProfile
from mvd_handout.domain.errors import ExitCode, InputError
from tests.commands.conftest import Run
from tests.commands.terminal import Terminal

SURGEON = (("secretary", "01632 960110"), ("answers", "Mondays"), ("role", ""))


@pytest.fixture
def terminal(home: Path) -> Iterator[Terminal]:
    """Return `setup` at a terminal."""
    opened = Terminal(["setup", "-o", "ward 4"], home, {**os.environ, "TERM": "dumb"})
    yield opened
    opened.close()


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals of POSIX")
def test_it_asks_until_the_profile_is_sound(terminal: Terminal, run: Run, home: Path) -> None:
    terminal.answer(
        ("hospital's name", 'St "Quote" \\ Hospital'), ("unit", "Ward 4"), ("line of the address", "1 Sample Street"),
        ("line of the address", ""), ("comments", ""), ("This answer is needed", "x@example.org"),
        ("day number (", "nobody"), ("not a telephone number", "(01632) 960 100"), ("day number answers", "8 to 6"),
        ("out-of-hours number (", "01632 960101"), ("out-of-hours number answers", "nights"), ("emergency", "999"),
        ("surgeon's name", "Dr Sample"), *SURGEON, ("one more surgeon", "dr sample"), *SURGEON,
        ("one more surgeon", ""), ("paper", "letter"), ("dates and times", "en-us"), ("time zone", "Moon/Base"),
        ("first", "month-first"), ("Days until", "14"), ("fever", "100 °F"),
    )  # fmt: skip
    terminal.expect("two surgeons have the same name")
    terminal.expect("not a time zone")
    terminal.answer(("surgeon's name", "Dr Sample"), *SURGEON, ("one more", "Dr Other"), *SURGEON, ("one more", ""))
    terminal.answer(("time zone", "America/New_York"))
    terminal.expect("Your clinic has to decide")
    terminal.expect("mvd-handout preview --clinic 'ward 4'")
    assert terminal.end()[0] == ExitCode.DONE
    profile = ClinicProfile.parse(tomllib.loads((home / "ward 4" / "clinic.toml").read_text(encoding="utf-8")))
    assert profile.hospital == 'St "Quote" \\ Hospital'
    assert profile.day.number.target == "tel:01632960100"
    assert [surgeon.name for surgeon in profile.surgeons] == ["Dr Sample", "Dr Other"]
    assert (profile.paper, profile.locale, profile.date_order) == ("Letter", "en-US", "month-first")
    assert profile.values == (("fever", "100 °F"),)
    case = '[patient]\nname = "Alex Example"\nrecord_number = "T1"\nbirth_date = 1958-04-17\n'
    options = ["--surgery-date", "3/2/2026", "--side", "left", "--discharge-date", "3/5/2026", "--surgeon", "dr other"]
    common = ["--issue-date", "3/5/2026", "--clinic", "ward 4", "-o", "-", "--format", "text", "--case", "-"]
    assert "100 °F" in run("make", "--draft", *options, *common, text=case).stdout.replace("\u00a0", " ")


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals of POSIX")
def test_stopping_in_the_middle_writes_nothing(terminal: Terminal, home: Path) -> None:
    terminal.answer(("hospital's name", "Example Hospital"))
    terminal.expect("unit")
    terminal.press(b"\x03")
    assert terminal.end()[0] == ExitCode.INTERRUPTED
    assert list(home.iterdir()) == []


def test_without_a_person_it_writes_a_profile_to_fill_in(run: Run, tmp_path: Path) -> None:
    result = run("setup")
    folder = tmp_path / "config" / "mvd-handout"
    assert result.exit_code == ExitCode.DONE
    assert str(folder / "clinic.toml") in result.stdout.splitlines()
    assert "fill in" in result.stderr
    refused = run("make", "--draft", "--case", "-", text="")
    assert refused.exit_code == ExitCode.INPUT_REFUSED
    assert "phones.out_of_hours.number: nothing is here" in refused.stderr


def test_every_needed_field_of_the_empty_profile_is_named_until_it_is_filled_in() -> None:
    needed = [
        field for field in (*c.HOSPITAL_FIELDS, *c.DAY_FIELDS, *c.NIGHT_FIELDS, *c.HANDOUT_FIELDS) if field.required
    ]
    with pytest.raises(InputError) as caught:
        ClinicProfile.parse(tomllib.loads(skeleton()), "clinic.toml")
    places = {fault.where for fault in caught.value.faults}
    assert {f"clinic.toml, {field.path}" for field in (*needed, c.EMERGENCY_FIELD)} <= places
    assert {f"clinic.toml, surgeon 1, {field.key}" for field in c.SURGEON_FIELDS if field.required} <= places


def test_an_existing_profile_key_or_text_stays(run: Run, home: Path) -> None:
    (home / "blocks").mkdir()
    (home / "clinic.key").write_text("old key")
    (home / "blocks" / "warning-signs.md").write_text("Our own words.\n")
    assert run("setup", "-o", ".", "--no-input").exit_code == ExitCode.DONE
    assert (home / "clinic.key").read_text() == "old key"
    assert (home / "blocks" / "warning-signs.md").read_text() == "Our own words.\n"
    (home / "clinic.toml").write_text("mine")
    again = run("setup", "-o", ".", "--no-input")
    assert again.exit_code == ExitCode.FILE_TROUBLE
    assert "never overwritten" in again.stderr
    assert (home / "clinic.toml").read_text() == "mine"


def test_a_new_key_is_only_made_where_there_is_none(run: Run, home: Path) -> None:
    assert run("setup", "--new-key", "-o", ".").exit_code == ExitCode.DONE
    key = (home / "clinic.key").read_text()
    again = run("setup", "--new-key", "-o", ".")
    assert again.exit_code == ExitCode.FILE_TROUBLE
    assert "--force" not in again.stderr
    assert (home / "clinic.key").read_text() == key


@pytest.mark.parametrize("words", [("--new-key",), ("--no-input",)])
def test_no_new_key_is_made_where_one_is_lost(run: Run, home: Path, words: tuple[str, ...]) -> None:
    (home / "approvals.toml").write_text("sealed with the key that is gone")
    result = run("setup", *words, "-o", ".")
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "Put your backup of clinic.key back" in result.stderr
    assert sorted(path.name for path in home.iterdir()) == ["approvals.toml"]


def test_a_new_key_goes_to_the_clinic_in_use_and_its_place_is_named(
    run: Run, home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path_factory.mktemp("config")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(config))
    monkeypatch.delenv("MVD_HANDOUT_CLINIC", raising=False)
    (home / "clinic.toml").write_text("")
    result = run("setup", "--new-key")
    assert result.exit_code == ExitCode.DONE
    assert result.stdout == f"{home / 'clinic.key'}\n"
    assert (home / "clinic.key").is_file()
    assert list(config.iterdir()) == []


def test_every_field_of_a_profile_is_asked() -> None:
    asked = {*QUESTIONS, *FIELDS}
    known = {field.path for field in (*c.HOSPITAL_FIELDS, *c.DAY_FIELDS, *c.NIGHT_FIELDS, *c.HANDOUT_FIELDS)}
    assert known - asked == {"hospital.logo", "hospital.logo_alt"}


TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60)


SURGEONS = st.fixed_dictionaries(dict.fromkeys(("name", "phone", "hours", "role"), TEXTS))


@given(
    name=TEXTS,
    lines=st.lists(TEXTS, max_size=4),
    days=st.integers(0, 99),
    surgeons=st.lists(SURGEONS, max_size=4),
)
def test_any_answer_is_written_so_that_it_is_read_back(
    name: str, lines: list[str], days: int, surgeons: list[dict[str, object]]
) -> None:
    answers = {"hospital.name": name, "hospital.address": lines, "handout.hear_within_days": days, "values.fever": None}
    data = tomllib.loads(fill_profile(demo_text("clinic.toml"), answers, surgeons))
    assert data["hospital"]["name"] == name
    assert data["hospital"]["address"] == lines
    assert data["handout"]["hear_within_days"] == days
    assert data.get("surgeons", []) == surgeons
    assert data["values"] == {}
    assert data["phones"] == tomllib.loads(demo_text("clinic.toml"))["phones"]
