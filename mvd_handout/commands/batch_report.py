"""What a batch says when it ends: to a person on standard error, to other programs as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import structs

from mvd_handout.commands.already import Already
from mvd_handout.commands.console import Console
from mvd_handout.commands.errors import SHOWN_FAULTS, show_faults
from mvd_handout.commands.wording import as_typed, count, date_in_words
from mvd_handout.delivery.batch.run import Outcome
from mvd_handout.delivery.roster.model import SomeRows
from mvd_handout.delivery.roster.report import faults_for_programs
from mvd_handout.domain.errors import ExitCode, Fault, HandoutError, InputError

if TYPE_CHECKING:
    from mvd_handout.delivery.journal.entry import Entry as JournalEntry
    from mvd_handout.rendering.pdf.print_run import PrintRunSummary

SCHEMA: Final = 1
"""Of the JSON: it changes when something in it gets another meaning or goes, not when something is added."""


@dataclass(frozen=True, slots=True)
class Report:
    """A run that came to its end. `faults` are those of the rows that were left out.

    `replaced` are papers of this batch that later ones replaced, by their document ids; `already` says what patients
    had before it. `trouble` is why the print run was not written.
    """

    folder: Path
    outcome: Outcome
    faults: Sequence[Fault]
    seconds: float
    print_run: Path | None = None
    printed: PrintRunSummary | None = None
    replaced: Mapping[str, JournalEntry] = field(default_factory=dict)
    already: Already = field(default_factory=Already)
    trouble: HandoutError | None = None

    @property
    def code(self) -> ExitCode:
        """Done; or some patient has no paper; or, worse, a paper is not as it was made."""
        if self.outcome.changed:
            return ExitCode.VERIFY_MISMATCH
        if self.trouble:
            return self.trouble.exit_code
        lacking = self.outcome.failed or self.outcome.plan.left_out or self.replaced
        return ExitCode.SOME_FAILED if lacking else ExitCode.DONE

    def show(self, as_json: bool, console: Console) -> ExitCode:
        """Report on the run and return the exit code."""
        if as_json:
            console.result(dumped(self.for_programs()))
        else:
            self._tell(console)
        return self.code

    def _tell(self, console: Console) -> None:
        outcome, plan = self.outcome, self.outcome.plan
        for faults in (self.faults, _folded(outcome.failed)):
            if faults:
                show_faults(InputError(*faults), console)
        for paper in outcome.changed:
            console.warn(f"{paper.file} is not as it was made. It stays as it is; no patient may have it.")
        for row, document_id, entry in self._replaced():
            console.warn(
                f"row {row}: paper {document_id} was replaced by {entry.document_id}, dated "
                f"{date_in_words(entry.issued)}. Do not give it out; print the later one by itself."
            )
        if outcome.index_mended:
            console.warn("index.csv was not as it was written; it was written again. File nothing by an older copy.")
        console.result(as_typed(self.folder))
        console.say(f"Made {count(len(outcome.made), 'paper')} in {self.seconds:.1f} s.")
        if outcome.kept:
            console.say(f"Already there and unchanged: {len(outcome.kept)}.")
        for words, rows in (
            ("On hold, so without a paper", plan.held),
            ("Left out because of faults", plan.left_out),
            ("Could not be made", tuple(outcome.failed)),
        ):
            if rows:
                (console.say if rows is plan.held else console.show)(f"{words}: {rows_in_words(rows)}.")
        if plan.left_out:
            console.say("Put those rows into a list of their own, mend them, and make it in another folder.")
        for line in self.already.in_words():
            console.say(line)
        there = len(outcome.made) + len(outcome.kept)
        console.say(
            f"In the folder: {count(there, 'paper')}, {count(outcome.pages, 'page')}, "
            f"{count(outcome.sheets, 'sheet')} printed on both sides."
        )
        if self.printed and self.print_run:
            console.say(
                f"Print run: {as_typed(self.print_run)}, {count(self.printed.pages, 'page')} "
                f"on {count(self.printed.sheets, 'sheet')}."
            )
        elif self.trouble:
            console.show("All papers are in the folder; only the print run was not written:")
            show_faults(self.trouble, console)
        elif self.print_run:
            console.warn("no print run was written: papers would be missing from it. Mend what is said above first.")
        if plan.options.get("draft"):
            console.say("These are DRAFTS, and every page says so. Do not give them to patients.")

    def _replaced(self) -> Iterator[tuple[int, str, JournalEntry]]:
        for paper in self.outcome.plan.papers:
            if later := self.replaced.get(paper.document_id):
                yield paper.row, paper.document_id, later

    def for_programs(self) -> dict[str, object]:
        """Return the result as plain values; nothing in it tells who a patient is."""
        outcome, plan = self.outcome, self.outcome.plan
        made = {entry.document_id for entry in outcome.made}
        return {
            "schema": SCHEMA,
            "ok": self.code is ExitCode.DONE,
            "batch": plan.batch,
            "folder": str(self.folder),
            "draft": bool(plan.options.get("draft")),
            "made": len(outcome.made),
            "already_there": len(outcome.kept),
            "on_hold": list(plan.held),
            "left_out": list(plan.left_out),
            "faults": faults_for_programs(self.faults),
            "failed": [
                {"row": row, "faults": faults_for_programs(faults)} for row, faults in sorted(outcome.failed.items())
            ],
            "changed": [{"row": paper.row, "file": paper.file} for paper in outcome.changed],
            "replaced": [
                {"row": row, "document_id": document_id, "replaced_by": later.document_id}
                for row, document_id, later in self._replaced()
            ],
            "noted_before": self.already.for_programs(),
            "pages": outcome.pages,
            "sheets": outcome.sheets,
            "trouble": faults_for_programs(self.trouble.faults) if self.trouble else [],
            "print_run": {"file": str(self.print_run), **structs.asdict(self.printed)} if self.printed else None,
            "seconds": round(self.seconds, 2),
            "papers": [
                {
                    "row": entry.row,
                    "document_id": entry.document_id,
                    "file": f"{entry.document_id}.pdf",
                    "pages": entry.pages,
                    "sha256": entry.sha256,
                    "status": "made" if entry.document_id in made else "already there",
                }
                for entry in outcome.all
            ],
        }


def _folded(failed: Mapping[int, Sequence[Fault]]) -> list[Fault]:
    """Return each fault of rows that could not be made once, with the rows that have it."""
    rows: dict[Fault, SomeRows] = {}
    for row in sorted(failed):
        for fault in dict.fromkeys(failed[row]):
            rows.setdefault(fault, SomeRows()).add(row)
    return [structs.replace(fault, where=f"{some}, {fault.where}") for fault, some in rows.items()]


def refused(error: InputError, as_json: bool, console: Console) -> ExitCode:
    """Say what is wrong with a roster of which nothing was made, and return the exit code."""
    if as_json:
        console.result(dumped({"schema": SCHEMA, "ok": False, "faults": faults_for_programs(error.faults)}))
    else:
        show_faults(error, console)
    console.show(f"{count(len(error.faults), 'fault')}. Nothing was made.")
    if len(error.faults) > SHOWN_FAULTS and not as_json:
        console.say("See them all with `mvd-handout check ROSTER --report faults.csv`.")
    return error.exit_code


def stopped(folder: Path, console: Console) -> ExitCode:
    """Say that a person stopped it, and that what was made is kept."""
    console.show("\nStopped.")
    _kept(folder, console)
    return ExitCode.INTERRUPTED


def broken_off(error: HandoutError, folder: Path, console: Console) -> ExitCode:
    """Say what stopped it after it had begun, and that what was made is kept."""
    show_faults(error, console)
    _kept(folder, console)
    return error.exit_code


def _kept(folder: Path, console: Console) -> None:
    console.show("What was made is kept, and the same command again makes the rest.")
    console.say(f"See how far it is with `mvd-handout status {as_typed(folder)}`.")


def rows_in_words(numbers: Sequence[int]) -> str:
    """Return "row 4", or "rows 4, 9, 12, 15, 20 and 96 more"."""
    return str(SomeRows.of(numbers))


def dumped(data: object) -> str:
    """Return JSON for a person to read, too."""
    return json.dumps(data, ensure_ascii=False, indent=2)
