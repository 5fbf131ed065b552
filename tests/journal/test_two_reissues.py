"""Two people reissue one paper at once: only one copy replaces it, and the other person is told which."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from mvd_handout.commands import make
from mvd_handout.commands.console import Console
from mvd_handout.commands.press import Papers, Press
from mvd_handout.content.clinic import KEY_NAME, read_key
from mvd_handout.delivery.files import NewFile, write_files
from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import ExitCode, OutputError
from tests.approval.registers import DAY
from tests.batch.ward import COMMAND
from tests.journal.cases import case_text
from tests.journal.conftest import Run
from tests.journal.entries import an_entry
from tests.journal.wards import journal_folder

Noted = Callable[[], list[Entry]]
VISIT = ("--case", "-", "--reason", "visit")


@pytest.fixture
def paper(run: Run, noted: Noted) -> str:
    """Return the number of a paper that was given today."""
    assert run("make", "--case", "case.toml", "-o", "first.pdf").exit_code == ExitCode.DONE
    return noted()[0].document_id


def between(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Do this once, after a copy was made and before it is written."""
    real = Press.make

    def made(press: Press, case: Case) -> Papers:
        papers = real(press, case)
        monkeypatch.setattr(Press, "make", real)
        do()
        return papers

    monkeypatch.setattr(Press, "make", made)


