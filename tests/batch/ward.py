"""A fictional ward for the tests of batches: an approved clinic, rosters, and runs in other processes."""

from __future__ import annotations

import concurrent.futures as futures
import csv
import datetime as dt
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mvd_handout.commands.demo import write_demo_clinic
from mvd_handout.content.approval.register import REGISTER_NAME, dump_register
from mvd_handout.content.clinic import KEY_NAME, Clinic, read_key
from mvd_handout.content.plan import PlanCache
from mvd_handout.delivery.approvals import judge
from mvd_handout.delivery.batch.manifest import MANIFEST_NAME
from mvd_handout.delivery.batch.plan import Planned, plan_batch
from mvd_handout.delivery.batch.run import NoRecord, Outcome, Recorder, run_batch
from mvd_handout.delivery.batch.workers import InProcess, Order, Result, make_papers
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.delivery.papers import Recipe, load_recipe
from mvd_handout.delivery.roster.model import Roster
from mvd_handout.delivery.roster.read import read_roster
from tests.approval.registers import DAY, approved
from tests.journal.entries import an_entry

TODAY = DAY
HEADINGS = (
    "Name", "Record number", "Date of birth", "Operation date", "Operation status", "Side", "Surgeon",
    "Discharge date", "Print size", "Visit 1 date", "Visit 1 time", "Visit 1 place", "Hold",
)  # fmt: skip
COMMAND = """
import datetime as dt
from mvd_handout.commands import places
places.today = lambda zone: dt.date.fromisoformat("{today}")
from mvd_handout.commands.cli import main
main()
"""


def make_ward(folder: Path, cache: Path) -> Path:
    """Write a clinic that decided and approved everything, and fill the cache; return its folder."""
    write_demo_clinic(folder, force=False)
    for path in (folder / "blocks").glob("*.md"):
        text = re.sub(r"^decide = \[.*?^\]", "decide = []", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
        path.write_text(text, encoding="utf-8")
    clinic = Clinic.load(folder / "clinic.toml")
    (folder / REGISTER_NAME).write_bytes(dump_register(approved(clinic), clinic.key))
    load_recipe(folder / "clinic.toml", "hfs-recovery", ["en"], cache=PlanCache(cache / "mvd-handout"))
    return folder


def cells(number: int, **changes: str) -> dict[str, str]:
    """Return one patient's cells by heading; names given with underscores for spaces."""
    row = {
        "Name": f"Alex Example {number}",
        "Record number": f"TEST-{number:05}",
        "Date of birth": f"{1930 + number % 70}-04-17",
        "Operation date": "2026-11-28",
        "Operation status": "done",
        "Side": ("left", "right")[number % 2],
        "Surgeon": "Dr Morgan Sample",
        "Discharge date": TODAY.isoformat(),
        "Print size": "standard",
        "Visit 1 date": "2026-12-14",
        "Visit 1 time": "10:30",
        "Visit 1 place": f"Outpatients, Level {number % 9}",
        "Hold": "",
    }
    return row | {name.replace("_", " "): value for name, value in changes.items()}


def roster_csv(rows: Sequence[dict[str, str]]) -> bytes:
    """Return a roster file."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, HEADINGS)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def patients(count: int) -> bytes:
    """Return a roster of so many ordinary patients."""
    return roster_csv([cells(number) for number in range(count)])


def plan(ward: Path, data: bytes, **options: Any) -> tuple[Roster, Planned]:
    """Read a roster and plan its batch, as the command does."""
    roster = read_roster(data, skip_bad_rows=options.get("skip_bad_rows", False))
    recipe = load_recipe(ward / "clinic.toml", "hfs-recovery", roster.summary.languages)

    def permit(language: str, issued: dt.date) -> Any:
        return judge(ward, recipe.clinic, recipe.texts[language], TODAY, issued).require()

    return roster, plan_batch(roster, recipe, permit, today=TODAY, options={}, **options)


class Canned(futures.Executor):
    """Gives papers that were made before: what is tested then is what becomes of them."""

    def __init__(self) -> None:
        self._made: dict[Order, Result] = {}

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> futures.Future[Any]:
        """Return the results of these orders, made at the first asking."""
        settings, orders = args
        if missing := [order for order in orders if order not in self._made]:
            self._made |= dict(zip(missing, make_papers(settings, missing), strict=True))
        return InProcess().submit(tuple, [self._made[order] for order in orders])


@dataclass(frozen=True)
class Batch:
    """A planned batch that can be run again and again at little cost."""

    roster: Roster
    planned: Planned
    executor: futures.Executor

    def run(self, folder: Path, recorder: Recorder | None = None) -> Outcome:
        """Run it in `folder`."""
        folder.mkdir(exist_ok=True)
        return run_batch(
            folder, self.planned, self.roster, self.executor, 2,
            recorder=recorder or NoRecord(), progress=lambda outcome: None,
        )  # fmt: skip


def make_batch(ward: Path, count: int) -> Batch:
    """Plan a batch of so many patients whose papers are made once."""
    return Batch(*plan(ward, patients(count)), Canned())


def papers_in(folder: Path) -> dict[str, bytes]:
    """Return the papers in a folder by name."""
    return {path.name: path.read_bytes() for path in folder.glob("*.pdf")}


def lines_in(folder: Path) -> list[str]:
    """Return the manifest's lines of papers; its head bears a random id."""
    return (folder / MANIFEST_NAME).read_text(encoding="utf-8").splitlines()[1:]


def contents(folder: Path) -> dict[str, object]:
    """Return everything by which two folders of one batch are compared, with all names in them."""
    return {
        **papers_in(folder),
        "names": sorted(path.name for path in folder.iterdir()),
        "manifest": lines_in(folder),
        "index": (folder / "index.csv").read_bytes(),
    }


def note_replaced(state: Path, ward: Path, document_id: str, later: str) -> None:
    """Note in the journal under `state` that a paper was replaced today by `later`, as `reissue` does."""
    entry = an_entry(0, document_id=later, replaces=document_id, kind="reissue", reason="visit", copy=2, issued=TODAY)
    Journal(state / "mvd-handout" / "journal", read_key(ward / KEY_NAME)).append([entry])


def command(*arguments: object) -> list[str]:
    """Return the command line of a program for which today is TODAY."""
    return [sys.executable, "-c", COMMAND.format(today=TODAY), *(str(each) for each in arguments)]


def environment(cache: Path) -> dict[str, str]:
    """Return an environment without this computer's settings."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MVD_")}
    root = str(Path(__file__).parents[2])
    settings, state = str(cache / "none"), str(cache / "state")
    return kept | {
        "XDG_CONFIG_HOME": settings, "XDG_CACHE_HOME": str(cache), "XDG_STATE_HOME": state, "PYTHONPATH": root
    }  # fmt: skip


def start(cache: Path, *arguments: object) -> subprocess.Popen[bytes]:
    """Start the program in a process group of its own."""
    return subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
        env=environment(cache), start_new_session=True,
    )  # fmt: skip


def recipe_of(batch: Batch) -> Recipe:
    """Return what the papers are made with."""
    return batch.planned.recipe
