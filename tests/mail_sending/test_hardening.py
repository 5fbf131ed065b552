"""What changed between making a message and sending it: rules, words, what went before, a slip that is printed."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

import pytest

from mvd_handout.content.email_words import EmailWords, load_email_words
from mvd_handout.delivery.mail.outbox import Outbox
from mvd_handout.delivery.mail.transport import check_wire
from mvd_handout.domain.errors import ExitCode, Fault, OutputError
from tests.mail_sending.clinic import ALL, Clinic, calendar_of, queue_all
from tests.mail_sending.ward import cells, command, environment, roster_csv
from tests.tools import smtp


def policy(clinic: Clinic, settings: str) -> None:
    """Add settings under [email]."""
    profile = clinic.folder / "clinic.toml"
    profile.write_text(profile.read_text().replace("[email]\n", f"[email]\n{settings}\n"))


def pdf_of(clinic: Clinic, number: int) -> bytes:
    (part,) = [part for part in clinic.message(number).iter_attachments() if part.get_filename() == "handout.pdf"]
    content = part.get_content()
    assert isinstance(content, bytes)
    return content


def test_a_stricter_policy_holds_for_what_was_queued_before(clinic: Clinic) -> None:
    queue_all(clinic)
    policy(clinic, 'lock = "always"')
    assert clinic.deliver()[0] == ExitCode.DONE
    assert clinic.got() == ALL
    assert all(b"/Encrypt" in pdf_of(clinic, number) for number in range(3))


def test_a_looser_policy_holds_too_and_leaves_no_slip(clinic: Clinic) -> None:
    policy(clinic, 'lock = "always"')
    queue_all(clinic)
    profile = clinic.folder / "clinic.toml"
    profile.write_text(profile.read_text().replace('lock = "always"\n', ""))
    assert clinic.deliver()[0] == ExitCode.DONE
    assert not any(b"/Encrypt" in pdf_of(clinic, number) for number in range(3))
    assert "There is no passphrase here." in clinic("slips", "-o", "slips.txt")[2]


@pytest.mark.parametrize(
    ("settings", "header", "value"),
    [
        ('reply_to = "desk@example.org"', "Reply-To", "desk@example.org"),
        ('subject_suffix = "[encrypt]"', "Subject", "[encrypt]"),
    ],
)
def test_other_settings_hold_for_what_was_queued_before(clinic: Clinic, settings: str, header: str, value: str) -> None:
    clinic.write(cells(1))
    queue_all(clinic)
    policy(clinic, settings)
    clinic.deliver()
    assert value in str(clinic.message(0)[header])


def test_a_new_sender_writes_what_was_queued_before(clinic: Clinic) -> None:
    clinic.write(cells(1))
    queue_all(clinic)
    profile = clinic.folder / "clinic.toml"
    profile.write_text(profile.read_text().replace('from = "ward4@example.org"', 'from = "ward5@example.org"'))
    clinic.deliver()
    assert "ward5@example.org" in clinic.message(0)["From"]
    assert clinic.message(0)["Message-ID"].endswith("@example.org>")


def test_new_words_hold_for_what_was_queued_before(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic.write(cells(1))
    queue_all(clinic)
    usual = load_email_words("en")
    mended = EmailWords("en", {**usual.words, "message.help": "Ring us. We are glad to help."})
    monkeypatch.setattr("mvd_handout.delivery.mail.prepare.load_email_words", lambda language: mended)
    clinic.deliver()
    body = clinic.message(0).get_body(("plain",))
    assert body is not None
    assert "Ring us. We are glad to help." in " ".join(body.get_content().split())


def test_a_rule_on_locking_that_comes_after_the_making_stops_the_message(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mvd_handout.delivery.mail.model import MailPolicy

    locks = MailPolicy.locks
    queue_all(clinic)
    monkeypatch.setattr(MailPolicy, "locks", lambda *arguments: not locks(*arguments))
    monkeypatch.setattr("mvd_handout.delivery.mail.prepare._is_ready", lambda *arguments: True)
    assert clinic.deliver()[0] == ExitCode.SOME_FAILED
    assert clinic.got() == []
    assert clinic.states() == ["withdrawn"] * 3


# --- what went before ---------------------------------------------------------


def test_a_queued_message_learns_what_it_replaces(clinic: Clinic) -> None:
    """What was queued as the first e-mail replaces one once that is known to have arrived."""
    clinic.write(cells(1))
    clinic.deliver()
    clinic.write(cells(1, Visit_1_date="2026-12-15"))
    with clinic.desk().work() as outbox:
        first = outbox.records()[0].key
        with outbox._change():
            outbox._connection.execute("UPDATE message SET state = 'withdrawn' WHERE key = ?", (first,))
    clinic.server.script = smtp.Script("greeting", smtp.FAULTS["5xx"], clinic.server.sessions + 1)
    clinic.deliver()
    assert clinic.states()[1] == "queued"
    with clinic.desk().work() as outbox, outbox._change():
        outbox._connection.execute("UPDATE message SET state = 'sent' WHERE key = ?", (first,))
    assert clinic.deliver("--replace")[0] == ExitCode.DONE
    assert len(clinic.got()) == 2
    with clinic.desk().look() as outbox:
        assert [record.replaces for record in outbox.records()] == ["", first]
    assert calendar_of(clinic.message(1)).count("STATUS:CANCELLED") == 1


# --- slips --------------------------------------------------------------------


def slips(clinic: Clinic, home: Path) -> list[str]:
    """Return the passphrases that are printed now, in the order of the rows."""
    clinic("slips", "-o", "slips.txt", "--force")
    return re.findall(r"^    (\S+)$", (home / "slips.txt").read_text(), flags=re.MULTILINE)


def locked(number: int, **changes: str) -> dict[str, str]:
    return cells(number, Email_consent="encrypted", **changes)


def test_a_slip_stays_right_when_another_row_stops_the_making(clinic: Clinic, home: Path) -> None:
    clinic.write(locked(1), locked(2))
    queue_all(clinic)
    printed = slips(clinic, home)
    policy(clinic, 'reply_to = "desk@example.org"')
    clinic.write(locked(1), locked(2), locked(3))

    made = []

    def fails(message: bytes) -> None:
        made.append(message)
        if len(made) == 3:
            raise KeyboardInterrupt
        check_wire(message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mvd_handout.delivery.mail.prepare.check_wire", fails)
        clinic.deliver()
    assert slips(clinic, home) == printed
    assert clinic.deliver()[0] == ExitCode.DONE
    assert len(clinic.got()) == 3
    assert slips(clinic, home)[:2] == printed
    assert opens(pdf_of(clinic, 0), printed[0])
    assert opens(pdf_of(clinic, 1), printed[1])


def opens(pdf: bytes, passphrase: str) -> bool:
    from mvd_handout.delivery.mail.encryption import read_locked

    return bool(read_locked(pdf, passphrase)["documentId"])


def test_a_slip_stays_right_when_an_address_is_corrected_before_it_left(clinic: Clinic, home: Path) -> None:
    clinic.write(locked(1))
    queue_all(clinic)
    printed = slips(clinic, home)
    clinic.write(locked(1, Email="kim@example.org"))
    clinic.deliver()
    assert clinic.got() == ["kim@example.org"]
    assert clinic.states() == ["withdrawn", "sent"]
    assert slips(clinic, home) == printed
    assert opens(pdf_of(clinic, 0), printed[0])


def test_another_paper_gets_another_passphrase(clinic: Clinic, home: Path) -> None:
    clinic.write(locked(1))
    queue_all(clinic)
    printed = slips(clinic, home)
    clinic.write(locked(1, Visit_1_time="11:30"))
    clinic.deliver()
    assert slips(clinic, home) != printed


# --- files for the clinic's own mailer ----------------------------------------

KILLED_AT = """
import os, signal
from mvd_handout.delivery.mail import folder
write = folder.write_files
def killed(files, *, force=False):
    if {after}:
        write(files, force=force)
    os.kill(os.getpid(), signal.SIGKILL)
