"""`print`: papers to a printer, each a job of its own, none of them a draft and none changed since it was made."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from mvd_handout.commands.app import EXIT_CODES, Command, Word, common_options
from mvd_handout.commands.console import Console

if TYPE_CHECKING:
    from mvd_handout.commands.print_desk import PrintDesk
    from mvd_handout.delivery.printing.lp import Queue
    from mvd_handout.delivery.printing.papers import PaperFile
    from mvd_handout.delivery.printing.stack import Stack

_PATH: Final = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class PrintOptions:
    """The options of `print`; see its help."""

    source: Path
    queue: str | None
    sides: str
    staple: bool
    start: str | None
    clinic: Path | None
    dry_run: bool
    yes: bool


@click.command(
    "print",
    cls=Command,
    examples=(
        "mvd-handout print handouts                        a whole batch, each patient a job of its own",
        "mvd-handout print handouts --dry-run              show what would go to which printer",
        "mvd-handout print handouts --from FK0B-WAWX-54DG  go on where it was stopped",
        "mvd-handout print run.pdf --queue Ward4           a print run, or one patient's paper",
    ),
    short_help="Send papers to a printer.",
    epilog=EXIT_CODES,
)
@click.argument("source", type=_PATH, metavar="FILE|DIR")
@click.option("--queue", metavar="NAME", help="The print queue. Otherwise your default one; see `lpstat -d`.")
@click.option(
    "--sides",
    type=Word("long", "short", "one"),
    default="long",
    show_default=True,
    help="Both sides, turned over the long or the short edge, or one side.",
)
@click.option("--staple", is_flag=True, help="Ask for a staple in every paper; the printer must be able to.")
@click.option("--from", "start", metavar="ID", help="Begin with the paper of this document id; for a folder.")
@click.option("--clinic", type=_PATH, metavar="FILE", help="The clinic profile, or its folder, found as for `make`.")
@click.option("--dry-run", is_flag=True, help="Send nothing; show what would be sent, and where.")
@click.option("--yes", is_flag=True, help="Do not ask before sending.")
@common_options
@click.pass_obj
def print_(console: Console, /, **options: Any) -> int:
    """Send FILE, or all papers of the batch in the folder DIR in the order of its roster, to a printer.

    Each file is checked first, by the seal in it and by the batch's manifest: a changed file, a draft or a paper that
    is not this clinic's is refused, and then nothing is printed; so are papers whose approval has ended since, and a
    print run that holds a paper which was replaced. Papers made with words or telephone numbers that were changed since
    are not printed, even if the new ones are approved. Each patient's paper is a job of its own, so no sheet is shared.
    It is printed in its own size, on both sides. A job's title is the document id and never a name.

    What the print server took goes to standard output, a line a paper: the job, the document id and the sheets.
    """
    return run(PrintOptions(**options), console)


def run(options: PrintOptions, console: Console) -> int:
    """Print papers and return the exit code. Raises HandoutError, click.UsageError or click.Abort."""
    from mvd_handout.commands.print_report import amount, say_printed, say_standing
    from mvd_handout.delivery.printing.lp import Sides, find_queue

    desk = _desk(options.clinic, console)
    stack = desk.ask(_stack(options, desk, console))
    if options.dry_run:
        return _dry_run(stack, options, console)
    queue = find_queue(options.queue)
    console.say(f"{amount(stack.papers, Sides(options.sides))} to go to the queue {queue.name}.")
    _refuse_closed(queue)
    say_standing(queue, console)
    say_printed(stack, options.source, console)
    _ask(stack.papers, options, console)
    return _send(stack, queue, options, desk, console)


def _desk(clinic: Path | None, console: Console) -> PrintDesk:
    """Return the desk of the clinic whose papers are printed. Raises HandoutError."""
    from mvd_handout.commands.places import config_folder, find_clinic
    from mvd_handout.commands.print_desk import PrintDesk
    from mvd_handout.content.clinic import KEY_NAME, read_key

    profile = find_clinic(clinic, os.environ, Path.cwd(), config_folder()).path
    return PrintDesk(profile, read_key(profile.parent / KEY_NAME), console)


def _stack(options: PrintOptions, desk: PrintDesk, console: Console) -> Stack:
    """Read and check everything that is to be printed, before the first sheet is. Raises HandoutError."""
    from mvd_handout.commands.print_report import say_lacking
    from mvd_handout.delivery.printing.stack import read_stack

    if not options.source.is_dir():
        return _one(options, desk)
    stack = read_stack(options.source, desk.key)
    say_lacking(stack, console)
    if options.start is not None:  # first of all, since that paper may be one that is left out
        stack = stack.starting_with(options.start)
    return _without_replaced(stack, desk, console)


def _one(options: PrintOptions, desk: PrintDesk) -> Stack:
    from mvd_handout.commands.print_report import replaced_faults
    from mvd_handout.delivery.printing.papers import read_paper
    from mvd_handout.delivery.printing.stack import Stack
    from mvd_handout.domain.errors import InputError

    if options.start is not None:
        raise click.UsageError("--from is for the folder of a batch; this is one file.")
    paper, _ = read_paper(options.source, "the file", desk.key)
    if options.staple and not paper.document_id:
        raise click.UsageError(
            "--staple would put the whole print run on one staple. Print the batch's folder instead."
        )
    if later := desk.replaced([paper]):
        raise InputError(*replaced_faults(paper, later))
    return Stack((paper,))


def _without_replaced(stack: Stack, desk: PrintDesk, console: Console) -> Stack:
    """Leave out papers that were replaced: an old date in a patient's hand is harm. Raises HandoutError."""
    from mvd_handout.commands.print_report import replaced_fault
    from mvd_handout.domain.errors import InputError

    later = desk.replaced(stack.papers)
    faults = [replaced_fault(each.label, later[each.document_id]) for each in stack.papers if each.document_id in later]
    if len(faults) == len(stack.papers):
        raise InputError(*faults)
    for fault in faults:
        console.warn(str(fault))
    return stack.without_replaced(later.keys())


