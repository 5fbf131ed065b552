"""`batch`, `verify`, `status` and `purge` as a person or a program runs them."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from mvd_handout.content.approval.register import REGISTER_NAME
from mvd_handout.delivery.batch import workers
from mvd_handout.delivery.batch.folder import one_run
from mvd_handout.delivery.batch.manifest import MANIFEST_NAME
from mvd_handout.domain.errors import ExitCode
from mvd_handout.rendering.pdf.inspect import read_properties
from tests.batch.conftest import Run
from tests.batch.ward import TODAY, cells, contents, papers_in, patients, roster_csv

IDENTIFYING = ("Alex", "Example 1", "TEST-0", "04-17", "17 April")


@pytest.fixture
def roster(home: Path) -> Path:
    """Return a roster of three patients, the second of them on hold."""
    (home / "roster.csv").write_bytes(roster_csv([cells(0), cells(1, Hold="readmitted"), cells(2)]))
    return home / "roster.csv"


@pytest.fixture
def done(run: Run, ward: Path, roster: Path, home: Path) -> Path:
    """Return the folder of the finished batch."""
    assert run("batch", roster, "-d", "out", "--clinic", ward).exit_code == ExitCode.DONE
    return home / "out"


def test_a_roster_becomes_a_folder_of_papers_and_the_summary_counts_them(run: Run, ward: Path, roster: Path) -> None:
    result = run("batch", roster, "-d", "out", "--clinic", ward)
    assert result.exit_code == ExitCode.DONE
    assert result.stdout == "out\n"
    assert "Made 2 papers" in result.stderr
    assert "On hold, so without a paper: row 3." in result.stderr
    papers = papers_in(Path("out"))
    pages = sum(int(read_properties(pdf)["pages"]) for pdf in papers.values())
    assert f"In the folder: 2 papers, {pages} pages" in result.stderr
    assert {read_properties(pdf)["status"] for pdf in papers.values() if "status" in read_properties(pdf)} <= {
        "approved"
    }
    assert not [word for word in IDENTIFYING if word in result.output]


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_only_the_owner_may_look_into_the_new_folder(done: Path) -> None:
    assert done.stat().st_mode & 0o777 == 0o700


def test_any_fault_of_any_row_makes_nothing_and_all_are_shown(run: Run, ward: Path, home: Path) -> None:
    rows = [cells(0, Side="up"), cells(1), cells(2, Surgeon="Nobody"), cells(3, Name="李小龍")]
    (home / "bad.csv").write_bytes(roster_csv(rows))
    result = run("batch", "bad.csv", "-d", "out", "--clinic", ward)
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert all(f"row {row}" in result.stderr for row in (2, 4, 5))
    assert "3 faults. Nothing was made." in result.stderr
    assert not (home / "out").exists()


def test_bad_rows_can_be_left_out_and_are_listed(run: Run, ward: Path, home: Path) -> None:
    rows = [cells(0, Side="up"), cells(1), cells(2, Discharge_date="2026-12-09")]
    (home / "bad.csv").write_bytes(roster_csv(rows))
    result = run("batch", "bad.csv", "-d", "out", "--clinic", ward, "--skip-bad-rows", "--issue-date", "2026-12-02")
    assert result.exit_code == ExitCode.SOME_FAILED
    assert "Left out because of faults: rows 2 and 4." in result.stderr
    assert 'row 2, column "Side"' in result.stderr
    assert "--issue-date: it lies before the day of discharge of row 4." in result.stderr
    assert len(papers_in(home / "out")) == 1
    assert run("status", "out").exit_code == ExitCode.SOME_FAILED


def test_faults_and_results_for_other_programs(run: Run, ward: Path, roster: Path, home: Path) -> None:
    (home / "bad.csv").write_bytes(roster_csv([cells(0, Side="up")]))
    refused = json.loads(run("batch", "bad.csv", "-d", "no", "--clinic", ward, "--json").stdout)
    assert (refused["schema"], refused["ok"], [fault["row"] for fault in refused["faults"]]) == (1, False, [2])
    told = json.loads(run("batch", roster, "-d", "out", "--clinic", ward, "--json").stdout)
    assert {key: told[key] for key in ("schema", "ok", "draft", "made", "already_there", "on_hold", "left_out")} == {
        "schema": 1, "ok": True, "draft": False, "made": 2, "already_there": 0, "on_hold": [3], "left_out": [],
    }  # fmt: skip
    assert [paper["row"] for paper in told["papers"]] == [2, 4]
    assert all((home / "out" / paper["file"]).is_file() for paper in told["papers"])
    again = json.loads(run("batch", roster, "-d", "out", "--clinic", ward, "--json").stdout)
    assert {paper["status"] for paper in again["papers"]} == {"already there"}


def test_without_an_approval_there_are_only_drafts_and_only_when_asked_for(
    run: Run, ward: Path, roster: Path, home: Path
) -> None:
    shutil.copytree(ward, home / "new")
    (home / "new" / REGISTER_NAME).unlink()
    result = run("batch", roster, "-d", "out", "--clinic", "new")
    assert result.exit_code == ExitCode.CONTENT_REFUSED
    assert "nobody has approved it yet" in result.stderr
    assert not (home / "out").exists()
    result = run("batch", roster, "-d", "out", "--clinic", "new", "--draft")
    assert result.exit_code == ExitCode.DONE
    assert "DRAFTS" in result.stderr
    assert {read_properties(pdf)["status"] for pdf in papers_in(home / "out").values()} == {"draft"}


def test_the_paper_bears_the_day_of_discharge_or_the_issue_date_never_today(
    run: Run, ward: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "roster.csv").write_bytes(roster_csv([cells(0, Discharge_date="2026-12-03"), cells(1)]))
    run("batch", "roster.csv", "-d", "out", "--clinic", ward)
    issued = sorted(read_properties(pdf)["issued"] for pdf in papers_in(home / "out").values())
    assert issued == ["2026-12-01", "2026-12-03"]
    run("batch", "roster.csv", "-d", "later", "--clinic", ward, "--issue-date", "4 December 2026")
    assert {read_properties(pdf)["issued"] for pdf in papers_in(home / "later").values()} == {"2026-12-04"}
    monkeypatch.setattr("mvd_handout.commands.places.today", lambda _: TODAY + dt.timedelta(days=1))
    result = run("batch", "roster.csv", "-d", "out", "--clinic", ward)
    assert "Already there and unchanged: 2." in result.stderr


def test_the_number_of_processes_changes_nothing(run: Run, ward: Path, home: Path) -> None:
    (home / "roster.csv").write_bytes(patients(20))
    for jobs in (1, 2):
        assert run("batch", "roster.csv", "-d", f"out{jobs}", "--clinic", ward, "--jobs", jobs).exit_code == 0
    assert contents(home / "out1") == contents(home / "out2")


def test_a_roster_from_standard_input(run: Run, ward: Path, home: Path) -> None:
    assert run("batch", "-", "-d", "out", "--clinic", ward, text=patients(2)).exit_code == ExitCode.DONE
    assert len(papers_in(home / "out")) == 2


def test_a_folder_is_one_batchs_alone(run: Run, ward: Path, done: Path, home: Path) -> None:
    (home / "other.csv").write_bytes(patients(2))
    result = run("batch", "other.csv", "-d", done, "--clinic", ward)
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "another batch" in result.stderr
    assert "is kept" not in result.stderr


def test_a_full_disk_says_so_and_the_next_run_makes_the_rest(
    run: Run, ward: Path, roster: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    written = [0]

    def full(descriptor: int, data: Any) -> int:
        written[0] += len(data)
        if written[0] > 100_000:
            raise OSError(28, os.strerror(28))
        return write(descriptor, data)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        result = run("batch", roster, "-d", "out", "--clinic", ward)
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "Free some space" in result.stderr
    assert "What was made is kept, and the same command again makes the rest." in result.stderr
    assert not [word for word in (*IDENTIFYING, str(home)) if word in result.stderr.replace(str(ward), "")]
    assert run("batch", roster, "-d", "out", "--clinic", ward).exit_code == ExitCode.DONE
    assert run("verify", "out", "--clinic", ward).exit_code == ExitCode.DONE


def test_a_worker_that_dies_is_told_and_loses_nothing(
    run: Run, ward: Path, roster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(workers, "make_papers", die)
        result = run("batch", roster, "-d", "out", "--clinic", ward, "--jobs", 2)
    assert result.exit_code == ExitCode.SOME_FAILED
    assert "Run the same command again" in result.stderr
    assert run("batch", roster, "-d", "out", "--clinic", ward).exit_code == ExitCode.DONE


def die(settings: bytes, orders: object) -> None:
    os._exit(9)


def test_a_changed_paper_is_named_by_its_id_everywhere(run: Run, ward: Path, done: Path, roster: Path) -> None:
    paper = sorted(done.glob("*.pdf"))[0]
    paper.write_bytes(paper.read_bytes().replace(b"%%EOF", b"%%E0F"))
    for result in (run("verify", done, "--clinic", ward), run("batch", roster, "-d", done, "--clinic", ward)):
        assert result.exit_code == ExitCode.VERIFY_MISMATCH
        assert paper.stem in result.output


def test_verify_finds_what_is_missing_swapped_resealed_or_does_not_belong_there(
    run: Run, ward: Path, done: Path
) -> None:
    first, second = sorted(done.glob("*.pdf"))
    assert run("verify", done, "--clinic", ward).exit_code == ExitCode.DONE
    (done / "Alex Example.pdf").write_bytes(first.read_bytes())
    result = run("verify", done, "--clinic", ward)
    assert result.exit_code == ExitCode.VERIFY_MISMATCH
    assert "a file that is not of this batch" in result.output
    assert "Alex" not in result.output
    (done / "Alex Example.pdf").unlink()
    swapped = first.read_bytes(), second.read_bytes()
    second.write_bytes(swapped[0])
    first.write_bytes(swapped[1])
    result = run("verify", done, "--clinic", ward)
    assert all(path.stem in result.output for path in (first, second))
    # Whoever changes the manifest, too, still cannot make a paper another patient's.
    manifest = done / MANIFEST_NAME
    lines = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    lines[1]["sha256"], lines[2]["sha256"] = lines[2]["sha256"], lines[1]["sha256"]
    manifest.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    result = run("verify", done, "--clinic", ward)
    assert result.exit_code == ExitCode.VERIFY_MISMATCH
    assert result.output.count("not this patient's paper") == 2
    first.unlink()
    assert f"{first.stem}: the file is missing" in run("verify", done, "--clinic", ward).output


def test_verify_without_the_key_says_what_it_cannot_judge(run: Run, done: Path, ward: Path, home: Path) -> None:
    result = run("verify", done)
    assert result.exit_code == ExitCode.SOME_FAILED
    assert "cannot be judged" in result.stderr


def test_status_counts_without_reading_papers(run: Run, ward: Path, done: Path, roster: Path) -> None:
    result = run("status", done)
    assert result.exit_code == ExitCode.DONE
    assert "complete" in result.stdout
    sorted(done.glob("*.pdf"))[0].unlink()
    result = run("status", done, "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == ExitCode.SOME_FAILED
    assert (told["state"], told["planned"], told["made"], told["lacking"]) == ("interrupted", 2, 1, 1)
    assert told["on_hold"] == [3]
    with one_run(done):
        assert json.loads(run("status", done, "--json").stdout)["state"] == "at work"


def test_status_and_verify_of_something_else(run: Run, home: Path) -> None:
    for command in ("status", "verify"):
        result = run(command, home)
        assert result.exit_code == ExitCode.FILE_TROUBLE
        assert "there is no batch in it" in result.stderr


@pytest.fixture
def aged(done: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the finished batch on a day three weeks later."""
    monkeypatch.setattr("mvd_handout.commands.purge._today", lambda: TODAY + dt.timedelta(days=21))
    return done


