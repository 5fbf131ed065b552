"""Where the journal lies: a folder that is not there is no empty journal, unless it was never made."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mvd_handout.commands.console import Console
from mvd_handout.commands.journalling import look_up, watch_replaced
from mvd_handout.content.clinic import KEY_NAME, read_key
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.domain.errors import ExitCode, OutputError
from tests.batch.ward import patients
from tests.journal.cases import case_text
from tests.journal.conftest import Run
from tests.journal.entries import an_entry
from tests.journal.wards import journal_folder, with_journal
from tests.samples import KEY

READS: dict[str, Callable[[Journal], object]] = {
    "files": Journal.files,
    "others": Journal.others,
    "entries": lambda journal: list(journal.entries()),
    "copies": lambda journal: list(journal.copies()),
    "about": lambda journal: list(journal.about("0" * 24)),
    "touching": lambda journal: list(journal.touching(())),
    "lines_after": lambda journal: list(journal.lines_after({}, b"x")),
    "papers_of": lambda journal: list(journal.papers_of("batch")),
}
WRITES: dict[str, Callable[[Journal], object]] = {
    "check": lambda journal: journal.check(2026),
    "append": lambda journal: journal.append([an_entry()]),
}
LINKS = pytest.mark.skipif(os.name == "nt", reason="symbolic links need leave there")


@pytest.mark.parametrize("read", READS)
def test_a_folder_that_was_never_made_holds_nothing(tmp_path: Path, read: str) -> None:
    assert READS[read](Journal(tmp_path / "state" / "journal", KEY)) in ((), [])


@pytest.mark.parametrize("action", [*READS, *WRITES])
def test_a_named_folder_that_is_missing_is_an_error_and_is_never_made(tmp_path: Path, action: str) -> None:
    journal = Journal(tmp_path / "Zqshare" / "journal", KEY, named=True)
    with pytest.raises(OutputError, match=r"is missing.*Connect the drive or share") as caught:
        (READS | WRITES)[action](journal)
    assert "Zqshare" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("action", READS)
def test_what_cannot_be_listed_is_an_error(
    tmp_path: Path, action: str, named: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "journal").write_bytes(b"")
    journal = Journal(tmp_path / "journal", KEY, named=named)
    with pytest.raises(OutputError, match=r"cannot be read.*not a directory"):
        READS[action](journal)

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(OutputError, match=r"cannot be read.*permission denied") as caught:
        READS[action](journal)
    assert "keep = false" not in str(caught.value), "not asking at all is no remedy"


@LINKS
@pytest.mark.parametrize("place", ["journal", "above/journal"])
def test_a_link_to_a_share_that_is_not_connected_is_no_empty_journal(tmp_path: Path, place: str) -> None:
    (tmp_path / Path(place).parts[0]).symlink_to(tmp_path / "share")
    journal = Journal(tmp_path / place, KEY)
    with pytest.raises(OutputError, match=r"cannot be read"):
        journal.files()
    (tmp_path / "share").mkdir()
    assert journal.files() == ()


def test_the_first_use_of_a_named_folder_is_told_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path, KEY, named=True)
    assert ["a new one begins" in each.found for each in journal.check(2026)] == [True]
    assert journal.check(2026) == journal.check(2027) == ()
    assert Journal(tmp_path / "own", KEY).check(2026) == ()


def test_a_ward_whose_share_is_not_connected_gives_and_judges_no_paper(
    run: Run, home: Path, ward: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    share = tmp_path / "share"
    with_journal(home, ward, monkeypatch, f"folder = '{share / 'journal'}'")
    missing = run("make", "--case", "case.toml", "-o", "first.pdf")
    assert missing.exit_code == ExitCode.FILE_TROUBLE
    assert "make the folder (docs/journal.md)" in missing.stderr
    assert not share.exists()
    (share / "journal").mkdir(parents=True)
    begun = run("make", "--case", "case.toml", "-o", "first.pdf")
    assert begun.exit_code == ExitCode.DONE
    assert "Warning: journal: a new one begins" in begun.stderr
    paper = run("who-got", "--from", "2026-01-01").stdout.split("\n")[1].split()[0]
    moved = ("--case", "-", "--reason", "visit")
    assert run("reissue", paper, *moved, "-o", "b.pdf", text=case_text(time='"11:45"')).exit_code == ExitCode.DONE
    (home / "list.csv").write_bytes(patients(2))
    share.rename(tmp_path / "elsewhere")
    commands = {
        "verify": ("verify", "first.pdf"),
        "print": ("print", "first.pdf", "--dry-run"),
        "who-got": ("who-got", "--from", "2026-01-01"),
        "count": ("count",),
        "make": ("make", "--case", "case.toml", "-o", "c.pdf"),
        "reissue": ("reissue", paper, "--case", "case.toml", "--reason", "lost", "-o", "d.pdf"),
        "batch": ("batch", "list.csv", "-d", "out", "--jobs", "1"),
    }
    for name, command in commands.items():
        result = run(*command)
        assert (name, result.exit_code) == (name, ExitCode.FILE_TROUBLE), result.output
        assert "journal: its folder" in result.stderr, name
    assert not share.exists()
    assert not any((home / name).exists() for name in ("c.pdf", "d.pdf", "out"))
    (tmp_path / "elsewhere").rename(share)
    assert run("verify", "first.pdf").exit_code == ExitCode.SOME_FAILED


def test_print_and_email_ask_a_journal_that_must_be_there(
    home: Path, ward: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = with_journal(home, ward, monkeypatch, f"folder = '{tmp_path / 'share'}'") / "clinic.toml"
    key = read_key(ward / KEY_NAME)
    with pytest.raises(OutputError, match="is missing"):
        watch_replaced(profile, key, ["7K3M-9QXA-0001"], Console()).look()
    with pytest.raises(OutputError, match="is missing"):
        look_up(profile, key, {}, "hfs-recovery", Console())


def test_before_anything_was_noted_every_command_answers(run: Run, home: Path) -> None:
    assert run("count").exit_code == run("who-got", "--from", "2026-01-01").exit_code == ExitCode.DONE
    assert run("make", "--draft", "--case", "case.toml", "-o", "a.pdf").exit_code == ExitCode.DONE
    assert run("verify", "a.pdf").exit_code == ExitCode.DONE
    assert not journal_folder(home).exists()
