"""`email send` as a nurse uses it: look, then send; the server says what really arrived."""

from __future__ import annotations

import email
import json
import stat
from email.message import EmailMessage
from pathlib import Path

import pytest

from mvd_handout.domain.errors import ExitCode
from tests.mail_sending.clinic import ALL, Clinic, calendar_of, change_after
from tests.mail_sending.ward import cells
from tests.tools import smtp


def test_a_dry_run_shows_masked_rows_and_writes_nothing(clinic: Clinic, tmp_path: Path) -> None:
    clinic.write(
        cells(1), cells(2, Email_consent="encrypted"), cells(3, Email_consent="none"), cells(4, Hold="yes"),
        cells(5, Email=""), cells(6, Email="alex1@example.org"),
    )  # fmt: skip
    code, out, err = clinic.send()
    assert code == ExitCode.DONE
    assert [line.split()[:3] for line in out.splitlines()] == [["row", str(row), "a***@e***.org"] for row in (2, 3, 7)]
    assert all(line.endswith("  new") for line in out.splitlines())
    assert "On hold: row 5." in err
    assert "No consent to e-mail, so give paper: row 4." in err
    assert "No address, so give paper: row 6." in err
    assert "rows 2 and 7 have the same address" in err
    assert "3 messages to send, 1 of them with a locked handout." in err
    assert "Nothing was sent." in err
    assert not (tmp_path / "state").exists()
    assert clinic.server.sessions == 0


def test_the_first_delivery_is_one_message_then_the_rest_and_never_twice(clinic: Clinic) -> None:
    code, _, err = clinic.send("--deliver", "--yes")
    assert (code, clinic.got()) == (ExitCode.DONE, ALL[:1])
    assert "first delivery" in err
    code, _, err = clinic.send("--deliver", "--yes", "--rate", 6000)
    assert (code, clinic.got()) == (ExitCode.DONE, ALL)
    code, out, err = clinic.deliver()
    assert (code, clinic.got()) == (ExitCode.DONE, ALL)
    assert out.count("sent already") == 3
    assert "There is nothing to send." in err
    assert set(clinic.server.taken.values()) == {1}


def test_each_message_has_one_recipient_and_the_right_paper(clinic: Clinic) -> None:
    from mvd_handout.rendering.pdf.inspect import read_properties

    code, out, _ = clinic.deliver()
    assert code == ExitCode.DONE
    papers = {line.split()[3] for line in out.splitlines()}
    found = set()
    for number, address in enumerate(ALL):
        message = clinic.message(number)
        assert (clinic.got()[number], message["To"], message["Cc"], message["Bcc"]) == (address, address, None, None)
        (pdf,) = [part for part in message.iter_attachments() if part.get_content_type() == "application/pdf"]
        found.add(read_properties(pdf.get_content())["documentId"])
    assert found == papers


def test_a_person_types_how_many(clinic: Clinic, person: None) -> None:
    code, _, err = clinic.send("--deliver", "--limit", 2, text="3\n")
    assert (code, clinic.got()) == (ExitCode.INTERRUPTED, [])
    assert "2 messages will be sent. Type 2 to go on:" in err
    assert clinic.send("--deliver", "--limit", 2, "--rate", 6000, text="2\n")[0] == ExitCode.DONE
    assert clinic.got() == ALL[:2]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--deliver",), "Add --yes"),
        (("--deliver", "--to-folder", "out", "--yes"), "exclude each other"),
        (("--deliver", "--json"), "--json needs --yes"),
    ],
)
def test_what_is_not_clear_sends_nothing(clinic: Clinic, options: tuple[str, ...], words: str) -> None:
    code, _, err = clinic.send(*options)
    assert code == ExitCode.USAGE
    assert words in " ".join(err.split())
    assert clinic.got() == []


def test_a_roster_that_cannot_be_read_again_is_not_sent(clinic: Clinic) -> None:
    assert clinic("send", "-", "--deliver", "--yes", text=clinic.roster.read_text())[0] == ExitCode.USAGE
    assert clinic("send", "-", text=clinic.roster.read_text())[0] == ExitCode.DONE


