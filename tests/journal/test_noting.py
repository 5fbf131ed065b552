"""What `make` and `batch` note, what they never note, and what happens when they cannot."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mvd_handout.commands.journalling import user_account
from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.domain.errors import ExitCode, Fault, OutputError
from mvd_handout.domain.ids import patient_key
from mvd_handout.rendering.pdf.inspect import read_properties
from tests.approval.registers import DAY
from tests.batch.ward import patients
from tests.journal.cases import CANARIES, case_text
from tests.journal.conftest import Run
from tests.journal.wards import journal_folder, with_journal
from tests.samples import handout

Noted = Callable[[], list[Entry]]


def test_a_copy_for_a_patient_is_noted_once_whatever_its_formats(run: Run, home: Path, noted: Noted) -> None:
    formats = ("--format", "pdf", "--format", "html", "--format", "text")
    result = run("make", "--case", "case.toml", *formats, "--record-sheet", "-o", "paper")
    assert result.exit_code == ExitCode.DONE
    (entry,) = noted()
    about = read_properties((home / "paper.pdf").read_bytes())
    assert entry.document_id == about["documentId"]
    assert entry.patient_key == about["patientKey"]
    assert (entry.kind, entry.copy, entry.replaces, entry.reason) == ("make", 1, "", None)
    assert (entry.handout, entry.version, entry.language) == ("hfs-recovery", handout().version, "en")
    assert entry.content_hash == handout().content_hash
    assert entry.issued == DAY
    assert entry.user == user_account()


def test_a_paper_to_standard_output_is_noted_too(run: Run, noted: Noted) -> None:
    result = run("make", "--case", "-", "--format", "text", "-o", "-", text=case_text())
    assert result.exit_code == ExitCode.DONE
    assert len(noted()) == 1


def test_a_second_paper_for_a_patient_is_pointed_out_and_what_replaces_it(run: Run, noted: Noted) -> None:
    first = run("make", "--case", "case.toml", "-o", "a.pdf")
    one = noted()[0].document_id
    assert "this patient has" not in first.stderr
    again = run("make", "--case", "case.toml", "-o", "b.pdf")
    assert f"Note: paper {one} is made again" in again.stderr
    assert "Warning" not in again.stderr
    second = run("-q", "make", "--case", "-", "-o", "c.pdf", text=case_text(time='"11:45"'))
    assert second.exit_code == ExitCode.DONE
    said = f"Warning: this patient has paper {one} of 1 December 2026 already; `mvd-handout reissue {one}`"
    assert said in second.stderr
    other = run("make", "--case", "-", "-o", "d.pdf", text=case_text(record_number='"Rq-40418"'))
    draft = run("make", "--draft", "--case", "-", "-o", "e.pdf", text=case_text(time='"12:45"'))
    for result in (other, draft):
        assert result.exit_code == ExitCode.DONE
        assert "this patient has" not in result.stderr


def test_a_replaced_paper_that_is_made_again_is_not_to_be_given(run: Run, noted: Noted) -> None:
    assert run("make", "--case", "case.toml", "-o", "a.pdf").exit_code == ExitCode.DONE
    one = noted()[0].document_id
    moved = case_text(time='"11:45"')
    assert run("reissue", one, "--case", "-", "--reason", "visit", "-o", "b.pdf", text=moved).exit_code == ExitCode.DONE
    again = run("make", "--case", "case.toml", "-o", "c.pdf")
    assert again.exit_code == ExitCode.DONE
    two = noted()[1].document_id
    assert f"Warning: paper {one} was replaced by paper {two} of 1 December 2026: do not give it" in again.stderr


def test_a_person_reads_of_an_earlier_paper_before_the_yes(
    run: Run, noted: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("make", "--case", "case.toml", "-o", "a.pdf").exit_code == ExitCode.DONE
    monkeypatch.setattr("mvd_handout.commands.console.Console.has_person", lambda _: True)
    monkeypatch.setattr("mvd_handout.commands.console.Console.ask", lambda *_: "no")
    result = run("make", "--case", "case.toml", "--visit", "2026-12-18 10:30 Level 2", "-o", "b.pdf")
    assert result.exit_code != ExitCode.DONE
    assert re.search(rf"\n +Note +this patient has paper {noted()[0].document_id} of", result.stderr)
    assert len(noted()) == 1


def test_drafts_and_refused_papers_are_not_noted(run: Run, home: Path) -> None:
    assert run("make", "--draft", "--case", "case.toml").exit_code == ExitCode.DONE
    assert not journal_folder(home).exists()
    assert run("make", "--case", "-", text=case_text(date="2026-12-24")).exit_code == ExitCode.INPUT_REFUSED
    (home / "taken.pdf").write_bytes(b"")
    assert run("make", "--case", "case.toml", "-o", "taken.pdf").exit_code == ExitCode.FILE_TROUBLE
    assert [path.stat().st_size for path in journal_folder(home).glob("*.jsonl")] in ([], [0])


def test_nothing_in_the_journal_tells_who_the_patient_is(run: Run, home: Path) -> None:
    assert run("make", "--case", "case.toml", "-o", "a.pdf").exit_code == ExitCode.DONE
    paper = read_properties((home / "a.pdf").read_bytes())["documentId"]
    moved = ("--visit", "2026-12-17 11:45 Zqplacimor, Level 3")
    assert run("reissue", paper, "--case", "case.toml", "--reason", "visit", *moved).exit_code == ExitCode.DONE
    files = list(journal_folder(home).iterdir())
    assert sum(path.stat().st_size for path in files) > 1_000
    for path in files:
        kept = path.name + path.read_bytes().decode()
        for canary in (*CANARIES, "2026-11-28", "1951", "left", "Sample"):
            assert canary.lower() not in kept.lower()


def test_switched_off_nothing_is_kept(run: Run, home: Path, ward: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_journal(home, ward, monkeypatch, "keep = false")
    assert run("make", "--case", "case.toml", "-o", "a.pdf").exit_code == ExitCode.DONE
    assert not (home.parent / "state").exists()
    for command in (("count",), ("who-got", "--from", "2026-01-01"), ("reissue", "7K3M-9QXA-2F4D", "--reason", "lost")):
        result = run(*command, *(("--case", "case.toml") if command[0] == "reissue" else ()))
        assert result.exit_code == ExitCode.INPUT_REFUSED
        assert "keep = false" in result.stderr


def test_a_clinic_names_the_folder_and_the_papers_stay_the_same(
    run: Run, home: Path, ward: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("make", "--case", "case.toml", "-o", "a.pdf").exit_code == ExitCode.DONE
    copy = with_journal(home, ward, monkeypatch, 'folder = "given"')
    (copy / "given").mkdir()
    assert run("make", "--case", "case.toml", "-o", "b.pdf").exit_code == ExitCode.DONE
    assert len(list((copy / "given").glob("journal-*-*.jsonl"))) == 1
    assert (home / "a.pdf").read_bytes() == (home / "b.pdf").read_bytes()


@pytest.mark.parametrize("table", ["keep = 5", "folder = 7", 'foldr = "x"'])
def test_a_slip_in_the_profile_is_named(
    run: Run, home: Path, ward: Path, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    with_journal(home, ward, monkeypatch, table)
    result = run("make", "--case", "case.toml", "-o", "a.pdf")
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert "clinic.toml, " in result.stderr
    assert not (home / "a.pdf").exists()


def test_a_paper_that_could_not_be_noted_is_not_made(run: Run, home: Path) -> None:
    journal_folder(home).parent.mkdir(parents=True)
    journal_folder(home).write_bytes(b"")
    result = run("make", "--case", "case.toml", "-o", "a.pdf")
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "journal: it cannot be written" in result.stderr
    assert not (home / "a.pdf").exists()


def test_a_paper_that_is_there_but_not_noted_is_named(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OutputError(Fault("journal", "it cannot be written", "The system says: no space left on device"))

    monkeypatch.setattr("mvd_handout.delivery.journal.journal.Journal.append", full)
    result = run("make", "--case", "case.toml", "-o", "a.pdf")
    assert result.exit_code == ExitCode.FILE_TROUBLE
    paper = read_properties((home / "a.pdf").read_bytes())["documentId"]
    assert f"Paper {paper} was made, but it is not in the journal" in result.stderr
    assert "no space left" in result.stderr
    assert result.stdout.splitlines() == ["a.pdf"], "where the paper is, all the same"


def test_a_person_who_stops_it_at_the_last_moment_hears_that_the_paper_is_there(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("mvd_handout.delivery.journal.journal.Journal.append", stop)
    result = run("make", "--case", "case.toml", "-o", "a.pdf")
    assert result.exit_code == ExitCode.FILE_TROUBLE
    paper = read_properties((home / "a.pdf").read_bytes())["documentId"]
    assert f"Paper {paper} was made, but you stopped" in result.stderr
    assert "Nothing was made" not in result.stderr


def test_a_torn_line_is_said_and_the_paper_is_made(run: Run, home: Path, noted: Noted) -> None:
    assert run("make", "--case", "case.toml", "-o", "a.pdf").exit_code == ExitCode.DONE
    (path,) = journal_folder(home).glob("*.jsonl")
    with path.open("ab") as stream:
        stream.write(b'{"line":2,"en')
    result = run("-q", "make", "--case", "case.toml", "-o", "b.pdf")
    assert result.exit_code == ExitCode.DONE
    assert "cut short" in result.stderr
    assert len(noted()) == 2


def test_a_batch_notes_every_paper_once_with_what_make_would_note(run: Run, home: Path, noted: Noted) -> None:
    (home / "list.csv").write_bytes(patients(3))
    for _ in range(2):
        assert run("batch", "list.csv", "-d", "out", "--jobs", "1").exit_code == ExitCode.DONE
    entries = noted()
    assert len(entries) == 3
    assert {entry.document_id for entry in entries} == {
        read_properties(path.read_bytes())["documentId"] for path in (home / "out").glob("*.pdf")
    }
    assert len({entry.batch for entry in entries}) == 1
    assert all(re.fullmatch(r"\S+", entry.batch) for entry in entries)
    one = entries[0]
    case = case_text(
        name='"Alex Example 0"', record_number='"TEST-00000"', birth_date="1930-04-17", carer='""', note='""'
    )
    case = case.replace("2026-12-17", "2026-12-14").replace("Zqplacimor, Level 2", "Outpatients, Level 0")
    case = "\n".join(line for line in case.splitlines() if not line.startswith("phone"))
    result = run("make", "--case", "-", "-o", "same.pdf", text=case)
    assert result.exit_code == ExitCode.DONE
    again = noted()[-1]
    assert again.patient_key == one.patient_key
    assert again.parts == one.parts
    lost = ("--reason", "lost", "-o", "lost.pdf")
    assert run("reissue", one.document_id, "--case", "-", *lost, text=case).exit_code == ExitCode.DONE
    assert (noted()[-1].replaces, noted()[-1].copy) == (one.document_id, 2)


def test_a_draft_batch_is_not_noted(run: Run, home: Path) -> None:
    (home / "list.csv").write_bytes(patients(1))
    assert run("batch", "list.csv", "-d", "out", "--jobs", "1", "--draft").exit_code == ExitCode.DONE
    assert not journal_folder(home).exists()


def test_the_account_is_what_the_system_says(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = user_account()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    if os.name != "nt":
        assert user_account() == honest != "somebody-else"


def test_the_patient_key_is_that_of_the_case(run: Run, noted: Noted, ward: Path) -> None:
    assert run("make", "--case", "case.toml").exit_code == ExitCode.DONE
    key = bytes.fromhex((ward / "clinic.key").read_text(encoding="ascii"))
    assert noted()[0].patient_key == patient_key(key, "rq-40417", dt.date(1951, 7, 23))
