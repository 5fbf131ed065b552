"""The real handout in every shape it can take: tagged right, read in order, nothing clipped, the same bytes again.

Every PDF made here also goes to veraPDF at the end of the session (PDF/UA-1 and PDF/A-2a).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from msgspec import structs

from mvd_handout.content.approval import Approval
from mvd_handout.content.theme import load_theme
from mvd_handout.domain.case import Case
from mvd_handout.domain.document import Document, Logo
from mvd_handout.domain.errors import GlyphError
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.pdf.assembly import draw
from mvd_handout.rendering.pdf.furniture import slices_height
from mvd_handout.rendering.pdf.geometry import Paper
from mvd_handout.rendering.pdf.layout import lay_out
from mvd_handout.rendering.pdf.pagination import FOOT_GAP
from mvd_handout.rendering.pdf.render import memory
from mvd_handout.rendering.reading_order import reading_order
from mvd_handout.rendering.render import render
from tests.samples import APPROVAL, make_case, make_clinic, make_document, planned_case, visit_data
from tests.tools.structure import Element, read_structure, untagged_text

PdfSink = Callable[[str, bytes], object]

EIGHT = [
    visit_data(dt.date(2026, 3, 16) + dt.timedelta(days=20 * n), place=f"Outpatients, Level {n}") for n in range(8)
]
ONE_DAY = [visit_data(dt.date(2026, 3, 16), dt.time(9 + n)) for n in range(8)]
LONG_NAME = "Wilhelmina-Alexandra " * 9 + "Example"
LOGO = Logo(4, 2, bytes([11, 79, 108] * 8), "Example Hospital")

CASES: dict[str, Callable[[], Case]] = {
    "ordinary": make_case,
    "no visits": lambda: make_case(visits=[]),
    "eight visits": lambda: make_case(visits=EIGHT, note="Please bring your tablets. " * 11),
    "eight visits on one day": lambda: make_case(visits=ONE_DAY),
    "longest words": lambda: make_case(
        patient={"name": "X" * 200, "record_number": "W" * 40, "carer": LONG_NAME},
        note="M" * 300,
        visits=[visit_data(dt.date(2026, 3, 16), place="Q" * 120)],
    ),
    "other alphabets": lambda: make_case(patient={"name": "Łukasz Ελένη Дмитрий Nguyễn Þór", "carer": "Ğülşen Ĝ"}),
    "planned": planned_case,
    "carer and interpreter": lambda: make_case(patient={"carer": "Sam Example", "interpreter": True}),
    "under 18": lambda: make_case(patient={"birth_date": dt.date(2012, 1, 1)}),
    "both sides, repeat": lambda: make_case(operation={"side": "both", "kind": "repeat"}),
    "leap day": lambda: make_case(
        operation={"date": dt.date(2024, 2, 29)}, discharge_date=dt.date(2024, 3, 4), visits=[]
    ),
}
LOOKS: list[tuple[str, Paper]] = [("standard", "A4"), ("large-print", "Letter")]
CROSSED: list[tuple[str, Paper]] = [("standard", "Letter"), ("large-print", "A4")]
DIARY = "Your twitch diary"


def document(name: str, theme: str, paper: str) -> Document:
    case = CASES[name]()
    issued = case.discharge_date or dt.date(2026, 3, 5)
    return make_document(case, issued=issued, theme=theme, paper=paper)


def combinations() -> Iterator[tuple[str, str, str]]:
    for name in CASES:
        for theme, paper in LOOKS if name != "ordinary" else LOOKS + CROSSED:
            yield name, theme, paper


def words(text: str) -> list[str]:
    """Return the words of a text; a pointer to a page counts without its number."""
    text = re.sub(r"\bpage\s+\d+", "page", text)
    return re.sub(r"[^\w@.,:;&<>*%/+-]+", " ", text).split()


def letters(text: str) -> str:
    """Return the letters alone: numbers of pages and of list items are drawn, but are no part of the words."""
    return re.sub(r"[\W\d_]+", "", text)


def oracle(made: Document) -> str:
    """Return the words that a reader is given, as the text renderer orders them."""
    return " ".join(reading_order(made, refer=lambda _: "page"))


@pytest.mark.parametrize(("name", "theme", "paper"), list(combinations()))
def test_a_screen_reader_is_given_everything_once_and_in_order(
    name: str, theme: str, paper: str, pdf_sink: PdfSink, caplog: pytest.LogCaptureFixture
) -> None:
    made = document(name, theme, paper)
    with caplog.at_level(logging.DEBUG):
        pdf = render(made, "pdf", theme, paper)
    assert caplog.records == []
    pdf_sink(f"{name} {theme} {paper}", pdf)
    tree = read_structure(pdf)
    levels = [int(element.kind[1]) for element in tree.find("H1", "H2", "H3")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert all(figure.alt for figure in tree.find("Figure"))
    assert all(header.scope for header in tree.find("TH"))
    assert letters(spoken(tree)) == letters(oracle(made))


def spoken(tree: Element) -> str:
    """Return what is read aloud, in order: a picture is its alternative text and the links in it."""
    if tree.kind == "Figure":
        return " ".join([tree.alt, *(link.all_text for link in tree.find("Link"))])
    if any(child.find("Figure") for child in tree.children):
        return " ".join(spoken(child) for child in tree.children)
    return tree.all_text


def test_draft_and_identity_are_read_once_and_first() -> None:
    pdf = render(make_document(), "pdf")
    spoken = read_structure(pdf).all_text
    assert spoken.lstrip().startswith("DRAFT. Do not give to a patient.")
    assert spoken.count("DRAFT.") == 1
    assert spoken.count("TEST-0001") == 1
    assert spoken.index("TEST-0001") < 300
    first, *others = untagged_text(pdf)
    assert "TEST-0001" not in first
    assert others
    for furniture in others:
        assert "DRAFT. Do not give to a patient." in furniture
        assert "Alex Example" in furniture
        assert "LEFT side" in furniture


def test_approval_moves_no_line(pdf_sink: PdfSink) -> None:
    """The band's space is reserved: the same words stand at the same places without it."""
    draft = make_document()
    approved = structs.replace(
        draft,
        furniture=structs.replace(draft.furniture, draft=""),
        metadata=structs.replace(draft.metadata, draft=False),
    )
    one, other = render(draft, "pdf"), render(approved, "pdf")
    pdf_sink("approved, same words", other)
    assert [each for each in places(one) if "DRAFT" not in each[1]] == places(other)


