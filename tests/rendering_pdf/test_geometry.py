"""Everything stands inside the page and apart from everything else; approval moves nothing."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import combinations

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mvd_handout.content.theme import load_theme
from mvd_handout.domain.document import Box as Framed
from mvd_handout.domain.document import Document, Identifier, List, Paragraph, Section
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.pdf.assembly import Drawn, PlacedMark, draw
from mvd_handout.rendering.pdf.geometry import Paper
from mvd_handout.rendering.pdf.layout import Layout, lay_out
from mvd_handout.rendering.pdf.render import memory, render_pdf
from tests.rendering_pdf.samples import DAY, LONG_NAME, LONG_WORD, record_sheet, sample, say

LOOKS: list[tuple[str, Paper]] = [
    ("standard", "A4"),
    ("standard", "Letter"),
    ("large-print", "A4"),
    ("large-print", "Letter"),
]
SAMPLES: dict[str, Document] = {
    "ordinary": sample(),
    "eight visits, longest name": sample(name=LONG_NAME, visits=8, note="", draft=False),
    "no visits, endless words": sample(name=LONG_WORD, visits=0, note="W" * 300, logo=False),
    "record sheet": record_sheet(LONG_NAME),
}
Box = tuple[float, float, float, float]


def laid(document: Document, theme: str, paper: Paper) -> Layout:
    return lay_out(document, load_theme(theme), paper, load_fonts(), memory())


def ink(mark: PlacedMark) -> Box:
    """Return where a text's letters stand: less than the line that the font reserves for accents."""
    left, top, right, bottom = mark.box
    return left, top + 0.2 * (bottom - top), right, bottom - 0.08 * (bottom - top)


def overlap(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) - max(one[0], other[0]) > 0.1 and min(one[3], other[3]) - max(one[1], other[1]) > 0.1


def texts_and_pictures(page: Drawn) -> Iterator[tuple[str, Box]]:
    for mark in (*page.artifacts, *page.content):
        if mark.mark.text is not None:
            yield mark.mark.text, ink(mark)
        elif mark.piece is not None:
            yield "picture", mark.box


def check(layout: Layout) -> None:
    room = layout.geometry
    for number, page in enumerate(draw(layout), start=1):
        left = room.left(number)
        drawn = list(texts_and_pictures(page))
        for text, box in drawn:
            assert box[0] >= left - 0.01, text
            assert box[2] <= left + room.width + 0.01, text
            assert box[1] >= room.band_top - 0.01, text
            assert box[3] <= room.foot_bottom + 0.01, text
        for (text, box), (other_text, other) in combinations(drawn, 2):
            assert not overlap(box, other), (number, text, other_text)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize(("theme", "paper"), LOOKS)
def test_nothing_leaves_the_column_or_overlaps(name: str, theme: str, paper: Paper) -> None:
    check(laid(SAMPLES[name], theme, paper))


WORDS = st.text(st.sampled_from("aijWMł ŁễΩж-'"), min_size=1, max_size=200).map(lambda text: text.strip() or "x")


@settings(max_examples=25)
@given(name=WORDS, note=WORDS, visits=st.integers(0, 8), look=st.sampled_from(LOOKS), draft=st.booleans())
def test_nothing_overlaps_for_any_words(
    name: str, note: str, visits: int, look: tuple[str, Paper], draft: bool
) -> None:
    check(laid(sample(name=name, visits=visits, note=note, draft=draft), *look))


@pytest.mark.parametrize(("theme", "paper"), LOOKS)
def test_staple_corner_and_punch_margin_are_free(theme: str, paper: Paper) -> None:
    layout = laid(sample(), theme, paper)
    edge = load_theme(theme).page
    for number, page in enumerate(draw(layout), start=1):
        for mark in page.marks():
            left, top, right, _ = mark.box
            inside = left if number % 2 else layout.geometry.paper_width - right
            assert inside >= edge.margin_inner - 0.01
            assert inside >= edge.staple - 0.01 or top >= edge.staple


def places(document: Document) -> list[list[tuple[str, float, float]]]:
    layout = laid(document, "standard", "A4")
    notice = sample().furniture.draft
    return [
        [
            (each.mark.text, each.left + each.mark.x, each.top + each.mark.y)
            for each in (*page.artifacts, *page.content)
            if each.mark.text is not None and each.mark.text != notice
        ]
        for page in draw(layout)
    ]


