"""What can go wrong while e-mails are sent, and what a person decides about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.delivery.lock import one_writer
from mvd_handout.domain.errors import ExitCode
from tests.mail_sending.clinic import ALL, Clinic, change_after
from tests.mail_sending.ward import cells
from tests.tools import smtp


def test_who_is_refused_gets_paper_until_a_person_decides(clinic: Clinic) -> None:
    clinic.server.script = smtp.Script("RCPT", smtp.FAULTS["5xx"], 2)
    code, out, err = clinic.deliver()
    assert code == ExitCode.SOME_FAILED
    assert clinic.got() == [ALL[0], ALL[2]]
    assert "Give these patients their handout on paper:" in err
    assert out.splitlines()[-1].split()[:2] == ["row", "3"]
    assert clinic.deliver()[1].count("refused by the server") == 1
    assert len(clinic.got()) == 2
    key = clinic.planned()[1]
    assert clinic("resend", key, "--as", "again", "--by", "Kim Invented", "--yes")[0] == ExitCode.DONE
    assert clinic.deliver()[0] == ExitCode.DONE
    assert clinic.got() == [ALL[0], ALL[2], ALL[1]]


def test_what_never_leaves_is_not_kept_either(clinic: Clinic, home: Path) -> None:
    clinic.write(*(cells(number, Email_consent="encrypted") for number in (1, 2, 3)))
    clinic.server.script = smtp.Script("RCPT", smtp.FAULTS["5xx"], 2)
    change_after(
        clinic,
        1,
        lambda: clinic.write(*(cells(n, Email_consent="encrypted", Hold="yes" * (n == 3)) for n in (1, 2, 3))),
    )
    clinic.deliver()
    assert clinic.states() == ["sent", "refused", "withdrawn"]
    kept = [clinic.desk().store.load(key) for key in clinic.planned()]
    assert [each is not None and not each.mail.message for each in kept] == [True, True, False]
    assert kept[2] is None
    clinic("slips", "-o", "slips.txt")
    assert (home / "slips.txt").read_text().count("Number of your handout") == 1


def test_nobody_knows_is_said_until_a_person_decides(clinic: Clinic) -> None:
    clinic.server.script = smtp.Script("dot", smtp.FAULTS["close"], 2)
    code, _, err = clinic.deliver()
    assert code == ExitCode.MAIL_UNKNOWN
    assert "nobody knows whether 1 message arrived" in err
    assert clinic.states() == ["sent", "unknown", "sent"]
    code, out, _ = clinic.deliver("--replace")
    assert code == ExitCode.MAIL_UNKNOWN
    assert "not known whether it arrived" in out
    assert len(clinic.got()) == 3
    code, out, _ = clinic("status")
    assert code == ExitCode.MAIL_UNKNOWN
    assert out.splitlines()[0] == "unknown: 1"
    key = clinic.planned()[1]
    assert out.splitlines()[1].split()[0] == key[:10]
    assert clinic("resend", key[:8], "--as", "arrived", "--by", "Kim Invented", "--yes")[0] == ExitCode.DONE
    assert clinic("status")[0] == ExitCode.DONE
    assert clinic.deliver()[0] == ExitCode.DONE
    assert len(clinic.got()) == 3
    events = json.loads(clinic("status", "--json")[1])["messages"][1]["events"]
    assert [event["by"] for event in events] == ["", "", "", "Kim Invented"]


def test_a_changed_row_of_a_patient_in_doubt_waits_for_the_decision(clinic: Clinic) -> None:
    clinic.server.script = smtp.Script("dot", smtp.FAULTS["close"], 1)
    clinic.write(cells(1))
    clinic.deliver()
    clinic.write(cells(1, Visit_1_time="11:30"))
    assert clinic.deliver("--replace")[0] == ExitCode.MAIL_UNKNOWN
    assert clinic.got() == ALL[:1]


@pytest.mark.parametrize("key", ["", "zzzz", "%"])
def test_a_decision_needs_the_key_of_one_message(clinic: Clinic, key: str) -> None:
    clinic.deliver()
    code, _, err = clinic("resend", key, "--as", "again", "--by", "Kim Invented", "--yes")
    assert code == ExitCode.INPUT_REFUSED
    assert "no message has this key" in err


def test_what_was_sent_is_not_sent_again_by_anybody(clinic: Clinic) -> None:
    clinic.deliver()
    code, _, err = clinic("resend", clinic.planned()[0], "--as", "again", "--by", "Kim Invented", "--yes")
    assert code == ExitCode.INPUT_REFUSED
    assert "this message is sent" in err


def test_a_decision_needs_a_name(clinic: Clinic) -> None:
    clinic.server.script = smtp.Script("RCPT", smtp.FAULTS["5xx"], 1)
    clinic.deliver()
    assert clinic("resend", clinic.planned()[0], "--as", "again", "--yes")[0] == ExitCode.USAGE


def test_not_now_is_tried_again_in_the_same_run(clinic: Clinic) -> None:
    clinic.server.script = smtp.Script("RCPT", smtp.FAULTS["4xx"], 2)
    code, _, err = clinic.deliver()
    assert (code, sorted(clinic.got())) == (ExitCode.DONE, ALL)
    assert "Waiting 30 seconds" in err


def test_a_server_that_refuses_everything_stops_the_run(clinic: Clinic) -> None:
    clinic.server.script = smtp.Script("greeting", smtp.FAULTS["5xx"], 1)
    code, _, err = clinic.deliver()
    assert code == ExitCode.SOME_FAILED
    assert "the server refuses (550)" in err
    assert clinic.states() == ["queued"] * 3


def test_without_a_server_to_reach_nothing_is_lost(clinic: Clinic) -> None:
    clinic.server.stopping.set()
    (clinic.folder / "clinic.toml").write_text(
        (clinic.folder / "clinic.toml").read_text().replace(f"port = {clinic.server.port}", "port = 1")
    )
    code, _, err = clinic.deliver()
    assert code == ExitCode.SOME_FAILED
    assert "no connection" in err
    assert clinic.states() == ["queued"] * 3


def swap(clinic: Clinic) -> None:
    """Put the prepared message of the second patient where that of the third is looked for."""
    folder = clinic.desk().folder / "messages"
    _, second, third = clinic.planned()
    (folder / f"{third}.message").write_bytes((folder / f"{second}.message").read_bytes())


def spoil(clinic: Clinic) -> None:
    """Change a byte of what the third patient is to get."""
    path = clinic.desk().folder / "messages" / f"{clinic.planned()[2]}.message"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("harm", [swap, spoil])
def test_a_prepared_message_that_was_changed_never_leaves(clinic: Clinic, harm: Callable[[Clinic], None]) -> None:
    change_after(clinic, 1, lambda: harm(clinic))
    code, _, err = clinic.deliver()
    assert code == ExitCode.FILE_TROUBLE
    assert "not as it was written" in err
    assert clinic.got() == ALL[:2]


def test_one_at_a_time(clinic: Clinic) -> None:
    clinic.deliver("--limit", 1)
    with one_writer(clinic.desk().folder / "sender.lock", 0o600, 1):
        code, _, err = clinic.deliver()
    assert code == ExitCode.FILE_TROUBLE
    assert "somebody is sending from it" in err


def test_the_journal_has_each_sending_once(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    append = Journal.append
    monkeypatch.setattr(Journal, "append", lambda *arguments: (_ for _ in ()).throw(KeyboardInterrupt))
    assert clinic.deliver()[0] == ExitCode.INTERRUPTED
    assert clinic.states() == ["sent", "queued", "queued"]
    monkeypatch.setattr(Journal, "append", append)
    assert clinic.deliver()[0] == ExitCode.DONE
    desk = clinic.desk()
    entries = list(Journal(tmp_path / "state" / "mvd-handout" / "journal", desk.key).entries())
    assert [entry.kind for entry in entries] == ["email"] * 3
    with desk.look() as outbox:
        assert [entry.document_id for entry in entries] == [record.document_id for record in outbox.records()]
        assert all(record.journalled for record in outbox.records())


def test_a_second_sending_that_a_person_asked_for_is_noted_too(clinic: Clinic, tmp_path: Path) -> None:
    clinic.write(cells(1))
    clinic.send("--to-folder", "out", "--yes")
    for _ in range(2):
        key = clinic.planned()[0]
        assert clinic("resend", key, "--as", "again", "--by", "Kim Invented", "--yes")[0] == ExitCode.DONE
        assert clinic.send("--to-folder", "out", "--yes")[0] == ExitCode.DONE
    journal = Journal(tmp_path / "state" / "mvd-handout" / "journal", clinic.desk().key)
    assert [entry.kind for entry in journal.entries()] == ["email"] * 3
    assert clinic.server.sessions == 0


def test_interrupted_after_the_dot_is_not_known(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    from mvd_handout.delivery.mail.channel import Channel

    reply = Channel.getreply

    def interrupted(self: Channel, within: float | None = None) -> tuple[int, bytes]:
        if within is not None:
            raise KeyboardInterrupt
        return reply(self)

    monkeypatch.setattr(Channel, "getreply", interrupted)
    code, _, err = clinic.deliver()
    assert code == ExitCode.MAIL_UNKNOWN
    assert "Stopped." in err
    assert clinic.states() == ["unknown", "queued", "queued"]


def test_a_test_message_has_nobodys_data_and_its_address_is_asked_for(clinic: Clinic) -> None:
    code, out, _ = clinic("test", text="kim@example.org\n")
    assert code == ExitCode.DONE
    assert clinic.got() == ["kim@example.org"]
    message = clinic.message(0)
    assert message["Subject"] == "Test message"
    assert not message.is_multipart()
    assert clinic.states() == []
    assert "kim" not in out
    assert clinic("test", text="kim@example.org, lee@example.org\n")[0] == ExitCode.INPUT_REFUSED
    assert len(clinic.got()) == 1