def test_an_approved_copy_has_no_draft_word(pdf_sink: PdfSink) -> None:
    for theme, paper in LOOKS:
        pdf = render(make_document(theme=theme, paper=paper, approval=APPROVAL), "pdf", theme, paper)
        pdf_sink(f"approved {theme} {paper}", pdf)
        assert "DRAFT" not in read_structure(pdf).all_text
        assert "DRAFT" not in " ".join(untagged_text(pdf))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("approval", [None, APPROVAL])
def test_the_demo_case_takes_three_sheets_to_read_and_one_to_write_on(paper: str, approval: Approval | None) -> None:
    demo = make_case(
        note="Please bring your list of medicines to each visit.",
        patient={"carer": "Sam Example"},
        visits=[{**visit_data(dt.date(2026, 3, 16)), "place": "Neurosurgery Outpatients, Level 2"}],
    )
    for case in (make_case(), demo):
        pages = page_texts(render(make_document(case, paper=paper, approval=approval), "pdf", "standard", paper))
        diary = next(number for number, text in enumerate(pages, start=1) if "Your twitch diary" in text)
        assert diary % 2 == 1
        assert diary <= 7
        assert len(pages) - diary + 1 <= 2


def fillings(made: Document, theme: str, paper: Paper) -> list[float]:
    """Return what share of each page's body is filled."""
    layout = lay_out(made, load_theme(theme), paper, load_fonts(), memory())
    room = layout.geometry
    bottom = room.foot_bottom - slices_height(layout.foot) - FOOT_GAP
    found = []
    for number, page in enumerate(draw(layout), start=1):
        top = layout.body_top(number)
        boxes = [mark.box for mark in page.content if mark.box[1] >= top - 1]
        found.append((max((box[3] for box in boxes), default=top) - top) / (bottom - top))
    return found


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("theme", "paper"), LOOKS + CROSSED)
def test_no_page_in_the_middle_is_nearly_empty(name: str, theme: str, paper: Paper) -> None:
    """The last page before a sheet to write on may be, and so may the very last one."""
    made = document(name, theme, paper)
    pages = fillings(made, theme, paper)
    diary = next((n for n, text in enumerate(page_texts(render(made, "pdf", theme, paper))) if DIARY in text), None)
    reading = pages[:diary]
    while reading and reading[-1] == 0:
        reading.pop()
    assert min(reading[:-1]) > 0.33, reading
    assert min(pages[diary:-1], default=1.0) > 0.33 if diary else True


