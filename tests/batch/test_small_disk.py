"""A real disk that is full: many sizes, so that each stops the run at another place."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mvd_handout.domain.errors import ExitCode
from tests.batch.conftest import Run
from tests.batch.ward import papers_in, patients


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """Mount a disk of that size, in memory, on `folder`; skip the test where that is not allowed."""
    options = f"size={kilobytes}k,mode=700"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not allowed to mount a small disk in memory (needs CAP_SYS_ADMIN)")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.requires_tmpfs
def test_a_full_disk_stops_the_run_keeps_what_is_made_and_the_rest_is_made_later(
    run: Run, ward: Path, home: Path
) -> None:
    (home / "roster.csv").write_bytes(patients(4))
    disk, out = home / "disk", home / "disk" / "out"
    disk.mkdir()
    batch = ("batch", "roster.csv", "-d", out, "--clinic", ward)
    stopped = set()
    for size in range(8, 480, 40):
        with small_disk(disk, size):
            result = run(*batch)
            papers = papers_in(out)
            assert not list(out.glob(".*.part"))
            if result.exit_code != ExitCode.DONE:
                assert result.exit_code == ExitCode.FILE_TROUBLE
                assert "Free some space" in result.stderr
                stopped.add(size)
            subprocess.run(["mount", "-o", "remount,size=2m", disk], check=True)
            assert run(*batch).exit_code == ExitCode.DONE
            assert papers.items() <= papers_in(out).items()
            assert run("verify", out, "--clinic", ward).exit_code == ExitCode.DONE
    assert len(stopped) > 5
