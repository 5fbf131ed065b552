"""The chart of the real handout on paper, in every look: no lane is lost, however the pages part it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pypdfium2
import pytest
from msgspec import structs

from mvd_handout.content.theme import load_theme
from mvd_handout.domain.document import Chart, Document, Section
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.pdf.geometry import Paper
from mvd_handout.rendering.pdf.layout import lay_out
from mvd_handout.rendering.reading_order import plain
from mvd_handout.rendering.render import render
from tests.samples import make_case, make_document, visit_data

LOOKS: list[tuple[str, Paper]] = [
    ("standard", "A4"),
    ("standard", "Letter"),
    ("large-print", "A4"),
    ("large-print", "Letter"),
]


def handout(visits: int, apart: int, theme: str, paper: Paper) -> Document:
    """Return the handout of a patient with so many visits, so many days apart."""
    days = [dt.date(2026, 3, 16) + dt.timedelta(days=apart * n) for n in range(visits)]
    return make_document(make_case(visits=[visit_data(day) for day in days]), theme=theme, paper=paper)


def chart_alone(made: Document) -> Document:
    """Return a document without the blocks that say what the chart says."""
    kept = [structs.replace(each, blocks=tuple(_only_chart(each))) for each in made.sections]
    return structs.replace(made, sections=tuple(kept))


def _only_chart(section: Section) -> Iterator[Chart]:
    return (block for block in section.blocks if isinstance(block, Chart))


@pytest.mark.parametrize(("theme", "paper"), LOOKS)
@pytest.mark.parametrize(("visits", "apart"), [(0, 0), (2, 20), (3, 1), (8, 1), (8, 20)])
def test_every_lane_is_on_the_paper(visits: int, apart: int, theme: str, paper: Paper) -> None:
    made = handout(visits, apart, theme, paper)
    [drawn] = (chart for section in made.sections for chart in _only_chart(section))
    text = " ".join(
        " ".join(str(page.get_textpage().get_text_range()).split())
        for page in pypdfium2.PdfDocument(render(chart_alone(made), "pdf", theme, paper))
    )
    for lane in drawn.lanes:
        assert f"{plain(lane.label)} " in text
        assert plain(lane.text) in text


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize(("visits", "apart"), [(0, 0), (2, 20), (3, 1), (4, 3), (5, 1), (8, 1), (8, 20)])
def test_in_large_print_the_second_page_of_a_chart_takes_all_that_the_first_left(
    visits: int, apart: int, paper: Paper
) -> None:
    layout = lay_out(handout(visits, apart, "large-print", paper), load_theme("large-print"), paper, load_fonts())
    at = next(number for number, each in enumerate(layout.laid) if each.fragment.keeps_next and each.figures)
    parts = [
        (number, part.tops) for number, page in enumerate(layout.plan.pages) for n, part in page.parts() if n == at
    ]
    assert [len(tops) for _, tops in parts] == [1, 1]
    assert parts[1] == (parts[0][0] + 1, (layout.body_top(2),))
