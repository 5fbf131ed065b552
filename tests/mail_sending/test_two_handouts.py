"""A patient who is sent two handouts has both: the e-mail with one says nothing of the other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec import structs

from mvd_handout.commands.journalling import open_journal
from mvd_handout.domain.errors import ExitCode
from tests.mail_sending.clinic import Clinic, queue_all
from tests.mail_sending.handouts import SHIPPED, add_handout
from tests.mail_sending.ward import cells

FOLDER = ("--to-folder", "out", "--yes")
SECOND = ("--handout", "second")


@pytest.fixture
def two(clinic: Clinic) -> Clinic:
    """Return a clinic with two handouts, and a list of one patient."""
    add_handout(clinic.folder, "second")
    clinic.write(cells(1))
    return clinic


def test_a_second_handout_replaces_nothing_and_takes_nothing_back(two: Clinic, home: Path) -> None:
    two.send(*FOLDER)
    code, out, _ = two.send(*SECOND, *FOLDER)
    assert code == ExitCode.DONE
    assert out.rstrip().endswith("new")
    assert {path.stem for path in (home / "out").iterdir()} == set(two.planned())
    assert two.states() == ["handed", "handed"]
    for words in ((), SECOND):
        assert "handed over already" in two.send(*words)[1]


def test_a_changed_visit_replaces_the_e_mail_with_the_same_handout(two: Clinic, home: Path) -> None:
    for words in ((), SECOND):
        two.send(*words, *FOLDER)
    first, second = two.planned()
    two.write(cells(1, Visit_1_time="11:30"))
    two.send(*SECOND, *FOLDER, "--replace")
    *_, third = two.planned()
    assert {path.stem for path in (home / "out").iterdir()} == {first, third}
    assert second != third
    with two.desk().look() as outbox:
        assert [record.replaces for record in outbox.records()] == ["", "", second]


def test_a_second_handout_withdraws_nothing_that_is_queued(two: Clinic) -> None:
    queue_all(two)
    assert two.deliver(*SECOND)[0] == ExitCode.DONE
    assert two.states() == ["queued", "sent"]
    assert two.deliver()[0] == ExitCode.DONE
    assert two.states() == ["sent", "sent"]


def test_two_handouts_with_the_very_same_words_are_two(clinic: Clinic) -> None:
    add_handout(clinic.folder, "second", {SHIPPED: SHIPPED})
    clinic.write(cells(1))
    for words in ((), SECOND):
        assert clinic.deliver(*words)[0] == ExitCode.DONE
    assert len(clinic.got()) == 2
    for words in ((), SECOND):
        assert "sent already" in clinic.send(*words)[1]


def test_an_e_mail_with_the_other_handout_that_only_the_journal_knows_stops_nothing(two: Clinic) -> None:
    two.deliver()
    for path in two.desk().folder.glob("outbox.sqlite*"):
        path.unlink()
    assert two.deliver(*SECOND)[0] == ExitCode.DONE
    assert len(two.got()) == 2
    assert two.deliver()[0] == ExitCode.SOME_FAILED
    assert len(two.got()) == 2


def test_a_copy_of_the_paper_with_one_handout_stops_no_e_mail_with_the_other(two: Clinic) -> None:
    for words in ((), SECOND):
        two.deliver(*words)
    first, _ = two.planned()
    desk = two.desk()
    journal = open_journal(desk.path, desk.key)
    assert journal is not None
    entry = next(each for each in journal.entries() if each.handout == SHIPPED)
    copy = structs.replace(
        entry, document_id="7K3M-9QXA-2F4D", kind="reissue", batch="", copy=2, replaces=entry.document_id,
        reason="visit", parts={**entry.parts, "visits": ("0123456789ab",)},
    )  # fmt: skip
    journal.append([copy])
    (row,) = json.loads(two.send("--json")[1])["rows"]
    assert (row["standing"], row["has"]) == ("old_paper", first)
    assert two.send(*SECOND)[1].rstrip().endswith("sent already")
