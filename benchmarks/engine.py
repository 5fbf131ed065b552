"""Where the time of one paper goes in a warm process, step by step, against plain Platypus in the same process.

Run: python -m benchmarks.engine [ROUNDS [PATIENTS]], or with --memory PATIENTS to see that memory stays flat.

In every round all patients are new. Plain Platypus draws some of them; the ratios are taken inside the round. The
figures are medians of CPU time (user and system) for one paper; quote the ratios.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.ground import approved_recipe, machine, new_home, today
from benchmarks.patients import CaseData, patients
from benchmarks.plain_platypus import draw
from mvd_handout.composing.compose import compose
from mvd_handout.delivery.files import NewFile, write_files
from mvd_handout.delivery.papers import Recipe
from mvd_handout.domain.case import Case
from mvd_handout.domain.document import Document
from mvd_handout.rendering.pdf.inspect import sealed
from mvd_handout.rendering.render import render

WARM_UP = 2  # rounds that do not count
PLAIN_SHARE = 20
"""Plain Platypus draws one patient in so many."""

PLAIN, ENGINE, ALL = "plain Platypus, untagged", "engine (document to PDF)", "end to end (parsed row to file)"


class Press:
    """The steps from a parsed case to a published file."""

    def __init__(self, recipe: Recipe, folder: Path) -> None:
        self.recipe, self.folder, self.day = recipe, folder, today()
        self.paper = recipe.clinic.profile.paper

    def compose(self, case: Case) -> Document:
        """Return the document of a case."""
        text, approval = self.recipe.texts["en"], self.recipe.approvals["en"]
        clinic, day, theme, paper = self.recipe.clinic, self.day, "standard", self.paper
        return compose(case, clinic, text, issued=day, theme=theme, paper=paper, approval=approval)

    def render(self, document: Document) -> bytes:
        """Return the PDF of a document."""
        return render(document, "pdf", "standard", self.paper)

    def seal(self, pdf: bytes) -> bytes:
        """Return the sealed PDF."""
        return sealed(pdf, self.recipe.clinic.key)

    def write(self, number: int, pdf: bytes) -> Path:
        """Write the file whole, see that the disk has it, and return where it is."""
        path = self.folder / f"{number}.pdf"
        write_files([NewFile(path, pdf, "a paper")], force=True)
        return path


def timed(work: Callable[[], list[Any]]) -> tuple[float, list[Any]]:
    """Return the CPU time in milliseconds that one result takes, and all results."""
    start = time.process_time()
    made = work()
    return (time.process_time() - start) * 1000 / len(made), made


def one_round(press: Press, clinic: dict[str, Any], blocks: Path, people: Sequence[CaseData]) -> dict[str, float]:
    """Return what each step takes for one paper."""
    few, cases = people[::PLAIN_SHARE], [Case.parse(case) for case in people]
    found = {PLAIN: timed(lambda: [draw(clinic, case, blocks) for case in few])[0]}
    found["  compose"], documents = timed(lambda: [press.compose(case) for case in cases])
    found[ENGINE], pdfs = timed(lambda: [press.render(document) for document in documents])
    found["  seal"], made = timed(lambda: [press.seal(pdf) for pdf in pdfs])
    found["  write"], _ = timed(lambda: [press.write(number, pdf) for number, pdf in enumerate(made)])
    found[ALL] = sum(found[step] for step in ("  compose", ENGINE, "  seal", "  write"))
    return found


def rounds(home: Path, count: int, size: int) -> Iterator[dict[str, float]]:
    """Yield what each step takes, round by round."""
    folder = home / "clinic"
    clinic = tomllib.loads((folder / "clinic.toml").read_text(encoding="utf-8"))
    press = Press(approved_recipe(home), home)
    people = (case for case, _ in patients(10**9, discharged=today()))
    for _ in range(WARM_UP + count):
        yield one_round(press, clinic, folder / "blocks", list(islice(people, size)))


def memory(home: Path, count: int) -> None:
    """Make the papers of so many patients, and tell now and then how much memory that has taken."""
    press = Press(approved_recipe(home), home)
    for number, (case, _) in enumerate(patients(count, discharged=today()), start=1):
        press.seal(press.render(press.compose(Case.parse(case))))
        if number in {1, 100, 500} or number % 2_000 == 0:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{number:6} patients, {peak:.0f} MiB at most", flush=True)


def main() -> None:
    """Time the steps, or watch the memory."""
    numbers = [int(each) for each in sys.argv[1:] if each.isdecimal()]
    with new_home() as home:
        if "--memory" in sys.argv:
            memory(home, *numbers)
            return
        count, size = (*numbers, *(15, 200)[len(numbers) :])
        found = list(rounds(home, count, size))[WARM_UP:]
    print(f"{machine()}; {count} rounds of {size} patients")
    for step in found[0]:
        spent = statistics.median(each[step] for each in found)
        ratio = statistics.median(each[PLAIN] / each[step] for each in found)
        print(f"{step:32} {spent:7.2f} ms {ratio:7.1f} times as fast")


if __name__ == "__main__":
    main()
