"""Reading a roster in a process of its own, to see what it takes."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Literal

_PROBE = """
import json, re, sys, time
from pathlib import Path
from mvd_handout.delivery.roster.read import read_roster
from mvd_handout.domain.errors import InputError
data, start, said, rows, faults = sys.stdin.buffer.read(), time.process_time(), "", 0, 0
try:
    roster = read_roster(data, skip_bad_rows=sys.argv[1] == "skip")
    rows, faults = len(roster), len(roster.faults)
except InputError as error:
    said, faults = str(error)[:1000], len(error.faults)
seconds = time.process_time() - start
# The highest the memory of this process has been; resource.getrusage would count that of its parent, too.
peak = int(re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps([rows, faults, said, seconds, peak]))
"""


@dataclass(frozen=True)
class Measured:
    """What came of reading a roster: rows, faults, the first words of a refusal, processor time, peak memory."""

    rows: int
    faults: int
    said: str
    seconds: float
    megabytes: float


def measured(data: bytes, how: Literal["refusal", "skip"] = "refusal") -> Measured:
    """Read a roster, leaving bad rows out or not, and return what it took."""
    done = subprocess.run([sys.executable, "-c", _PROBE, how], input=data, capture_output=True, check=True)
    return Measured(*json.loads(done.stdout))
