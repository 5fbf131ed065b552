"""Two workers against one, over the seam of a batch.

Run: python -m benchmarks.workers [PAIRS] [PAPERS]

First the seam alone: the same number of papers through one warm worker process and through two, in pairs, wall time.
Then the whole command, `batch --jobs 1` against `--jobs 2`, with checking, planning, starting the workers, writing and
the journal, which one process does. The machine needs two cores that nobody else uses; the load is printed. Where it is
not idle, the CPU time of parent and worker still tells how well two workers could do on two cores.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from benchmarks.ground import approved_recipe, machine, new_home, today, write_roster
from benchmarks.patients import CaseData, RosterData, patients
from mvd_handout.delivery.batch.workers import Order, WorkerProcesses, make_all
from mvd_handout.delivery.papers import Recipe
from mvd_handout.domain.case import Case

TARGET = 1.8
LONG = 4  # times as many papers for the command, which begins anew each time
People = Iterator[tuple[CaseData, RosterData]]


def seam(recipe: Recipe, people: People, executor: Executor, workers: int, papers: int) -> tuple[float, float]:
    """Return the wall time of so many papers, and the CPU time that this process spends on them."""
    day = today()
    some = [Order(row, Case.parse(case), day) for row, (case, _) in enumerate(islice(people, papers), start=2)]
    start, cpu = time.perf_counter(), time.process_time()
    made = sum(result.paper is not None for result in make_all(recipe, some, executor, 2 * workers + 1))
    assert made == papers
    return time.perf_counter() - start, time.process_time() - cpu


def command(home: Path, people: People, workers: int, papers: int) -> float:
    """Return the wall time of the command for a roster of so many rows."""
    rows = [row for _, row in islice(people, papers)]
    number = rows[0]["Record number"]
    write_roster(home / f"{number}.csv", rows)
    place = ["-d", str(home / number), "--clinic", str(home / "clinic")]
    start = time.perf_counter()
    batch = [sys.executable, "-m", "mvd_handout", "-q", "batch", str(home / f"{number}.csv"), *place]
    subprocess.run([*batch, "--jobs", str(workers)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def ceiling(recipe: Recipe, people: People, executor: Executor, papers: int) -> str:
    """Say what a paper costs the parent and a worker, and what two workers on two cores can reach with that."""
    before = executor.submit(time.process_time).result()
    parent = seam(recipe, people, executor, 1, papers)[1]
    worker = executor.submit(time.process_time).result() - before
    shares = f"{parent / papers * 1000:.2f} ms in the parent, {worker / papers * 1000:.2f} ms in the worker"
    return f"CPU time of a paper: {shares}; on two cores, two workers can do {2 * worker / (worker + parent):.2f} times"


def main() -> None:
    """Measure both."""
    pairs, papers = (int(each) for each in (*sys.argv[1:3], *("9", "600")[len(sys.argv) - 1 :]))
    print(f"{machine()}; {pairs} pairs of {papers} papers; load before {os.getloadavg()[0]:.2f}")
    people = patients(10**9, discharged=today())
    with new_home() as home, ExitStack() as stack:
        recipe = approved_recipe(home)
        pools = {number: stack.enter_context(WorkerProcesses(number)) for number in (1, 2)}
        for number, pool in pools.items():
            seam(recipe, people, pool, number, 100)  # the workers begin and warm up
        taken = [
            [seam(recipe, people, pool, number, papers)[0] for number, pool in pools.items()] for _ in range(pairs)
        ]
        print(ceiling(recipe, people, pools[1], papers))
        _say("Two worker processes against one, the seam alone", taken, papers)
        long = LONG * papers
        taken = [[command(home, people, number, long) for number in (1, 2)] for _ in range(max(3, pairs // 3))]
        _say(f"batch --jobs 2 against --jobs 1, the whole command, {long} papers", taken, long)
    print(f"Load after {os.getloadavg()[0]:.2f}")


def _say(what: str, taken: list[list[float]], papers: int) -> None:
    ratio = statistics.median(one / two for one, two in taken)
    rates = [papers / statistics.median(column) for column in zip(*taken, strict=True)]
    print(f"{what}: {ratio:.2f} times (target {TARGET}); {rates[0]:.0f} and {rates[1]:.0f} papers a second")


if __name__ == "__main__":
    main()
