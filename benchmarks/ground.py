"""What the benchmarks stand on: an approved fictional clinic in an empty home, rosters, and the machine's name."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import os
import platform
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import structs

from benchmarks.patients import RosterData
from mvd_handout.delivery.papers import Recipe, load_recipe

PLACES = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")


@contextlib.contextmanager
def new_home() -> Iterator[Path]:
    """Yield an empty folder that stands for the user's home, with the folder `clinic` of an approved clinic."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        os.environ.update({place: str(home / place.lower()) for place in PLACES})
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # installed programs are compiled
        os.environ["PYTHONPYCACHEPREFIX"] = str(home / "pyc")
        try:
            approve(home / "clinic")
            yield home
        finally:
            os.environ.clear()
            os.environ.update(before)


def approve(folder: Path) -> None:
    """Write the fictional clinic and approve its words and numbers."""
    from mvd_handout.commands.demo import write_demo_clinic

    write_demo_clinic(folder, force=False)
    for path in (folder / "blocks").iterdir():
        text = path.read_text(encoding="utf-8")
        path.write_text(
            re.sub(r"^decide = \[.*?^\]", "decide = []", text, flags=re.DOTALL | re.MULTILINE), encoding="utf-8"
        )
    who = ["--by", "Dr Robin Fictional", "--role", "Clinical lead", "--yes", "--clinic", str(folder)]
    until = (dt.datetime.now().astimezone().date() + dt.timedelta(days=180)).isoformat()
    run_command("approve", "--all", "--review-by", until, *who)
    run_command("contacts", "--recheck-by", until, *who)


def run_command(*arguments: str) -> None:
    """Run `mvd-handout` in this process. Raises RuntimeError with what it said when it fails."""
    from mvd_handout.commands.cli import cli

    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            cli.main(list(arguments), prog_name="mvd-handout")
    except SystemExit as end:
        if end.code:
            raise RuntimeError(said.getvalue()) from None


def approved_recipe(home: Path) -> Recipe:
    """Return what the papers of the approved clinic are made with."""
    from mvd_handout.content.plan import PlanCache
    from mvd_handout.delivery.approvals import judge

    folder, day = home / "clinic", today()
    recipe = load_recipe(folder / "clinic.toml", "hfs-recovery", ["en"], cache=PlanCache(home / "cache"))
    approval = judge(folder, recipe.clinic, recipe.texts["en"], day, day).approval
    assert approval is not None
    return structs.replace(recipe, approvals={"en": approval})


def write_roster(path: Path, rows: Iterable[RosterData]) -> None:
    """Write a roster as CSV, row by row."""
    rest = iter(rows)
    first = next(rest)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(first))
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(rest)


def today() -> dt.date:
    """Return the day on which the benchmark's patients go home."""
    from mvd_handout.commands.places import today

    return today("Europe/London")


def machine() -> str:
    """Return what the figures were measured on."""
    with contextlib.suppress(OSError):
        if found := re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="ascii")):
            return f"{found[1]}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
