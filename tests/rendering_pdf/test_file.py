"""What the file says about itself, how it prints, where its links and bookmarks lead, and that it is repeatable."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from mvd_handout.content.theme import load_theme
from mvd_handout.domain.document import Document
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.pdf.binding import bind
from mvd_handout.rendering.pdf.geometry import Paper
from mvd_handout.rendering.pdf.inspect import read_properties
from mvd_handout.rendering.pdf.layout import lay_out
from mvd_handout.rendering.pdf.render import render_pdf
from tests.rendering_pdf.samples import LONG_NAME, record_sheet, sample

STANDARD = load_theme("standard")


def opened(document: Document) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(render_pdf(document, STANDARD, "A4")))


def test_same_value_gives_same_bytes() -> None:
    assert render_pdf(sample(), STANDARD, "A4") == render_pdf(sample(), STANDARD, "A4")


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("theme", ["standard", "large-print"])
def test_kept_blocks_change_nothing(theme: str, paper: Paper) -> None:
    """A document that finds other patients' blocks in the cache is what it is without any cache."""
    for document in (sample(), sample(name=LONG_NAME, visits=8), sample(draft=False, visits=0, note="")):
        cached = render_pdf(document, load_theme(theme), paper)
        assert cached == bind(lay_out(document, load_theme(theme), paper, load_fonts()))


def test_hash_seed_changes_nothing() -> None:
    code = (
        "import hashlib; from mvd_handout.content.theme import load_theme;"
        "from mvd_handout.rendering.pdf.render import render_pdf; from tests.rendering_pdf.samples import sample;"
        "pdf = render_pdf(sample(name='Łukasz Νίκος Дмитрий'), load_theme('standard'), 'A4');"
        "print(hashlib.sha256(pdf).hexdigest())"
    )
    root = Path(__file__).resolve().parents[2]
    results = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(results) == 1


def test_another_patient_is_another_file() -> None:
    one, other = opened(sample()), opened(sample(name="Ann Other"))
    assert bytes(one.trailer.ID[0]) == bytes(other.trailer.ID[0])  # made from the document id alone
    assert bytes(one.trailer.ID[1]) != bytes(other.trailer.ID[1])


def test_title_language_and_ids_are_in_the_metadata() -> None:
    pdf = opened(sample())
    xmp = pdf.open_metadata()
    assert xmp["dc:title"] == "After your operation for face twitching"
    assert xmp["pdfuaid:part"] == "1"
    assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "A")
    packet = pdf.Root.Metadata.read_bytes().decode()
    for value in ("HFS-7Q2K-9M4D", "p-5f2a", "c0ffee", "<mvd:status>draft<", "2026-03-05"):
        assert value in packet
    assert "Rosalind" not in packet
    assert str(pdf.Root.Lang) == "en-GB"
    assert str(pdf.docinfo.Title) == "After your operation for face twitching"
    assert b"<mvd:status>approved<" in render_pdf(sample(draft=False), STANDARD, "A4")


@pytest.mark.parametrize("document", [sample(), sample(visits=8), record_sheet()])
def test_the_number_of_pages_can_be_read_without_a_library(document: Document) -> None:
    data = render_pdf(document, STANDARD, "A4")
    assert read_properties(data)["pages"] == str(len(pikepdf.open(io.BytesIO(data)).pages))


def test_it_prints_unscaled_on_both_sides_or_on_one() -> None:
    pdf = opened(sample())
    preferences = pdf.Root.ViewerPreferences
    assert (str(preferences.Duplex), str(preferences.PrintScaling)) == ("/DuplexFlipLongEdge", "/None")
    assert preferences.DisplayDocTitle
    single = opened(record_sheet())
    assert single.Root.ViewerPreferences.Duplex == "/Simplex"


def test_pages_are_of_the_paper_and_numbered() -> None:
    pdf = pikepdf.open(io.BytesIO(render_pdf(sample(), STANDARD, "Letter")))
    assert {tuple(map(float, page.MediaBox)) for page in pdf.pages} == {(0.0, 0.0, 612.0, 792.0)}
    assert [str(page.label) for page in pdf.pages] == [str(n) for n in range(1, len(pdf.pages) + 1)]


def test_bookmarks_follow_the_headings() -> None:
    with opened(sample()).open_outline() as outline:
        (top,) = outline.root
        assert top.title == "After your operation for face twitching"
        titles = [entry.title for entry in top.children]
    assert titles[:3] == ["Get help now", "From your nurse", "Your recovery timeline"]
    assert titles[-1] == "My questions"


def test_a_page_reference_names_the_page_and_leads_there() -> None:
    pdf = opened(sample())
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    links = [link for page in pdf.pages for link in page.get("/Annots", []) if link.A.S == "/GoTo"]
    assert len(links) == 4
    for link in links:
        assert str(link.Contents) == f"page {numbers[link.A.D[0].objgen]}"


def test_telephone_numbers_can_be_rung() -> None:
    pdf = opened(sample())
    uris = [str(link.A.URI) for link in all_links(pdf) if link.A.S == "/URI"]
    assert "tel:+441632960123" in uris
    assert "tel:5550199" in uris


def all_links(pdf: pikepdf.Pdf) -> list[Any]:
    return [link for page in pdf.pages for link in page.get("/Annots", [])]


def test_every_link_says_what_it_is_and_prints() -> None:
    pdf = opened(sample())
    for link in all_links(pdf):
        assert str(link.Contents).strip()
        assert int(link.F) & 4
        left, bottom, right, top = map(float, link.Rect)
        assert 0 < left < right < 596
        assert 0 < bottom < top < 842


def test_only_used_letters_of_the_fallback_are_embedded() -> None:
    plain, mixed = opened(sample()), opened(sample(name="Nguyễn Дмитрий"))
    assert set(plain.pages[0].Resources.Font.keys()) == {"/F0", "/F1"}
    assert set(mixed.pages[0].Resources.Font.keys()) == {"/F0", "/F1", "/F3"}
    program = mixed.pages[0].Resources.Font["/F3"].DescendantFonts[0].FontDescriptor.FontFile2
    assert int(program.Length1) < 10_000


def test_glyph_codes_are_code_points_whoever_the_patient_is() -> None:
    pdf = opened(sample(name="Zoë"))
    content = pdf.pages[0].Contents.read_bytes()
    assert b"(%b)" % "Get help now".encode("utf-16-be") in content
    assert b"(%b" % "Zoë".encode("utf-16-be") in content


@pytest.mark.requires_qpdf
def test_qpdf_finds_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(render_pdf(sample(), STANDARD, "A4"))
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
