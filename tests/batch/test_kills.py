"""`kill -9` at any moment, then the same command: the same files as without, nothing lost, nothing left over."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mvd_handout.delivery.batch.run import GROUP
from mvd_handout.domain.errors import ExitCode
from tests.batch.ward import command, contents, environment, patients, start

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
FULL = os.environ.get("MVD_HANDOUT_SCALE") == "full"
KILLS = 1_000 if FULL else 100
WITH_WORKERS = 60 if FULL else 4
PATIENTS = 3 * GROUP


def test_killed_a_hundred_times_while_writing(ward: Path, cache: Path, memory: Path) -> None:
    arguments = [sys.executable, "-m", "tests.batch.killer", ward, memory, 40, KILLS, 20261201]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [str(each) for each in arguments], cwd=root, env=environment(cache), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    counted = json.loads(done.stdout)
    assert counted["kills"] >= KILLS
    assert counted["stages"] > KILLS / 10, "the kills hardly ever fell into the writing"


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_whole_command_killed_with_its_workers(jobs: int, ward: Path, cache: Path, tmp_path: Path) -> None:
    """The real program, process group and all; no worker outlives it."""
    roster, folder = tmp_path / "roster.csv", tmp_path / "out"
    roster.write_bytes(patients(PATIENTS))
    batch = ("batch", roster, "--clinic", ward, "--jobs", jobs, "-d")
    begun = time.perf_counter()
    run(cache, *batch, tmp_path / "whole")
    took, chance, half_done = time.perf_counter() - begun, random.Random(jobs), 0
    for number in range(WITH_WORKERS):
        process = start(cache, *batch, folder)
        if number:
            time.sleep(chance.uniform(took / 3, took))
        else:  # this one falls between two groups of papers, on any computer
            wait_for_papers(folder, 0)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        half_done += folder.is_dir() and 0 < len(list(folder.glob("*.pdf"))) < PATIENTS
    run(cache, *batch, folder)
    assert contents(folder) == contents(tmp_path / "whole")
    assert half_done


def test_workers_end_when_only_their_parent_is_killed(ward: Path, cache: Path, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_bytes(patients(120))
    process = start(cache, "batch", roster, "--clinic", ward, "--jobs", 2, "-d", tmp_path / "out")
    wait_for_papers(tmp_path / "out")
    process.kill()
    process.communicate(timeout=20)  # its workers hold the other ends of the pipes, so this ends when they do
    assert len(list((tmp_path / "out").glob("*.pdf"))) < 120
    run(cache, "batch", roster, "--clinic", ward, "--jobs", 2, "-d", tmp_path / "out")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("jobs", [1, 2])
def test_stopped_by_a_person_it_says_so_and_the_rest_is_made_later(
    stop: signal.Signals, jobs: int, ward: Path, cache: Path, tmp_path: Path
) -> None:
    roster, folder = tmp_path / "roster.csv", tmp_path / "out"
    roster.write_bytes(patients(160))
    batch = ("batch", roster, "--clinic", ward, "--jobs", jobs, "-d", folder)
    process = start(cache, *batch)
    wait_for_papers(folder)
    if stop is signal.SIGINT:
        os.killpg(process.pid, stop)  # as the terminal does
    else:
        process.send_signal(stop)
    out, said = process.communicate(timeout=30)
    assert process.returncode == ExitCode.INTERRUPTED
    assert b"What was made is kept" in said
    assert b"Traceback" not in said
    assert out == b""
    assert not [path for path in folder.iterdir() if path.suffix == ".part"]
    made = len(list(folder.glob("*.pdf")))
    assert GROUP <= made < 160
    assert f"Already there and unchanged: {made}" in run(cache, *batch).stderr
    assert len(list(folder.glob("*.pdf"))) == 160


def run(cache: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    done = subprocess.run(
        command(*arguments), env=environment(cache), capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done


def wait_for_papers(folder: Path, number: int = GROUP) -> None:
    """Wait until more papers than that are there: with a whole group, the first of the next."""
    until = time.monotonic() + 20
    while not folder.is_dir() or len(list(folder.glob("*.pdf"))) <= number:
        assert time.monotonic() < until
        time.sleep(0.005)
