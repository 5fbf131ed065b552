"""Plain Platypus, Typst and this program on the same patients, in one interleaved run.

Run: python -m benchmarks.compare [ROUNDS]

Each engine works in a process of its own, on one core. In each round every engine makes papers for patients whom it
never saw; the ratios are taken inside the round, so that what else the machine does meets all of them alike. The
figures are CPU time for each paper (user and system) and wall time; quote the ratios.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.ground import approved_recipe, machine, new_home, run_command, today, write_roster
from benchmarks.patients import CaseData, RosterData, patients

PAPERS = {"plain": 10, "typst": 10, "engine": 200, "end to end": 200}
"""How many papers each engine makes in a round, so that all work about as long."""

NAMES = {
    "plain": "plain Platypus",
    "typst": "Typst, tagged, a-2a and ua-1",
    "engine": "ours, engine only (case to PDF)",
    "end to end": "ours, end to end (roster row to published, journalled file)",
}
TARGETS = (("plain", "engine", 30), ("typst", "engine", 15), ("plain", "end to end", 20))
WARM_UP = 2  # rounds that do not count

People = list[tuple[CaseData, RosterData]]
Prepare = Callable[[People], Callable[[], object]]
"""Make ready what an engine is given, and return the work that is timed."""


def plain(home: Path) -> Prepare:
    from benchmarks.plain_platypus import draw

    return _drawing(home, draw)


def typst(home: Path) -> Prepare:
    os.environ["RAYON_NUM_THREADS"] = "1"  # one core, as for the others; its threads would cost it CPU time here
    from benchmarks.typst_handout import Typesetter

    return _drawing(home, Typesetter().draw)


def _drawing(home: Path, draw: Callable[[Any, CaseData, Path], bytes]) -> Prepare:
    clinic = tomllib.loads((home / "clinic" / "clinic.toml").read_text(encoding="utf-8"))
    return lambda people: lambda: [draw(clinic, case, home / "clinic" / "blocks") for case, _ in people]


def engine(home: Path) -> Prepare:
    from mvd_handout.delivery.batch.workers import InProcess, Order, make_all
    from mvd_handout.domain.case import Case

    recipe, day = approved_recipe(home), today()

    def prepare(people: People) -> Callable[[], object]:
        orders = [Order(row, Case.parse(case), day) for row, (case, _) in enumerate(people)]

        def work() -> None:
            with InProcess() as executor:
                for result in make_all(recipe, orders, executor, 1):
                    assert result.paper

        return work

    return prepare


def end_to_end(home: Path) -> Prepare:
    def prepare(people: People) -> Callable[[], object]:
        number = people[0][1]["Record number"]
        roster = home / f"{number}.csv"
        write_roster(roster, (row for _, row in people))
        place = ["-d", str(home / number), "--clinic", str(home / "clinic")]
        return lambda: run_command("batch", str(roster), *place, "--jobs", "1")

    return prepare


ENGINES = {"plain": plain, "typst": typst, "engine": engine, "end to end": end_to_end}


def serve(name: str, home: Path) -> None:
    """Work off a round for every line of standard input; answer with CPU and wall time for each paper."""
    prepare = ENGINES[name](home)
    everybody = patients(10**9, discharged=today())
    for _ in sys.stdin:
        work = prepare(list(islice(everybody, PAPERS[name])))
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        spent = (time.process_time() - cpu, time.perf_counter() - wall)
        print(json.dumps([each / PAPERS[name] for each in spent]), flush=True)


def rounds(home: Path, count: int) -> Iterator[dict[str, tuple[float, float]]]:
    """Yield what each engine took for one paper (CPU, wall), round by round."""
    command = [sys.executable, "-m", "benchmarks.compare", "--serve"]
    engines = {
        name: subprocess.Popen([*command, name, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for name in ENGINES
    }
    for _ in range(count + WARM_UP):
        taken = {}
        for name, process in engines.items():
            assert process.stdin
            assert process.stdout
            process.stdin.write("\n")
            process.stdin.flush()
            cpu, wall = json.loads(process.stdout.readline())
            taken[name] = (cpu, wall)
        yield taken
    for process in engines.values():
        process.communicate()


def main() -> None:
    """Compare them."""
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2], Path(sys.argv[3]))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    print(f"{machine()}; {count} rounds")
    with new_home() as home:
        taken = list(rounds(home, count))[WARM_UP:]
    for name, what in NAMES.items():
        cpu, wall = (statistics.median(each[name][kind] for each in taken) * 1000 for kind in (0, 1))
        print(f"{what}: {cpu:.2f} ms CPU, {wall:.2f} ms wall a paper, {1000 / cpu:.0f} papers a second and core")
    for slow, fast, target in TARGETS:
        cpu, wall = (statistics.median(each[slow][kind] / each[fast][kind] for each in taken) for kind in (0, 1))
        print(f"{NAMES[fast]} against {NAMES[slow]}: {cpu:.1f} times (CPU), {wall:.1f} (wall); target {target}")


if __name__ == "__main__":
    main()