@pytest.mark.parametrize("output", ["second.pdf", "taken.pdf", "-"])
def test_the_second_of_two_is_refused_and_makes_nothing(
    run: Run, home: Path, paper: str, noted: Noted, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    def win() -> None:
        won = run("reissue", paper, *VISIT, "-o", "won.pdf", text=case_text(time='"11:45"'))
        assert won.exit_code == ExitCode.DONE

    (home / "taken.pdf").write_bytes(b"what stood there")
    between(monkeypatch, win)
    lost = run("reissue", paper, *VISIT, "--force", "-o", output, text=case_text(time='"12:45"'))
    winner = noted()[-1]
    assert lost.exit_code == ExitCode.INPUT_REFUSED
    assert f"paper {winner.document_id}, copy 2 of {DAY}, replaced it" in lost.stderr
    assert f"Reissue {winner.document_id}" in lost.stderr
    assert (lost.stdout, len(noted())) == ("", 2)
    assert not (home / "second.pdf").exists()
    assert (home / "taken.pdf").read_bytes() == b"what stood there"
    assert not list(home.glob(".mvd-handout-*"))
    assert run("verify", "won.pdf").exit_code == ExitCode.DONE


def test_a_copy_of_the_copy_is_named_and_other_papers_hinder_nobody(
    run: Run, paper: str, noted: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def more() -> None:
        other = case_text(record_number='"Rq-40418"')
        assert run("make", "--case", "-", "-o", "other.pdf", text=other).exit_code == ExitCode.DONE

    between(monkeypatch, more)
    second = run("reissue", paper, *VISIT, "-o", "b.pdf", text=case_text(time='"11:45"'))
    assert second.exit_code == ExitCode.DONE
    number = noted()[-1].document_id

    def twice() -> None:
        for reissued, output in ((number, "c.pdf"), ("", "d.pdf")):
            lost = ("--case", "-", "--reason", "lost", "-o", output)
            result = run("reissue", reissued or noted()[-1].document_id, *lost, text=case_text(time='"11:45"'))
            assert result.exit_code == ExitCode.DONE

    between(monkeypatch, twice)
    late = run("reissue", number, *VISIT, "-o", "e.pdf", text=case_text(time='"12:45"'))
    assert late.exit_code == ExitCode.INPUT_REFUSED
    assert f"Reissue {noted()[-1].document_id}" in late.stderr
    assert noted()[-1].copy == 4


def test_nobody_notes_anything_from_the_last_look_until_the_copy_is_noted(
    run: Run, home: Path, ward: Path, paper: str, noted: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Journal(journal_folder(home), read_key(ward / KEY_NAME), patience=0.01)
    tried: list[int] = []

    def write(files: Sequence[NewFile], *, force: bool) -> None:
        write_files(files, force=force)
        tried.append(len(noted()))
        with pytest.raises(OutputError, match="somebody else has been writing"):
            other.append([an_entry()])

    monkeypatch.setattr(make, "write_files", write)
    result = run("reissue", paper, *VISIT, "-o", "b.pdf", text=case_text(time='"11:45"'))
    assert result.exit_code == ExitCode.DONE, result.output
    assert tried == [1], "the paper comes first, then its line"
    assert other.append([an_entry()]) == 1


def test_a_name_that_is_taken_notes_nothing_and_lets_go(run: Run, paper: str, noted: Noted) -> None:
    taken = run("reissue", paper, *VISIT, "-o", "first.pdf", text=case_text(time='"11:45"'))
    assert taken.exit_code == ExitCode.FILE_TROUBLE
    assert "already there" in taken.stderr
    assert len(noted()) == 1
    again = run("reissue", paper, *VISIT, "-o", "b.pdf", text=case_text(time='"11:45"'))
    assert again.exit_code == ExitCode.DONE


def test_a_draft_asks_nobody(run: Run, paper: str, noted: Noted) -> None:
    draft = run("reissue", paper, *VISIT, "--draft", "-o", "draft.pdf", text=case_text(time='"11:45"'))
    assert draft.exit_code == ExitCode.DONE
    assert len(noted()) == 1


def started(home: Path, paper: str, name: str, before: str = "") -> subprocess.Popen[str]:
    """Start a program that reissues the paper with a visit at another time."""
    (home / f"{name}.toml").write_text(case_text(time=f'"1{name[-1]}:45"'), encoding="utf-8")
    words = ("reissue", paper, "--case", f"{name}.toml", "--reason", "visit", "-o", f"{name}.pdf", "--no-input")
    program = [sys.executable, "-c", before + COMMAND.format(today=DAY), *words]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(program, cwd=home, env=environment, text=True, stderr=subprocess.PIPE)


def test_of_programs_at_once_one_makes_a_copy(run: Run, home: Path, paper: str, noted: Noted) -> None:
    names = [f"copy{number}" for number in range(1, 5)]
    programs = [started(home, paper, name) for name in names]
    said = [program.communicate(timeout=120)[1] for program in programs]
    codes = [program.returncode for program in programs]
    assert sorted(codes) == [ExitCode.DONE] + [ExitCode.INPUT_REFUSED] * 3, said
    won = codes.index(ExitCode.DONE)
    assert [path.name for path in home.glob("copy*.pdf")] == [f"{names[won]}.pdf"]
    assert [entry.replaces for entry in noted()] == ["", paper]
    assert all(f"Reissue {noted()[1].document_id}" in text for place, text in enumerate(said) if place != won)


KILLED = """
import os, signal
from mvd_handout.delivery.journal import journal
journal.write_line = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a kill that nothing can catch")
def test_a_kill_between_paper_and_line_leaves_no_lock_and_no_line(
    run: Run, home: Path, paper: str, noted: Noted
) -> None:
    with started(home, paper, "copy1", KILLED) as program:
        program.communicate(timeout=120)
    assert program.returncode == -signal.SIGKILL
    assert (home / "copy1.pdf").exists()
    assert len(noted()) == 1, "no line replaces the only paper that is known by one that nobody may have seen"
    again = run("reissue", paper, "--case", "copy1.toml", "--reason", "visit", "-o", "again.pdf")
    assert again.exit_code == ExitCode.DONE
    assert (home / "again.pdf").read_bytes() == (home / "copy1.pdf").read_bytes(), "the very same copy"


def test_nobody_waits_until_somebody_reads_a_copy_on_standard_output(
    run: Run, home: Path, ward: Path, paper: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Journal(journal_folder(home), read_key(ward / KEY_NAME), patience=0.01)
    written: list[int] = []

    def binary(console: Console, data: bytes) -> None:
        written.append(other.append([an_entry()]))

    monkeypatch.setattr(Console, "binary", binary)
    result = run("reissue", paper, *VISIT, "-o", "-", text=case_text(time='"11:45"'))
    assert result.exit_code == ExitCode.DONE, result.output
    assert written == [1]