def _dry_run(stack: Stack, options: PrintOptions, console: Console) -> int:
    """Show what would be sent; whether there is a queue for it comes last. Return the exit code."""
    from mvd_handout.commands.errors import report
    from mvd_handout.commands.print_report import amount, line, say_printed, say_standing, say_without_paper
    from mvd_handout.delivery.printing.lp import Sides, find_queue
    from mvd_handout.domain.errors import HandoutError

    sides = Sides(options.sides)
    for paper in stack.papers:
        console.result(line("-", paper, sides))
    say_without_paper(stack, console)
    say_printed(stack, options.source, console)
    try:
        queue = find_queue(options.queue)
    except HandoutError as error:
        console.say(f"{amount(stack.papers, sides)} would go to a printer.")
        return report(error, console)
    console.say(f"{amount(stack.papers, sides)} would go to the queue {queue.name}.")
    say_standing(queue, console)
    return stack.code


def _refuse_closed(queue: Queue) -> None:
    from mvd_handout.domain.errors import Fault, OutputError

    if not queue.accepts:
        raise OutputError(
            Fault(
                f"queue {queue.name}",
                "it takes no papers now",
                "Nothing was sent",
                "Choose another with --queue, or ask whoever looks after the printers",
            )
        )


def _ask(papers: Sequence[PaperFile], options: PrintOptions, console: Console) -> None:
    """Wait for a yes, unless it was given with the command. Raises click.Abort for a no."""
    if options.yes:
        return
    if not console.has_person():
        raise click.UsageError("Nobody is there to ask. Add --yes to print.")
    from mvd_handout.commands.print_report import how_many
    from mvd_handout.commands.steward import confirm

    if not confirm(f"Print {how_many(papers)} now?", console):
        raise click.Abort


def _send(stack: Stack, queue: Queue, options: PrintOptions, desk: PrintDesk, console: Console) -> int:
    """Send the papers one after another; say how far it came whatever happens. Return the exit code."""
    from mvd_handout.commands.errors import report
    from mvd_handout.commands.print_report import amount, line, say_how_far, say_without_paper
    from mvd_handout.delivery.printing.lp import Sides
    from mvd_handout.delivery.printing.send import send_paper
    from mvd_handout.delivery.stops import held_back
    from mvd_handout.domain.errors import ExitCode

    papers, sides, sent, on_its_way, noted = stack.papers, Sides(options.sides), 0, False, True
    try:
        for place, paper in enumerate(papers):
            desk.last_look(stack, place)
            with held_back():  # so that it is known what was sent
                on_its_way = True
                job = send_paper(paper, queue.name, sides, options.staple, desk.key)
                on_its_way = False
                sent += 1
                console.result(line(job, paper, sides))
                noted = noted and _note(stack, paper, queue, job, options.source, console)
    except Exception as error:
        code = report(error, console)
        say_how_far(papers, sent, error, console)
        return code
    except KeyboardInterrupt as error:
        console.show("\nStopped.")
        say_how_far(papers, sent, error if on_its_way else None, console)
        return ExitCode.INTERRUPTED
    console.say(f"{amount(papers, sides)} sent.")
    say_without_paper(stack, console)
    return stack.code


def _note(stack: Stack, paper: PaperFile, queue: Queue, job: str, folder: Path, console: Console) -> bool:
    """Note in the batch's folder that a paper was sent; say so, once, where that is not possible."""
    from mvd_handout.commands.journalling import now
    from mvd_handout.delivery.printing.printed import Printed, note_printed
    from mvd_handout.domain.errors import HandoutError

    if not stack.rows:
        return False
    try:
        note_printed(folder, Printed(paper.document_id, queue.name, job, now()))
    except HandoutError as error:
        console.warn(f"the papers are sent, but that cannot be noted in the folder. {error}")
        return False
    return True
