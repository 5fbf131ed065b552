"""One message that was damaged on the disk: its row is named, nobody else waits, and `forget` helps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mvd_handout.delivery.mail.store import DamagedError
from mvd_handout.domain.errors import ExitCode
from tests.mail_sending.clinic import ALL, Clinic, queue_all
from tests.mail_sending.ward import cells
from tests.tools import smtp

LOCKED = {"Email_consent": "encrypted"}


def damage(clinic: Clinic, key: str) -> None:
    path = clinic.desk().folder / "messages" / f"{key}.message"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(bytes(data))


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def damaged(clinic: Clinic) -> str:
    """Return the key of a queued message that was damaged, the second of three."""
    clinic.write(*(cells(number, **LOCKED) for number in (1, 2, 3)))
    queue_all(clinic)
    key = clinic.planned()[1]
    damage(clinic, key)
    return key


@pytest.mark.parametrize("how", [("--deliver", "--rate", "6000", "--limit", "100"), ("--to-folder", "out")])
def test_a_damaged_message_is_named_and_holds_up_nobody_else(
    clinic: Clinic, damaged: str, how: tuple[str, ...]
) -> None:
    code, _, err = clinic.send(*how, "--yes")
    assert code == ExitCode.SOME_FAILED
    assert "row 3: the message that lay ready is not as it was written" in words(err)
    assert "`mvd-handout email forget --unreadable`" in words(err)
    assert [state in {"sent", "handed"} for state in clinic.states()] == [True, False, True]


def test_forgetting_it_lets_the_next_run_make_it_anew(clinic: Clinic, damaged: str) -> None:
    code, _, err = clinic("forget", "--unreadable")
    assert code == ExitCode.DONE
    assert "1 message could not be read" in words(err)
    assert "with another passphrase: print its slip again" in words(err)
    assert f"{damaged[:10]}  " in err
    assert clinic.deliver()[0] == ExitCode.DONE
    assert clinic.got() == ALL


def test_forgetting_what_is_damaged_keeps_every_passphrase_that_can_be_read(clinic: Clinic, damaged: str) -> None:
    clinic.deliver()
    clinic("forget", "--unreadable")
    kept = clinic.desk().store.kept()
    assert len(kept) == 2
    assert damaged not in kept
    assert "nothing to forget" in clinic("forget", "--unreadable")[2]
    assert clinic("forget", "--unreadable", "--everything")[0] == ExitCode.USAGE


def test_forget_alone_takes_it_too_and_nothing_else_that_is_queued(clinic: Clinic, damaged: str) -> None:
    assert clinic("forget", "--yes")[0] == ExitCode.DONE
    assert clinic.desk().store.kept() == sorted(set(clinic.planned()) - {damaged})
    assert clinic.states() == ["queued"] * 3


def test_the_slips_of_the_others_are_printed(clinic: Clinic, damaged: str, home: Path) -> None:
    code, _, err = clinic("slips", "-o", "slips.txt")
    assert code == ExitCode.SOME_FAILED
    assert "1 message cannot be read, so there is no slip" in words(err)
    assert (home / "slips.txt").read_text().count("Number of your handout") == 2


def test_a_row_whose_old_message_is_damaged_is_held_too(clinic: Clinic, damaged: str) -> None:
    """A slip of the old one may be printed, and nobody can read any more what stands on it."""
    clinic.write(cells(1, **LOCKED), cells(2, **LOCKED, Visit_1_time="11:30"), cells(3, **LOCKED))
    assert clinic.deliver()[0] == ExitCode.SOME_FAILED
    assert clinic.got() == [ALL[0], ALL[2]]
    clinic("forget", "--unreadable")
    assert clinic.deliver()[0] == ExitCode.DONE
    assert clinic.got() == [ALL[0], ALL[2], ALL[1]]


def test_a_list_in_which_nothing_else_is_to_be_sent_ends_in_order(clinic: Clinic, damaged: str) -> None:
    clinic.write(cells(2, **LOCKED))
    code, _, err = clinic.deliver()
    assert code == ExitCode.SOME_FAILED
    assert "There is nothing else to send." in err
    assert clinic.got() == []


def test_looking_at_a_damaged_one_says_so(clinic: Clinic, damaged: str) -> None:
    with pytest.raises(DamagedError, match="forget --unreadable"):
        clinic.desk().store.load(damaged)
    assert clinic("status")[0] == ExitCode.DONE
    assert clinic.send()[0] == ExitCode.DONE


# --- a row that was changed back ------------------------------------------------------


def test_what_is_queued_for_a_row_that_was_changed_back_is_withdrawn_with_its_slip(clinic: Clinic, home: Path) -> None:
    clinic.write(cells(1, **LOCKED))
    clinic.send("--to-folder", "out", "--yes")
    clinic.write(cells(1, **LOCKED, Visit_1_time="11:30"))
    queue_change(clinic)
    assert clinic.states() == ["handed", "queued"]
    queued = clinic.planned()[1]
    clinic.write(cells(1, **LOCKED))
    clinic.send()
    assert clinic.states() == ["handed", "queued"]  # a look changes nothing
    code, _, err = clinic.deliver()
    assert code == ExitCode.DONE
    assert f"row 2 was changed back: the e-mail {queued[:10]} was queued; it is withdrawn." in words(err)
    assert clinic.states() == ["handed", "withdrawn"]
    clinic("slips", "-o", "slips.txt")
    slips = re.findall(r"Number of your handout: (\S+)", (home / "slips.txt").read_text())
    assert len(slips) == 1


def queue_change(clinic: Clinic) -> None:
    """Agree to a replacement while the server is down."""
    script = clinic.server.script
    clinic.server.script = smtp.Script("greeting", smtp.FAULTS["5xx"], clinic.server.sessions + 1)
    clinic.deliver("--replace")
    clinic.server.script = script


def test_a_limit_counts_only_what_can_be_sent(clinic: Clinic) -> None:
    clinic.write(*(cells(number, **LOCKED) for number in (1, 2, 3)))
    queue_all(clinic)
    damage(clinic, clinic.planned()[0])
    code, _, err = clinic.send("--deliver", "--yes", "--rate", "6000", "--limit", "1")
    assert code == ExitCode.SOME_FAILED
    assert "row 2: the message that lay ready is not as it was written" in words(err)
    assert clinic.got() == ALL[1:2]