def test_approval_moves_no_line() -> None:
    drafted, approved = places(sample(draft=True)), places(sample(draft=False))
    assert [sorted(page) for page in drafted] == [sorted(page) for page in approved]


def test_type_never_shrinks() -> None:
    sizes = set()
    for document in SAMPLES.values():
        for page in draw(laid(document, "standard", "A4")):
            for mark in page.content:
                if mark.mark.text is not None:
                    sizes.add(float(mark.mark.operators.split(b" Tf")[0].rsplit(b" ", 1)[1]))
    theme = load_theme("standard").type
    assert sizes <= {*vars_of(theme), theme.furniture + 1.5, theme.furniture + 3.0}


def vars_of(theme: object) -> set[float]:
    return {float(getattr(theme, name)) for name in theme.__slots__}  # type: ignore[attr-defined]


def test_lines_of_running_text_have_at_most_seventy_characters_or_little_more() -> None:
    prose = "This alone does not mean that the operation failed, and nobody can say today how long it will take. "
    document = sample(note=prose * 3)
    lengths: dict[tuple[int, float], int] = {}
    for number, page in enumerate(draw(laid(document, "standard", "A4"))):
        for mark in page.content:
            if mark.mark.text is not None:
                key = (number, mark.top + mark.mark.y)
                lengths[key] = lengths.get(key, 0) + len(mark.mark.text.rstrip())
    assert max(lengths.values()) <= 76


def test_a_long_strip_pushes_the_body_down_on_every_page() -> None:
    short, long = laid(sample(), "standard", "A4"), laid(sample(name=LONG_NAME), "standard", "A4")
    assert long.body_top(2) > short.body_top(2)
    identity = tuple(Identifier(f"Label {n}", "value " * 8, "") for n in range(6))
    check(laid(replace(sample(), identity=identity), "standard", "A4"))


def test_a_list_in_a_box_goes_on_over_the_page_below_the_words_that_lead_to_it() -> None:
    signs = tuple(say(f"sign {number}") for number in range(60))
    box = Framed(
        "alarm", (Paragraph(say("Call ", DAY, " the same day for:")), List(signs), Paragraph(say("Not sure?")))
    )
    document = replace(sample(), sections=(Section("help", (box,)),))
    layout = laid(document, "large-print", "A4")
    check(layout)
    first, *others = draw(layout)
    assert others
    assert sum(mark.mark.text == "Call " for mark in first.content) == 1
    for page in others:
        [again] = [mark for mark in page.artifacts if mark.mark.text == "Call "]
        [frame] = page.frames
        assert frame.box[1] < again.box[1] < min(mark.box[1] for mark in page.content)
        assert all(mark.mark.text != "Call " for mark in page.content)


@pytest.mark.parametrize(("theme", "paper"), [("standard", "A4"), ("large-print", "Letter")])
def test_another_program_sees_every_letter_inside_the_page_and_apart(theme: str, paper: Paper) -> None:
    pdf = pypdfium2.PdfDocument(render_pdf(sample(visits=8), load_theme(theme), paper))
    for page in pdf:
        width, height = page.get_size()
        letters = list(letter_boxes(page))
        assert letters
        for left, bottom, right, top in letters:
            assert 40 < left < right < width - 40
            assert 15 < bottom < top < height - 15
        letters.sort()
        for at, one in enumerate(letters):
            for other in letters[at + 1 : at + 60]:
                if other[0] > one[2]:
                    break
                assert covered(one, other) < 0.5


def letter_boxes(page: pypdfium2.PdfPage) -> Iterator[Box]:
    text = page.get_textpage()
    sides = [ctypes.c_double() for _ in range(4)]
    for index in range(text.count_chars()):
        if not chr(pdfium.FPDFText_GetUnicode(text, index)).isspace():
            assert pdfium.FPDFText_GetCharBox(text, index, *sides)
            left, right, bottom, top = (side.value for side in sides)
            if right > left and top > bottom:
                yield left, bottom, right, top


def covered(one: Box, other: Box) -> float:
    """Return how much of the smaller box the other covers."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return max(0.0, width) * max(0.0, height) / min(areas)
