"""The journal on the disk: whole lines only, changes seen, nothing twice, nothing lost."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.domain.errors import Fault, OutputError
from tests.journal.entries import TIME, an_entry
from tests.samples import KEY

POSIX = pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
TEN = [an_entry(number) for number in range(10)]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for a line that nobody is writing."""
    monkeypatch.setattr("mvd_handout.delivery.journal.reading._PAUSE", 0)


def only_file(journal: Journal) -> Path:
    (path,) = journal.files()
    return path


def read(journal: Journal) -> tuple[list[Entry], list[Fault]]:
    """Return the sound entries and what is amiss."""
    faults: list[Fault] = []
    return list(journal.entries(faults.append)), faults


def test_entries_are_read_as_they_were_written(journal: Journal) -> None:
    assert list(journal.entries()) == []
    assert journal.append(TEN[:4]) == 4
    assert journal.append(TEN[4:]) == 6
    assert list(Journal(journal.folder, KEY).entries()) == TEN


def test_an_entry_keeps_every_field(journal: Journal) -> None:
    full = an_entry(1, kind="reissue", batch="b7", copy=3, replaces="7K3M-9QXA-0000", reason="visit", program="0.0.1")
    journal.append([full])
    assert list(journal.entries()) == [full]


def test_a_time_that_is_not_in_utc_is_refused() -> None:
    for zone in (None, dt.timezone(dt.timedelta(hours=1))):
        with pytest.raises(ValueError, match="UTC"):
            an_entry(time=TIME.replace(tzinfo=zone))


def test_every_year_has_a_file_of_its_own(journal: Journal) -> None:
    new_year = [an_entry(0, time=TIME.replace(year=2027)), an_entry(1, time=TIME.replace(year=2027))]
    journal.append([TEN[0], *new_year])
    assert [path.stem[-4:] for path in journal.files()] == ["2026", "2027"]
    assert list(journal.entries()) == [TEN[0], *new_year]


@POSIX
def test_only_the_owner_can_read_it_and_a_group_if_the_folder_is_shared(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        own, shared = Journal(tmp_path / "own", KEY), Journal(tmp_path / "shared", KEY)
        shared.folder.mkdir()
        shared.folder.chmod(0o770)
        for journal, mode in ((own, 0o600), (shared, 0o660)):
            journal.append(TEN)
            with only_file(journal).open("ab") as stream:
                stream.write(b"{")
            assert journal.check(2026) != ()
            assert len(list(journal.folder.iterdir())) == 3
            assert {path.stat().st_mode & 0o777 for path in journal.folder.iterdir()} == {mode}
    finally:
        os.umask(before)
    assert own.folder.stat().st_mode & 0o777 == 0o700


def test_another_key_has_another_journal_and_says_that_there_is_one(journal: Journal) -> None:
    journal.append(TEN)
    other = Journal(journal.folder, bytes(32))
    assert list(other.entries()) == []
    assert other.others() == journal.files()
    assert other.append(TEN[:2]) == 2
    assert list(journal.entries()) == TEN


def test_a_paper_of_a_batch_is_noted_once_for_that_batch(journal: Journal) -> None:
    first = [an_entry(number, kind="batch", batch="one") for number in range(6)]
    again = [an_entry(number, kind="batch", batch="two") for number in range(3)]
    assert journal.append(first[:4]) == 4
    assert journal.append(first) == 2
    assert Journal(journal.folder, KEY).append([*first, *again, *again]) == 3
    assert journal.papers_of("two") == {entry.document_id for entry in again}
    assert journal.append([TEN[0], TEN[0]]) == 2, "made twice is given twice, unless it is one batch"


def test_the_number_of_a_batch_inside_another_is_no_match(journal: Journal) -> None:
    journal.append([an_entry(1, kind="batch", batch="batch-11")])
    assert journal.papers_of("batch-1") == frozenset()
    assert journal.append([an_entry(1, kind="batch", batch="batch-1")]) == 1


# --- a line cut short ---


@pytest.mark.parametrize("length", [1, 5, 100])
def test_a_torn_last_line_is_set_aside_and_never_fatal(journal: Journal, length: int) -> None:
    journal.append(TEN)
    path = only_file(journal)
    rest = path.read_bytes().splitlines(keepends=True)[0][:length]
    with path.open("ab") as stream:
        stream.write(rest)
    entries, faults = read(journal)
    assert entries == TEN
    assert [fault.found for fault in faults] == ["it is cut short"]
    (told,) = journal.check(2026)
    assert "cut short" in told.found
    assert "may be missing" in told.wanted
    assert path.with_suffix(".torn").read_bytes() == rest + b"\n"
    assert journal.check(2026) == ()
    assert journal.append([an_entry(11)]) == 1
    assert list(journal.entries()) == [*TEN, an_entry(11)]


def test_a_line_that_is_being_written_is_waited_for(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.append(TEN)
    path = only_file(journal)
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    monkeypatch.setattr("time.sleep", lambda _: path.write_bytes(whole))
    assert list(journal.entries()) == TEN


def test_an_entry_is_added_behind_a_torn_line_without_asking(journal: Journal) -> None:
    journal.append(TEN[:1])
    with only_file(journal).open("ab") as stream:
        stream.write(b'{"line":2,"ent')
    journal.append(TEN[1:])
    assert list(journal.entries()) == TEN


def test_what_is_no_journal_at_all_is_set_aside_too(journal: Journal) -> None:
    journal.append(TEN[:1])
    path = only_file(journal)
    path.write_bytes(b"x" * 100_000)
    journal.append(TEN[1:2])
    assert list(journal.entries()) == TEN[1:2]
    path.write_bytes(b"x" * 100_000 + b"\n" + path.read_bytes())
    assert read(journal)[0] == TEN[1:2]


# --- a line changed ---


def test_a_changed_line_is_named_and_its_words_are_left_out(journal: Journal) -> None:
    journal.append(TEN)
    path = only_file(journal)
    path.write_bytes(path.read_bytes().replace(b'7K3M-9QXA-0003"', b'7K3M-9QXA-9999"'))
    entries, faults = read(journal)
    assert entries == [*TEN[:3], *TEN[4:]]
    assert [fault.where for fault in faults] == ["journal of 2026, line 4"]
    with pytest.raises(OutputError, match="line 4: it is not as it was written"):
        list(journal.entries())
    assert journal.append([an_entry(11)]) == 1
    assert read(journal)[0][-1] == an_entry(11)


def test_missing_and_repeated_lines_are_named(journal: Journal) -> None:
    journal.append(TEN)
    path = only_file(journal)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:4], *lines[6:], lines[0]]))
    entries, faults = read(journal)
    assert entries == [*TEN[:4], *TEN[6:], TEN[0]]
    assert [fault.where for fault in faults] == ["journal of 2026, line 7", "journal of 2026, line 1"]
    assert "2 lines before it are missing" in faults[0].found
    assert "second time" in faults[1].found
    path.write_bytes(b"".join([*lines[:4], *lines[5:]]))
    assert [fault.found for fault in read(journal)[1]] == ["1 line before it is missing"]