def test_an_old_batch_is_purged_and_says_so_ever_after(run: Run, ward: Path, aged: Path, roster: Path) -> None:
    (aged / "mine.txt").write_text("mine", encoding="utf-8")
    (aged / ".mvd-handout-0011223344556677.part").write_bytes(b"half a paper")
    assert "stays" in run("purge", aged, "--older-than", 21, "--yes").stderr
    result = run("purge", aged, "--older-than", 20, "--yes")
    assert result.exit_code == ExitCode.DONE
    assert sorted(path.name for path in aged.iterdir()) == [MANIFEST_NAME, "mine.txt"]
    assert "2 papers were removed on 22 December 2026" in run("verify", aged, "--clinic", ward).output
    assert "purged" in run("status", aged).output
    assert run("batch", roster, "-d", aged, "--clinic", ward).exit_code == ExitCode.FILE_TROUBLE
    assert run("purge", aged, "--older-than", 20, "--yes").exit_code == ExitCode.DONE


def test_purge_leaves_what_it_did_not_make(run: Run, aged: Path) -> None:
    paper = sorted(aged.glob("*.pdf"))[0]
    paper.write_bytes(b"a nurse's own scan")
    result = run("purge", aged, "--older-than", 7, "--yes")
    assert result.exit_code == ExitCode.VERIFY_MISMATCH
    assert paper.stem in result.stderr
    assert [path.name for path in aged.glob("*.pdf")] == [paper.name]