@pytest.mark.parametrize(("paper", "most"), [("A4", 13), ("Letter", 15)])
def test_large_print_stays_as_short_as_it_can(paper: Paper, most: int) -> None:
    made = make_document(theme="large-print", paper=paper, approval=APPROVAL)
    assert len(fillings(made, "large-print", paper)) <= most
    planned = make_document(planned_case(), theme="large-print", paper=paper, approval=APPROVAL)
    assert len(fillings(planned, "large-print", paper)) <= 10


def test_page_one_stands_alone() -> None:
    for paper in ("A4", "Letter"):
        first, second, *_ = page_texts(render(make_document(paper=paper), "pdf", "standard", paper))
        needs = ("Get help now", "999", "Your face may still twitch", "Monday 16 March 2026", "01632\u00a0960101")
        for needed in needs:
            assert needed in first.replace(" 960", "\u00a0960")
        assert second.index("Your recovery timeline") < 300


@pytest.mark.parametrize("theme", ["standard", "large-print"])
def test_the_record_sheet_is_one_page(theme: str, pdf_sink: PdfSink) -> None:
    made = make_document(record=True, theme=theme)
    pdf = render(made, "pdf", "standard", "A4")
    pdf_sink("record sheet", pdf)
    assert len(page_texts(pdf)) == 1


def test_pointers_name_the_page_on_which_the_part_begins() -> None:
    for theme, paper in LOOKS:
        pdf = render(make_document(theme=theme, paper=paper), "pdf", theme, paper)
        pages = page_texts(pdf)
        about = next(number for number, text in enumerate(pages, start=1) if "About this paper" in text)
        links = [link for link in read_structure(pdf).find("Link") if link.text.split() == ["page", str(about)]]
        assert links
        assert all(f"page {about}" in link.targets for link in links)


def test_every_phone_can_be_rung_from_the_file() -> None:
    targets = [
        target for link in read_structure(render(make_document(), "pdf")).find("Link") for target in link.targets
    ]
    assert {"tel:999", "tel:01632960100", "tel:01632960101", "tel:01632960110"} <= set(targets)


def test_a_logo_is_a_figure_with_words(pdf_sink: PdfSink) -> None:
    pdf = render(make_document(clinic=make_clinic(logo=LOGO)), "pdf")
    pdf_sink("logo", pdf)
    assert "Example Hospital" in [figure.alt for figure in read_structure(pdf).find("Figure")]


@pytest.mark.parametrize("name", ["李小龍", "दिव्या", "ประเสริฐ", "Alex 🙂"])
@pytest.mark.parametrize("kind", ["pdf", "html", "text"])
def test_a_name_that_no_font_can_print_is_refused_by_its_code_points(name: str, kind: str) -> None:
    made = make_document()
    strip = (structs.replace(made.identity[0], value=name), *made.identity[1:])
    with pytest.raises(GlyphError, match=r"patient\.name") as caught:
        render(structs.replace(made, identity=strip), kind)  # type: ignore[arg-type]
    assert "U+" in str(caught.value)
    assert name not in str(caught.value)


