"""`batch`: a whole roster becomes a folder of papers."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from mvd_handout.commands.app import EXIT_CODES, Command, Word, common_options
from mvd_handout.commands.batch_options import BatchOptions
from mvd_handout.commands.console import Console
from mvd_handout.commands.options import READING_OPTIONS, all_of

if TYPE_CHECKING:
    from mvd_handout.commands.batch_planning import Job
    from mvd_handout.delivery.batch.run import Outcome, Recorder
    from mvd_handout.rendering.pdf.print_run import PrintRunSummary

_FILE: Final = click.Path(path_type=Path)
_PAPERS_PER_JOB: Final = 150
"""A process of its own takes as long to start as so many papers take to make."""


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
@all_of(*READING_OPTIONS)
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
    from mvd_handout.commands.batch_planning import plan_job
    from mvd_handout.commands.batch_report import refused
    from mvd_handout.domain.errors import InputError

    start = time.monotonic()
    _check_options(options)
    try:
        _check_print_run(options)
        job = plan_job(options, console)
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


def _check_print_run(options: BatchOptions) -> None:
    """Refuse a place for the print run, before the roster is read. Raises HandoutError."""
    if options.print_run is None:
        return
    from mvd_handout.commands.check import STDIN
    from mvd_handout.commands.places import config_folder, find_clinic
    from mvd_handout.delivery.batch.target import check_target

    clinic = find_clinic(options.clinic, os.environ, Path.cwd(), config_folder()).path.parent
    roster = Path(options.roster) if options.roster != STDIN else None
    check_target(options.print_run, roster, options.folder, clinic, force=options.force)


def _make(job: Job, options: BatchOptions, console: Console, start: float) -> int:
    """Make what is lacking and report. Raises HandoutError."""
    from mvd_handout.commands.batch_report import Report, broken_off, stopped
    from mvd_handout.delivery.batch.workers import WorkerError
    from mvd_handout.domain.errors import HandoutError, OutputError

    begun: list[Outcome] = []
    try:
        outcome = _run_batch(job, options, console, begun)
    except KeyboardInterrupt:
        return stopped(options.folder, console)
    except (OutputError, WorkerError) as error:
        if not begun:
            raise
        return broken_off(error, options.folder, console)
    summary, trouble = None, None
    try:
        summary = _print_run(outcome, job, options, console)
    except KeyboardInterrupt:
        return stopped(options.folder, console)
    except HandoutError as error:  # the papers are there all the same, and what is said of them counts
        trouble = error
    seconds, faults = time.monotonic() - start, job.planned.faults
    report = Report(
        options.folder, outcome, faults, seconds, options.print_run, summary, job.replaced, job.already, trouble
    )
    return report.show(options.json, console)


def _run_batch(job: Job, options: BatchOptions, console: Console, begun: list[Outcome]) -> Outcome:
    """Run the batch and show how far it is; `begun` gets something in it when papers are there. Raises HandoutError."""
    from mvd_handout.commands.wording import as_typed
    from mvd_handout.delivery.batch.executors import opened
    from mvd_handout.delivery.batch.folder import open_folder
    from mvd_handout.delivery.batch.run import run_batch

    recorder = _recorder(job, options, console)
    total = len(job.planned.plan.papers)
    with (
        progress_bar(total, console, hidden=options.json) as progress,
        opened(options.executor, options.jobs or _jobs(total)) as (executor, window),
    ):

        def tell(outcome: Outcome) -> None:
            begun[:] = [outcome]
            progress(outcome)

        if open_folder(options.folder):
            console.warn(
                f"{as_typed(options.folder)} is open to others on this computer: they cannot read the papers, but may "
                f"remove or exchange them. Close it with: chmod 700 {as_typed(options.folder)}"
            )
        return run_batch(options.folder, job.planned, job.roster, executor, window, recorder=recorder, progress=tell)


def _print_run(outcome: Outcome, job: Job, options: BatchOptions, console: Console) -> PrintRunSummary | None:
    """Write the print run, if one is wanted and every planned paper is there: no patient may lack in it."""
    nothing = all(paper.document_id in job.replaced for paper in outcome.plan.papers)
    if options.print_run is None or nothing or not outcome.complete:
        return None
    from mvd_handout.delivery.batch.print_run import write_run
    from mvd_handout.rendering.pdf.print_run import PrintRunOptions

    console.say("Writing the print run.")
    recipe = job.planned.recipe
    own = recipe.clinic.profile.locale.partition("-")[0]
    wanted = PrintRunOptions(
        language=own if own in recipe.texts else min(recipe.texts),
        separators=options.separator_sheets,
        hand_out_list=options.hand_out_list,
    )
    return write_run(
        options.print_run, outcome.plan, job.roster, recipe, wanted, replaced=job.replaced.keys(), force=options.force
    )


def _recorder(job: Job, options: BatchOptions, console: Console) -> Recorder:
    """Return what notes the papers: the clinic's journal, or nothing for drafts. Raises HandoutError."""
    from mvd_handout.commands.journalling import BatchRecorder, ready_journal
    from mvd_handout.delivery.batch.run import NoRecord

    if options.draft:
        return NoRecord()
    recipe = job.planned.recipe
    journal = ready_journal(job.profile, recipe.clinic.key, console)
    return BatchRecorder(journal, recipe) if journal else NoRecord()


def _jobs(papers: int) -> int:
    """Return how many processes are quickest for so many papers."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, papers // _PAPERS_PER_JOB))


@contextlib.contextmanager
def progress_bar(total: int, console: Console, hidden: bool) -> Iterator[Callable[[Outcome], None]]:
    """Show on standard error how far the work is; only on a terminal."""
    if hidden or console.quiet or not sys.stderr.isatty():
        yield lambda outcome: None
        return
    with click.progressbar(length=total, label="Papers", file=sys.stderr, color=console.colour) as bar:
        yield lambda outcome: bar.update(outcome.done - bar.pos)
