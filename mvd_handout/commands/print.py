"""`print`: papers to a printer, each a job of its own, none of them a draft and none changed since it was made."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

import click

from mvd_handout.commands.app import EXIT_CODES, Command, Word, common_options
from mvd_handout.commands.console import Console
from mvd_handout.commands.wording import count

if TYPE_CHECKING:
    from mvd_handout.delivery.printing.lp import Queue, Sides
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
    is not this clinic's is refused, and then nothing is printed. Each patient's paper is a job of its own, so no sheet
    is shared. It is printed in its own size, on both sides. A job's title is the document id and never a name.

    What the print server took goes to standard output, a line a paper: the job, the document id and the sheets.
    """
    return run(PrintOptions(**options), console)


def run(options: PrintOptions, console: Console) -> int:
    """Print papers and return the exit code. Raises HandoutError, click.UsageError or click.Abort."""
    from mvd_handout.delivery.printing.lp import Sides, find_queue

    key = _key(options.clinic)
    papers = _papers(options, key, console)
    queue = find_queue(options.queue)
    sides = Sides(options.sides)
    console.say(f"{_amount(papers, sides)} {'would go' if options.dry_run else 'to go'} to the queue {queue.name}.")
    if options.dry_run:
        _say_standing(queue, console)
        for paper in papers:
            console.result(_line("-", paper, sides))
        return 0
    _refuse_closed(queue)
    _say_standing(queue, console)
    _ask(papers, options, console)
    return _send(papers, queue, options, key, console)


def _key(clinic: Path | None) -> bytes:
    from mvd_handout.commands.places import config_folder, find_clinic
    from mvd_handout.content.clinic import KEY_NAME, read_key

    return read_key(find_clinic(clinic, os.environ, Path.cwd(), config_folder()).path.parent / KEY_NAME)


def _papers(options: PrintOptions, key: bytes, console: Console) -> Sequence[PaperFile]:
    """Read and check everything that is to be printed, before the first sheet is. Raises HandoutError."""
    if options.source.is_dir():
        return _stack(options, key, console).papers
    from mvd_handout.delivery.printing.papers import read_paper

    if options.start is not None:
        raise click.UsageError("--from is for the folder of a batch; this is one file.")
    paper, _ = read_paper(options.source, "the file", key)
    if options.staple and not paper.document_id:
        raise click.UsageError(
            "--staple would put the whole print run on one staple. Print the batch's folder instead."
        )
    return [paper]


def _stack(options: PrintOptions, key: bytes, console: Console) -> Stack:
    from mvd_handout.delivery.printing.stack import read_stack

    stack = read_stack(options.source, key)
    if stack.lacking:
        console.warn(
            f"{count(stack.lacking, 'paper')} of this batch not made yet: not in the stack. Run the batch again."
        )
    if stack.held:
        console.say(f"{count(stack.held, 'patient')} on hold: no paper.")
    return stack if options.start is None else stack.starting_with(options.start)


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


def _say_standing(queue: Queue, console: Console) -> None:
    if not queue.accepts:
        console.warn(f"the queue {queue.name} takes no papers now.")
    if queue.stopped:
        console.warn(
            f"the queue {queue.name} is stopped. Papers wait there, and come out when somebody starts it, perhaps "
            "when nobody is there to take them."
        )


def _ask(papers: Sequence[PaperFile], options: PrintOptions, console: Console) -> None:
    """Wait for a yes where a person is there to give it. Raises click.Abort for a no."""
    if options.yes or not console.has_person():
        return
    from mvd_handout.commands.steward import confirm

    if not confirm(f"Print {_count(papers)} now?", console):
        raise click.Abort


def _send(papers: Sequence[PaperFile], queue: Queue, options: PrintOptions, key: bytes, console: Console) -> int:
    """Send the papers one after another; say how far it came whatever happens. Return the exit code."""
    from mvd_handout.commands.errors import report
    from mvd_handout.delivery.printing.lp import Sides
    from mvd_handout.delivery.printing.send import send_paper
    from mvd_handout.domain.errors import ExitCode

    sides, sent = Sides(options.sides), 0
    try:
        with _gentle_stop() as brake:
            for paper in papers:
                if brake.pulled:
                    raise KeyboardInterrupt
                brake.busy = True
                job = send_paper(paper, queue.name, sides, options.staple, key)
                brake.busy = False
                sent += 1
                console.result(_line(job, paper, sides))
    except Exception as error:
        code = report(error, console)
        _say_how_far(papers, sent, error, console)
        return code
    except KeyboardInterrupt as error:
        console.show("\nStopped.")
        _say_how_far(papers, sent, error if brake.busy else None, console)
        return ExitCode.INTERRUPTED
    console.say(f"{_amount(papers, sides)} sent.")
    return ExitCode.DONE


@dataclass(slots=True)
class _Brake:
    """Whether a stop was asked for, and whether a paper is on its way just now."""

    pulled: bool = False
    busy: bool = False


@contextlib.contextmanager
def _gentle_stop() -> Iterator[_Brake]:
    """Let Ctrl-C wait until the paper on its way has arrived, so that it is known what was sent; a second one stops."""
    brake = _Brake()

    def pull(number: int, frame: FrameType | None) -> None:
        if brake.pulled:
            raise KeyboardInterrupt
        brake.pulled = True

    before = {number: signal.signal(number, pull) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield brake
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say_how_far(papers: Sequence[PaperFile], sent: int, error: BaseException | None, console: Console) -> None:
    """Say which papers were sent and how to go on; whether the one that failed was, is not always known."""
    from mvd_handout.delivery.printing.lp import UnknownError

    unknown = isinstance(error, UnknownError | KeyboardInterrupt)
    last = f"; the last was {papers[sent - 1].label}" if sent else ""
    console.show(f"{sent} of {count(len(papers), 'job')} {'is' if sent == 1 else 'are'} known to be sent{last}.")
    if unknown:
        console.show(f"Whether {papers[sent].label} was sent is not known. Look for it before you send it again.")
    if len(papers) > 1 and sent < len(papers):
        console.show(f"To go on, add --from {papers[sent].document_id}")


def _amount(papers: Sequence[PaperFile], sides: Sides) -> str:
    sheets = sum(sides.sheets(paper.pages) for paper in papers)
    media = ", ".join(sorted({paper.media for paper in papers}))
    return f"{_count(papers)}, {count(sheets, 'sheet')} of {media}"


def _count(papers: Sequence[PaperFile]) -> str:
    return count(sum(paper.papers for paper in papers), "paper")


def _line(job: str, paper: PaperFile, sides: Sides) -> str:
    return f"{job:<16} {paper.document_id or 'print run':<16} {count(sides.sheets(paper.pages), 'sheet')}"
