"""What a ward finds out too late: a message was replaced, a patient was put on hold, a paper is no longer true."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from mvd_handout.commands.wording import weekday_in_words
from mvd_handout.domain.errors import ExitCode
from tests.mail_sending.clinic import ALL, Clinic, change_after
from tests.mail_sending.ward import NOW, TODAY, cells
from tests.tools import smtp

FOLDER = ("--to-folder", "out", "--yes")


def words(text: str) -> str:
    return " ".join(text.split())


def eml(folder: Path) -> set[str]:
    return {file.stem for file in folder.iterdir()}


# --- files for a mailer of one's own -------------------------------------------


def test_a_file_that_is_replaced_is_taken_back(clinic: Clinic, home: Path) -> None:
    clinic.send(*FOLDER)
    old = clinic.planned()[1]
    clinic.write(cells(1), cells(2, Visit_1_time="11:30"), cells(3))
    code, _, err = clinic.send(*FOLDER, "--replace")
    assert code == ExitCode.DONE
    assert old not in eml(home / "out")
    assert eml(home / "out") == set(clinic.planned()) - {old}
    assert "replaces messages" not in err  # there is nothing left to do


def test_a_replaced_file_that_is_not_ours_any_more_is_named_and_stays(clinic: Clinic, home: Path) -> None:
    clinic.send(*FOLDER)
    old = clinic.planned()[1]
    (home / "out" / f"{old}.eml").write_bytes(b"somebody wrote here")
    clinic.write(cells(1), cells(2, Visit_1_time="11:30"), cells(3))
    code, _, err = clinic.send(*FOLDER, "--replace")
    assert code == ExitCode.SOME_FAILED
    assert f"{old}.eml is replaced, but was changed" in words(err)
    assert (home / "out" / f"{old}.eml").read_bytes() == b"somebody wrote here"
    assert len(eml(home / "out")) == 4


def test_a_link_in_the_folder_is_never_followed(clinic: Clinic, home: Path) -> None:
    clinic.send(*FOLDER)
    old = home / "out" / f"{clinic.planned()[1]}.eml"
    elsewhere = old.rename(home / "kept.eml")
    old.symlink_to(elsewhere)
    clinic.write(cells(1), cells(2, Visit_1_time="11:30"), cells(3))
    assert clinic.send(*FOLDER, "--replace")[0] == ExitCode.SOME_FAILED
    assert elsewhere.exists()
    assert old.is_symlink()


@pytest.mark.parametrize("how", [("--to-folder", "other", "--yes"), ("--deliver", "--yes", "--rate", "6000")])
def test_what_was_handed_over_elsewhere_is_named(clinic: Clinic, home: Path, how: tuple[str, ...]) -> None:
    clinic.send(*FOLDER)
    old = clinic.planned()[1]
    clinic.write(cells(1), cells(2, Visit_1_time="11:30"), cells(3))
    code, _, err = clinic.send(*how, "--replace")
    assert code == ExitCode.DONE
    assert "take that out" in words(err)
    assert f"row 3: {old}.eml, handed over on" in err
    assert old in eml(home / "out")  # the ward's own folder, maybe its mailer's: nobody but they touch it


# --- rows that get none any more ---------------------------------------------


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"Hold": "yes"}, "on hold"), ({"Email_consent": "none"}, "no consent to e-mail"), ({"Email": ""}, "no address")],
)
def test_who_has_an_e_mail_and_gets_none_now_is_named_by_row(clinic: Clinic, changes: dict[str, str], why: str) -> None:
    clinic.send(*FOLDER)
    key = clinic.planned()[1]
    clinic.write(cells(1), cells(2, **changes), cells(3))
    for options in ((), FOLDER):
        _, _, err = clinic.send(*options)
        assert f"row 3 ({why}): an e-mail was handed over on" in words(err)
        assert f"take {key}.eml out of its folder and your mailer" in words(err)
        assert "row 2 (" not in err
    (row,) = [row for row in json.loads(clinic.send("--json")[1])["rows"] if row["row"] == 3]
    assert (row["has"], row["has_state"]) == (key, "handed")


def test_who_was_sent_one_and_is_on_hold_now_is_to_be_rung(clinic: Clinic) -> None:
    clinic.deliver()
    clinic.write(cells(1), cells(2, Hold="yes"), cells(3))
    assert "row 3 (on hold): the patient got an e-mail on" in words(clinic.send()[2])
    assert "Nothing takes it back: if it is wrong, ring the patient." in words(clinic.send()[2])


def test_what_is_queued_for_a_row_on_hold_is_withdrawn(clinic: Clinic) -> None:
    clinic.write(cells(1), cells(2))
    change_after(clinic, 1, lambda: clinic.roster.write_text("Name,Email\n", encoding="utf-8"))
    clinic.deliver()
    assert clinic.states() == ["sent", "queued"]
    key = clinic.planned()[1]
    clinic.write(cells(1), cells(2, Hold="yes"))
    assert f"row 3 (on hold): the e-mail {key[:10]} is queued; it will be withdrawn" in words(clinic.send()[2])
    assert clinic.states() == ["sent", "queued"]  # a look changes nothing
    assert f"row 3 (on hold): the e-mail {key[:10]} was queued; it is withdrawn." in words(clinic.deliver()[2])
    assert clinic.states() == ["sent", "withdrawn"]
    assert clinic.desk().store.load(key) is None
    clinic.write(cells(1), cells(2))
    assert clinic.deliver()[0] == ExitCode.DONE
    assert clinic.got() == ALL[:2]


def test_a_new_e_mail_names_the_day_that_the_old_one_bears(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the day on which somebody found out that it did arrive."""
    clinic.write(cells(1))
    clinic.server.script = smtp.Script("dot", smtp.FAULTS["close"], 1)
    clinic.deliver()
    later = NOW + dt.timedelta(days=2)
    monkeypatch.setattr("mvd_handout.commands.email_desk.EmailDesk.now", lambda _: later)
    decided = clinic("resend", clinic.planned()[0], "--as", "arrived", "--by", "Kim Invented", "--yes")
    assert decided[0] == ExitCode.DONE
    clinic.write(cells(1, Visit_1_time="11:30"))
    assert clinic.deliver("--replace")[0] == ExitCode.DONE
    text = words(clinic.message(1).get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert f"This replaces our e-mail of {weekday_in_words(NOW.date())}." in text
    assert "same date" not in text


# --- slips -----------------------------------------------------------------------


def test_slips_of_replaced_e_mails_are_left_out(clinic: Clinic, home: Path) -> None:
    clinic.write(cells(1, Email_consent="encrypted"))
    clinic.deliver()
    first = slip_numbers(clinic, home / "1.txt")
    clinic.write(cells(1, Email_consent="encrypted", Visit_1_time="11:30"))
    clinic.deliver()  # a person has not said yes: the first is what the patient has
    assert slip_numbers(clinic, home / "2.txt") == first
    clinic.deliver("--replace")
    second = slip_numbers(clinic, home / "3.txt")
    assert len(first) == len(second) == 1
    assert first != second


def test_until_the_new_e_mail_left_for_certain_the_old_slip_is_printed_too(clinic: Clinic, home: Path) -> None:
    clinic.server.script = smtp.Script("dot", smtp.FAULTS["close"], 2)
    clinic.write(cells(1, Email_consent="encrypted"))
    clinic.deliver()
    clinic.write(cells(1, Email_consent="encrypted", Visit_1_time="11:30"))
    assert clinic.deliver("--replace")[0] == ExitCode.MAIL_UNKNOWN
    assert len(slip_numbers(clinic, home / "both.txt")) == 2


def test_what_went_out_again_has_its_slip_again(clinic: Clinic, home: Path) -> None:
    clinic.write(cells(1, Email_consent="encrypted"))
    clinic.send(*FOLDER)
    first = slip_numbers(clinic, home / "1.txt")
    key = clinic.planned()[0]
    clinic.write(cells(1, Email_consent="encrypted", Visit_1_time="11:30"))
    clinic.send(*FOLDER, "--replace")
    clinic("resend", key, "--as", "again", "--by", "Kim Invented", "--yes")
    clinic.write(cells(1, Email_consent="encrypted"))
    clinic.send(*FOLDER, "--replace")
    assert eml(home / "out") == {key}
    assert slip_numbers(clinic, home / "2.txt") == first


def slip_numbers(clinic: Clinic, path: Path) -> list[str]:
    assert clinic("slips", "-o", path)[0] == ExitCode.DONE
    return re.findall(r"Number of your handout: (\S+)", path.read_text())


def test_force_replaces_slips_and_nothing_else(clinic: Clinic, home: Path) -> None:
    clinic.write(cells(1, Email_consent="encrypted"))
    clinic.deliver()
    assert clinic("slips", "-o", "slips.txt")[0] == ExitCode.DONE
    code, _, err = clinic("slips", "-o", "slips.txt")
    assert code == ExitCode.FILE_TROUBLE
    assert "Add --force" in err
    assert clinic("slips", "-o", "slips.txt", "--force")[0] == ExitCode.DONE
    (home / "notes.txt").write_text("My own notes\n")
    (home / "link.txt").symlink_to(home / "slips.txt")
    (clinic.folder / "slips.txt").write_bytes((home / "slips.txt").read_bytes())
    for path in (clinic.roster, home / "notes.txt", home / "link.txt", clinic.folder / "approvals.toml",
                 clinic.folder / "clinic.toml", clinic.folder / "slips.txt"):  # fmt: skip
        before = path.read_bytes()
        for force in ((), ("--force",)):
            code, _, err = clinic("slips", "-o", path, *force)
            assert code == ExitCode.FILE_TROUBLE
            assert "--force" not in err
            assert "another name with -o" in err
        assert path.read_bytes() == before
    assert (home / "link.txt").is_symlink()


# --- what a person reads ---------------------------------------------------------


def test_status_lists_every_message_with_day_and_row(clinic: Clinic) -> None:
    clinic.write(cells(1, Email_consent="encrypted"), cells(2))
    clinic.deliver()
    code, out, _ = clinic("status")
    assert code == ExitCode.DONE
    head, *lines = out.splitlines()
    assert head == "sent: 2"
    keys = clinic.planned()
    found = [line.split("  ")[1:] for line in lines]
    assert [line[:3] for line in found] == [[key[:10], TODAY.isoformat(), "a***@e***.org"] for key in keys]
    assert [line[4] for line in found] == ["sent", "sent"]
    assert "row 2" in found[0]  # the second message was plain: nothing of it is kept
    clinic.write(cells(1, Email_consent="encrypted", Visit_1_time="11:30"), cells(2))
    clinic.deliver("--replace")
    assert clinic("status")[1].splitlines()[1].endswith(f"replaced by {clinic.planned()[2][:10]}")


def test_of_what_is_done_the_latest_are_listed(clinic: Clinic) -> None:
    from mvd_handout.delivery.mail.outbox import Outbox
    from tests.mail_sending.samples import NOW, record

    desk = clinic.desk()
    with Outbox.open(desk.folder) as outbox:
        for number in range(25):
            outbox.queue(record(f"{number:08}", journal=""), NOW)
            outbox.put_off(f"{number:08}", "refused" if number < 2 else "sent", "", NOW)
        outbox.journalled([f"{number:08}" for number in range(25)])
    _, out, err = clinic("status")
    lines = out.splitlines()
    assert lines[:4] == ["refused: 2", *lines[1:3], "sent: 23, the latest 20"]
    assert [line.split()[0] for line in lines[4:]] == [f"{number:08}" for number in range(5, 25)]
    assert "Add --all" in err
    assert len(clinic("status", "--all")[1].splitlines()) == 27


@pytest.mark.parametrize("answer", ["no\n", ""])
def test_forgetting_that_is_refused_removes_nothing(clinic: Clinic, person: None, answer: str) -> None:
    clinic.write(cells(1, Email_consent="encrypted"))
    clinic.deliver()
    code, _, err = clinic("forget", text=answer)
    assert code == ExitCode.INTERRUPTED
    assert err.rstrip().endswith("Nothing was removed.")
    assert len(clinic.desk().store.kept()) == 1


def test_sending_and_deciding_that_are_refused_say_so(clinic: Clinic, person: None) -> None:
    code, _, err = clinic.send("--deliver", text="7\n")
    assert code == ExitCode.INTERRUPTED
    assert "Nothing was sent." in err
    assert "made" not in err
    clinic.server.script = smtp.Script("RCPT", smtp.FAULTS["5xx"], 1)
    clinic.deliver("--limit", 1)
    code, _, err = clinic("resend", clinic.planned()[0][:10], "--as", "paper", "--by", "Kim Invented", text="no\n")
    assert code == ExitCode.INTERRUPTED
    assert err.rstrip().endswith("Nothing was changed.")
    assert "is wanted" in clinic("resend", "zzzz", "--as", "paper")[2]
