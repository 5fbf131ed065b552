"""The print run of a batch: all its papers in one file for the printer, in roster order.

It is drawn from the same cases as the patients' own files, which never pass through it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import cast

from msgspec import structs

from mvd_handout.delivery.batch.plan import Plan, orders
from mvd_handout.delivery.batch.target import TAKEN
from mvd_handout.delivery.files import new_file
from mvd_handout.delivery.papers import Recipe, compose_paper, making_many
from mvd_handout.delivery.printing.run_seal import SealedStream
from mvd_handout.delivery.roster.model import Roster
from mvd_handout.rendering.pdf.geometry import Paper
from mvd_handout.rendering.pdf.print_run import PrintItem, PrintRunOptions, PrintRunSummary, write_print_run


def write_run(
    path: Path,
    plan: Plan,
    roster: Roster,
    recipe: Recipe,
    options: PrintRunOptions,
    *,
    replaced: Collection[str] = frozenset(),
    force: bool = False,
) -> PrintRunSummary:
    """Write the papers of all rows of `plan`, but for those `replaced` by later ones, to `path`, whole or not at all.

    Raises OutputError when it cannot be written or another file is there, InputError for papers of two sizes.
    """
    papers = [paper for paper in plan.papers if paper.document_id not in replaced]
    wanted = {paper.document_id for paper in papers}
    told = structs.replace(
        options,
        locale=recipe.clinic.profile.locale,
        issued=tuple({paper.issued for paper in papers}),
        without=(
            ("held", plan.held),
            ("left_out", plan.left_out),
            ("replaced", tuple(paper.row for paper in plan.papers if paper.document_id in replaced)),
        ),
    )
    with making_many(), new_file(path, "print run", force=force, taken=TAKEN) as file:
        sealed = SealedStream(file, recipe.clinic.key)
        summary = write_print_run(sealed.stream, _items(wanted, plan, roster, recipe), told)
        sealed.seal(summary.patients, summary.pages)
    return summary


def _items(wanted: set[str], plan: Plan, roster: Roster, recipe: Recipe) -> Iterator[PrintItem]:
    """Yield each paper when it is its turn; none is kept."""
    for order in orders(plan, roster, wanted):
        theme, paper = recipe.look(order.case)
        document = compose_paper(recipe, order.case, order.issued)
        yield PrintItem(order.row, document, theme, cast("Paper", paper))
