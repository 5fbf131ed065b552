"""What `print` says: how much goes to which printer, how far it came, and who has no paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mvd_handout.commands.console import Console
from mvd_handout.commands.wording import count, date_in_words
from mvd_handout.domain.errors import Fault

if TYPE_CHECKING:
    from mvd_handout.delivery.journal.entry import Entry
    from mvd_handout.delivery.printing.lp import Queue, Sides
    from mvd_handout.delivery.printing.papers import PaperFile
    from mvd_handout.delivery.printing.stack import Stack
    from mvd_handout.rendering.pdf.inside import Inside


def say_lacking(stack: Stack, console: Console) -> None:
    """Warn of papers that are planned and not made."""
    if stack.lacking:
        what_to_do = "The batch is still at work: wait until it has ended." if stack.at_work else "Run the batch again."
        console.warn(f"{count(len(stack.lacking), 'paper')} of this batch not made yet: not in the stack. {what_to_do}")


def say_without_paper(stack: Stack, console: Console) -> None:
    """Name the rows of all patients who get no paper from this stack, each with the reason."""
    for reason, rows in (
        ("on hold", stack.held),
        ("left out because of faults", stack.left_out),
        ("not made yet", stack.lacking),
        ("replaced by a later paper", stack.replaced),
        ("made with other words or numbers than today's, or by an earlier version", stack.changed),
    ):
        if rows:
            console.show(f"No paper from this batch: {every_row(rows)} ({reason}).")


def say_printed(stack: Stack, folder: Path, console: Console) -> None:
    """Warn of papers of a batch that were sent to a printer before."""
    from mvd_handout.delivery.printing.printed import read_printed

    if not stack.rows:
        return
    ids = {paper.document_id for paper in stack.papers}
    again = [each for each in read_printed(folder).values() if each.document_id in ids]
    if again:
        last = again[-1]
        day = date_in_words(last.at.astimezone().date())
        papers = count(len(stack.papers), "paper")
        console.warn(
            f"{len(again)} of {papers} went to a printer before; the last was job {last.job} on {day}. "
            "Unless that stack is lost, these patients would have the paper twice."
        )


def replaced_fault(where: str, later: Entry) -> Fault:
    """Return why a paper is not printed: the patient has a later one."""
    return Fault(
        where,
        f"this patient's paper was replaced by {later.document_id}, dated {date_in_words(later.issued)}",
        "Only the later one may be given out",
        "Print that one, and throw this one away",
    )


def replaced_faults(paper: PaperFile, later: Mapping[str, Entry]) -> list[Fault]:
    """Return why a file is not printed: its paper was replaced, or, of a print run, those that were."""
    if paper.document_id:
        return [replaced_fault(paper.label, later[paper.document_id])]
    old = [each for each in paper.inside if each.document_id in later]
    head = Fault(
        paper.label,
        f"{count(len(old), 'paper')} in this print run {'was' if len(old) == 1 else 'were'} replaced since",
        "Only the later ones may be given out",
        "Write it again with the same `batch` command and --force, which leaves them out; print the later ones by "
        "themselves",
    )
    return [head, *(_replaced_inside(each, later[each.document_id]) for each in old)]


def _replaced_inside(paper: Inside, later: Entry) -> Fault:
    found = f"paper {paper.document_id} was replaced by {later.document_id}"
    return Fault(f"row {paper.row}", found, f"That one is dated {date_in_words(later.issued)}")


def every_row(numbers: Sequence[int]) -> str:
    """Return "row 4", or "rows 4, 9, 12 to 40": all of them, since each is a patient without a paper."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return f"row{'' if len(numbers) == 1 else 's'} {', '.join(words)}"


def say_standing(queue: Queue, console: Console) -> None:
    """Warn of a queue from which papers will not come out now."""
    if not queue.accepts:
        console.warn(f"the queue {queue.name} takes no papers now.")
    if queue.stopped:
        console.warn(
            f"the queue {queue.name} is stopped. Papers wait there, and come out when somebody starts it, perhaps "
            "when nobody is there to take them."
        )


def say_how_far(papers: Sequence[PaperFile], sent: int, error: BaseException | None, console: Console) -> None:
    """Say which papers were sent and how to go on; whether the one that failed was, is not always known."""
    from mvd_handout.delivery.printing.lp import UnknownError

    unknown = isinstance(error, UnknownError | KeyboardInterrupt)
    last = f"; the last was {papers[sent - 1].label}" if sent else ""
    console.show(f"{sent} of {count(len(papers), 'job')} {'is' if sent == 1 else 'are'} known to be sent{last}.")
    if unknown:
        console.show(f"Whether {papers[sent].label} was sent is not known. Look for it before you send it again.")
    if len(papers) > 1 and sent < len(papers):
        console.show(f"To go on, add --from {papers[sent].document_id}")


def amount(papers: Sequence[PaperFile], sides: Sides) -> str:
    """Return "6 papers, 24 sheets of A4"."""
    sheets = sum(sides.sheets(paper.pages) for paper in papers)
    media = ", ".join(sorted({paper.media for paper in papers}))
    return f"{how_many(papers)}, {count(sheets, 'sheet')} of {media}"


def how_many(papers: Sequence[PaperFile]) -> str:
    """Return "6 papers", also for a print run of six."""
    return count(sum(len(paper.inside) for paper in papers), "paper")


def line(job: str, paper: PaperFile, sides: Sides) -> str:
    """Return the line of a job: its id, the paper's, and the sheets."""
    return f"{job:<16} {paper.document_id or 'print run':<16} {count(sides.sheets(paper.pages), 'sheet')}"