@pytest.mark.requires_poppler
def test_poppler_finds_the_words_unjoined() -> None:
    made = document("eight visits", "standard", "A4")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.pdf"
        path.write_bytes(render(made, "pdf"))
        text = subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True, text=True).stdout
    found = set(words(text))
    missing = [word for word in words(oracle(made)) if word not in found]
    # The alternative texts of pictures are spoken, not drawn.
    assert set(missing) <= set(
        words(" ".join(figure.alt for figure in read_structure(render(made, "pdf")).find("Figure")))
    )


@pytest.mark.requires_qpdf
def test_qpdf_finds_no_fault() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.pdf"
        path.write_bytes(render(document("longest words", "large-print", "A4"), "pdf", "large-print", "A4"))
        done = subprocess.run(["qpdf", "--check", str(path)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


SCRIPT = """
import datetime as dt, hashlib, json
from tests.samples import make_document
from mvd_handout.rendering.render import render
print(json.dumps([hashlib.sha256(render(make_document(theme=t, paper=p), f, t, p)).hexdigest()
                  for t, p in (("standard", "A4"), ("large-print", "Letter")) for f in ("pdf", "html", "text")]))
"""


def test_the_same_inputs_give_the_same_bytes_wherever_it_runs() -> None:
    here = [
        hashlib.sha256(render(make_document(theme=theme, paper=paper), kind, theme, paper)).hexdigest()
        for theme, paper in LOOKS
        for kind in ("pdf", "html", "text")
    ]
    for seed, zone, language in (("0", "UTC", "C"), ("4242", "Pacific/Auckland", "tr_TR.UTF-8")):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": language,
            "SOURCE_DATE_EPOCH": "1",
            "RL_trustedHosts": "*",
            "RL_invariant": "0",
            "RL_defaultGraphicsFontName": "Courier",
        }
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], check=True, capture_output=True, text=True, env=environment
        )
        assert json.loads(done.stdout) == here


def test_html_and_text_hold_the_same_words_as_the_paper() -> None:
    made = document("carer and interpreter", "standard", "A4")
    expected = set(re.findall(r"\w+", " ".join(reading_order(made))))
    assert expected <= set(re.findall(r"\w+", render(made, "text").decode()))
    assert expected <= set(re.findall(r"\w+", re.sub(r"<[^>]+>", " ", render(made, "html").decode())))


def page_texts(pdf: bytes) -> list[str]:
    """Return the text of each page as drawn, furniture included."""
    opened = pypdfium2.PdfDocument(pdf)
    try:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in opened]
    finally:
        opened.close()


def places(pdf: bytes) -> list[tuple[int, str, tuple[int, ...]]]:
    """Return every drawn piece of text with its page and rounded box."""
    found = []
    opened = pypdfium2.PdfDocument(pdf)
    try:
        for number, page in enumerate(opened):
            text = page.get_textpage()
            for index in range(text.count_rects()):
                box = text.get_rect(index)
                found.append((number, text.get_text_bounded(*box).strip(), tuple(round(side) for side in box)))
    finally:
        opened.close()
    return found


@pytest.mark.parametrize(("theme", "paper"), LOOKS)
def test_a_grey_printer_shows_the_draft_band_on_every_page(theme: str, paper: str) -> None:
    """White words on a dark band: in grey, the ink of the band and of its words are far apart on each page."""
    opened = pypdfium2.PdfDocument(render(make_document(theme=theme, paper=paper), "pdf", theme, paper))
    try:
        for page in opened:
            grey = page.render(scale=1.5, grayscale=True).to_pil().convert("L")
            left, right = int(grey.width * 0.14), int(grey.width * 0.5)
            rows = [sorted(grey.crop((left, y, right, y + 1)).tobytes()) for y in range(grey.height // 10)]
            band = [row for row in rows if row[len(row) // 2] < 128]
            assert len(band) > 12
            dark = sorted(row[len(row) // 2] for row in band)[len(band) // 2]
            light = max(row[-1] for row in band)
            assert ((light / 255) ** 2.2 + 0.05) / ((dark / 255) ** 2.2 + 0.05) > 4.5
    finally:
        opened.close()
