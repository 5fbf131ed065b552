"""Kills a batch with SIGKILL again and again until it is finished, and looks at what lies there after each kill.

Run as a program of its own: it forks, so that a run costs no start of Python, and most kills fall into the writing.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from mvd_handout.commands.journalling import BatchRecorder
from mvd_handout.delivery.batch.manifest import load_manifest
from mvd_handout.delivery.journal.journal import Journal
from tests.batch.ward import Batch, contents, make_batch, papers_in, recipe_of


def main() -> None:
    """Arguments: the clinic's folder, a scratch folder, the number of patients, of kills, and the seed."""
    ward, scratch = Path(sys.argv[1]), Path(sys.argv[2])
    count, kills, seed = (int(each) for each in sys.argv[3:])
    batch = make_batch(ward, count)
    batch.run(scratch / "whole")  # also makes the papers, once
    whole, chance = contents(scratch / "whole"), random.Random(seed)
    took = min(_measured(batch, scratch / f"timed{each}") for each in range(3))
    key = recipe_of(batch).clinic.key
    done = batches = stages = 0
    while done < kills:
        folder = scratch / f"batch{batches}"
        folder.mkdir()
        killed, seen = _kill_until_finished(batch, folder, chance, took, whole)
        done, batches, stages = done + killed, batches + 1, stages + seen
        assert contents(folder) == whole, "the finished batch is not as an undisturbed one"
        noted = Counter(entry.document_id for entry in Journal(_journal(folder), key).entries())
        assert noted == Counter(list(load_manifest(folder).entries)), "a paper is in the journal twice or not at all"
        shutil.rmtree(folder)
    json.dump({"kills": done, "batches": batches, "stages": stages}, sys.stdout)


def _measured(batch: Batch, folder: Path) -> float:
    folder.mkdir()
    start = time.perf_counter()
    assert _wait(_child(batch, folder)) == 0
    return time.perf_counter() - start


def _kill_until_finished(
    batch: Batch, folder: Path, chance: random.Random, took: float, whole: dict[str, object]
) -> tuple[int, int]:
    """Return how many kills it took, and after how many of them the folder looked another way than before."""
    kills, seen, longest = 0, {""}, took
    while True:
        process = _child(batch, folder)
        time.sleep(chance.uniform(0, longest))
        os.kill(process, signal.SIGKILL)
        if _wait(process) == 0:
            return kills, len(seen) - 1
        kills += 1
        for name, pdf in papers_in(folder).items():
            assert whole.get(name) == pdf, "half a paper under its own name"
        looks = str(sorted(path.name for path in folder.iterdir()))
        # On a busy machine a run takes longer than it was measured: one that gets nowhere is given more time.
        longest = took if looks not in seen else longest * 1.2
        seen.add(looks)


def _child(batch: Batch, folder: Path) -> int:
    if process := os.fork():
        return process
    try:
        key = recipe_of(batch).clinic.key
        batch.run(folder, BatchRecorder(Journal(_journal(folder), key), recipe_of(batch)))
        os._exit(0)
    except BaseException:
        os._exit(1)


def _journal(folder: Path) -> Path:
    return folder.with_suffix(".journal")


def _wait(process: int) -> int:
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert code in {0, -signal.SIGKILL}, "a run failed"
    return code


if __name__ == "__main__":
    main()
