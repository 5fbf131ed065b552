"""No mix-up: in every file of a batch, made in any way, exactly its own row's facts are found, and no other's.

500 patients here; 10,000 with MVD_HANDOUT_SCALE=full.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mixup.batches import Batch, make_batch
from tests.mixup.conftest import FULL_SCALE
from tests.tools.canaries import make_patients, ordinary_patients

PROGRAM = """
import sys
from pathlib import Path
from tests.mixup.batches import make_batch
from tests.tools.canaries import make_patients
if __name__ == "__main__":
    folder, count, seed, jobs = sys.argv[1:]
    make_batch(Path(folder), make_patients(int(count), int(seed)), int(jobs))
"""


COUNTS = ((1, 2_000), (2, 5_000), (4, 3_000)) if FULL_SCALE else ((1, 120), (2, 100), (4, 80))


@pytest.mark.parametrize(("jobs", "count"), COUNTS)
def test_with_so_many_workers(jobs: int, count: int, tmp_path: Path) -> None:
    patients = make_patients(count, seed=jobs)
    make_batch(tmp_path / "batch", patients, jobs)
    assert Batch(tmp_path / "batch", tuple(patients)).check(look_at=2) == []


def test_shuffled_every_patient_gets_the_same_paper(tmp_path: Path) -> None:
    patients = make_patients(40, seed=11)
    shuffled = random.Random(12).sample(patients, len(patients))
    batches = [Batch(tmp_path / name, tuple(rows)) for name, rows in (("one", patients), ("two", shuffled))]
    for batch in batches:
        make_batch(batch.folder, batch.patients)
        assert batch.check() == []
    first, second = (papers(batch) for batch in batches)
    assert first == second


def papers(batch: Batch) -> dict[str, bytes]:
    return {each.record_number: batch.path(each).read_bytes() for each in batch.patients if not each.hold}


def test_killed_again_and_again_and_gone_on_with(tmp_path: Path) -> None:
    count, seed, folder = 100, 21, tmp_path / "batch"
    patients = make_patients(count, seed)
    for jobs, papers_then in ((1, 9), (2, 30), (1, 60)):
        kill_when(folder, papers_then, [str(folder), str(count), str(seed), str(jobs)])
        assert len(list(folder.glob("*.pdf"))) < len([each for each in patients if not each.hold])
    make_batch(folder, patients)
    assert Batch(folder, tuple(patients)).check(look_at=1) == []


def kill_when(folder: Path, papers_then: int, arguments: list[str]) -> None:
    """Run the batch in a process of its own and kill it, workers and all, when so many papers are there."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        start_new_session=True,
    )
    end = time.monotonic() + 120
    while len(list(folder.glob("*.pdf"))) < papers_then:
        assert process.poll() is None, "it ended before it was killed"
        assert time.monotonic() < end, "it makes nothing"
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("shared", [("name",), ("birth_date",), ("operation", "discharge", "visits")])
def test_everybody_has_the_same(shared: tuple[str, ...], tmp_path: Path) -> None:
    first, *others = ordinary_patients(20, random.Random(31))
    same = {name: getattr(first, name) for name in shared}
    patients = (first, *(replace(each, **same) for each in others))
    make_batch(tmp_path / "batch", patients)
    assert Batch(tmp_path / "batch", patients).check() == []