folder.write_files = killed
"""


@pytest.mark.parametrize("after", [False, True])
def test_killed_around_the_writing_nothing_is_written_twice(
    ward: Path, cache: Path, tmp_path: Path, after: bool
) -> None:
    roster, state, out = tmp_path / "tomorrow.csv", tmp_path / "state", tmp_path / "out"
    roster.write_bytes(roster_csv([cells(1)]))
    arguments = ("email", "send", roster, "--clinic", ward, "--to-folder", out, "--yes")
    usual = command(*arguments)
    killed = [*usual[:2], KILLED_AT.format(after=after) + usual[2], *usual[3:]]
    where = environment(cache, state)
    assert subprocess.run(killed, env=where, capture_output=True, check=False).returncode == -signal.SIGKILL
    for file in out.glob("*.eml"):
        file.unlink()  # the mailer took it
    again = subprocess.run(usual, env=where, capture_output=True, check=False)
    assert again.returncode == ExitCode.MAIL_UNKNOWN
    assert list(out.iterdir()) == []
    (folder,) = (state / "mvd-handout" / "email").iterdir()
    with Outbox.open(folder) as outbox:
        assert [(each.state, each.tries) for each in outbox.records()] == [("unknown", 1)]


def test_a_folder_that_is_full_leaves_the_message_to_be_tried_again(
    clinic: Clinic, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object, **named: object) -> None:
        raise OutputError(Fault("file", "it cannot be written", "The disk is full"))

    clinic.write(cells(1))
    with monkeypatch.context() as patch:
        patch.setattr("mvd_handout.delivery.mail.folder.write_files", full)
        assert clinic.send("--to-folder", "out", "--yes")[0] == ExitCode.FILE_TROUBLE
    assert clinic.states() == ["deferred"]
    assert clinic.send("--to-folder", "out", "--yes")[0] == ExitCode.DONE
    assert clinic.states() == ["handed"]
    assert len(list((home / "out").iterdir())) == 1


# --- on hold ------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"Hold": "died"}, {"Email_consent": "none"}, {"Email": ""}])
def test_what_waits_for_a_row_that_is_stopped_is_forgotten(clinic: Clinic, change: dict[str, str]) -> None:
    queue_all(clinic)
    clinic.write(cells(1), cells(2, **change), cells(3))
    clinic.deliver()
    assert clinic.got() == [ALL[0], ALL[2]]
    assert clinic.states() == ["sent", "withdrawn", "sent"]
    assert list((clinic.desk().folder / "messages").iterdir()) == []
