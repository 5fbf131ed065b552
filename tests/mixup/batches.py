"""Batches of canaries: made as the command makes them, with the clock and the gate out of the way."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent import futures
from dataclasses import dataclass
from pathlib import Path

from mvd_handout.delivery.batch.plan import Planned, plan_batch
from mvd_handout.delivery.batch.run import NoRecord, Outcome, run_batch
from mvd_handout.delivery.batch.workers import open_executor
from mvd_handout.delivery.papers import Recipe, make_paper
from mvd_handout.delivery.roster.model import Roster
from mvd_handout.delivery.roster.read import read_roster
from tests.samples import APPROVAL, ISSUED, handout, make_clinic
from tests.tools import mixups
from tests.tools.canaries import Patient, roster_csv, strangers


@functools.cache
def recipe(approved: bool = False) -> Recipe:
    """Return what the papers are made with."""
    return Recipe(make_clinic(), {"en": handout()}, {"en": APPROVAL} if approved else {})


@functools.cache
def shared() -> mixups.Facts:
    """Return what every paper of the samples' clinic says."""
    papers = [make_paper(recipe(approved=True), each.case(), each.discharge) for each in strangers()]
    return mixups.shared_facts([paper.pdf for paper in papers])


def plan(patients: Sequence[Patient]) -> tuple[Roster, Planned]:
    """Return the roster of the patients and the plan for it."""
    roster = read_roster(roster_csv(patients))
    return roster, plan_batch(roster, recipe(), lambda language, issued: APPROVAL, today=ISSUED, options={})


def make_batch(
    folder: Path, patients: Sequence[Patient], jobs: int = 1, executor: futures.Executor | None = None
) -> Outcome:
    """Make the papers of the patients in `folder`, or what is lacking of them."""
    folder.mkdir(exist_ok=True)
    roster, planned = plan(patients)
    usual, window = open_executor(jobs)
    with usual:
        return run_batch(
            folder, planned, roster, executor or usual, window, recorder=NoRecord(), progress=lambda outcome: None
        )


@dataclass(frozen=True)
class Batch:
    """A folder of papers and the patients they are for."""

    folder: Path
    patients: tuple[Patient, ...]

    def check(self, look_at: int = 0) -> list[str]:
        """Return what the checker finds."""
        return mixups.check_folder(self.folder, self.patients, shared(), look_at)

    def row(self, patient: Patient) -> int:
        """Return the row of a patient in the roster."""
        return self.patients.index(patient) + 2

    def paper(self, patient: Patient) -> str:
        """Return the id of the patient's paper."""
        return next(str(line["document_id"]) for line in self.entries() if line["row"] == self.row(patient))

    def path(self, patient: Patient) -> Path:
        """Return the file of the patient's paper."""
        return self.folder / f"{self.paper(patient)}.pdf"

    def entries(self) -> Iterator[dict[str, object]]:
        """Yield the lines of the manifest after the first."""
        for line in (self.folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()[1:]:
            yield json.loads(line)

    def store(self, entries: Sequence[dict[str, object]]) -> None:
        """Write these lines into the manifest."""
        path = self.folder / "manifest.jsonl"
        head = path.read_text(encoding="utf-8").splitlines()[0]
        path.write_text("\n".join([head, *map(json.dumps, entries)]) + "\n", encoding="utf-8")

    def agree(self) -> None:
        """Write the hashes and pages of the files as they are now into the manifest.

        A bug of the program would do so, too: the checker must find it by what the papers say.
        """
        entries = list(self.entries())
        for entry in entries:
            path = self.folder / f"{entry['document_id']}.pdf"
            if path.is_file():
                entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        self.store(entries)
