"""A run of a batch: makes what is lacking. Stopped at any moment, the same run again does the rest."""

from __future__ import annotations

import concurrent.futures as futures
import itertools
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

from msgspec import Struct

from mvd_handout.delivery.batch.folder import State, begin, entry_of, mend_index, one_run, read_paper, state_of
from mvd_handout.delivery.batch.manifest import Entry, Manifest, add_lines, store_manifest
from mvd_handout.delivery.batch.plan import Plan, Planned, PlannedPaper, orders
from mvd_handout.delivery.batch.workers import Order, Result, make_all
from mvd_handout.delivery.files import NewFile, write_files
from mvd_handout.delivery.roster.model import Roster
from mvd_handout.domain.errors import Fault, HandoutError

GROUP: Final = 32
"""So many papers are written, then written down in the manifest, then in the journal, at a time."""


class Given(Struct, frozen=True):
    """A paper that is on the disk and in the manifest, with the order that it was made from."""

    entry: Entry
    order: Order

    def __repr__(self) -> str:
        return f"Given({self.entry.document_id})"


class Recorder(Protocol):
    """Keeps a record of papers that were made, such as the journal. A paper is recorded once for a batch."""

    def known(self, batch: str) -> frozenset[str]:
        """Return the document ids that are recorded for `batch`."""

    def add(self, batch: str, given: Sequence[Given]) -> None:
        """Record papers; when this returns, the record is on the disk."""


class NoRecord:
    """Records nothing."""

    def known(self, batch: str) -> frozenset[str]:
        """Return nothing."""
        return frozenset()

    def add(self, batch: str, given: Sequence[Given]) -> None:
        """Do nothing."""


