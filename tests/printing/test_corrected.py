"""A word or a number that was corrected, and approved again, after papers were made: the old ones are not printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mvd_handout.commands.cli import cli
from mvd_handout.domain.errors import ExitCode
from mvd_handout.rendering.pdf.inside import read_inside
from mvd_handout.rendering.pdf.inspect import read_properties
from tests.approval.corrections import approve, copy_of, made_by_an_earlier_version, number, warning_signs
from tests.batch.ward import patients
from tests.printing.conftest import QUEUE, Run
from tests.printing.test_print import ids, one, titles
from tests.tools.cups import PrintServer

SINCE = "made with words or telephone numbers that were changed since"


@pytest.fixture
def clinic(ward: Path, home: Path) -> Path:
    """Return a copy of the clinic, to correct."""
    return copy_of(ward, home / "clinic")


def verify(path: Path, clinic: Path) -> Result:
    return CliRunner().invoke(cli, ["verify", str(path), "--clinic", str(clinic)])


def batch(folder: str, clinic: Path, count: int = 4, *more: str) -> Path:
    Path("roster.csv").write_bytes(patients(count))
    result = CliRunner().invoke(cli, ["batch", "roster.csv", "-d", folder, "--clinic", str(clinic), *more])
    assert result.exit_code == ExitCode.DONE, result.output
    return Path(folder)


@pytest.mark.parametrize("correct", [number, warning_signs])
def test_what_was_corrected_and_approved_again_is_not_printed_from_old_papers(
    correct: Callable[[Path], None], send: Run, made: Path, print_run: Path, clinic: Path
) -> None:
    correct(clinic)
    approve(clinic)
    for what, where in (
        (made, "batch folder, rows 2, 3, 4, 5, 6 and 1 more"),
        (print_run, "print run, rows 2, 3, 4, 5, 6 and 1 more"),
        (one(made), "the file"),
    ):
        refused = send(what, "--clinic", clinic)
        assert refused.exit_code == ExitCode.CONTENT_REFUSED
        assert refused.stdout == ""
        assert f"{where}: {SINCE}." in refused.stderr
        assert ("reissue" if what == one(made) else "Make the batch again in another folder") in refused.stderr


def test_the_same_words_approved_again_by_somebody_else_stop_nothing(send: Run, made: Path, clinic: Path) -> None:
    approve(clinic, name="Kim Invented", role="Consultant")
    assert "6 papers, 24 sheets of A4" in send(made, "--dry-run", "--clinic", clinic).stderr


@pytest.mark.parametrize("correct", [number, warning_signs])
def test_verify_says_it_and_still_finds_the_files_unchanged(
    correct: Callable[[Path], None], made: Path, print_run: Path, clinic: Path
) -> None:
    assert SINCE not in "".join(verify(what, clinic).output for what in (made, print_run, one(made)))
    correct(clinic)
    ended = verify(one(made), clinic)
    assert "made under an approval that no longer holds" in ended.stdout
    assert ended.exit_code == ExitCode.DONE
    approve(clinic)
    for what, line in (
        (made, f"{ids(made)[3]}: {SINCE}; do not give this one"),
        (print_run, f"rows 2 to 7: {SINCE}; do not print this run"),
        (one(made), f"Words and numbers     {SINCE}; do not give this one"),
    ):
        found = verify(what, clinic)
        assert line in found.stdout
        assert found.exit_code == ExitCode.DONE


def test_verify_says_nothing_of_the_words_of_another_clinic(made: Path, clinic: Path) -> None:
    (clinic / "clinic.key").write_text("5a" * 32, encoding="ascii")
    approve(clinic)
    found = verify(one(made), clinic)
    assert "another clinic's key" in found.stdout
    assert "Words and numbers" not in found.stdout


def test_the_advice_helps(send: Run, home: Path, clinic: Path) -> None:
    batch("old", clinic, 2, "--print-run", "old.pdf")
    number(clinic)
    approve(clinic)
    assert send("old", "--clinic", clinic).exit_code == ExitCode.CONTENT_REFUSED
    batch("new", clinic, 2, "--print-run", "new.pdf")
    for what in ("new", "new.pdf"):
        assert "2 papers, 8 sheets" in send(what, "--dry-run", "--clinic", clinic).stderr
        assert SINCE not in verify(Path(what), clinic).stdout


def test_all_papers_and_the_run_of_a_batch_say_what_was_approved_once(print_run: Path, made: Path) -> None:
    (key,) = {each.approved_key for each in read_inside(print_run.read_bytes())}
    assert {read_properties((made / f"{each}.pdf").read_bytes())["approvedKey"] for each in ids(made)} == {key}
    assert print_run.read_bytes().count(key.encode()) == 1


def test_papers_that_do_not_say_what_was_approved_are_refused(
    send: Run, home: Path, clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        made_by_an_earlier_version(patch)
        old = batch("old", clinic, 2, "--jobs", "1", "--print-run", "old.pdf")
    for what in (old, Path("old.pdf"), one(old)):
        refused = send(what, "--clinic", clinic)
        assert refused.exit_code == ExitCode.CONTENT_REFUSED
        assert "made by an earlier version" in refused.stderr
        assert "again" in refused.stderr
        found = verify(what, clinic)
        assert "it is not known with which words and numbers" in found.stdout
        assert found.exit_code == ExitCode.DONE


@pytest.mark.requires_cups
@pytest.mark.xdist_group("cups")
def test_where_others_are_left_they_are_printed_and_the_old_ones_named(
    send: Run, server: PrintServer, home: Path, clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        made_by_an_earlier_version(patch)
        folder = batch("mixed", clinic, 4, "--jobs", "1")
    papers = ids(folder)
    interrupt(folder, papers[2:])
    assert ids(batch("mixed", clinic, 4)) == papers  # this version made the rest
    for start in ((), ("--from", papers[1])):  # the first of them is left out
        result = send(folder, "--queue", QUEUE, "--clinic", clinic, *start)
        assert result.exit_code == ExitCode.SOME_FAILED, result.output
        rows = "rows 2 and 3" if not start else "row 3"
        assert f"Warning: batch folder, {rows}: made by an earlier version" in result.stderr
        assert "2 papers, 8 sheets of A4 sent." in result.stderr
        assert f"No paper from this batch: {rows.replace(' and', ',')} (made with other words" in result.stderr
    assert titles(server.jobs(4)) == [*papers[2:], *papers[2:]]


def interrupt(folder: Path, papers: list[str]) -> None:
    """Leave the batch as if it had been stopped before these papers were made."""
    manifest = folder / "manifest.jsonl"
    lines = manifest.read_text(encoding="utf-8").splitlines(keepends=True)
    manifest.write_text("".join(line for line in lines if not any(each in line for each in papers)), encoding="utf-8")
    for each in papers:
        (folder / f"{each}.pdf").unlink()
