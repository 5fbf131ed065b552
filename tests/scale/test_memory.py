"""Memory does not grow with the number of papers.

Here the same few patients come four times: what is known of them is known after the first. With
MVD_HANDOUT_SCALE=full there are 20,000 different ones, as many as `benchmarks/scale.py` makes.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

FULL = os.environ.get("MVD_HANDOUT_SCALE") == "full"
QUARTER = 5_000 if FULL else 60
MEGABYTES = 120
GROWTH = 4
"""By so many megabytes a worker may grow after its first quarter; sixty papers have five."""

WORK = """
import pickle, sys
from itertools import islice
from pathlib import Path
from benchmarks.patients import patients
from mvd_handout.delivery.batch.workers import Order, begin_worker, make_papers
from mvd_handout.delivery.papers import Recipe
from mvd_handout.domain.case import Case
from tests.samples import APPROVAL, ISSUED, handout, make_clinic

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

begin_worker()
settings = pickle.dumps(Recipe(make_clinic(), {"en": handout()}, {"en": APPROVAL}))
count, again = int(sys.argv[1]), sys.argv[2] == "again"
everybody = patients(10**6)
for quarter in range(4):
    for case, _ in islice(patients(count) if again else everybody, count):
        order = Order(2, Case.parse({"surgeon": "Dr Morgan Sample", **case}), ISSUED)
        assert make_papers(settings, [order])[0].paper
    print(resident())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_worker_stays_small() -> None:
    command = [sys.executable, "-c", WORK, str(QUARTER), "new" if FULL else "again"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    quarters = [float(line) for line in said.split()]
    assert len(quarters) == 4
    assert max(quarters) <= MEGABYTES
    assert quarters[-1] - quarters[0] <= GROWTH, quarters