class Outcome(Struct):
    """How a run ended. `kept` were there already; `changed` are no longer as they were made and stay as they are.

    `index_mended` says that the index was not as it was written, and was written again.
    """

    plan: Plan
    made: list[Entry] = []
    kept: list[Entry] = []
    changed: list[PlannedPaper] = []
    failed: dict[int, tuple[Fault, ...]] = {}
    index_mended: bool = False

    @property
    def done(self) -> int:
        """How many rows are dealt with."""
        return len(self.made) + len(self.kept) + len(self.changed) + len(self.failed)

    @property
    def complete(self) -> bool:
        """Whether every planned paper is there, as it was made."""
        return not self.changed and not self.failed

    @property
    def pages(self) -> int:
        """The pages of all papers that are there now."""
        return sum(entry.pages for entry in self.all)

    @property
    def sheets(self) -> int:
        """The sheets of paper they take, printed on both sides."""
        return sum((entry.pages + 1) // 2 for entry in self.all)

    @property
    def all(self) -> list[Entry]:
        """Every paper that is there now, in roster order."""
        return sorted((*self.made, *self.kept), key=lambda entry: entry.row)


class MixUpError(HandoutError):
    """What came back for a row is not the paper that was planned for it. Nothing of it was written."""


def run_batch(
    folder: Path,
    planned: Planned,
    roster: Roster,
    executor: futures.Executor,
    window: int,
    *,
    recorder: Recorder,
    progress: Callable[[Outcome], None],
) -> Outcome:
    """Make every paper of the plan that is not in `folder` yet, and return how that ended.

    `progress` is told after each group. Whatever stops it, what was made stays and is found by the next run.

    Raises:
        OutputError: the folder is another batch's, or something could not be written.
        WorkerError: worker processes failed.
        MixUpError: a paper is not the one that was planned.
    """
    with one_run(folder):
        plan, manifest = begin(folder, planned.plan, planned.index)
        outcome = Outcome(plan, index_mended=mend_index(folder, planned.index))
        run = _Run(folder, planned, plan, roster, recorder, outcome)
        lacking = run.look(manifest)
        progress(run.outcome)
        waiting: deque[Order] = deque()
        results = make_all(planned.recipe, _noting(orders(plan, roster, lacking), waiting), executor, window)
        while group := list(itertools.islice(results, GROUP)):
            run.publish([(result, waiting.popleft()) for result in group])
            progress(run.outcome)
    return run.outcome


class _Run:
    def __init__(
        self, folder: Path, planned: Planned, plan: Plan, roster: Roster, recorder: Recorder, outcome: Outcome
    ) -> None:
        self.folder, self.plan, self.roster = folder, plan, roster
        self.key = planned.recipe.clinic.key
        self.recorder, self.outcome = recorder, outcome
        self.papers = {paper.row: paper for paper in plan.papers}

    def look(self, manifest: Manifest) -> set[str]:
        """Note what is there already, in the manifest and in the record, too; return the ids of what is lacking."""
        lacking = set()
        for paper in self.plan.papers:
            entry, state = self._stands(paper, manifest.entries.get(paper.document_id))
            if state is State.CHANGED:
                self.outcome.changed.append(paper)
            elif entry is None or state is State.MISSING:
                lacking.add(paper.document_id)
            else:
                self.outcome.kept.append(entry)
        taken_in = any(entry.document_id not in manifest.entries for entry in self.outcome.kept)
        if manifest.torn or taken_in or (lacking and manifest.entries):
            store_manifest(self.folder, manifest.head, self._lines(manifest))
        self._record_again(manifest)
        return lacking

    def _stands(self, paper: PlannedPaper, entry: Entry | None) -> tuple[Entry | None, State]:
        """Tell how a paper stands. One without a line was written just before a run was stopped, and is taken in."""
        if entry is not None:
            return entry, state_of(self.folder, paper.file, entry.sha256)
        if (data := read_paper(self.folder, paper.file)) is None:
            return None, State.MISSING
        found = entry_of(data, paper, self.key)
        return found, State.INTACT if found else State.CHANGED

    def _lines(self, manifest: Manifest) -> list[Entry]:
        """Return the manifest's lines with those of papers that were taken in, in roster order."""
        lines = {**manifest.entries, **{entry.document_id: entry for entry in self.outcome.kept}}
        return sorted(lines.values(), key=lambda entry: entry.row)

    def _record_again(self, manifest: Manifest) -> None:
        """Record what an earlier run wrote down and could not record any more."""
        if not self.outcome.kept:
            return
        known = self.recorder.known(self.plan.batch)
        entries = {entry.document_id: entry for entry in self.outcome.kept if entry.document_id not in known}
        given = (Given(entries[self.papers[order.row].document_id], order) for order in self._orders(set(entries)))
        while group := list(itertools.islice(given, GROUP)):
            self.recorder.add(self.plan.batch, group)

    def _orders(self, wanted: set[str]) -> Iterator[Order]:
        return orders(self.plan, self.roster, wanted) if wanted else iter(())

    def publish(self, group: Sequence[tuple[Result, Order]]) -> None:
        """Write the papers of a group, then their lines, then record them."""
        files, given = [], []
        for result, order in group:
            paper = self.papers[order.row]
            if result.row != order.row:
                raise MixUpError(_mix_up(order.row))
            if result.paper is None:
                self.outcome.failed[order.row] = result.faults
                continue
            if (entry := entry_of(result.paper.pdf, paper, self.key)) is None:
                raise MixUpError(_mix_up(order.row))
            files.append(NewFile(self.folder / paper.file, result.paper.pdf, paper.file))
            given.append(Given(entry, order))
        if not given:
            return
        write_files(files)
        entries = [each.entry for each in given]
        add_lines(self.folder, entries)
        self.outcome.made += entries
        self.recorder.add(self.plan.batch, given)


def _noting(all_orders: Iterator[Order], waiting: deque[Order]) -> Iterator[Order]:
    """Yield the orders and keep each until its result comes; results come in the same order."""
    for order in all_orders:
        waiting.append(order)
        yield order


def _mix_up(row: int) -> Fault:
    return Fault(
        f"row {row}",
        "the paper that came back is not the one that was planned for this row",
        "It was thrown away, and the run has stopped",
        "Check the papers made so far with `mvd-handout verify`, and report this: it is a defect of the program",
    )
