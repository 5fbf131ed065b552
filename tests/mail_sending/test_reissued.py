"""No e-mail brings back a paper that a later copy replaced, not even one that was made while e-mails are sent."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from mvd_handout.commands.journalling import open_journal
from mvd_handout.delivery.mail.folder import hand_over
from mvd_handout.delivery.mail.outbox import Outbox
from mvd_handout.domain.errors import ExitCode, Fault, OutputError
from tests.mail_sending.clinic import ALL, Clinic, change_after, queue_all
from tests.mail_sending.ward import TODAY, cells

MOVED = {"visits": ("0123456789ab",)}
FOLDER = ("--to-folder", "out", "--yes")
CASE = """
surgeon = "Dr Morgan Sample"
discharge_date = {discharge}
[patient]
name = "Alex Example 1"
record_number = "TEST-00001"
birth_date = 1931-04-17
[operation]
date = 2026-11-28
status = "done"
side = "right"
[[visits]]
date = 2026-12-14
time = "{time}"
place = "Outpatients, Level 1"
"""


@pytest.fixture
def paper(clinic: Clinic, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the number of the paper that the first patient was given; the list has this patient alone."""
    clinic.write(cells(1))
    write_case(home, "10:30")
    made = clinic.run("make", "--case", "case.toml", "--clinic", clinic.folder, "-o", "1.pdf")
    assert made.exit_code == ExitCode.DONE, made.stderr
    shown = clinic.send()[1]
    return str(shown.split()[3])


def write_case(home: Path, time: str) -> None:
    (home / "case.toml").write_text(CASE.format(discharge=TODAY, time=time), encoding="utf-8")


def reissue(clinic: Clinic, paper: str, reason: str, time: str) -> str:
    write_case(Path(), time)
    words = ("reissue", paper, "--case", "case.toml", "--reason", reason, "--clinic", clinic.folder)
    made = clinic.run(*words, "-o", f"{paper}.txt")
    assert made.exit_code == ExitCode.DONE, made.stderr
    found = re.findall(r"\bPaper (\w{4}-\w{4}-\w{4})\b", Path(f"{paper}.txt").read_text(encoding="utf-8"))
    return str(found[-1])  # at the foot


def test_no_e_mail_brings_back_a_paper_that_was_replaced(clinic: Clinic, paper: str) -> None:
    newer = reissue(clinic, paper, "visit", "11:45")
    for options in ((), ("--deliver", "--yes", "--rate", "6000", "--limit", "9"), FOLDER):
        code, out, err = clinic.send(*options)
        assert code == ExitCode.SOME_FAILED
        assert f"its paper was replaced (by {newer}, copy 2 of {TODAY}: the list is older; make the e-mail" in out
        assert "There is nothing to send." in err
        assert "to send, 0 of them" not in err
        assert "Add --deliver" not in err
    assert clinic.got() == []
    assert clinic.states() == []
    clinic.write(cells(1, Visit_1_time="11:45"))
    assert clinic.deliver()[0] == ExitCode.DONE
    assert clinic.got() == ALL[:1]


def test_who_has_the_old_paper_by_e_mail_is_named(clinic: Clinic, paper: str) -> None:
    clinic.deliver()
    reissue(clinic, paper, "visit", "11:45")
    code, out, err = clinic.send()
    assert code == ExitCode.SOME_FAILED
    assert "its paper was replaced (by" in out
    assert "row 2 (its paper was replaced): the patient got an e-mail on" in " ".join(err.split())


def test_an_e_mail_that_says_what_the_copy_says_is_not_called_back(clinic: Clinic, paper: str, home: Path) -> None:
    """The list is the older one, not the e-mail: whoever takes it out leaves the patient with the old time."""
    clinic.write(cells(1, Visit_1_time="11:45"))
    clinic.send(*FOLDER)
    reissue(clinic, paper, "visit", "11:45")
    clinic.write(cells(1))
    for options in ((), FOLDER):
        code, out, err = clinic.send(*options)
        assert code == ExitCode.SOME_FAILED
        assert "its paper was replaced (by" in out
        assert "row 2 (its paper was replaced)" not in err
        assert ".eml" not in err
    assert len(list((home / "out").iterdir())) == 1


def test_nor_is_one_withdrawn_that_is_still_to_leave(clinic: Clinic, paper: str) -> None:
    clinic.write(cells(1, Visit_1_time="11:45"))
    queue_all(clinic)
    reissue(clinic, paper, "visit", "11:45")
    clinic.write(cells(1))
    clinic.deliver()
    assert clinic.states() == ["queued"]
    clinic.write(cells(1, Visit_1_time="11:45"))
    assert clinic.deliver()[0] == ExitCode.DONE
    assert clinic.got() == ALL[:1]


