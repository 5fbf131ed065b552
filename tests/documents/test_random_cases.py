"""A thousand random cases of the real handout: nothing leaves its page or overlaps, whatever dates and words."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from mvd_handout.content.theme import load_theme
from mvd_handout.domain.case import Case
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.pdf.geometry import Paper
from mvd_handout.rendering.pdf.layout import lay_out
from mvd_handout.rendering.pdf.render import memory
from tests.rendering_pdf.test_geometry import check
from tests.samples import APPROVAL, make_case, make_clinic, make_document, visit_data

CASES, CHUNKS = 1_000, 20
LETTERS = "aeimnrstlouAEMWŁØğřßΩж  -'."
LOOKS: list[tuple[str, Paper]] = [
    ("standard", "A4"),
    ("standard", "Letter"),
    ("large-print", "A4"),
    ("large-print", "Letter"),
]


def words(chooser: random.Random, most: int) -> str:
    """Return a text of up to `most` characters: many short ones, some as long as they may be."""
    length = chooser.choice([1, 8, 20, most // 2, most])
    text = "".join(chooser.choices(LETTERS, k=max(1, length))).strip(" .-'")
    return text or "x"


def random_case(chooser: random.Random) -> tuple[Case, dt.date]:
    """Return a case of any day of 2024 to 2032, and the day on which the paper is given."""
    surgery = dt.date(2024, 1, 1) + dt.timedelta(days=chooser.randrange(3288))
    discharge = surgery + dt.timedelta(days=chooser.choice([0, 1, 3, 5, 13, 14, 15, 60]))
    issued = discharge + dt.timedelta(days=chooser.choice([0, 0, 0, 7, 200]))
    days = sorted(chooser.choices([0, 1, 2, 9, 10, 30, 90, 91, 180, 400], k=chooser.randint(0, 8)))
    visits = [
        visit_data(discharge + dt.timedelta(days=day), dt.time(8 + number), words(chooser, 120))
        for number, day in enumerate(days)
    ]
    case = make_case(
        patient={
            "name": words(chooser, 200),
            "record_number": words(chooser, 40),
            "carer": words(chooser, 200) if chooser.random() < 0.3 else "",
            "interpreter": chooser.random() < 0.3,
        },
        operation={
            "date": surgery,
            "side": chooser.choice(["left", "right", "left", "right", "both"]),
            "kind": chooser.choice(["first", "first", "first", "repeat"]),
        },
        discharge_date=discharge,
        visits=visits,
        note=words(chooser, 300) if chooser.random() < 0.5 else "",
    )
    return case, issued


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_nothing_is_clipped_or_overlaps(chunk: int) -> None:
    chooser = random.Random(f"layout {chunk}")
    clinics = [make_clinic(), make_clinic(blocks=False), make_clinic(handout={"locale": "en-US"})]
    for _ in range(CASES // CHUNKS):
        case, issued = random_case(chooser)
        theme, paper = chooser.choice(LOOKS)
        made = make_document(
            case,
            chooser.choice(clinics),
            issued=issued,
            theme=theme,
            paper=paper,
            approval=chooser.choice([None, APPROVAL]),
            record=chooser.random() < 0.1,
        )
        check(lay_out(made, load_theme(theme), paper, load_fonts(), memory()))
