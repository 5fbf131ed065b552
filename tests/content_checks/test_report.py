"""The report: scales, table, JSON, and the command with its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mvd_handout.commands.check_content import check_content
from mvd_handout.commands.console import Console
from mvd_handout.content.checks.check import CHECKS, report
from mvd_handout.content.checks.report import Check, Outcome, Report
from mvd_handout.content.checks.rules import load_rules
from mvd_handout.content.checks.scales import SCALES, items
from mvd_handout.content.checks.table import as_text, summary
from mvd_handout.content.resources import data_root
from mvd_handout.domain.errors import ContentError, ExitCode
from tests.content_checks.subjects import copied, shipped
from tests.project.source import ROOT
from tests.samples import write_clinic

HEAVY = {"PIL", "babel", "jinja2", "markdown_it", "mdit_py_plugins", "reportlab"}
CLINIC = (data_root("templates") / "demo" / "clinic.toml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the command away from this computer's settings and cache."""
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.delenv("MVD_HANDOUT_CLINIC", raising=False)
    monkeypatch.chdir(tmp_path)


def outcomes(**given: Outcome) -> dict[tuple[str, int], Outcome]:
    """Return the outcome of every item when all checks pass but those given by id (with _ for . and -)."""
    checks = []
    for check in report(shipped()).checks:
        outcome = given.get(check.id.replace(".", "_").replace("-", "_"), "pass")
        checks.append(Check(check.id, "", "", "", "", "", outcome))
    return {(item.scale, item.number): item.outcome for item in items(checks)}


def test_every_item_of_both_scales_is_in_the_tables() -> None:
    found = [(item.scale, item.number) for item in report(shipped()).items]
    pemat = [*range(1, 13), *range(15, 27)]
    assert found == [("PEMAT-P", number) for number in pemat] + [("CDC", number) for number in range(1, 21)]
    assert {scale for scale, _ in found} == set(SCALES)


def test_an_item_fails_with_its_check_and_waits_for_a_person_where_it_must() -> None:
    calm = outcomes()
    assert calm["PEMAT-P", 5] == "pass"
    assert calm["PEMAT-P", 10] == calm["CDC", 9] == "for a person"
    bad = outcomes(voice_active="fail", structure_chunks="fail", terms_explained="for a person")
    assert bad["PEMAT-P", 5] == "fail"
    assert bad["CDC", 9] == "fail"
    assert bad["PEMAT-P", 4] == "for a person"
    assert bad["PEMAT-P", 7] == "pass"


def test_every_check_names_its_standard_and_every_standard_has_its_check() -> None:
    found = report(shipped()).checks
    assert all(check.title and check.standard and check.source and check.measured for check in found)
    assert {check.id for check in found} == set(shipped().rules.standards)
    assert len({check.id for check in found}) == len(found) == len(CHECKS) + 5


def test_the_whole_and_every_part_are_scored() -> None:
    scores = report(shipped()).scores
    assert scores[0].part == "whole"
    parts = {score.part for score in scores}
    assert {"message", "timeline", "why", "blocks/warning-signs", "blocks/living-at-home"} <= parts
    assert sum(score.sentences for score in scores[1:]) == scores[0].sentences
    assert sum(score.words for score in scores[1:]) == scores[0].words


def test_the_table_names_every_check_with_what_was_measured() -> None:
    found = report(shipped())
    text = as_text(found)
    assert summary(found) in text
    for check in found.checks:
        assert f" {check.id}" in text
        assert check.measured in text
    for scale in SCALES:
        assert f"\n{scale}: " in text


def test_the_report_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    check_content.main(["--json"], standalone_mode=False, obj=Console())
    data = json.loads(capsys.readouterr().out)
    assert data["handout"] == "hfs-recovery"
    assert {check["outcome"] for check in data["checks"]} <= {"pass", "fail", "for a person"}
    assert len(data["items"]) == 44
    assert data["passed"] is not any(check["outcome"] == "fail" for check in data["checks"])


def test_the_exit_code_is_that_of_the_report(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = copied(tmp_path)
    clinic = str(write_clinic(tmp_path, CLINIC))
    assert command("--clinic", clinic) == (ExitCode.CONTENT_REFUSED if failed(capsys) else ExitCode.DONE)
    text = (folder / "en.md").read_text(encoding="utf-8")
    (folder / "en.md").write_text(text.replace("30 out of every 100", "60 out of every 100", 1), encoding="utf-8")
    assert command("--clinic", clinic) == ExitCode.CONTENT_REFUSED
    assert "FAIL    numbers.derived" in capsys.readouterr().out


def test_a_clinics_own_block_is_read_in_place_of_ours(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    clinic = write_clinic(tmp_path, CLINIC)
    (tmp_path / "blocks").mkdir()
    long = " ".join(["word"] * 30)
    (tmp_path / "blocks" / "six-months.md").write_text(f"Some {long}.\n", encoding="utf-8")
    assert command("--clinic", str(clinic)) == ExitCode.CONTENT_REFUSED
    out = capsys.readouterr().out
    assert "blocks/six-months.md, line 1: 31 words" in out
    assert "blocks/living-at-home" not in out


def test_a_language_without_rules_says_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="Languages: en"):
        load_rules("xx", tmp_path)
    with pytest.raises(ContentError, match="Languages: en"):
        command("-l", "xx")


def test_help_imports_nothing_heavy() -> None:
    probe = (
        "import sys; from mvd_handout.commands.check_content import check_content;"
        "check_content.main(['--help'], standalone_mode=False);"
        "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--json" in done.stdout
    assert [name for name in HEAVY if f"'{name}'" in done.stdout.splitlines()[-1]] == []


def test_a_report_passes_while_nothing_fails() -> None:
    person, bad = (Check("x", "", "", "", "", "", outcome) for outcome in ("for a person", "fail"))
    assert Report("h", "1", "en", "", (person,), (), ()).passed
    assert not Report("h", "1", "en", "", (person, bad), (), ()).passed
    with pytest.raises(KeyError):
        Report("h", "1", "en", "", (), (), ()).check("x")


def command(*arguments: str) -> int:
    """Run the command and return its exit code."""
    return int(check_content.main(list(arguments), standalone_mode=False, obj=Console()))


def failed(capsys: pytest.CaptureFixture[str]) -> bool:
    return "\nFAIL " in capsys.readouterr().out
