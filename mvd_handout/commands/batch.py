"""`batch`: a whole roster becomes a folder of papers."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from mvd_handout.commands.app import EXIT_CODES, Command, Word, common_options
from mvd_handout.commands.console import Console

if TYPE_CHECKING:
    from mvd_handout.content.approval import Approval
    from mvd_handout.delivery.batch.plan import Permit, Planned
    from mvd_handout.delivery.batch.run import Outcome, Recorder
    from mvd_handout.delivery.papers import Recipe
    from mvd_handout.delivery.roster.model import Roster
    from mvd_handout.domain.dates import DateOrder
    from mvd_handout.rendering.pdf.print_run import PrintRunSummary

_FILE: Final = click.Path(path_type=Path)
_FEW: Final = 100
"""Up to so many papers, starting other processes takes longer than they save."""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """The options of `batch`; see its help."""

    roster: str
    folder: Path
    clinic: Path | None
    handout: str
    encoding: str | None
    sheet: str | None
    issue_date: str | None
    skip_bad_rows: bool
    theme: str | None
    paper: str | None
    draft: bool
    jobs: int | None
    executor: str | None
    print_run: Path | None
    separator_sheets: bool
    hand_out_list: bool
    force: bool
    json: bool


@click.command(
    cls=Command,
    examples=(
        "mvd-handout batch tomorrow.csv -d tomorrow         a paper for each patient, in the new folder",
        "mvd-handout batch tomorrow.csv -d tomorrow         the same again, after an interruption: the rest",
        "mvd-handout batch tomorrow.csv -d tomorrow --skip-bad-rows    leave rows with faults out, and list them",
        "mvd-handout batch tomorrow.csv -d tomorrow --print-run print.pdf --hand-out-list",
        "mvd-handout batch - -d tomorrow --json < tomorrow.csv         for other programs",
    ),
    short_help="Make the papers of a whole list of patients.",
    epilog=EXIT_CODES,
)
@click.argument("roster", metavar="ROSTER|-")
@click.option(
    "-d", "--folder", type=_FILE, required=True, metavar="DIR", help="The folder for the papers: a new or an empty one."
)
@click.option("--clinic", type=_FILE, metavar="FILE", help="The clinic profile, or its folder, found as for `make`.")
@click.option("--handout", default="hfs-recovery", show_default=True, metavar="NAME", help="Which handout.")
@click.option("--encoding", metavar="NAME", help="The encoding of a CSV file, such as cp1250. Otherwise it is told.")
@click.option("--sheet", metavar="NAME", help='The sheet of a workbook. Otherwise "Roster", or the only one.')
@click.option(
    "--issue-date",
    metavar="DATE",
    help="The day on which all these patients get their paper. Otherwise each row's day of discharge.",
)
@click.option("--skip-bad-rows", is_flag=True, help="Leave rows with faults out, and list them. Exit code 1.")
@click.option(
    "--theme", type=Word("standard", "large-print"), help="The look. Otherwise it follows each row's print size."
)
@click.option("--paper", type=Word("A4", "Letter"), help="The paper size. Otherwise the clinic profile says it.")
@click.option("--draft", is_flag=True, help="Make drafts, to try it out. Every page says so.")
@click.option(
    "--jobs", type=click.IntRange(1, 256), metavar="N", help="How many processes work. Otherwise as many as help."
)
@click.option(
    "--executor",
    metavar="dask:ADDRESS",
    help="Let the workers of a dask cluster do the work; see docs/scale.md. Not with --jobs.",
)
@click.option(
    "--print-run",
    type=_FILE,
    metavar="FILE",
    help="Then write all papers into one PDF for the printer, in roster order, each patient on sheets of their own.",
)
@click.option("--separator-sheets", is_flag=True, help="In the print run, a sheet with the name before each paper.")
@click.option("--hand-out-list", is_flag=True, help="In the print run, first a list to tick and sign when handing out.")
@click.option("--force", is_flag=True, help="Replace a print run that exists. Papers are never replaced.")
@click.option("--json", is_flag=True, help="Print the result as JSON, for other programs.")
@common_options
@click.pass_obj
def batch(console: Console, /, **options: Any) -> int:
    """Make the paper of every patient in a ROSTER: a list as CSV, XLSX or ODS, or - for standard input.

    Everything is checked before anything is written: a roster with any fault makes nothing. Patients on hold get no
    paper. The folder then holds a PDF for each patient, named by its document id; index.csv with the record numbers,
    for filing; and manifest.jsonl, by which `verify` proves what was made.

    Interrupted at any moment, the same command again makes the rest: nothing is lost, nothing is made twice.
    """
    return run(BatchOptions(**options), console)


def run(options: BatchOptions, console: Console) -> int:
    """Make a batch and return the exit code. Raises HandoutError or click.UsageError."""
    from mvd_handout.commands.batch_report import refused
    from mvd_handout.domain.errors import InputError

    start = time.monotonic()
    _check_options(options)
    try:
        job = _plan(options, console)
    except InputError as error:
        return refused(error, options.json, console)
    return _make(job, options, console, start)


def _check_options(options: BatchOptions) -> None:
    """Refuse options that do not go together. Raises click.UsageError."""
    if options.executor and options.jobs:
        raise click.UsageError("--jobs is for this computer, --executor for a cluster: only one of them.")
    if options.print_run is None:
        if options.separator_sheets or options.hand_out_list:
            raise click.UsageError(
                "--separator-sheets and --hand-out-list are for the print run: add --print-run FILE."
            )
    elif options.draft:
        raise click.UsageError("Drafts are for no patient, so they do not go into a print run.")
    elif options.folder.resolve() in options.print_run.resolve().parents:
        raise click.UsageError("The folder is for the patients' own files. Choose another place for the print run.")


@dataclass(frozen=True, slots=True)
class _Job:
    """What was read, checked and planned; nothing is written yet."""

    roster: Roster
    planned: Planned
    profile: Path


def _plan(options: BatchOptions, console: Console) -> _Job:
    """Read and check everything. Raises HandoutError; nothing is written."""
    from mvd_handout.commands.check import find_setting, read_input
    from mvd_handout.commands.places import cache_folder, config_folder, find_clinic, today
    from mvd_handout.content.plan import PlanCache
    from mvd_handout.delivery.batch.plan import plan_batch
    from mvd_handout.delivery.papers import load_recipe
    from mvd_handout.delivery.roster.read import read_roster

    data = read_input(options.roster)
    path = find_clinic(options.clinic, os.environ, Path.cwd(), config_folder()).path
    setting = find_setting(options.clinic, options.handout, console)
    profile = setting.known_profile()
    issued = _issue_date(options.issue_date, profile.date_order)
    roster = read_roster(
        data,
        columns=setting.columns,
        date_order=profile.date_order,
        encoding=options.encoding,
        sheet=options.sheet,
        inspect=setting.inspect,
        skip_bad_rows=options.skip_bad_rows,
    )
    for note in roster.notes:
        console.warn(note)
    languages, look = tuple(roster.summary.languages), (options.theme or "", options.paper or "")
    recipe = load_recipe(path, options.handout, languages, *look, PlanCache(cache_folder()))
    now = today(profile.time_zone)
    planned = plan_batch(
        roster,
        recipe,
        _no_gate if options.draft else _gate(recipe, path.parent, now, console),
        today=now,
        issued=issued,
        options=_for_the_plan(options, issued),
        skip_bad_rows=options.skip_bad_rows,
    )
    return _Job(roster, planned, path)


def _issue_date(text: str | None, order: DateOrder | None) -> dt.date | None:
    from mvd_handout.domain.dates import read_date
    from mvd_handout.domain.errors import Fault, InputError
    from mvd_handout.domain.text import RefusedError

    try:
        return read_date(text, order) if text is not None else None
    except RefusedError as refused:
        raise InputError(Fault("--issue-date", refused.found, refused.wanted)) from None


def _no_gate(language: str, issued: dt.date) -> None:
    """Let drafts pass."""


def _gate(recipe: Recipe, folder: Path, now: dt.date, console: Console) -> Permit:
    """Return the gate of copies for patients; what will soon stand in their way is said once."""
    from mvd_handout.commands.press import NO_COPY
    from mvd_handout.delivery.approvals import judge
    from mvd_handout.domain.errors import ApprovalError

    said = set()

    def permit(language: str, issued: dt.date) -> Approval:
        verdict = judge(folder, recipe.clinic, recipe.texts[language], now, issued)
        if verdict.approval is None:
            raise ApprovalError(NO_COPY, *verdict.refusals)
        for warning in verdict.warnings:
            if warning.where not in said:
                said.add(warning.where)
                console.say(f"Note: {warning}")
        return verdict.approval

    return permit


def _for_the_plan(options: BatchOptions, issued: dt.date | None) -> dict[str, str]:
    """Return the options that decide what is made; the plan keeps them."""
    return {
        "handout": options.handout,
        "issue_date": issued.isoformat() if issued else "",
        "theme": options.theme or "",
        "paper": options.paper or "",
        "draft": "yes" if options.draft else "",
    }


def _make(job: _Job, options: BatchOptions, console: Console, start: float) -> int:
    """Make what is lacking and report. Raises HandoutError."""
    from mvd_handout.commands.batch_report import Report, stopped
    from mvd_handout.delivery.batch.executors import opened
    from mvd_handout.delivery.batch.folder import open_folder
    from mvd_handout.delivery.batch.run import run_batch

    recorder = _recorder(job, options, console)
    total = len(job.planned.plan.papers)
    with progress_bar(total, console, hidden=options.json) as progress:
        try:
            with opened(options.executor, options.jobs or _jobs(total)) as (executor, window):
                open_folder(options.folder)
                outcome = run_batch(
                    options.folder, job.planned, job.roster, executor, window, recorder=recorder, progress=progress
                )
            summary = _print_run(outcome, job, options)
        except KeyboardInterrupt:
            return stopped(options.folder, console)
    report = Report(options.folder, outcome, job.planned.faults, time.monotonic() - start, options.print_run, summary)
    return report.show(options.json, console)


def _print_run(outcome: Outcome, job: _Job, options: BatchOptions) -> PrintRunSummary | None:
    """Write the print run, if one is wanted and every planned paper is there: no patient may lack in it."""
    if options.print_run is None or not outcome.complete:
        return None
    from mvd_handout.delivery.batch.print_run import write_run
    from mvd_handout.rendering.pdf.print_run import PrintRunOptions

    recipe = job.planned.recipe
    own = recipe.clinic.profile.locale.partition("-")[0]
    wanted = PrintRunOptions(
        language=own if own in recipe.texts else min(recipe.texts),
        separators=options.separator_sheets,
        hand_out_list=options.hand_out_list,
    )
    return write_run(options.print_run, outcome.plan, job.roster, recipe, wanted, force=options.force)


def _recorder(job: _Job, options: BatchOptions, console: Console) -> Recorder:
    """Return what notes the papers: the clinic's journal, or nothing for drafts. Raises HandoutError."""
    from mvd_handout.commands.journalling import BatchRecorder, ready_journal
    from mvd_handout.delivery.batch.run import NoRecord

    if options.draft:
        return NoRecord()
    recipe = job.planned.recipe
    journal = ready_journal(job.profile, recipe.clinic.key, console)
    return BatchRecorder(journal, recipe) if journal else NoRecord()


def _jobs(papers: int) -> int:
    """Return how many processes to use for so many papers."""
    if papers < _FEW:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def progress_bar(total: int, console: Console, hidden: bool) -> Iterator[Callable[[Outcome], None]]:
    """Show on standard error how far the work is; only on a terminal."""
    if hidden or console.quiet or not sys.stderr.isatty():
        yield lambda outcome: None
        return
    with click.progressbar(length=total, label="Papers", file=sys.stderr, color=console.colour) as bar:
        yield lambda outcome: bar.update(outcome.done - bar.pos)
