"""The structure tree: everything is read once, in order, and pictures, headers and links say what they are."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from mvd_handout.content.theme import load_theme
from mvd_handout.domain.document import Document, PageRef, Paragraph, Section, Text
from mvd_handout.rendering.pdf.geometry import Paper
from mvd_handout.rendering.pdf.render import render_pdf
from mvd_handout.rendering.reading_order import reading_order
from tests.rendering_pdf.samples import LONG_NAME, LONG_WORD, record_sheet, sample
from tests.tools.gathered_pdfs import PdfSink
from tests.tools.structure import Element, read_structure, untagged_text

SAMPLES: dict[str, Document] = {
    "ordinary": sample(),
    "eight visits, longest name, approved": sample(name=LONG_NAME, visits=8, note="", draft=False),
    "no visits, endless word": sample(name=LONG_WORD, visits=0, note="x" * 300, logo=False),
    "other letters": sample(name="Łukasz Νίκος Дмитрий Nguyễn"),
    "record sheet": record_sheet(),
}
LOOKS: list[tuple[str, Paper]] = [("standard", "A4"), ("large-print", "Letter")]


@pytest.fixture(params=[(name, *look) for name in SAMPLES for look in LOOKS], ids=lambda param: " ".join(param))
def rendered(request: pytest.FixtureRequest) -> tuple[Document, bytes]:
    name, theme, paper = request.param
    return SAMPLES[name], render_pdf(SAMPLES[name], load_theme(theme), paper)


def words(text: str) -> list[str]:
    """Return the words; those that name a page say # for its number."""
    return re.sub(r"\bpage \d+", "page #", text).split()


def spoken(tree: Element) -> str:
    """Return what a screen reader says of the content: pictures by their alternative text, no labels of lists."""
    if tree.kind == "Figure":
        return tree.alt + " "
    if tree.kind == "Lbl":
        return " "
    if tree.children and not tree.text:
        return " ".join(spoken(child) for child in tree.children)
    return tree.all_text + " "


def test_reading_order_is_that_of_the_document(
    rendered: tuple[Document, bytes], pdf_sink: Callable[[str, bytes], object]
) -> None:
    document, pdf = rendered
    pdf_sink("sample", pdf)
    assert words(spoken(read_structure(pdf))) == reading_order(document, refer=_page)


def _page(reference: PageRef) -> str:
    return reference.text.replace("{page}", "#")


def test_headings_are_in_order(rendered: tuple[Document, bytes]) -> None:
    levels = [int(heading.kind[1]) for heading in read_structure(rendered[1]).find("H1", "H2", "H3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_tables_have_headers_with_scope_and_full_rows(rendered: tuple[Document, bytes]) -> None:
    for table in read_structure(rendered[1]).find("Table"):
        head, *rows = table.find("TR")
        assert [cell.scope for cell in head.children] == ["Column"] * len(head.children)
        assert [child.kind for child in table.children] == ["THead", "TBody"]
        for row in rows:
            assert len(row.children) == len(head.children)
            assert row.children[0].scope == "Row"


def test_figures_have_words_and_a_place(rendered: tuple[Document, bytes]) -> None:
    figures = read_structure(rendered[1]).find("Figure")
    assert figures
    for figure in figures:
        assert figure.alt
        assert "BBox" in figure.attributes


def test_lists_have_labels_and_bodies(rendered: tuple[Document, bytes]) -> None:
    for item in read_structure(rendered[1]).find("LI"):
        assert [child.kind for child in item.children] == ["Lbl", "LBody"]


def test_links_own_their_words_and_annotations(rendered: tuple[Document, bytes]) -> None:
    for link in read_structure(rendered[1]).find("Link"):
        assert link.text.strip()
        assert link.targets


def test_notice_and_identity_are_read_once_and_are_artifacts_elsewhere() -> None:
    document = sample()
    pdf = render_pdf(document, load_theme("standard"), "A4")
    tree = read_structure(pdf)
    first, second = tree.children[0].children[:2]
    assert first.text.strip() == document.furniture.draft
    assert "000-4471" in second.text
    assert tree.all_text.count(document.furniture.draft) == 1
    assert tree.all_text.count("000-4471") == 1
    page_one, *others = untagged_text(pdf)
    assert "000-4471" not in page_one
    assert others
    for text in others:
        assert document.furniture.draft in text
        assert "000-4471" in text


def test_page_numbers_are_artifacts() -> None:
    texts = untagged_text(render_pdf(sample(), load_theme("standard"), "A4"))
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text


def test_a_page_that_only_fills_a_sheet_says_so(pdf_sink: PdfSink) -> None:
    page = (Paragraph((Text("Words."),)),)
    sections = (Section("first", page), Section("diary", page, "sheet"))
    words = "This page is left empty. Nothing is missing."
    document = replace(sample(), sections=sections, furniture=replace(sample().furniture, blank=words))
    for name in ("standard", "large-print"):
        pdf = render_pdf(document, load_theme(name), "A4")
        assert [words in text for text in untagged_text(pdf)] == [False, True, False]
        assert words not in read_structure(pdf).all_text
        pdf_sink(f"a page that only fills a sheet, {name}", pdf)


def test_repeated_header_rows_are_artifacts() -> None:
    pdf = render_pdf(sample(), load_theme("large-print"), "A4")
    header = "My face twitched (circle one)"
    assert " ".join(read_structure(pdf).all_text.split()).count(header) == 1
    assert sum(" ".join(text.split()).count(header) for text in untagged_text(pdf)) >= 1


def test_a_box_to_tick_reads_as_one() -> None:
    labels = read_structure(render_pdf(record_sheet(), load_theme("standard"), "A4")).find("Lbl")
    assert {label.actual for label in labels} == {"\u2610"}


@pytest.mark.requires_poppler
def test_pdftotext_finds_words_unjoined(rendered: tuple[Document, bytes], tmp_path: Path) -> None:
    document, pdf = rendered
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-enc", "UTF-8", path, "-"], capture_output=True, check=True).stdout.decode()
    found = set(words(text.replace("-\n", "-")))
    alternative = {word for figure in read_structure(pdf).find("Figure") for word in figure.alt.split()}
    for word in reading_order(document, refer=_page):
        assert word in found or word in alternative or len(word) > 40, word