def test_purge_spares_a_batch_that_was_never_completed_unless_told(run: Run, aged: Path) -> None:
    sorted(aged.glob("*.pdf"))[0].unlink()
    result = run("purge", aged, "--older-than", 7, "--yes")
    assert result.exit_code == ExitCode.SOME_FAILED
    assert len(papers_in(aged)) == 1
    assert run("purge", aged, "--older-than", 7, "--yes", "--unfinished").exit_code == ExitCode.DONE
    assert papers_in(aged) == {}


def test_purge_asks_first_and_takes_only_yes(run: Run, aged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("purge", aged, "--older-than", 7).exit_code == ExitCode.USAGE
    monkeypatch.setattr("mvd_handout.commands.console.Console.has_person", lambda _: True)
    assert run("purge", aged, "--older-than", 7, text="no\n").exit_code == ExitCode.INTERRUPTED
    assert len(papers_in(aged)) == 2
    assert run("purge", aged, "--older-than", 7, text="yes\n").exit_code == ExitCode.DONE
    assert papers_in(aged) == {}


def test_purge_of_many_goes_on_where_one_cannot_be_purged(run: Run, aged: Path, home: Path) -> None:
    (home / "something").mkdir()
    result = run("purge", "something", aged, "--older-than", 7, "--yes")
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "something: batch folder: there is no batch in it" in result.stderr
    assert papers_in(aged) == {}


def test_purge_waits_for_a_run_that_is_at_work(run: Run, aged: Path) -> None:
    with one_run(aged):
        assert run("purge", aged, "--older-than", 7, "--yes").exit_code == ExitCode.FILE_TROUBLE
    assert len(papers_in(aged)) == 2
