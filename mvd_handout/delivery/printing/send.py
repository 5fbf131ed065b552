"""One paper to the printer: read again, checked again, and those very bytes handed over."""

from __future__ import annotations

from mvd_handout.delivery.printing.lp import Job, Sides, submit
from mvd_handout.delivery.printing.papers import ChangedError, PaperFile, read_paper
from mvd_handout.domain.errors import Fault


def send_paper(paper: PaperFile, queue: str, sides: Sides, staple: bool, key: bytes) -> str:
    """Send `paper` to `queue` and return the job's id. Raises HandoutError when it is no longer what was checked."""
    now, pdf = read_paper(paper.path, paper.label, key)
    if now != paper:
        raise ChangedError(
            Fault(
                paper.label, "another paper lies there now", "Only what was checked is printed", "Run the command again"
            )
        )
    return submit(queue, Job(pdf, paper.title, paper.media, sides, staple))
