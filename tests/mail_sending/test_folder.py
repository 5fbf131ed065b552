"""The folder of a mailer, when a run stops between two steps: nobody is left without an e-mail, none stays twice."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from mvd_handout.delivery.files import remove_leftovers, write_files
from mvd_handout.domain.errors import ExitCode, Fault, OutputError
from tests.mail_sending.clinic import Clinic
from tests.mail_sending.ward import cells

FOLDER = ("--to-folder", "out", "--yes")
WRITE = "mvd_handout.delivery.mail.folder.write_files"
MOVED = {"Visit_1_time": "11:30"}


class Stopped(BaseException):
    """The program dies: nothing after this is done."""


def stop(*_: object, **__: object) -> None:
    raise Stopped


def full(*_: object, **__: object) -> None:
    raise OutputError(Fault("message", "it cannot be written", "No space left on the disk"))


def files(home: Path) -> set[str]:
    return {path.stem for path in (home / "out").iterdir()}


@pytest.fixture
def handed(clinic: Clinic) -> str:
    """Return the key of the message that was handed over, of a patient whose visit was moved since."""
    clinic.write(cells(1))
    clinic.send(*FOLDER)
    clinic.write(cells(1, **MOVED))
    return clinic.planned()[0]


def test_a_full_disk_leaves_the_old_file_there(
    clinic: Clinic, handed: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as disk:
        disk.setattr(WRITE, full)
        assert clinic.send(*FOLDER, "--replace")[0] == ExitCode.FILE_TROUBLE
    assert files(home) == {handed}
    assert clinic.states() == ["handed", "deferred"]
    assert clinic.send(*FOLDER, "--replace")[0] == ExitCode.DONE
    assert files(home) == {clinic.planned()[1]}


def test_what_a_killed_run_could_not_take_back_is_taken_back_by_the_next(
    clinic: Clinic, handed: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr("mvd_handout.commands.email_run.take_back", stop)
        with pytest.raises(Stopped):
            run_and_die(clinic)
    assert files(home) == set(clinic.planned())
    code, _, err = clinic.send(*FOLDER)  # there is nothing else to do
    assert code == ExitCode.DONE
    assert "There is nothing to send." in err
    assert files(home) == {clinic.planned()[1]}
    assert handed not in files(home)


def run_and_die(clinic: Clinic) -> None:
    words = ("email", "send", clinic.roster, *FOLDER, "--replace", "--clinic", clinic.folder)
    result = clinic.run(*words)
    if result.exception is not None:
        raise result.exception


def test_a_doubt_about_the_new_file_leaves_the_old_one_until_a_person_decides(
    clinic: Clinic, handed: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = write_files

    def write_and_die(*arguments: Any, **more: Any) -> None:
        write(*arguments, **more)
        raise Stopped

    with monkeypatch.context() as killed:
        killed.setattr(WRITE, write_and_die)
        with pytest.raises(Stopped):
            run_and_die(clinic)
    assert clinic.send(*FOLDER)[0] == ExitCode.MAIL_UNKNOWN
    assert files(home) == set(clinic.planned())
    clinic("resend", clinic.planned()[1], "--as", "arrived", "--by", "Kim Invented", "--yes")
    assert clinic.send(*FOLDER)[0] == ExitCode.DONE
    assert handed not in files(home)


def test_a_changed_file_that_is_replaced_is_named_until_it_is_gone(clinic: Clinic, handed: str, home: Path) -> None:
    (home / "out" / f"{handed}.eml").write_bytes(b"somebody wrote here")
    for options in (("--replace",), ()):
        code, _, err = clinic.send(*FOLDER, *options)
        assert code == ExitCode.SOME_FAILED
        assert f"{handed}.eml is replaced, but was changed" in " ".join(err.split())
    (home / "out" / f"{handed}.eml").unlink()
    assert clinic.send(*FOLDER)[0] == ExitCode.DONE


def test_a_file_that_nothing_replaced_stays(clinic: Clinic, handed: str, home: Path) -> None:
    clinic.write(cells(1), cells(2))
    assert clinic.send(*FOLDER)[0] == ExitCode.DONE
    assert files(home) == set(clinic.planned())
    assert handed in files(home)


# --- what killed runs leave half written ----------------------------------------------


def test_half_written_messages_go_with_the_next_run(clinic: Clinic, home: Path) -> None:
    clinic.write(cells(1, Email_consent="encrypted"))
    clinic.send(*FOLDER)
    folders = (clinic.desk().folder / "messages", home / "out")
    leftovers = [folder / ".mvd-handout-0123456789abcdef.part" for folder in folders]
    others = [folder / name for folder in folders for name in ("mine.part", ".mvd-handout-x.txt")]
    for path in (*leftovers, *others):
        path.write_bytes(b"a passphrase and an address")
    clinic.send()  # a look removes nothing
    assert all(path.exists() for path in leftovers)
    clinic.send(*FOLDER)
    assert not any(path.exists() for path in leftovers)
    assert all(path.exists() for path in others)


@pytest.mark.parametrize("words", [("forget", "--everything", "--yes"), ("forget", "--yes"), ("status",)])
def test_half_written_messages_go_when_the_outbox_is_opened(clinic: Clinic, words: tuple[str, ...]) -> None:
    clinic.write(cells(1, Email_consent="encrypted"))
    clinic.send(*FOLDER)
    leftover = clinic.desk().folder / "messages" / ".mvd-handout-0123456789abcdef.part"
    leftover.write_bytes(b"a passphrase and an address")
    clinic(*words)
    assert not leftover.exists()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files here have no owner by number")
def test_what_another_account_is_writing_there_is_left_alone(
    clinic: Clinic, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.send(*FOLDER)
    theirs = home / "out" / ".mvd-handout-0123456789abcdef.part"
    theirs.write_bytes(b"half a message")
    me = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: me + 1)
    remove_leftovers(home / "out")
    assert theirs.exists()


def test_a_replaced_file_that_cannot_be_removed_holds_nobody_else_up(
    clinic: Clinic, handed: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, label: str) -> None:
        raise OutputError(Fault(label, "it cannot be removed", "Permission denied"))

    monkeypatch.setattr("mvd_handout.delivery.mail.folder.remove_file", refuse)
    clinic.write(cells(1, **MOVED), cells(2))
    code, _, err = clinic.send(*FOLDER, "--replace")
    assert code == ExitCode.SOME_FAILED
    assert f"{handed}.eml is replaced, but cannot be read or removed from this account." in " ".join(err.split())
    assert clinic.states() == ["handed"] * 3
    clinic.write(cells(1, **MOVED), cells(2), cells(3))
    assert clinic.send(*FOLDER)[0] == ExitCode.SOME_FAILED
    assert clinic.states() == ["handed"] * 4
