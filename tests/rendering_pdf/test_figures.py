"""Charts on paper: every part is drawn, wherever it stands."""

from __future__ import annotations

import zlib

from mvd_handout.content.theme import load_theme
from mvd_handout.domain.memory import NO_MEMORY
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.pdf.assembly import draw_run
from mvd_handout.rendering.pdf.deflate import LEVEL, stream
from mvd_handout.rendering.pdf.fragments import Look
from mvd_handout.rendering.pdf.pagination import Part, stack_tops
from mvd_handout.rendering.pdf.shapes import laid_picture
from tests.rendering_pdf.samples import chart


def test_all_parts_of_a_chart_on_one_page_are_drawn() -> None:
    laid = laid_picture(chart(2), 480, Look(load_theme("large-print"), load_fonts(), 500.0))
    assert len(laid.fragment.slices) > 1
    part = Part(0, stack_tops(laid.shape, 0.0))
    drawn = zlib.decompress(stream(draw_run((laid,), (part,), 0, 0.0, 842.0, LEVEL, NO_MEMORY)))
    for each in laid.fragment.slices:
        for layer in each.marks[0].layers:
            assert drawn.count(layer) >= sum(layer in other.marks[0].layers for other in laid.fragment.slices)
    assert drawn.count(b"BDC") == drawn.count(b"EMC") == 1
    assert drawn.count(b"q 1 0 0 1") >= len(laid.fragment.slices)
    assert drawn.split().count(b"q") == drawn.split().count(b"Q")
