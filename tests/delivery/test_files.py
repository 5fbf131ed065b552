"""Files are written whole or not at all, whatever fails, and never over what stands there."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mvd_handout.delivery import files
from mvd_handout.delivery.files import FOR_COLLEAGUES, NewFile, read_file, write_files
from mvd_handout.domain.errors import OutputError

OLD, NEW = b"the old paper", b"the new paper, a little longer"
POSIX = pytest.mark.skipif(os.name == "nt", reason="permissions and links of POSIX")


def paper(path: Path, data: bytes = NEW) -> NewFile:
    return NewFile(path, data, "handout (PDF)")


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_file_is_written_whole_and_nothing_else_stays(tmp_path: Path) -> None:
    write_files([paper(tmp_path / "a.pdf")])
    assert (tmp_path / "a.pdf").read_bytes() == NEW
    assert names(tmp_path) == ["a.pdf"]


@POSIX
def test_only_the_owner_can_read_a_paper_and_colleagues_what_says_so(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_files([paper(tmp_path / "a.pdf"), NewFile(tmp_path / "b", NEW, "b", FOR_COLLEAGUES)])
    finally:
        os.umask(before)
    assert (tmp_path / "a.pdf").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o644


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(OLD)
    with pytest.raises(OutputError, match=r"already there.*--force"):
        write_files([paper(tmp_path / "a.pdf")])
    assert (tmp_path / "a.pdf").read_bytes() == OLD
    assert names(tmp_path) == ["a.pdf"]


def test_a_file_that_comes_up_in_the_last_moment_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_check_target", lambda file, force: (tmp_path / "a.pdf").write_bytes(OLD))
    with pytest.raises(OutputError, match="already there"):
        write_files([paper(tmp_path / "a.pdf")])
    assert (tmp_path / "a.pdf").read_bytes() == OLD
    assert names(tmp_path) == ["a.pdf"]


def test_force_replaces(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(OLD)
    write_files([paper(tmp_path / "a.pdf")], force=True)
    assert (tmp_path / "a.pdf").read_bytes() == NEW
    assert names(tmp_path) == ["a.pdf"]


@POSIX
@pytest.mark.parametrize("force", [False, True])
def test_what_a_link_points_to_is_never_touched(tmp_path: Path, force: bool) -> None:
    (tmp_path / "precious").write_bytes(OLD)
    (tmp_path / "a.pdf").symlink_to(tmp_path / "precious")
    if force:
        write_files([paper(tmp_path / "a.pdf")], force=True)
        assert not (tmp_path / "a.pdf").is_symlink()
    else:
        with pytest.raises(OutputError):
            write_files([paper(tmp_path / "a.pdf")])
    assert (tmp_path / "precious").read_bytes() == OLD


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_in_the_way_is_left_alone(tmp_path: Path, force: bool) -> None:
    (tmp_path / "a.pdf").mkdir()
    with pytest.raises(OutputError):
        write_files([paper(tmp_path / "a.pdf")], force=force)
    assert names(tmp_path) == ["a.pdf"]


def test_when_one_name_is_taken_none_of_the_files_appears(tmp_path: Path) -> None:
    (tmp_path / "b.pdf").write_bytes(OLD)
    with pytest.raises(OutputError):
        write_files([paper(tmp_path / "a.pdf"), paper(tmp_path / "b.pdf")])
    assert names(tmp_path) == ["b.pdf"]


def test_when_the_second_cannot_appear_the_first_goes_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_call(monkeypatch, "link", 2, OSError(errno.EIO, os.strerror(errno.EIO)))
    with pytest.raises(OutputError, match="cannot be written"):
        write_files([paper(tmp_path / "a.pdf"), paper(tmp_path / "b.pdf")])
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["no/such/folder.pdf", "x" * 300 + ".pdf", "nul\0.pdf"])
def test_an_impossible_name_is_an_error_that_does_not_repeat_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError) as caught:
        write_files([paper(tmp_path / name)])
    assert name not in str(caught.value)
    assert names(tmp_path) == []


@POSIX
def test_a_disk_without_hard_links_is_written_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_call(monkeypatch, "link", 1, OSError(errno.EPERM, os.strerror(errno.EPERM)))
    write_files([paper(tmp_path / "a.pdf")])
    assert (tmp_path / "a.pdf").read_bytes() == NEW
    assert names(tmp_path) == ["a.pdf"]


def test_a_short_write_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:3]))
    write_files([paper(tmp_path / "a.pdf")])
    assert (tmp_path / "a.pdf").read_bytes() == NEW


FAULTS = [
    *(OSError(number, os.strerror(number)) for number in (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES)),
    KeyboardInterrupt(),
]


@POSIX
@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("call", ["lstat", "open", "write", "fsync", "close", "link", "rename"])
@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("fault", FAULTS, ids=repr)
def test_whatever_fails_once_there_is_never_half_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool, call: str, nth: int, fault: BaseException
) -> None:
    target = tmp_path / "a.pdf"
    if force:
        target.write_bytes(OLD)
    with monkeypatch.context() as patch:
        calls = fail_call(patch, call, nth, fault)
        raised: BaseException | None = None
        try:
            write_files([paper(target)], force=force)
        except (OutputError, KeyboardInterrupt) as error:
            raised = error
    left = target.read_bytes() if target.exists() else None
    assert left in {OLD if force else None, NEW}
    assert names(tmp_path) in ([], ["a.pdf"])
    assert str(tmp_path) not in str(raised)
    assert raised is None or calls[0] >= nth
    assert raised is not None or left == NEW


@POSIX
def test_a_file_that_may_not_last_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        fail_call(patch, "fsync", 2, OSError(errno.EIO, os.strerror(errno.EIO)))
        with pytest.raises(OutputError):
            write_files([paper(tmp_path / "a.pdf")])
    assert names(tmp_path) == []


def test_a_failing_disk_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(OLD)
    for call in ("open", "write", "fsync", "rename"):
        with monkeypatch.context() as patch:
            fail_call(patch, call, 1, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
            with pytest.raises(OutputError, match="Free some space"):
                write_files([paper(target)], force=True)
        assert target.read_bytes() == OLD
        assert names(tmp_path) == ["a.pdf"]


def fail_call(patch: pytest.MonkeyPatch, name: str, nth: int, fault: BaseException) -> list[int]:
    """Let the `nth` call of that function of the system fail; the returned list counts the calls."""
    holder: Any = Path if name == "rename" else os
    real: Callable[..., Any] = getattr(holder, "replace" if name == "rename" else name)
    calls = [0]

    def failing(*arguments: Any, **options: Any) -> Any:
        calls[0] += 1
        if calls[0] == nth:
            if name == "close":
                real(*arguments, **options)  # a failed close has closed nevertheless
            raise fault
        return real(*arguments, **options)

    patch.setattr(holder, "replace" if name == "rename" else name, failing)
    return calls


_WRITER = """
import os, sys, time
from pathlib import Path
from mvd_handout.delivery.files import NewFile, write_files
write = os.write
def slow(descriptor, data):
    count = write(descriptor, data[:1000])
    if sys.argv[1] == "file":
        print("half", flush=True)
        time.sleep(60)
    return count
os.write = slow
write_files([NewFile(Path(sys.argv[2]), b"x" * 100000, "handout")], force=True)
"""


@POSIX
@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT])
def test_killed_in_the_middle_the_old_file_stands(tmp_path: Path, stop: signal.Signals) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(OLD)
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, "file", str(target)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        time.sleep(0.05)
        process.send_signal(stop)
        process.wait(timeout=20)
    assert target.read_bytes() == OLD
    if stop is signal.SIGINT:
        assert names(tmp_path) == ["a.pdf"]


def test_reading_says_what_is_wrong_but_not_where_it_lies(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        read_file(tmp_path / "Alex Example.toml", "case file")
    assert "Alex" not in str(caught.value)
    assert "no such file" in str(caught.value)


def test_reading_stops_at_the_limit(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 11)
    assert read_file(tmp_path / "big", "case file", limit=11) == b"x" * 11
    with pytest.raises(OutputError, match="too big"):
        read_file(tmp_path / "big", "case file", limit=10)


def test_a_folder_cannot_be_read_as_a_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be read"):
        read_file(tmp_path, "case file")