def test_after_damage_of_the_last_line_numbers_go_on(journal: Journal) -> None:
    journal.append(TEN)
    path = only_file(journal)
    path.write_bytes(path.read_bytes()[:-3] + b"00\n")
    journal.append([an_entry(11)])
    entries, faults = read(journal)
    assert entries == [*TEN[:9], an_entry(11)]
    assert len(faults) == 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_happens_to_the_file_no_false_entry_is_read(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    journal = Journal(tmp_path_factory.mktemp("journal"), KEY)
    journal.append(TEN[:5])
    path = only_file(journal)
    whole = path.read_bytes()
    start = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(start, len(whole)))
    damaged = whole[:start] + data.draw(st.binary(max_size=20)) + whole[end:]
    path.write_bytes(damaged)
    entries, faults = read(journal)
    assert [entry for entry in entries if entry not in TEN[:5]] == []
    # Lines taken off the end are the one change that cannot be seen.
    ends = [sum(map(len, whole.splitlines(keepends=True)[:number])) for number in range(6)]
    assert faults or damaged in [whole[:each] for each in ends]
    assert journal.append([an_entry(9)]) == 1
    assert read(journal)[0][-1] == an_entry(9)


# --- what the system refuses ---


def test_each_refusal_of_the_system_leaves_the_journal_as_it_was(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append(TEN[:3])
    whole = only_file(journal).read_bytes()
    refused = []
    for name, times in itertools.product(("write", "fsync", "open"), range(1, 6)):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, failing(getattr(os, name), times))
            with contextlib.suppress(OutputError):
                journal.append([TEN[3]])
                only_file(journal).write_bytes(whole)
                continue
        refused.append((name, times))
        assert list(journal.entries()) == TEN[:3], (name, times)
    assert refused == [("write", 1), ("fsync", 1), ("open", 1), ("open", 2)]


def failing(real: Callable[..., Any], times: int) -> Callable[..., Any]:
    """Return a function of which only the call of that number fails."""
    left = [times]

    def call(*arguments: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments, **named)

    return call


def test_a_write_that_stops_in_the_middle_leaves_no_half_line(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append(TEN[:3])
    before = only_file(journal).read_bytes()
    real, sent = os.write, [0]

    def write(descriptor: int, data: bytes) -> int:
        if sent[0] > 700:
            raise OSError(errno.ENOSPC, "No space left on device")
        sent[0] += (done := real(descriptor, bytes(data)[:100]))
        return done

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        with pytest.raises(OutputError, match="cannot be written"):
            journal.append(TEN[3:])
    assert sent[0] > 700
    assert only_file(journal).read_bytes() == before


def test_a_folder_that_cannot_be_made_is_refused_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "Zqname").write_bytes(b"")
    journal = Journal(tmp_path / "Zqname" / "journal", KEY)
    for action in (lambda: journal.check(2026), lambda: journal.append(TEN), journal.files):
        with pytest.raises(OutputError) as caught:
            action()
        assert "Zqname" not in str(caught.value)
        assert "docs/journal.md" in str(caught.value)


@POSIX
def test_a_link_in_place_of_the_file_is_not_followed(journal: Journal, tmp_path: Path) -> None:
    journal.append(TEN[:1])
    path = only_file(journal)
    path.unlink()
    target = tmp_path / "target"
    target.write_bytes(b"")
    path.symlink_to(target)
    with pytest.raises(OutputError):
        journal.append(TEN[:1])
    assert target.read_bytes() == b""
