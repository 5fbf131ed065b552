"""Accounts that share a journal, and outboxes that were lost: nobody gets a second e-mail unasked."""

from __future__ import annotations

import datetime as dt
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mvd_handout.commands.journalling import open_journal
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.domain.errors import ExitCode
from tests.mail_sending.clinic import ALL, Clinic, change_after, queue_all
from tests.mail_sending.ward import NOW, cells, command, environment


@pytest.fixture
def shared(clinic: Clinic) -> Clinic:
    """Return a clinic whose accounts share a journal."""
    profile = clinic.folder / "clinic.toml"
    settings = profile.read_text()
    assert settings.count('\nfolder = ""\n') == 1
    profile.write_text(settings.replace('\nfolder = ""\n', '\nfolder = "../journal"\n'))
    (clinic.folder.parent / "journal").mkdir()
    return clinic


def test_another_account_sends_nothing_twice_without_a_word(
    shared: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.write(cells(1), cells(2))
    shared.deliver()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    shared.write(*(cells(number) for number in (1, 2, 3)))
    code, out, err = shared.deliver()
    assert shared.got() == ALL
    assert code == ExitCode.SOME_FAILED
    assert out.count("which only the journal knows: from another account or computer") == 2
    assert "what changed in rows 2 and 3 is not sent" in err
    shared.deliver("--replace")
    assert shared.got() == [*ALL, *ALL[:2]]
    assert shared.deliver("--replace")[1].count("sent already") == 3


def test_an_outbox_that_was_lost_is_noticed(clinic: Clinic) -> None:
    clinic.deliver()
    for path in clinic.desk().folder.glob("outbox.sqlite*"):
        path.unlink()
    clinic.deliver()
    assert clinic.got() == ALL


def test_what_this_outbox_sends_again_is_no_strangers(clinic: Clinic) -> None:
    clinic.write(cells(1))
    clinic.send("--to-folder", "out", "--yes")
    clinic("resend", clinic.planned()[0], "--as", "again", "--by", "Kim Invented", "--yes")
    assert "only the journal knows" not in clinic.send()[1]


def test_what_is_only_queued_here_is_a_strangers_once_it_was_sent_there(
    shared: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_all(shared)
    with monkeypatch.context() as other:
        other.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
        shared.deliver()
    assert shared.states() == ["queued"] * 3
    code, out, _ = shared.deliver()
    assert (code, shared.got()) == (ExitCode.SOME_FAILED, ALL)
    assert out.count("which only the journal knows") == 3


def as_another_account(clinic: Clinic, cache: Path, state: Path) -> subprocess.CompletedProcess[str]:
    """Send the list from another account, while this one is about to."""
    words = ("--deliver", "--yes", "--rate", "6000", "--limit", "100", "--clinic", clinic.folder)
    return subprocess.run(
        command("email", "send", clinic.roster, *words),
        env=environment(cache, state), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_two_accounts_do_not_send_at_the_same_time(shared: Clinic, cache: Path, tmp_path: Path) -> None:
    done: list[subprocess.CompletedProcess[str]] = []
    change_after(shared, 1, lambda: done.append(as_another_account(shared, cache, tmp_path / "another")))
    shared.write(cells(1), cells(2))
    assert shared.deliver()[0] == ExitCode.DONE
    assert shared.got() == ALL[:2]
    assert [each.returncode for each in done] == [ExitCode.FILE_TROUBLE]
    assert "another account that shares it is sending" in " ".join(done[0].stderr.split())
    again = as_another_account(shared, cache, tmp_path / "another")
    assert again.returncode == ExitCode.SOME_FAILED
    assert again.stdout.count("which only the journal knows") == 2


def test_somebody_who_makes_a_paper_does_not_wait_for_who_sends(shared: Clinic) -> None:
    desk = shared.desk()
    journal = open_journal(desk.path, desk.key)
    assert journal is not None
    writer = threading.Thread(target=lambda: journal.check(2026))
    with desk.send():
        writer.start()
        writer.join(timeout=5)
        assert not writer.is_alive()


def without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two accounts send at the same time, as on a disk whose locks reach one computer only."""
    from contextlib import nullcontext

    monkeypatch.setattr(Journal, "one_sender", lambda _: nullcontext())


def test_the_journal_is_asked_again_before_each_message(
    shared: Clinic, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_the_lock(monkeypatch)
    shared.write(cells(3))
    list_of_the_other = shared.roster.read_bytes()

    def other_account() -> None:
        here = shared.roster.read_bytes()
        shared.roster.write_bytes(list_of_the_other)
        assert as_another_account(shared, cache, tmp_path / "another").returncode == ExitCode.DONE
        shared.roster.write_bytes(here)

    shared.write(cells(1), cells(2), cells(3))
    once(shared, other_account)
    code, _, err = shared.deliver()
    assert code == ExitCode.SOME_FAILED
    assert sorted(shared.got()) == ALL
    assert shared.states() == ["sent", "sent", "withdrawn"]
    assert "another account or computer sent" in err


def once(clinic: Clinic, change: Callable[[], object]) -> None:
    """Change something once the server took the first message, and never again."""
    done: list[bool] = []

    def first() -> None:
        if not done:
            done.append(True)
            change()

    change_after(clinic, 1, first)


def test_each_sending_of_each_outbox_is_an_entry(
    shared: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also at the same second and at the first try, as when a lost outbox begins again."""
    shared.write(cells(1))
    shared.deliver()
    for number in range(2):
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / f"another{number}"))
        shared.deliver("--replace")
    desk = shared.desk()
    journal = open_journal(desk.path, desk.key)
    assert journal is not None
    assert [entry.kind for entry in journal.entries()] == ["email"] * 3
    with desk.look() as outbox, outbox._change():
        outbox._connection.execute("UPDATE message SET journalled = 0")
    shared("status")  # notes once more what it does not know to be there
    assert len(list(journal.entries())) == 3


def test_it_is_said_that_another_account_sent_the_last_e_mail(
    shared: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.write(cells(1))
    assert "came from another account" not in shared.deliver()[1]
    assert "came from another account" not in shared.send()[1]
    moved = cells(1, Visit_1_time="11:30")
    with monkeypatch.context() as other:
        other.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
        other.setattr("mvd_handout.commands.email_desk.EmailDesk.now", lambda _: NOW + dt.timedelta(minutes=5))
        shared.write(moved)
        shared.deliver("--replace")
    for row in (moved, cells(1)):
        shared.write(row)
        assert "came from another account or computer" in " ".join(shared.send()[1].split())