def test_one_with_the_old_time_is_withdrawn(clinic: Clinic, paper: str) -> None:
    queue_all(clinic)
    reissue(clinic, paper, "visit", "11:45")
    assert "was queued; it is withdrawn" in clinic.deliver()[2]
    assert clinic.states() == ["withdrawn"]


def test_a_copy_for_a_lost_paper_says_the_same_and_stops_nothing(clinic: Clinic, paper: str) -> None:
    reissue(clinic, paper, "lost", "10:30")
    assert clinic.deliver()[0] == ExitCode.DONE
    assert clinic.got() == ALL[:1]


def note_copy(clinic: Clinic, paper: str, **changed: tuple[str, ...]) -> str:
    """Note in the journal, as a colleague's `reissue` does, that a copy replaced a paper; return its number."""
    desk, number = clinic.desk(), "7K3M-9QXA-2F4D"
    journal = open_journal(desk.path, desk.key)
    assert journal is not None
    (old,) = [each for each in journal.entries() if (each.document_id, each.kind) == (paper, "make")]
    parts, reason = {**old.parts, **changed}, "visit" if changed else "lost"
    journal.append(
        [structs.replace(old, document_id=number, kind="reissue", reason=reason, copy=2, replaces=paper, parts=parts)]
    )
    return number


def test_a_paper_that_is_reissued_while_e_mails_are_sent_gets_none(clinic: Clinic, paper: str) -> None:
    clinic.write(cells(2), cells(1), cells(3))
    change_after(clinic, 1, lambda: note_copy(clinic, paper, **MOVED))
    code, _, err = clinic.deliver()
    assert code == ExitCode.SOME_FAILED
    assert clinic.got() == [ALL[1], ALL[2]]
    assert sorted(clinic.states()) == ["sent", "sent", "withdrawn"]
    assert "row 3: withdrawn, its paper was replaced by 7K3M-9QXA-2F4D" in err
    assert "row 3" in clinic.send()[1]
    assert "its paper was replaced (by 7K3M-9QXA-2F4D, copy 2" in clinic.send()[1]


