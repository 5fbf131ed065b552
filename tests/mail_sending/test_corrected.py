"""No e-mail says what was corrected meanwhile: not one that was queued before, nor one that waits for its turn."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any

import pytest

from mvd_handout.commands import email_gate
from mvd_handout.composing.approvable import email_block
from mvd_handout.composing.approved import approved_key
from mvd_handout.content.approval.register import REGISTER_NAME
from mvd_handout.content.clinic import Clinic as ClinicFolder
from mvd_handout.content.email_words import load_email_words
from mvd_handout.delivery import papers
from mvd_handout.delivery.approvals import judge
from mvd_handout.delivery.mail.folder import hand_over
from mvd_handout.delivery.mail.outbox import Outbox
from mvd_handout.domain.errors import ExitCode
from mvd_handout.rendering.pdf.inspect import read_properties
from tests.approval.corrections import approve, number, warning_signs
from tests.approval.registers import approval
from tests.mail_sending.clinic import ALL, Clinic, change_after, queue_all
from tests.mail_sending.ward import TODAY, cells
from tests.samples import handout

FOLDER = ("--to-folder", "out", "--yes")
WHILE = "words or telephone numbers were changed while they were being sent"
each_correction = pytest.mark.parametrize("correct", [number, warning_signs])


def corrected(correct: Callable[[Path], None], clinic: Clinic, **changes: Any) -> None:
    correct(clinic.folder)
    approve(clinic.folder, approval(email_block(load_email_words("en"))), **changes)


def nothing(folder: Path) -> None:
    """Correct nothing."""


def today_key(clinic: Clinic) -> str:
    """Return what a paper carries that is made now."""
    found = ClinicFolder.load(clinic.folder / "clinic.toml")
    return approved_key(found, judge(clinic.folder, found, handout(), TODAY).require())


def keys(*messages: Message) -> list[str]:
    """Return what the papers in these messages carry."""
    parts = (part for each in messages for part in each.walk() if part.get_content_type() == "application/pdf")
    return [read_properties(bytes(part.get_payload(decode=True)))["approvedKey"] for part in parts]


@each_correction
def test_a_correction_while_e_mails_are_sent_stops_them_and_the_same_command_sends_the_new_words(
    correct: Callable[[Path], None], clinic: Clinic
) -> None:
    before = today_key(clinic)
    change_after(clinic, 1, lambda: corrected(correct, clinic))
    code, _, err = clinic.deliver()
    assert code == ExitCode.CONTENT_REFUSED
    assert WHILE in err
    assert "Sent: 1." in err
    assert clinic.states() == ["sent", "queued", "queued"]
    clinic.deliver()
    assert clinic.got() == ALL
    after = today_key(clinic)
    assert keys(*(clinic.message(at) for at in range(3))) == [before, after, after]
    assert before != after


def test_an_approval_that_ends_stops_the_rest_until_there_is_one_again(clinic: Clinic) -> None:
    register, aside = clinic.folder / REGISTER_NAME, clinic.folder / "aside"
    change_after(clinic, 2, lambda: register.rename(aside))
    code, _, err = clinic.deliver()
    assert code == ExitCode.CONTENT_REFUSED
    assert "their approval ended while they were being sent" in err
    assert "nobody has approved it yet" in err
    assert clinic.states() == ["sent", "sent", "queued"]
    aside.rename(register)
    assert clinic.deliver()[0] == ExitCode.DONE
    assert clinic.got() == ALL


def test_an_approval_that_ends_at_midnight_stops_the_rest(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    corrected(nothing, clinic, review_by=TODAY)
    next_day = lambda zone: TODAY + dt.timedelta(1)  # noqa: E731
    change_after(clinic, 1, lambda: monkeypatch.setattr("mvd_handout.commands.places.today", next_day))
    code, _, err = clinic.deliver()
    assert code == ExitCode.CONTENT_REFUSED
    assert "its review was due by" in err
    assert clinic.got() == ALL[:1]


@each_correction
def test_a_file_for_a_mailer_is_stopped_as_well(
    correct: Callable[[Path], None], clinic: Clinic, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def then_correct(outbox: Outbox, key: str, *rest: Any) -> None:
        hand_over(outbox, key, *rest)
        monkeypatch.setattr("mvd_handout.commands.email_run.hand_over", hand_over)
        corrected(correct, clinic)

    monkeypatch.setattr("mvd_handout.commands.email_run.hand_over", then_correct)
    code, _, err = clinic.send(*FOLDER)
    assert code == ExitCode.CONTENT_REFUSED
    assert WHILE in err
    assert clinic.states() == ["handed", "queued", "queued"]
    clinic.send(*FOLDER)
    assert len(in_folder(home / "out")) == 3
    clinic.send(*FOLDER, "--replace")
    assert set(keys(*in_folder(home / "out"))) == {today_key(clinic)}


@each_correction
@pytest.mark.parametrize("how", [FOLDER, ("--deliver", "--yes", "--rate", "6000", "--limit", "9")])
def test_what_was_queued_before_a_correction_leaves_with_the_new_words(
    correct: Callable[[Path], None], how: tuple[str, ...], clinic: Clinic, home: Path
) -> None:
    queue_all(clinic)
    corrected(correct, clinic)
    assert clinic.send(*how)[0] == ExitCode.DONE
    made = in_folder(home / "out") if how == FOLDER else [clinic.message(at) for at in range(3)]
    assert keys(*made) == [today_key(clinic)] * 3


def test_it_gets_another_number_and_passphrase_and_the_old_slip_is_not_printed_any_more(clinic: Clinic) -> None:
    clinic.write(cells(1, Email_consent="encrypted"))
    queue_all(clinic)
    (old,) = clinic.planned()
    store = clinic.desk().store
    before = store.load(old)
    corrected(number, clinic)
    assert clinic.deliver()[0] == ExitCode.DONE
    (new,) = set(clinic.planned()) - {old}
    after = store.load(new)
    assert before is not None
    assert after is not None
    assert store.load(old) is None
    assert after.mail.document_id != before.mail.document_id
    assert after.mail.passphrase not in ("", before.mail.passphrase)


def test_a_correction_that_these_patients_do_not_see_makes_what_was_queued_anew_under_its_key(clinic: Clinic) -> None:
    queue_all(clinic)
    planned = clinic.planned()
    corrected(nothing, clinic, also_for=("under-18",))
    assert clinic.deliver()[0] == ExitCode.DONE
    assert clinic.planned() == planned
    assert keys(*(clinic.message(at) for at in range(3))) == [today_key(clinic)] * 3


def test_while_nothing_changes_nothing_is_read_again(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    read, load = [], papers.load_recipe

    def count_and_load(*given: Any, **named: Any) -> Any:
        read.append(given)
        return load(*given, **named)

    monkeypatch.setattr(email_gate, "load_recipe", count_and_load)
    profile = clinic.folder / "clinic.toml"
    clinic.deliver("--limit", 1)
    assert read == []
    change_after(clinic, 2, lambda: profile.write_bytes(profile.read_bytes()))  # it says the same
    assert clinic.deliver()[0] == ExitCode.DONE
    assert len(read) == 1
    assert clinic.got() == ALL


def in_folder(folder: Path) -> list[Message]:
    """Return the messages in a mailer's folder."""
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.iterdir()]


def test_a_stricter_rule_that_is_saved_while_e_mails_are_sent_stops_the_rest(clinic: Clinic) -> None:
    profile = clinic.folder / "clinic.toml"
    before = profile.read_text(encoding="utf-8")
    assert before.count("\n[email]\n") == 1
    stricter = before.replace("\n[email]\n", '\n[email]\nlock = "always"\n')
    change_after(clinic, 1, lambda: profile.write_text(stricter, encoding="utf-8"))
    code, _, err = clinic.deliver()
    assert code == ExitCode.INPUT_REFUSED
    assert "the settings under [email] were changed while they were being sent" in " ".join(err.split())
    assert clinic.got() == ALL[:1]
    assert clinic.deliver()[0] == ExitCode.DONE
    assert clinic.got() == ALL
    assert b"/Encrypt" in attached(clinic.message(2))
    assert b"/Encrypt" not in attached(clinic.message(0))


def attached(message: EmailMessage) -> bytes:
    """Return the PDF in a message."""
    (pdf,) = [part for part in message.walk() if part.get_content_type() == "application/pdf"]
    return bytes(pdf.get_content())
