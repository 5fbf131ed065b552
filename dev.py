"""Set this checkout up, then make the demo handout or run the tests. Needs CPython 3.11 or newer and nothing else.

    python3 dev.py demo               set up, make the demo handout, say where it is
    python3 dev.py test [ARGUMENT …]  set up, check style and types, run the tests

Both keep what they install in .venv, at the versions and hashes of requirements/*.lock,
and do not install again until a lock changes. Arguments after `test` go to pytest.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
DEMO = ROOT / "mvd-demo"  # where `mvd-handout demo` writes when it is not told where
STAMP = ENVIRONMENT / "installed.txt"
OLDEST = (3, 11)


def main(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` name and return its exit code."""
    if sys.version_info < OLDEST:
        stop(f"this is Python {sys.version.split()[0]}; mvd-handout needs {OLDEST[0]}.{OLDEST[1]} or newer.")
    commands = {"demo": demo, "test": test}
    if arguments and arguments[0] in commands:
        return commands[arguments[0]](arguments[1:])
    print(__doc__.strip())
    return 0 if arguments and arguments[0] in ("-h", "--help") else 2


def demo(arguments: Sequence[str]) -> int:
    """Make the demo handout; `arguments` go to `mvd-handout demo`."""
    install("run", "dev")
    if DEMO.exists() and not arguments:
        print(f"The demo handout is there already: {DEMO.name}/handout.pdf")
        print("To make it anew, over whatever you changed: python3 dev.py demo --force")
        return 0
    code = run(BIN / "mvd-handout", "demo", *arguments)
    if code == 0:
        print(f"In this checkout, mvd-handout is {(BIN / 'mvd-handout').relative_to(ROOT)}")
    return code


def test(arguments: Sequence[str]) -> int:
    """Check style and types and run every test, all of them even when one fails; return 0 when all are clean."""
    install("dev")
    checks: list[Sequence[Path | str]] = [
        ("-m", "ruff", "check", "."),
        ("-m", "ruff", "format", "--check", "."),
        ("-m", "mypy"),
        ("-m", "pytest", "-n", "auto", "--dist", "loadgroup", *arguments),
    ]
    failed = [check[1] for check in checks if run(PYTHON, *check) != 0]
    if failed:
        print(f"\nNot clean: {', '.join(map(str, dict.fromkeys(failed)))}.")
    return 1 if failed else 0


def install(*locks: str) -> None:
    """Install the first of `locks` into .venv, unless one of them is there already, as it is in the checkout now."""
    if ready(locks):
        return
    print(f"Setting up {ENVIRONMENT.name} (once; about a minute) …", flush=True)
    make_environment()
    pip("install", "--require-hashes", "--requirement", lock_file(locks[0]))
    pip("install", "--no-deps", "--no-build-isolation", "--editable", ROOT)
    STAMP.write_text(fingerprint(locks[0]), encoding="utf-8")


def ready(locks: Sequence[str]) -> bool:
    """Tell whether .venv holds one of `locks`, unchanged since."""
    return PYTHON.exists() and STAMP.is_file() and STAMP.read_text(encoding="utf-8") in map(fingerprint, locks)


def fingerprint(lock: str) -> str:
    """Return what changes when .venv must be made anew: the lock, the project's facts, the interpreter, the place."""
    facts = [lock_file(lock).read_bytes(), (ROOT / "pyproject.toml").read_bytes()]
    facts += [sys.version.encode(), os.fsencode(ROOT)]
    return f"{lock} {hashlib.sha256(b''.join(facts)).hexdigest()}"


def lock_file(lock: str) -> Path:
    """Return the path of the lock named `lock`."""
    return ROOT / "requirements" / f"{lock}.lock"


def make_environment() -> None:
    """Make .venv anew: a half-installed one is not worth mending."""
    if ENVIRONMENT.exists():
        shutil.rmtree(ENVIRONMENT)
    made = subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        print(made.stdout, made.stderr, sep="\n", file=sys.stderr)
        stop(
            "Python could not make a virtual environment. On Debian and Ubuntu its parts are a package of their own:",
            "    apt-get install python3-venv",
            "Then run the same command again.",
        )


def pip(*arguments: Path | str) -> None:
    """Run the environment's own pip, quietly; stop with advice when it fails."""
    if run(PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments) != 0:
        stop(
            "The packages could not be installed; pip's own words stand above.",
            "The first set-up needs the network (a package index that pip can reach). It is a safe thing to try again.",
        )


def run(program: Path, *arguments: Path | str) -> int:
    """Run `program` in the checkout, in the foreground, and return its exit code."""
    command: list[Path | str] = [program, *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def stop(*lines: str) -> NoReturn:
    """End with a message for a person and exit code 1."""
    print("dev.py:", "\n".join(lines), file=sys.stderr)
    raise SystemExit(1)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
