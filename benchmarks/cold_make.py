"""One cold `mvd-handout make` against the plain Platypus script, in one interleaved run.

Run: python benchmarks/cold_make.py [ROUNDS]
It prints the median wall time of each and the median of the ratios taken round by round. Quote the ratio:
milliseconds differ from machine to machine and from minute to minute.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def timed(command: list[str], folder: Path) -> float:
    """Return the wall time in seconds of one run of `command`. Raises CalledProcessError when it fails."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPYCACHEPREFIX": str(folder / "pyc")}
    # Installed programs are compiled once; a machine set up for development may have switched that off.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - start


def main() -> None:
    """Time both, round by round."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = [sys.executable, "-m", "mvd_handout"]
        subprocess.run([*ours, "demo", "-o", str(folder / "demo")], check=True, capture_output=True)
        files = [str(folder / "demo" / each) for each in ("clinic.toml", "case.toml")]
        options = ["--clinic", files[0], "--case", files[1], "--no-input", "--draft", "--force"]
        options += ["-o", str(folder / "a.pdf")]
        make = [*ours, "make", *options]
        plain = [sys.executable, str(HERE / "plain_platypus.py"), *files, str(folder / "b.pdf")]
        timed(make, folder), timed(plain, folder)  # the first run of each fills disk caches and our own plan cache
        pairs = [(timed(make, folder), timed(plain, folder)) for _ in range(rounds)]
    ratio = statistics.median(one / other for one, other in pairs)
    medians = [statistics.median(each) * 1000 for each in zip(*pairs, strict=True)]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {rounds} rounds")
    print(f"mvd-handout make {medians[0]:.0f} ms, plain Platypus {medians[1]:.0f} ms, median ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
