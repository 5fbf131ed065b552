"""Write requirements/run.lock and requirements/dev.lock anew from pyproject.toml. Needs uv on the PATH and the network.

    python3 tools/lock.py                 add what is missing, keep every version that still fits
    python3 tools/lock.py --upgrade       take the newest versions within the bounds
    python3 tools/lock.py --check         change nothing; exit 1 when a lock does not fit pyproject.toml

The locks hold versions and hashes only: no index, no folder of this machine. Each serves
Linux, macOS and Windows from Python 3.11 on, for pip (`--require-hashes`) and for uv.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
OPTIONS = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-config", "--quiet")
PURPOSES = {
    "run": "What it takes to run mvd-handout from a checkout, the build back end included.",
    "dev": "What it takes to test mvd-handout; the same versions as run.lock, and more.",
}


def main(arguments: Sequence[str]) -> int:
    """Write both locks, or only compare them; return 0 when they fit."""
    upgrade = ["--upgrade"] if "--upgrade" in arguments else []
    with tempfile.TemporaryDirectory() as folder:
        run = compile_lock("run", upgrade, Path(folder))
        dev = compile_lock("dev", [*upgrade, "--extra", "dev", "--constraint", str(run)], Path(folder))
        stale = [lock.name for lock in (run, dev) if lock.read_bytes() != current(lock.name)]
        if "--check" not in arguments:
            for lock in (run, dev):
                (REQUIREMENTS / lock.name).write_bytes(lock.read_bytes())
    print(
        f"{'Does not fit' if '--check' in arguments else 'Written'}: {', '.join(stale)}" if stale else "Nothing to do."
    )
    return 1 if stale and "--check" in arguments else 0


def current(name: str) -> bytes:
    """Return the committed lock `name`; empty when there is none yet."""
    path = REQUIREMENTS / name
    return path.read_bytes() if path.exists() else b""


def compile_lock(purpose: str, options: Sequence[str], folder: Path) -> Path:
    """Resolve one lock into `folder`, starting from the committed versions, and return its path."""
    lock = folder / f"{purpose}.lock"
    lock.write_bytes(current(lock.name))
    command = ["uv", "pip", "compile", "pyproject.toml", "-", *OPTIONS, "--no-annotate", *options, "-o", str(lock)]
    subprocess.run(command, cwd=ROOT, input=build_back_end(), text=True, check=True, stdout=subprocess.DEVNULL)
    pins = lock.read_text(encoding="utf-8")
    lock.write_text(f"# {PURPOSES[purpose]}\n# Made by tools/lock.py; do not edit.\n{pins}", encoding="utf-8")
    return lock


def build_back_end() -> str:
    """Return the build requirements, so that an editable install needs nothing beyond the lock."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return "\n".join(pyproject["build-system"]["requires"])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
