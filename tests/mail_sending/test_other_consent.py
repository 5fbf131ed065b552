"""A consent that is changed after the e-mail: what went unlocked is said to have, and nothing more goes so."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import pikepdf
import pytest

from mvd_handout.commands.wording import weekday_in_words
from mvd_handout.domain.errors import ExitCode
from tests.mail_sending.clinic import ALL, Clinic, queue_all
from tests.mail_sending.ward import TODAY, cells
from tests.tools import smtp

FOLDER = ("--to-folder", "out", "--yes")
DAY = weekday_in_words(TODAY)
LOCKED = {"Email_consent": "encrypted"}


def words(text: str) -> str:
    return " ".join(text.split())


def is_locked(message: EmailMessage) -> bool:
    (pdf,) = [part for part in message.walk() if part.get_content_type() == "application/pdf"]
    try:
        pikepdf.open(io.BytesIO(pdf.get_content())).close()
    except pikepdf.PasswordError:
        return True
    return False


def test_an_unlocked_file_is_named_once_the_patient_wants_it_locked(clinic: Clinic, home: Path) -> None:
    clinic.write(cells(1), cells(2))
    clinic.send(*FOLDER)
    key = clinic.planned()[1]
    clinic.write(cells(1), cells(2, **LOCKED))
    for options in ((), FOLDER, (*FOLDER, "--replace")):
        _, out, err = clinic.send(*options)
        assert out.splitlines()[1].endswith("  plain  handed over already (the list says encrypted now)")
        assert f"row 3 (the list says encrypted now): an unlocked copy was handed over on {DAY}." in words(err)
        assert f"take {key}.eml out of its folder and your mailer" in words(err)
        assert f"`mvd-handout email resend {key[:10]} --as again`" in words(err)
        assert "row 2 (" not in err
    assert {file.stem for file in (home / "out").iterdir()} == set(clinic.planned())  # nothing new was made


def test_it_can_be_made_anew_locked(clinic: Clinic, home: Path) -> None:
    clinic.write(cells(1))
    clinic.send(*FOLDER)
    clinic.write(cells(1, **LOCKED))
    (key,) = clinic.planned()
    (home / "out" / f"{key}.eml").unlink()
    assert clinic("resend", key[:10], "--as", "again", "--by", "Kim Invented", "--yes")[0] == ExitCode.DONE
    code, _, err = clinic.deliver()
    assert code == ExitCode.DONE
    assert "unlocked" not in err
    assert is_locked(clinic.message(0))
    assert "unlocked" not in clinic.send()[2]


def test_what_was_sent_unlocked_is_not_sent_again_and_nothing_takes_it_back(clinic: Clinic) -> None:
    clinic.write(cells(1))
    clinic.deliver()
    clinic.write(cells(1, **LOCKED))
    code, out, err = clinic.deliver("--replace")
    assert (code, clinic.got()) == (ExitCode.DONE, ALL[:1])
    assert "plain  sent already (the list says encrypted now)" in out
    assert "the patient got an unlocked copy on" in words(err)
    assert "Nothing takes it back." in words(err)
    (row,) = json.loads(clinic.send("--json")[1])["rows"]
    assert (row["consent"], row["sent_as"]) == ("encrypted", "plain")


def test_what_may_have_arrived_unlocked_is_told_before_it_is_decided(clinic: Clinic) -> None:
    clinic.server.script = smtp.Script("dot", smtp.FAULTS["close"], 1)
    clinic.write(cells(1))
    clinic.deliver()
    clinic.write(cells(1, **LOCKED))
    _, out, err = clinic.send()
    assert "plain  not known whether it arrived (the list says encrypted now; a person decides" in out
    assert "the patient may have got an unlocked copy on" in words(err)


def test_what_is_queued_unlocked_leaves_locked(clinic: Clinic) -> None:
    clinic.write(cells(1), cells(2))
    queue_all(clinic)
    clinic.write(cells(1, **LOCKED), cells(2, **LOCKED))
    assert clinic.send("--deliver", "--yes", "--limit", 1)[0] == ExitCode.DONE
    assert clinic.deliver()[0] == ExitCode.DONE
    assert clinic.got() == ALL[:2]
    assert [is_locked(clinic.message(number)) for number in (0, 1)] == [True, True]


def test_a_change_that_is_sent_names_the_unlocked_one_before(clinic: Clinic) -> None:
    clinic.write(cells(1))
    clinic.deliver()
    clinic.write(cells(1, Visit_1_time="11:30", **LOCKED))
    _, _, err = clinic.deliver("--replace")
    assert "the patient got an unlocked copy on" in words(err)
    assert is_locked(clinic.message(1))
    assert "unlocked" not in clinic.send()[2]  # the last one was locked


@pytest.mark.parametrize("how", [FOLDER, ("--deliver", "--yes")])
def test_nobody_is_told_that_a_locked_copy_went_plain(clinic: Clinic, how: Sequence[str]) -> None:
    clinic.write(cells(1, **LOCKED))
    clinic.send(*how)
    clinic.write(cells(1))
    _, out, err = clinic.send()
    assert "  encrypted  " in out
    assert "(the list says plain now)" in out
    assert "unlocked" not in err


def test_a_clinic_that_locks_everything_knows_what_was_locked_while_it_has_the_passphrase(clinic: Clinic) -> None:
    profile = clinic.folder / "clinic.toml"
    profile.write_text(profile.read_text().replace("[email]\n", '[email]\nlock = "always"\n'))
    clinic.write(cells(1))
    clinic.deliver()
    clinic.write(cells(1, **LOCKED))
    assert "unlocked" not in clinic.send()[2]
    clinic("forget", "--yes")
    assert "a copy that may be unlocked" in words(clinic.send()[2])