def test_nor_does_a_file_for_a_mailer(clinic: Clinic, paper: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic.write(cells(2), cells(1), cells(3))

    def then_reissue(outbox: Outbox, key: str, *rest: Any) -> None:
        hand_over(outbox, key, *rest)
        if len(list((home / "out").iterdir())) == 1:
            note_copy(clinic, paper, **MOVED)

    monkeypatch.setattr("mvd_handout.commands.email_run.hand_over", then_reissue)
    code, _, err = clinic.send(*FOLDER)
    assert code == ExitCode.SOME_FAILED
    assert len(list((home / "out").iterdir())) == 2
    assert "row 3: withdrawn, its paper was replaced by 7K3M-9QXA-2F4D" in err


def test_a_copy_of_a_lost_paper_made_meanwhile_stops_nothing(clinic: Clinic, paper: str) -> None:
    clinic.write(cells(2), cells(1), cells(3))
    change_after(clinic, 1, lambda: note_copy(clinic, paper))
    assert clinic.deliver()[0] == ExitCode.DONE
    assert len(clinic.got()) == 3


def test_a_journal_that_cannot_be_read_any_more_stops_the_run_with_the_rest_queued(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OutputError(Fault("journal", "it cannot be read", ""))

    change_after(
        clinic, 1, lambda: monkeypatch.setattr("mvd_handout.delivery.journal.journal.Journal.touching", refuse)
    )
    assert clinic.deliver()[0] == ExitCode.FILE_TROUBLE
    assert clinic.got() == ALL[:1]
    assert clinic.states() == ["sent", "queued", "queued"]


def test_a_visit_that_moved_and_moved_back_stops_nothing(clinic: Clinic, paper: str) -> None:
    moved = reissue(clinic, paper, "visit", "11:45")
    assert clinic.send()[0] == ExitCode.SOME_FAILED
    reissue(clinic, moved, "visit", "10:30")
    assert clinic.send()[0] == ExitCode.DONE


def test_an_e_mail_after_an_e_mail_replaces_no_paper(clinic: Clinic, paper: str) -> None:
    clinic.deliver()
    clinic.write(cells(1, Visit_1_time="11:45"))
    assert clinic.deliver("--replace")[0] == ExitCode.DONE
    clinic.write(cells(1))
    assert "replaces an earlier e-mail" in clinic.send()[1]


# --- a paper that nothing replaced ------------------------------------------------


@pytest.mark.parametrize("how", [(), ("--deliver", "--yes", "--limit", "9", "--rate", "6000"), FOLDER])
def test_who_has_a_paper_that_says_something_else_is_named_before_anything_is_sent(
    clinic: Clinic, paper: str, how: tuple[str, ...]
) -> None:
    clinic.write(cells(2), cells(1, Visit_1_time="11:30"))
    _, _, err = clinic.send(*how)
    said = " ".join(err.split())
    assert "by the journal, 1 patient (row 3) had another paper of this handout made before" in said
    assert "`mvd-handout reissue`" in said
    assert f"row 3: {paper}" in said
    assert said.index(paper) < said.index("Nothing was sent" if not how else "Making")


def test_they_are_counted_in_the_question(clinic: Clinic, paper: str, person: None) -> None:
    clinic.write(cells(2), cells(1, Visit_1_time="11:30"))
    code, _, err = clinic.send("--deliver", "--limit", 2, text="no\n")
    assert (code, clinic.got()) == (ExitCode.INTERRUPTED, [])
    assert "2 messages will be sent, 1 of them to a patient with another paper. Type 2 to go on:" in err
    _, _, err = clinic.send("--deliver", "--limit", 1, text="no\n")  # the other row is not sent yet
    assert "1 message will be sent. Type 1 to go on:" in err


def test_nothing_is_said_of_the_very_same_paper_nor_of_a_copy_that_says_the_same(clinic: Clinic, paper: str) -> None:
    assert "another paper" not in clinic.send()[2]
    clinic.write(cells(1, Visit_1_time="11:45"))
    assert f"row 2: {paper}" in clinic.send()[2]
    (row,) = json.loads(clinic.send("--json")[1])["rows"]
    assert row["other_paper"] == paper
    reissue(clinic, paper, "visit", "11:45")
    assert "another paper" not in clinic.send()[2]
    assert clinic.deliver()[0] == ExitCode.DONE


# --- whatever date it bears ---------------------------------------------------------


@pytest.fixture
def later(clinic: Clinic, home: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """Return a clinic whose patient was given a paper with the date of another day, and then a copy of that."""
    planned = {"Discharge_date": "", "Operation_status": "planned", "Operation_date": "2026-12-05"}
    clinic.write(cells(1, **planned))
    made = clinic.run("batch", clinic.roster, "--clinic", clinic.folder, "-d", "b", "--issue-date", "2026-12-02")
    assert made.exit_code == ExitCode.DONE, made.stderr
    (pdf,) = Path("b").glob("*.pdf")
    case = CASE.replace("discharge_date = {discharge}\n", "").replace("2026-11-28", "2026-12-05")
    (home / "case.toml").write_text(case.replace("done", "planned").format(time="11:45"), encoding="utf-8")
    words = ("reissue", pdf.stem, "--case", "case.toml", "--reason", "visit", "--clinic", clinic.folder)
    made = clinic.run(*words, "--issue-date", "2026-12-02", "-o", "copy.txt")
    assert made.exit_code == ExitCode.DONE, made.stderr
    return clinic


@pytest.mark.parametrize("options", [(), ("--issue-date", "2026-12-02"), ("--issue-date", "2026-12-03")])
def test_a_copy_is_found_by_the_patient_whatever_date_the_e_mail_bears(later: Clinic, options: tuple[str, ...]) -> None:
    code, out, _ = later.send(*options)
    assert code == ExitCode.SOME_FAILED
    assert "its paper was replaced (by" in out
    assert later.deliver(*options)[0] == ExitCode.SOME_FAILED
    assert later.got() == []


def test_once_the_list_says_what_the_copy_says_the_e_mail_leaves(later: Clinic) -> None:
    planned = {"Discharge_date": "", "Operation_status": "planned", "Operation_date": "2026-12-05"}
    later.write(cells(1, Visit_1_time="11:45", **planned))
    assert later.deliver()[0] == ExitCode.DONE
    assert later.got() == ALL[:1]


def test_a_copy_of_another_date_that_is_made_meanwhile_stops_the_message(clinic: Clinic, paper: str) -> None:
    """The e-mails bear another date than the paper, so their numbers are others."""
    change_after(clinic, 1, lambda: note_copy(clinic, paper, **MOVED))
    clinic.write(*(cells(number) for number in (2, 1, 3)))
    clinic.deliver("--issue-date", "2026-12-02")
    assert clinic.got() == [ALL[1], ALL[2]]