def test_files_for_a_secure_mailer(clinic: Clinic, home: Path) -> None:
    code, _, err = clinic.send("--to-folder", "out", "--yes")
    assert code == ExitCode.DONE
    assert "Written for your own mailer: 3." in err
    files = sorted((home / "out").iterdir())
    assert sorted(file.stem for file in files) == sorted(clinic.planned())
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((home / "out").stat().st_mode) == 0o700
    recipients = {email.message_from_bytes(file.read_bytes())["To"] for file in files}
    assert recipients == set(ALL)
    assert clinic.states() == ["handed"] * 3
    assert clinic.send()[1].count("handed over already") == 3
    assert clinic.server.sessions == 0


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"Hold": "yes"}, "on hold"),
        ({"Visit_1_time": "11:30"}, "the row was changed"),
        ({"Email": "alex9@example.org"}, "the row was changed"),
        ({"Email_consent": "none"}, "the row was changed"),
    ],
)
def test_a_row_that_changes_while_others_are_sent_gets_none(clinic: Clinic, changes: dict[str, str], why: str) -> None:
    change_after(clinic, 1, lambda: clinic.write(cells(1), cells(2, **changes), cells(3)))
    code, _, err = clinic.deliver()
    assert code == ExitCode.SOME_FAILED
    assert clinic.got() == [ALL[0], ALL[2]]
    assert clinic.states() == ["sent", "withdrawn", "sent"]
    assert f"row 3: withdrawn, {why}" in err


def test_a_row_that_is_gone_gets_none_and_one_that_moved_gets_its_own(clinic: Clinic) -> None:
    change_after(clinic, 1, lambda: clinic.write(cells(3), cells(1)))
    clinic.deliver()
    assert clinic.got() == [ALL[0], ALL[2]]
    assert clinic.states() == ["sent", "withdrawn", "sent"]


def test_a_roster_that_breaks_while_it_is_sent_stops_the_run(clinic: Clinic) -> None:
    change_after(clinic, 1, lambda: clinic.roster.write_text("Name,Email\n", encoding="utf-8"))
    code, _, _ = clinic.deliver()
    assert code == ExitCode.INPUT_REFUSED
    assert clinic.got() == ALL[:1]
    assert clinic.states() == ["sent", "queued", "queued"]
    clinic.write(*(cells(number) for number in (1, 2, 3)))
    assert clinic.deliver()[0] == ExitCode.DONE
    assert clinic.got() == ALL


def test_a_changed_visit_replaces_what_was_sent_only_when_a_person_says_so(clinic: Clinic) -> None:
    clinic.deliver()
    clinic.write(cells(1), cells(2, Visit_1_time="11:30"), cells(3))
    code, out, err = clinic.deliver()
    assert (code, len(clinic.got())) == (ExitCode.SOME_FAILED, 3)
    assert "There is nothing else to send." in err
    assert "replaces an earlier e-mail" in out
    assert "what changed in row 3 is not sent" in err
    code, _, _ = clinic.deliver("--replace")
    assert (code, clinic.got()) == (ExitCode.DONE, [*ALL, ALL[1]])
    first, second = clinic.message(1), clinic.message(3)
    assert first["Message-ID"] != second["Message-ID"]
    assert sequence(second) > sequence(first)
    assert clinic.states() == ["sent"] * 4
    assert clinic.deliver("--replace")[0] == ExitCode.DONE
    assert len(clinic.got()) == 4


@pytest.mark.parametrize(
    ("answer", "messages", "wanted"), [("yes\n1\n", 4, ExitCode.DONE), ("no\n", 3, ExitCode.SOME_FAILED)]
)
def test_a_person_is_asked_about_what_replaces_another(
    clinic: Clinic, person: None, answer: str, messages: int, wanted: ExitCode
) -> None:
    clinic.deliver()
    clinic.write(cells(1), cells(2, Visit_1_time="11:30"), cells(3))
    code, _, err = clinic.send("--deliver", "--rate", 6000, text=answer)
    assert code == wanted
    assert "What changed in row 3 would replace" in err
    assert len(clinic.got()) == messages


