"""What a nurse manager stumbled over: an index that lies, files of the system, edited rows, a manifest that is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from mvd_handout.delivery.batch.folder import is_system_file
from mvd_handout.delivery.batch.manifest import MANIFEST_NAME
from mvd_handout.delivery.batch.plan import PLAN_NAME, read_plan
from mvd_handout.delivery.batch.purge import purge
from mvd_handout.delivery.papers import Paper
from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import ExitCode, Fault, OutputError
from tests.batch.conftest import Run
from tests.batch.ward import TODAY, cells, contents, papers_in, roster_csv

ROWS = (cells(0), cells(1, Hold="readmitted"), cells(2), cells(3))


@pytest.fixture
def batch(ward: Path, home: Path) -> tuple[object, ...]:
    (home / "roster.csv").write_bytes(roster_csv(ROWS))
    return ("batch", home / "roster.csv", "-d", "out", "--clinic", ward)


@pytest.fixture
def done(run: Run, batch: tuple[object, ...], home: Path) -> Path:
    """Return the folder of the finished batch."""
    assert run(*batch).exit_code == ExitCode.DONE
    return home / "out"


def test_record_numbers_that_changed_places_in_the_index_are_noticed_and_mended(
    run: Run, ward: Path, done: Path, batch: tuple[object, ...]
) -> None:
    index = done / "index.csv"
    right = index.read_bytes()
    swapped = right.replace(b"TEST-00000", b"x").replace(b"TEST-00002", b"TEST-00000").replace(b"x", b"TEST-00002")
    assert swapped != right
    index.write_bytes(swapped)
    result = run("verify", done, "--clinic", ward)
    assert result.exit_code == ExitCode.VERIFY_MISMATCH
    assert "index.csv: it does not say what was written" in result.output
    assert "index.csv was not as it was written" in run(*batch).stderr
    assert index.read_bytes() == right
    assert run("verify", done, "--clinic", ward).exit_code == ExitCode.DONE
    assert "index.csv" not in run(*batch).stderr


@pytest.mark.parametrize(
    "name", [".DS_Store", "Thumbs.db", "desktop.ini", "Desktop.ini", "._one.pdf", ".~lock.one.pdf#", "~$list.xlsx"]
)
def test_what_systems_and_viewers_leave_is_no_fault_of_a_batch(
    name: str, run: Run, ward: Path, done: Path, home: Path
) -> None:
    (done / name).write_bytes(b"x")
    assert run("verify", done, "--clinic", ward).exit_code == ExitCode.DONE
    (home / "new").mkdir()
    (home / "new" / name).write_bytes(b"x")
    assert run("batch", home / "roster.csv", "-d", "new", "--clinic", ward).exit_code == ExitCode.DONE


def test_other_names_that_only_look_like_it_are_not_passed_over() -> None:
    assert not [name for name in ("DS_Store", "thumbs.db.pdf", "lock.pdf#", "a~$b", ".pdf") if is_system_file(name)]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Peter Example.docx", "Pe*.docx"), ("Peter", "Pe*"), ("Mr. Example 12 May", "Mr*"), (".hidden", ".h*")],
)
def test_a_foreign_file_can_be_found_and_tells_no_name(name: str, shown: str, run: Run, ward: Path, done: Path) -> None:
    (done / name).write_bytes(b"x")
    result = run("verify", done, "--clinic", ward)
    assert result.exit_code == ExitCode.VERIFY_MISMATCH
    assert f"{shown}: a file that is not of this batch. Move it" in result.output
    assert name not in result.output


def test_what_purge_left_is_named_as_long_as_it_is_there(run: Run, ward: Path, done: Path) -> None:
    first, *rest = sorted(papers_in(done))
    (done / first).write_bytes(b"scribbled on")
    purge(done, TODAY)
    result = run("verify", done, "--clinic", ward)
    assert result.exit_code == ExitCode.VERIFY_MISMATCH
    assert f"{len(rest)} of its 3 papers were removed" in result.output
    assert f"{Path(first).stem}: it was changed after it was made, so purge left it." in result.output
    (done / first).unlink()
    assert "Its 3 papers were removed" in run("verify", done, "--clinic", ward).output


def test_rows_that_were_edited_are_named_and_the_way_out_is_told(
    run: Run, done: Path, batch: tuple[object, ...], home: Path, ward: Path
) -> None:
    before = contents(done)
    edited = (*ROWS[:2], cells(2, Visit_1_time="11:45"), ROWS[3])
    (home / "roster.csv").write_bytes(roster_csv(edited))
    result = run(*batch)
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "Not as when this batch was planned: row 4." in result.stderr
    assert "`mvd-handout reissue`" in result.stderr
    (home / "roster.csv").write_bytes(roster_csv([*ROWS, cells(5)]))
    result = run(*batch)
    assert "No paper was planned: row 6." in result.stderr
    assert "a list of their own" in result.stderr
    assert "`mvd-handout reissue`" not in result.stderr
    (home / "roster.csv").write_bytes(roster_csv(ROWS))
    result = run(*batch, "--theme", "large-print")
    assert "Other options than before: --theme" in result.stderr
    assert contents(done) == before


def test_a_patient_who_is_on_hold_by_now_is_named_with_the_paper_to_take_out(
    run: Run, done: Path, batch: tuple[object, ...], home: Path
) -> None:
    before = contents(done)
    paper = next(each for each in read_plan((done / PLAN_NAME).read_bytes()).papers if each.row == 4)
    (home / "roster.csv").write_bytes(roster_csv((*ROWS[:2], cells(2, Hold="died"), ROWS[3])))
    result = run(*batch)
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "On hold now: row 4." in result.stderr
    assert f"take {paper.document_id} out of what was printed" in " ".join(result.stderr.split())
    assert "put the row back" not in result.stderr
    assert contents(done) == before
    elsewhere = (*batch[: batch.index("-d") + 1], "again", *batch[batch.index("-d") + 2 :])
    assert run(*elsewhere).exit_code == ExitCode.DONE
    assert papers_in(home / "again") == {name: pdf for name, pdf in papers_in(done).items() if name != paper.file}


def test_what_can_not_go_on_in_a_folder_says_so_and_nothing_else(
    run: Run, done: Path, batch: tuple[object, ...], home: Path
) -> None:
    (home / "roster.csv").write_bytes(roster_csv((*ROWS[:2], cells(2, Visit_1_time="11:45"), ROWS[3])))
    result = run(*batch)
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "Warning" not in result.stderr
    assert "made before" not in result.stderr


def test_a_manifest_that_is_gone_is_written_anew_from_the_papers_seals(
    run: Run, ward: Path, done: Path, batch: tuple[object, ...]
) -> None:
    before = contents(done)
    (done / MANIFEST_NAME).unlink()
    for command in (("status", done), ("verify", done, "--clinic", ward)):
        result = run(*command)
        assert result.exit_code == ExitCode.FILE_TROUBLE
        assert "manifest.jsonl: the file is missing." in result.stderr
        assert "Run the same `batch` command again" in result.stderr
    first = sorted(papers_in(done))[0]
    right = (done / first).read_bytes()
    (done / first).write_bytes(right[:-1])
    assert run(*batch).exit_code == ExitCode.VERIFY_MISMATCH
    (done / first).write_bytes(right)
    assert run(*batch).exit_code == ExitCode.DONE
    assert contents(done) == before
    assert run("verify", done, "--clinic", ward).exit_code == ExitCode.DONE


def test_what_goes_wrong_for_many_rows_is_said_once_with_their_numbers(
    run: Run, batch: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(recipe: object, case: Case, issued: object) -> Paper:
        number = case.patient.record_number
        raise OutputError(Fault("paper", "the logo is gone" if number != "TEST-00003" else "no room", "It is wanted"))

    monkeypatch.setattr("mvd_handout.delivery.batch.workers.make_paper", fail)
    result = run(*batch)
    assert result.exit_code == ExitCode.SOME_FAILED
    assert "Error: rows 2 and 4, paper: the logo is gone. It is wanted." in result.stderr
    assert "Error: row 5, paper: no room." in result.stderr
    assert result.stderr.count("the logo is gone") == 1


def test_many_faults_of_many_rows_are_shown_twenty_at_a_time(
    run: Run, ward: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(recipe: object, case: Case, issued: object) -> Paper:
        place = int(case.patient.record_number[-5:])
        raise OutputError(Fault("paper", f"reason {place}", "None is wanted"))

    monkeypatch.setattr("mvd_handout.delivery.batch.workers.make_paper", fail)
    (home / "many.csv").write_bytes(roster_csv([cells(number) for number in range(25)]))
    result = run("batch", "many.csv", "-d", "out", "--clinic", ward)
    assert result.stderr.count("Error: ") == 20
    assert "... and 5 more." in result.stderr


def test_why_a_batch_of_today_stays_is_said(run: Run, done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mvd_handout.commands.purge._today", lambda: TODAY)
    for days, said in ((0, True), (3, False)):
        assert ("never today's" in run("purge", done, "--older-than", days, "--yes").stderr) is said
    assert len(papers_in(done)) == 3


def test_a_folder_in_the_place_of_the_roster_is_told(run: Run, ward: Path, home: Path) -> None:
    result = run("batch", home, "-d", "out", "--clinic", ward)
    assert "Name a file in it, not the folder." in result.stderr
    assert "Check the name that you typed." in run("batch", "none.csv", "-d", "out", "--clinic", ward).stderr
