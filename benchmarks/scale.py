"""Memory over a long batch, and the check of a huge roster.

Run: python -m benchmarks.scale [PAPERS] [ROWS]

A batch of so many distinct patients (20,000) with two workers, in processes of their own: the resident memory of the
parent and of the workers, after a quarter of the papers and at the end. Then the check of rosters of growing length, up
to so many rows (100,000): CPU time for each row, and the largest resident memory. Linux only: it reads /proc. The
papers of a large batch need some room on the disk.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.ground import machine, new_home, today, write_roster
from benchmarks.patients import patients

TARGET = 120  # MB for each process
PROGRAM = [sys.executable, "-m", "mvd_handout"]


def resident(process: int) -> int:
    """Return the resident memory of a process in kB; 0 when it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) if found else 0


def workers_of(parent: int) -> list[int]:
    """Return the processes that make papers for `parent`."""
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [int(child) for child in children if b"spawn_main" in _command_line(child)]


def _command_line(process: str) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def batch(home: Path, papers: int) -> None:
    """Make a batch and print what memory it took."""
    roster, folder = home / "roster.csv", home / "papers"
    write_roster(roster, (row for _, row in patients(papers, discharged=today())))
    command = [*PROGRAM, "-q", "batch", str(roster), "-d", str(folder), "--clinic", str(home / "clinic"), "--jobs", "2"]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    samples: list[tuple[int, int, int]] = []
    while process.poll() is None:
        done = sum(1 for _ in os.scandir(folder)) if folder.exists() else 0
        workers = [resident(child) for child in workers_of(process.pid)]
        samples.append((done, resident(process.pid), max(workers, default=0)))
        time.sleep(0.5)
    assert process.returncode == 0
    taken = time.perf_counter() - start
    print(f"Batch of {papers} papers, 2 workers: {taken:.0f} s, {papers / taken:.0f} papers a second")
    quarter = [sample for sample in samples if sample[0] >= papers / 4]
    for name, column in (("parent", 1), ("each worker", 2)):
        peak = max(sample[column] for sample in samples) / 1024
        growth = (max(sample[column] for sample in samples) - quarter[0][column]) / 1024
        said = f"{peak:.0f} MB at most (target {TARGET}), {growth:+.1f} MB after the first quarter"
        print(f"Resident memory of {name}: {said}")


def check(home: Path, rows: int) -> None:
    """Check rosters of growing length and print what that took."""
    for length in (rows // 10, rows // 4, rows // 2, rows):
        roster = home / f"{length}.csv"
        write_roster(roster, (row for _, row in patients(length, discharged=today())))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-c", PEAK, "check", str(roster), "--clinic", str(home / "clinic")]
        peak = int(subprocess.run(command, check=True, capture_output=True, text=True).stderr.splitlines()[-1])
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(
            f"Check of {length} rows: {cpu:.1f} s CPU, {cpu / length * 1e6:.0f} us a row, {peak / 1024:.0f} MB at most"
        )


PEAK = """
import resource, sys
from mvd_handout.commands.cli import cli
try:
    cli.main(sys.argv[1:])
except SystemExit as end:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
    raise
"""


def main() -> None:
    """Measure both."""
    papers, rows = (int(each) for each in (*sys.argv[1:3], *("20000", "100000")[len(sys.argv) - 1 :]))
    print(machine())
    with new_home() as home:
        if papers:
            batch(home, papers)
        check(home, rows)


if __name__ == "__main__":
    main()
