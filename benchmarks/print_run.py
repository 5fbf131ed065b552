"""A print run of many patients against plain Platypus files put together with pikepdf: time and size.

Run: python -m benchmarks.print_run [PATIENTS [ROUNDS]]

Plain Platypus draws a sample of the patients, and pikepdf puts the sample together; both are scaled to all patients,
which flatters pikepdf, if anything. The figures are CPU time (user and system); quote the ratios.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pikepdf

from benchmarks.ground import approved_recipe, machine, new_home, today
from benchmarks.patients import CaseData, patients
from benchmarks.plain_platypus import draw
from mvd_handout.delivery.papers import Recipe, compose_paper
from mvd_handout.domain.case import Case
from mvd_handout.rendering.pdf.print_run import PrintItem, PrintRunOptions, write_print_run

SAMPLE = 60


def ours(recipe: Recipe, people: Sequence[CaseData], path: Path) -> float:
    """Write the print run of parsed cases; return the seconds that it took."""
    cases = [Case.parse(case) for case in people]
    start = time.process_time()
    with path.open("wb") as out:
        write_print_run(out, _items(recipe, cases), PrintRunOptions())
    return time.process_time() - start


def _items(recipe: Recipe, cases: Sequence[Case]) -> Iterator[PrintItem]:
    for row, case in enumerate(cases, start=2):
        document = compose_paper(recipe, case, today())
        yield PrintItem(row, document, "standard", recipe.clinic.profile.paper)


def plain(clinic: dict[str, Any], blocks: Path, people: Sequence[CaseData], path: Path) -> tuple[float, float]:
    """Draw files with plain Platypus and put them together; return the seconds of both."""
    start = time.process_time()
    files = [draw(clinic, case, blocks) for case in people]
    drawn = time.process_time()
    with pikepdf.new() as whole:
        for file in files:
            with pikepdf.open(io.BytesIO(file)) as one:
                whole.pages.extend(one.pages)
        whole.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return drawn - start, time.process_time() - drawn


def main() -> None:
    """Compare them."""
    numbers = [int(each) for each in sys.argv[1:]]
    count, rounds = (*numbers, *(1000, 3)[len(numbers) :])
    everybody = (case for case, _ in patients(10**9, discharged=today()))
    times, sizes = [], []
    with new_home() as home:
        recipe, folder = approved_recipe(home), home / "clinic"
        clinic = tomllib.loads((folder / "clinic.toml").read_text(encoding="utf-8"))
        for _ in range(rounds):
            people = list(islice(everybody, count))
            spent = ours(recipe, people, home / "ours.pdf")
            drawn, joined = plain(clinic, folder / "blocks", people[:SAMPLE], home / "plain.pdf")
            times.append((spent, drawn * count / SAMPLE, joined * count / SAMPLE))
            sizes.append(((home / "ours.pdf").stat().st_size, (home / "plain.pdf").stat().st_size * count / SAMPLE))
    print(f"{machine()}; {rounds} rounds of {count} patients; the plain way from {SAMPLE}, scaled")
    spent, drawn, joined = (statistics.median(each) for each in zip(*times, strict=True))
    print(f"ours {spent:.2f} s; plain Platypus {drawn:.1f} s, pikepdf {joined:.1f} s")
    print(f"ours takes 1/{statistics.median((each[1] + each[2]) / each[0] for each in times):.0f} of the time")
    mine, other = (statistics.median(each) / 1e6 for each in zip(*sizes, strict=True))
    print(f"ours {mine:.1f} MB, the plain way {other:.1f} MB: 1/{other / mine:.1f} of the size")


if __name__ == "__main__":
    main()