def test_a_change_that_is_taken_back_is_told_too(clinic: Clinic) -> None:
    clinic.write(cells(1))
    clinic.deliver()
    for time in ("11:30", "10:30"):
        clinic.write(cells(1, Visit_1_time=time))
        assert clinic.deliver("--replace")[0] == ExitCode.DONE
    assert clinic.got() == [ALL[0]] * 3
    assert len({clinic.message(number)["Message-ID"] for number in range(3)}) == 3
    assert sequence(clinic.message(0)) < sequence(clinic.message(1)) < sequence(clinic.message(2))
    assert clinic.deliver("--replace")[1].count("sent already") == 1


def sequence(message: EmailMessage) -> int:
    lines = calendar_of(message).splitlines()
    return max(int(line.partition(":")[2]) for line in lines if line.startswith("SEQUENCE"))


def test_passphrases_go_to_paper_and_then_nowhere(clinic: Clinic, home: Path) -> None:
    clinic.write(cells(1, Email_consent="encrypted"), cells(2), cells(3, Email_consent="encrypted"))
    assert "email slips" in clinic.deliver()[2]
    messages = clinic.desk().folder / "messages"
    assert len(list(messages.iterdir())) == 2
    assert max(path.stat().st_size for path in messages.iterdir()) < 2000  # the messages themselves are gone
    assert clinic("slips", "-o", "slips.txt")[0] == ExitCode.DONE
    slips = (home / "slips.txt").read_text().split("\f")
    assert len(slips) == 2
    assert stat.S_IMODE((home / "slips.txt").stat().st_mode) == 0o600
    assert clinic("forget")[0] == ExitCode.USAGE
    assert clinic("forget", "--yes")[0] == ExitCode.DONE
    assert list(messages.iterdir()) == []
    assert "There is no passphrase here." in clinic("slips", "-o", "more.txt")[2]
    assert clinic.deliver()[1].count("sent already") == 3


def test_the_words_of_e_mails_need_an_approval_of_their_own(clinic: Clinic) -> None:
    lead = ("--by", "Dr Robin Fictional", "--role", "Clinical lead", "--yes")
    withdrawn = clinic.run(
        "approve", "--clinic", clinic.folder, "email", "--withdraw", "--reason", "new wording", *lead
    )
    assert withdrawn.exit_code == ExitCode.DONE
    code, _, err = clinic.deliver()
    assert code == ExitCode.CONTENT_REFUSED
    assert "email" in err
    assert clinic.got() == []


@pytest.mark.parametrize(("table", "words"), [("email.smtp", "email.smtp"), ("email", "email: it is not there")])
def test_settings_that_lack_are_named_before_anything_else(clinic: Clinic, table: str, words: str) -> None:
    profile = clinic.folder / "clinic.toml"
    profile.write_text(profile.read_text().partition(f"\n[{table}]")[0])
    code, _, err = clinic.deliver()
    assert code == ExitCode.INPUT_REFUSED
    assert words in err


def test_a_faulty_row_sends_nobody_anything(clinic: Clinic) -> None:
    clinic.write(cells(1), cells(2, Email="alex2@example.org, mum@example.org"), cells(3))
    code, _, err = clinic.deliver()
    assert code == ExitCode.INPUT_REFUSED
    assert "row 3" in err
    assert "mum" not in err
    assert clinic.got() == []


def test_a_consent_from_the_future_is_asked_about_before_anything(clinic: Clinic) -> None:
    clinic.write(cells(1), cells(2, Email_consent_date="2027-01-01"), cells(3, Email_consent_date="2026-11-30"))
    code, _, err = clinic.deliver()
    assert code == ExitCode.INPUT_REFUSED
    assert "row 3: the consent is dated in the future" in err
    assert clinic.states() == []


def test_json_for_other_programs(clinic: Clinic) -> None:
    clinic.server.script = smtp.Script("RCPT", smtp.FAULTS["5xx"], 2)
    code, out, _ = clinic.deliver("--json")
    found = json.loads(out)
    assert code == ExitCode.SOME_FAILED
    assert [row["state"] for row in found["rows"]] == ["sent", "refused", "sent"]
    assert (found["dry_run"], found["give_paper"], found["unknown"]) == (False, [3], [])
