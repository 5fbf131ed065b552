"""Whoever asks the journal hears of every line that was changed or taken out, not only of those that it looks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mvd_handout.commands.console import Console
from mvd_handout.commands.journalling import replaced_papers, warner
from mvd_handout.content.clinic import KEY_NAME, read_key
from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.delivery.journal.reading import Marks, Notice
from mvd_handout.domain.errors import ExitCode, Fault, OutputError
from tests.journal.cases import case_text
from tests.journal.conftest import Run
from tests.journal.entries import an_entry

FIRST, COPY, MAIL = an_entry(1), an_entry(2, replaces=an_entry(1).document_id), an_entry(3, kind="email")
Reader = Callable[[Journal, Notice | None], Iterator[Entry]]
READERS: dict[str, Reader] = {
    "entries": lambda journal, notice: journal.entries(notice),
    "copies": lambda journal, notice: journal.copies(notice),
    "touching": lambda journal, notice: journal.touching({FIRST.patient_key}, notice),
    "about": lambda journal, notice: journal.about(FIRST.patient_key, notice),
}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for a line that nobody is writing."""
    monkeypatch.setattr("mvd_handout.delivery.journal.reading._PAUSE", 0)


def change(journal: Journal, old: bytes, new: bytes) -> None:
    (path,) = journal.files()
    data = path.read_bytes()
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, new))


CHANGES = {
    "the patient": (f'"patient_key":"{FIRST.patient_key}"', f'"patient_key":"{"9" * 24}"'),
    "what it replaces": (f'"replaces":"{FIRST.document_id}"', '"replaces":""'),
    "the kind": ('"kind":"email"', '"kind":"batch"'),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("changed", CHANGES)
def test_a_changed_line_is_said_whatever_the_change_hides(journal: Journal, reader: str, changed: str) -> None:
    journal.append([FIRST, COPY, MAIL])
    old, new = CHANGES[changed]
    change(journal, old.encode(), new.encode())
    said: list[Fault] = []
    list(READERS[reader](journal, said.append))
    line = list(CHANGES).index(changed) + 1
    assert [each.where for each in said] == [f"journal of 2026, line {line}"]
    with pytest.raises(OutputError, match="not as it was written"):
        list(READERS[reader](journal, None))


@pytest.mark.parametrize("reader", READERS)
def test_a_line_that_was_taken_out_or_cut_short_is_said(journal: Journal, reader: str) -> None:
    journal.append([FIRST, COPY, MAIL])
    (path,) = journal.files()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2] + lines[1][:50])
    said: list[Fault] = []
    list(READERS[reader](journal, said.append))
    assert [each.where for each in said] == ["journal of 2026, line 3", "journal of 2026, line 4"]
    assert "1 line before it is missing" in said[0].found
    assert "cut short" in said[1].found


def test_behind_a_mark_numbers_go_on(journal: Journal) -> None:
    journal.append([FIRST])
    marks: Marks = {}
    said: list[Fault] = []
    assert list(journal.copies(said.append, marks)) == []
    journal.append([COPY, MAIL])
    change(journal, b'"kind":"email"', b'"kind":"batch"')
    assert list(journal.copies(said.append, marks)) == [COPY]
    assert [each.where for each in said] == ["journal of 2026, line 3"]
    assert list(journal.lines_after({}, b'"kind"', said.append)) == [FIRST, COPY]
    assert len(said) == 2


def test_each_fault_is_warned_of_once(capsys: pytest.CaptureFixture[str]) -> None:
    warn = warner(Console())
    for line in (1, 2, 1):
        warn(Fault(f"journal of 2026, line {line}", "it is not as it was written", ""))
    assert capsys.readouterr().err.count("Warning") == 2


def test_make_says_that_it_cannot_tell_what_a_patient_has(run: Run, home: Path, ward: Path) -> None:
    assert run("make", "--case", "case.toml", "-o", "a.pdf").exit_code == ExitCode.DONE
    journal = Journal(home.parent / "state" / "mvd-handout" / "journal", read_key(ward / KEY_NAME))
    change(journal, b'"kind":"make"', b'"kind":"mace"')
    result = run("make", "--case", "-", "-o", "b.pdf", text=case_text(time='"11:45"'))
    assert result.exit_code == ExitCode.DONE
    assert result.stderr.count("Warning: journal of 2026, line 1: it is not as it was written") == 1


def test_before_an_email_a_changed_line_of_an_earlier_one_is_said(
    home: Path, ward: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = read_key(ward / KEY_NAME)
    journal = Journal(home.parent / "state" / "mvd-handout" / "journal", key)
    journal.append([MAIL])
    change(journal, b'"user":"ann"', b'"user":"bob"')
    assert replaced_papers(ward / "clinic.toml", key, [FIRST.document_id], Console()) == {}
    assert "line 1: it is not as it was written" in capsys.readouterr().err
