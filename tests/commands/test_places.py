"""Which clinic profile is used, and which files are made."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from pathlib import Path

import click
import platformdirs
import pytest

from mvd_handout.commands import places as places_module
from mvd_handout.commands.outputs import plan_outputs
from mvd_handout.commands.places import find_clinic, today
from mvd_handout.domain.errors import InputError
from tests.commands.conftest import Run


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    """Return four folders, each with a clinic profile."""
    folders = {name: tmp_path / name for name in ("flag", "environment", "working", "config")}
    for folder in folders.values():
        folder.mkdir()
        (folder / "clinic.toml").touch()
    return folders


def test_flag_before_environment_before_working_folder_before_settings(places: dict[str, Path]) -> None:
    variable = {"MVD_HANDOUT_CLINIC": str(places["environment"] / "clinic.toml")}
    flag, here, config = places["flag"] / "clinic.toml", places["working"], places["config"]
    assert find_clinic(flag, variable, here, config).path == flag
    assert find_clinic(None, variable, here, config).path == places["environment"] / "clinic.toml"
    assert find_clinic(None, {}, here, config).path == here / "clinic.toml"
    (here / "clinic.toml").unlink()
    assert find_clinic(None, {}, here, config).path == config / "clinic.toml"
    (config / "clinic.toml").unlink()
    with pytest.raises(InputError, match="mvd-handout setup"):
        find_clinic(None, {}, here, config)


def test_a_flag_that_leads_nowhere_does_not_fall_back(places: dict[str, Path]) -> None:
    missing = places["flag"] / "other.toml"
    assert find_clinic(missing, {}, places["working"], places["config"]).path == missing


def test_a_folder_stands_for_the_profile_in_it(places: dict[str, Path]) -> None:
    assert find_clinic(places["flag"], {}, places["working"], places["config"]).path == places["flag"] / "clinic.toml"


def test_the_commands_look_there_and_say_so(
    run: Run, clinic: Path, case_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["make", "--draft", "--case", case_file, "--issue-date", "2026-03-05", "--format", "text"]
    monkeypatch.setenv("MVD_HANDOUT_CLINIC", str(clinic))
    assert "(from MVD_HANDOUT_CLINIC)" in run(*arguments, "-o", "a.txt").stderr
    monkeypatch.delenv("MVD_HANDOUT_CLINIC")
    shutil.copytree(clinic, tmp_path / "config" / "mvd-handout")
    assert "(in your settings folder)" in run(*arguments, "-o", "b.txt").stderr
    monkeypatch.chdir(clinic)
    result = run(*arguments, "-o", case_file.parent / "c.txt")
    assert "(in this folder)" in result.stderr
    assert result.exit_code == 0


def test_today_is_the_day_at_the_clinic() -> None:
    zones = {today("Pacific/Kiritimati"), today("Pacific/Pago_Pago")}
    assert max(zones) - min(zones) == dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("formats", "output", "names"),
    [
        ([], None, ["handout-ID.pdf"]),
        (["html"], None, ["handout-ID.html"]),
        (["pdf", "html", "text"], None, ["handout-ID.pdf", "handout-ID.html", "handout-ID.txt"]),
        ([], "x.pdf", ["x.pdf"]),
        ([], "x.HTML", ["x.HTML"]),
        ([], "x.txt", ["x.txt"]),
        ([], "ward.4", ["ward.4"]),
        (["text"], "ward.4", ["ward.4"]),
        (["pdf", "text"], "ward.4", ["ward.4.pdf", "ward.4.txt"]),
        (["text", "pdf", "text"], "x.pdf", ["x.txt", "x.pdf"]),
        ([], "folder", ["folder/handout-ID.pdf"]),
    ],
)
def test_formats_and_names(home: Path, formats: list[str], output: str | None, names: list[str]) -> None:
    (home / "folder").mkdir()
    plan = plan_outputs(formats, output, record_sheet=False, terminal=True)
    assert [plan.handout(each, "ID").as_posix() for each in plan.formats] == names


@pytest.mark.parametrize(
    ("output", "name"),
    [
        (None, "record-ID.pdf"),
        ("x.pdf", "x-record.pdf"),
        ("x.html", "x-record.pdf"),
        ("folder", "folder/record-ID.pdf"),
    ],
)
def test_the_record_sheet_has_a_name_of_its_own(home: Path, output: str | None, name: str) -> None:
    (home / "folder").mkdir()
    assert plan_outputs([], output, record_sheet=True, terminal=True).record("ID").as_posix() == name


def test_a_pdf_is_not_for_the_screen_but_text_is() -> None:
    with pytest.raises(click.UsageError, match="Send it to a file"):
        plan_outputs(["pdf"], "-", record_sheet=False, terminal=True)
    assert plan_outputs(["pdf"], "-", record_sheet=False, terminal=False).place is None
    assert plan_outputs(["text"], "-", record_sheet=False, terminal=True).formats == ("text",)
    with pytest.raises(click.UsageError, match="Only one file"):
        plan_outputs(["text"], "-", record_sheet=True, terminal=False)


@pytest.mark.skipif(sys.platform != "linux", reason="the rule of Linux")
@pytest.mark.parametrize("told", ["", "/srv/mine", "/srv/mine/", "relative/folder", "~/mine"])
@pytest.mark.parametrize("home", ["/srv/somebody", "/srv/somebody/", "", "relative"])
@pytest.mark.parametrize("kind", ["config", "cache", "state"])
def test_our_folders_are_where_platformdirs_would_put_them(
    kind: str, home: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", home)
    monkeypatch.setenv(f"XDG_{kind.upper()}_HOME", told)
    ours, theirs = getattr(places_module, f"{kind}_folder"), getattr(platformdirs, f"user_{kind}_path")
    assert ours() == theirs("mvd-handout", appauthor=False)
