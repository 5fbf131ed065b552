"""Several programs write at once: no line is lost, none is mixed with another, and a killed one holds up nobody."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.delivery.lock import one_writer
from mvd_handout.domain.errors import OutputError
from tests.journal.entries import an_entry
from tests.samples import KEY

WRITERS, PAPERS = 4, 40
PROGRAM = """
import sys
import time
from pathlib import Path
from mvd_handout.delivery.journal.journal import Journal
from tests.journal.entries import an_entry
from tests.samples import KEY

folder, user, papers, batch = sys.argv[1:]
journal = Journal(Path(folder), KEY)
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(papers)):
    journal.append([an_entry(number, user=user, batch=batch)])
    print(number, flush=True)
    time.sleep(0.005)  # lets the others in, so that turns are taken on a quick machine, too
"""


@contextlib.contextmanager
def started(folder: Path, user: str, papers: int, batch: str = "") -> Iterator[subprocess.Popen[str]]:
    """Start a program that adds entries one by one when it is told to."""
    arguments = [sys.executable, "-c", PROGRAM, str(folder), user, str(papers), batch]
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        try:
            yield program
        finally:
            program.kill()


def go(program: subprocess.Popen[str]) -> None:
    assert program.stdin is not None
    program.stdin.write("\n")
    program.stdin.flush()


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    users = [f"user{number}" for number in range(WRITERS)]
    with contextlib.ExitStack() as stack:
        programs = [stack.enter_context(started(tmp_path, user, PAPERS)) for user in users]
        for program in programs:
            go(program)
        assert [program.wait(60) for program in programs] == [0] * WRITERS
    entries = list(Journal(tmp_path, KEY).entries())
    assert Counter(entry.user for entry in entries) == dict.fromkeys(users, PAPERS)
    for user in users:
        mine = [entry for entry in entries if entry.user == user]
        assert mine == [an_entry(number, user=user) for number in range(PAPERS)]
    order = [entry.user for entry in entries]
    assert sum(one != other for one, other in itertools.pairwise(order)) > WRITERS, "they took no turns"


def test_two_runs_of_one_batch_note_each_paper_once(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        programs = [stack.enter_context(started(tmp_path, user, PAPERS, "one batch")) for user in ("ann", "bob")]
        for program in programs:
            go(program)
        assert [program.wait(60) for program in programs] == [0, 0]
    papers = [entry.document_id for entry in Journal(tmp_path, KEY).entries()]
    assert sorted(papers) == sorted(an_entry(number).document_id for number in range(PAPERS))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a kill that nothing can catch")
def test_a_killed_writer_leaves_whole_lines_and_no_lock(tmp_path: Path) -> None:
    with started(tmp_path, "ann", 10_000) as program:
        go(program)
        assert program.stdout is not None
        said = [int(program.stdout.readline()) for _ in range(5)]
        program.send_signal(signal.SIGKILL)
        said += [int(line) for line in program.stdout.read().split()]
    journal = Journal(tmp_path, KEY)
    journal.append([an_entry(0, user="bob")])
    entries = list(journal.entries())
    assert entries[:-1] == [an_entry(number, user="ann") for number in range(len(entries) - 1)]
    assert len(said) <= len(entries) - 1 < 10_000, "what was said to be noted is noted"


def test_somebody_who_never_lets_go_is_an_error_and_no_hang(tmp_path: Path) -> None:
    journal = Journal(tmp_path, KEY, patience=0.1)
    with one_writer(tmp_path / f"journal-{journal.tag}.lock", 0o600), pytest.raises(OutputError, match="somebody else"):
        journal.append([an_entry()])
    assert journal.append([an_entry()]) == 1
