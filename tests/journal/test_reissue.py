"""`reissue`: the same patient, the right reason, the right day; and what `verify` says of what was replaced."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from msgspec.structs import replace

from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.domain.errors import ExitCode
from mvd_handout.domain.ids import read_document_id
from mvd_handout.rendering.pdf.inspect import read_properties
from tests.approval.registers import DAY
from tests.journal.cases import case_text
from tests.journal.conftest import Run

Noted = Callable[[], list[Entry]]
Again = Callable[..., Result]

BATCH_CASE = (
    case_text()
    .partition("[[visits]]")[0]
    .replace('note = "Bring the Zqnotipil."', "")
    .replace('carer = "Zqcarowen Example"', "")
)


@pytest.fixture
def paper(run: Run, noted: Noted) -> str:
    """Return the number of a paper that was given today."""
    assert run("make", "--case", "case.toml", "-o", "first.pdf").exit_code == ExitCode.DONE
    return noted()[0].document_id


@pytest.fixture
def again(run: Run, home: Path, paper: str) -> Again:
    """Return a function that reissues the paper with a changed case."""

    def invoke(reason: str, *arguments: object, number: str = "", **changes: str) -> Result:
        (home / "changed.toml").write_text(case_text(**changes), encoding="utf-8")
        words = ("reissue", *(number or paper).split(), "--case", "changed.toml", "--reason", reason)
        return run(*words, *arguments)

    return invoke


def test_a_changed_visit_makes_copy_2(again: Again, paper: str, noted: Noted, home: Path) -> None:
    result = again("visit", "-o", "second.pdf", time='"11:45"')
    assert result.exit_code == ExitCode.DONE
    first, second = noted()
    assert (second.kind, second.reason, second.copy, second.replaces) == ("reissue", "visit", 2, paper)
    assert second.document_id == read_properties((home / "second.pdf").read_bytes())["documentId"] != paper
    assert second.patient_key == first.patient_key
    assert f"Copy 2, in place of paper {paper} of 1 December 2026. Changed: visits." in result.stderr


def test_the_number_may_be_typed_as_it_was_read(again: Again, paper: str) -> None:
    spoken = paper.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert again("visit", number=spoken, time='"11:45"').exit_code == ExitCode.DONE


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7k3m9qxa2f4d", "7K3M-9QXA-2F4D"),
        (" 7K3M 9QXA 2F4D ", "7K3M-9QXA-2F4D"),
        ("7K3M\u20139QXA\u20112F4D", "7K3M-9QXA-2F4D"),
        ("oOiI-lL00-1111", "0011-1100-1111"),
        ("7K3M-9QXA-2F4", None),
        ("7K3M-9QXA-2F4DD", None),
        ("7K3M-9QXA-2F4U", None),
        ("Alex Example", None),
        ("", None),
    ],
)
def test_ids_are_read_as_people_type_them(typed: str, meant: str | None) -> None:
    assert read_document_id(typed) == meant


def test_another_patient_is_refused(again: Again, home: Path, noted: Noted) -> None:
    for reason in ("visit", "correction", "lost"):
        for changes in ({"record_number": '"Rq-40418"'}, {"birth_date": "1951-07-24"}):
            result = again(reason, "-o", "wrong.pdf", time='"11:45"', **changes)
            assert result.exit_code == ExitCode.INPUT_REFUSED
            assert "not the one who got paper" in result.stderr
            assert "Rq-" not in result.stderr
            assert "1951" not in result.stderr
    assert not (home / "wrong.pdf").exists()
    assert len(noted()) == 1


@pytest.mark.parametrize(
    ("reason", "changes", "said"),
    [
        ("visit", {}, "its visits are the same as on paper"),
        ("correction", {}, "it says the same as paper"),
        ("visit", {"side": '"right"', "time": '"11:45"'}, "differs from the paper that is replaced: operation"),
        ("visit", {"note": '""'}, "--reason correction"),
        ("lost", {"time": '"11:45"'}, "--reason visit"),
        ("lost", {"name": '"Zqother Example"'}, "--reason correction"),
    ],
)
def test_a_case_that_does_not_fit_the_reason_is_refused(
    again: Again, noted: Noted, reason: str, changes: dict[str, str], said: str
) -> None:
    result = again(reason, **changes)
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert said in result.stderr
    assert "Zq" not in result.stderr
    assert len(noted()) == 1


def test_a_correction_and_a_lost_paper(again: Again, noted: Noted, home: Path) -> None:
    assert again("correction", "-o", "a.txt", side='"right"').exit_code == ExitCode.DONE
    second = noted()[-1]
    assert "Changed: your operation." in (home / "a.txt").read_text(encoding="utf-8")
    assert again("lost", "-o", "b.txt", number=second.document_id, side='"right"').exit_code == ExitCode.DONE
    third = noted()[-1]
    assert (third.copy, third.replaces) == (3, second.document_id)
    text = " ".join((home / "b.txt").read_text(encoding="utf-8").split())
    assert f"Copy 3. Throw away paper {second.document_id}. It says the same." in text


def test_a_paper_that_was_replaced_points_to_its_last_copy(again: Again, noted: Noted) -> None:
    assert again("visit", time='"11:45"').exit_code == ExitCode.DONE
    assert again("visit", number=noted()[-1].document_id, time='"12:45"').exit_code == ExitCode.DONE
    result = again("lost", time='"12:45"')
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert f"Reissue {noted()[-1].document_id}" in result.stderr
    assert len(noted()) == 3


def test_lost_twice_without_a_change_gives_two_papers_that_can_be_told_apart(again: Again, noted: Noted) -> None:
    assert again("lost").exit_code == ExitCode.DONE
    assert again("lost", number=noted()[-1].document_id).exit_code == ExitCode.DONE
    assert len({entry.document_id for entry in noted()}) == 3


def test_an_unknown_number_and_a_word_that_is_none(again: Again) -> None:
    unknown = again("lost", number="1111-2222-3333")
    assert unknown.exit_code == ExitCode.INPUT_REFUSED
    assert "no paper with this number" in unknown.stderr
    slip = again("lost", number="Zqnaruvel Example")
    assert slip.exit_code == ExitCode.INPUT_REFUSED
    assert "Zqnaruvel" not in slip.stderr


def test_no_copy_is_dated_before_the_paper_that_it_replaces(again: Again, noted: Noted, run: Run) -> None:
    tomorrow = DAY + dt.timedelta(days=1)
    assert run("make", "--case", "case.toml", "--issue-date", tomorrow, "-o", "t.pdf").exit_code == ExitCode.DONE
    number = noted()[-1].document_id
    early = again("lost", "--issue-date", DAY, number=number)
    assert early.exit_code == ExitCode.INPUT_REFUSED
    assert "before the date of the copy" in early.stderr
    assert again("lost", number=number).exit_code == ExitCode.DONE
    assert noted()[-1].issued == tomorrow


def test_a_paper_dated_by_the_day_of_discharge_is_reissued_on_the_eve(again: Again, noted: Noted, run: Run) -> None:
    tomorrow = DAY + dt.timedelta(days=1)
    eve = {"discharge_date": tomorrow.isoformat()}
    first = run("make", "--case", "-", "--issue-date", tomorrow, "-o", "t.pdf", text=case_text(**eve))
    assert first.exit_code == ExitCode.DONE
    number = noted()[-1].document_id
    assert again("visit", number=number, time='"11:45"', **eve).exit_code == ExitCode.DONE
    assert (noted()[-1].issued, noted()[-1].replaces) == (tomorrow, number)


@pytest.mark.parametrize("person", [False, True])
def test_whose_paper_it_is_is_checked_before_everything_else(
    again: Again, monkeypatch: pytest.MonkeyPatch, person: bool
) -> None:
    monkeypatch.setattr("mvd_handout.commands.console.Console.has_person", lambda _: person)
    late = {"discharge_date": (DAY + dt.timedelta(days=3)).isoformat(), "side": '"both"'}
    number = again("lost", number="1111-2222-3333", **late)
    assert "no paper with this number" in number.stderr
    other = again("lost", record_number='"Rq-40418"', **late)
    assert "not the one who got paper" in other.stderr
    for result in (number, other):
        assert result.exit_code == ExitCode.INPUT_REFUSED
        assert "goes home" not in result.stderr
        assert "side" not in result.stderr


@pytest.mark.parametrize("paper_too", [True, False])
def test_the_number_of_an_email_leads_to_the_patients_paper(
    again: Again, paper: str, ward: Path, home: Path, noted: Noted, paper_too: bool
) -> None:
    key = bytes.fromhex((ward / "clinic.key").read_text(encoding="ascii"))
    patient = noted()[0].patient_key if paper_too else "0" * 24
    journal = Journal(home.parent / "state" / "mvd-handout" / "journal", key)
    journal.append([replace(noted()[0], document_id="1111-2222-3333", kind="email", patient_key=patient)])
    result = again("lost", number="1111-2222-3333")
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert "sent by e-mail only" in result.stderr
    assert "no paper with this number" not in result.stderr
    assert (f"The patient's paper is {paper} of 1 December 2026" in result.stderr) is paper_too
    assert ("`mvd-handout make`" in result.stderr) is not paper_too


def test_verify_says_that_a_paper_was_replaced(
    again: Again, paper: str, noted: Noted, run: Run, home: Path, ward: Path
) -> None:
    before = run("verify", "first.pdf")
    assert (before.exit_code, "Replaced" in before.stdout) == (ExitCode.DONE, False)
    assert again("visit", "-o", "second.pdf", time='"11:45"').exit_code == ExitCode.DONE
    assert again("lost", "-o", "third.pdf", number=noted()[1].document_id, time='"11:45"').exit_code == ExitCode.DONE
    last = noted()[2].document_id
    for name in ("first.pdf", "second.pdf"):
        result = run("verify", name)
        assert result.exit_code == ExitCode.SOME_FAILED
        line = f"Replaced              yes: by {last} of 1 December 2026; do not give this one"
        assert line in result.stdout.splitlines()
        assert "every byte is as it was made" in result.stdout
    assert run("verify", "third.pdf").exit_code == ExitCode.DONE
    (home / "first.pdf").write_bytes((home / "first.pdf").read_bytes() + b" ")
    assert run("verify", "first.pdf").exit_code == ExitCode.VERIFY_MISMATCH
    shutil.rmtree(home.parent / "state")
    assert run("verify", "second.pdf").exit_code == ExitCode.DONE


def test_verify_does_not_pass_a_paper_when_the_journal_cannot_be_asked(again: Again, run: Run, home: Path) -> None:
    assert again("lost", "-o", "second.pdf").exit_code == ExitCode.DONE
    (path,) = (home.parent / "state" / "mvd-handout" / "journal").glob("*.jsonl")
    path.unlink()
    path.mkdir()
    result = run("verify", "first.pdf")
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "Replaced              unknown: the journal could not be asked" in result.stdout.splitlines()
    assert "Warning: the journal could not be asked" in result.stderr
    assert "journal: it cannot be read" in result.stderr
    (home / "first.pdf").write_bytes((home / "first.pdf").read_bytes() + b" ")
    assert run("verify", "first.pdf").exit_code == ExitCode.VERIFY_MISMATCH


def test_verify_names_the_replaced_papers_of_a_batch(run: Run, noted: Noted, home: Path) -> None:
    head = "name,record_number,birth_date,operation_status,operation_date,operation_side,surgeon,discharge_date"
    row = "Zqnaruvel Example,Rq-40417,1951-07-23,done,2026-11-28,left,Dr Morgan Sample,2026-12-01"
    (home / "roster.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    made = run("batch", "roster.csv", "-d", "b")
    assert made.exit_code == ExitCode.DONE, made.output
    assert run("verify", "b").exit_code == ExitCode.DONE
    number = noted()[0].document_id
    result = run("reissue", number, "--case", "-", "--reason", "lost", text=BATCH_CASE)
    assert result.exit_code == ExitCode.DONE, result.output
    checked = run("verify", "b")
    assert checked.exit_code == ExitCode.SOME_FAILED
    said = f"{number}: replaced by {noted()[1].document_id} of 1 December 2026; do not give this one"
    assert said in checked.stdout.splitlines()
    assert "1 paper as made, 0 not" in checked.stdout
    journal = home.parent / "state" / "mvd-handout" / "journal"
    shutil.rmtree(journal)
    journal.write_bytes(b"")
    unknown = run("verify", "b")
    assert unknown.exit_code == ExitCode.FILE_TROUBLE
    assert "it is not known which papers were replaced" in unknown.stderr
    assert "1 paper as made, 0 not" in unknown.stdout


def test_the_gate_holds_for_copies_too(
    again: Again, home: Path, noted: Noted, ward: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = home / "ward"
    (copy / "blocks").mkdir(parents=True)
    for path in (*ward.glob("clinic.*"), *ward.glob("blocks/*")):
        (copy / path.relative_to(ward)).write_bytes(path.read_bytes())
    monkeypatch.setenv("MVD_HANDOUT_CLINIC", str(copy))
    assert again("lost").exit_code == ExitCode.CONTENT_REFUSED
    draft = again("lost", "--draft", "-o", "draft.txt")
    assert draft.exit_code == ExitCode.DONE
    assert "DRAFT" in (home / "draft.txt").read_text(encoding="utf-8")
    assert len(noted()) == 1


def test_damage_elsewhere_in_the_journal_is_said_and_does_not_stop_a_copy(again: Again, home: Path, run: Run) -> None:
    assert run("make", "--case", "case.toml", "-o", "more.pdf").exit_code == ExitCode.DONE
    (path,) = (home.parent / "state" / "mvd-handout" / "journal").glob("*.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1].replace(b'"make"', b'"mace"'))
    result = again("lost")
    assert result.exit_code == ExitCode.DONE
    assert "line 2: it is not as it was written" in result.stderr


def test_a_person_is_shown_what_is_replaced_before_the_yes(again: Again, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mvd_handout.commands.console.Console.has_person", lambda _: True)
    answers = iter(["yes"])
    monkeypatch.setattr("mvd_handout.commands.console.Console.ask", lambda *_: next(answers))
    result = again("visit", time='"11:45"')
    assert result.exit_code == ExitCode.DONE
    assert re.search(r"Copy +2, in place of paper", result.stderr)
    assert re.search(r"Changed +visits\n", result.stderr)
