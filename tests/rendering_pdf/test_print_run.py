"""The print run: pages as in the patients' own files, whole sheets for each, and nothing about patients beside them."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from msgspec import structs

from mvd_handout.content.theme import load_theme
from mvd_handout.domain.document import Document, Identifier
from mvd_handout.domain.errors import ContentError, GlyphError, InputError
from mvd_handout.rendering.pdf.geometry import Paper
from mvd_handout.rendering.pdf.inside import Inside, listed, read_inside
from mvd_handout.rendering.pdf.print_run import PrintItem, PrintRunOptions, PrintRunSummary, write_print_run
from mvd_handout.rendering.pdf.render import render_pdf
from mvd_handout.rendering.pdf.streaming import WIDTH
from tests.rendering_pdf.samples import LONG_NAME, record_sheet, sample

BARE = PrintRunOptions(hand_out_list=False)


def patient(number: int, name: str, visits: int = 2) -> Document:
    """Return the sample paper of somebody else."""
    made = sample(name=name, visits=visits, draft=number % 2 == 0)
    identity = tuple(
        structs.replace(each, value=f"REC-{number:04}") if each.field == "patient.record_number" else each
        for each in made.identity
    )
    about = structs.replace(made.metadata, document_id=f"PAPR-{number:04}-TEST", patient_key=f"key{number}")
    return structs.replace(made, identity=identity, metadata=about)


NAMES = ("Ann Other", LONG_NAME, "Дмитрий Νίκος", "Zoë Other")
ITEMS = tuple(
    PrintItem(number + 2, patient(number, name, visits=number * 2), "large-print" if number == 3 else "standard", "A4")
    for number, name in enumerate(NAMES)
)


def written(items: tuple[PrintItem, ...], options: PrintRunOptions) -> tuple[bytes, PrintRunSummary]:
    out = io.BytesIO()
    summary = write_print_run(out, iter(items), options)
    return out.getvalue(), summary


def pictures(pdf: bytes) -> list[bytes]:
    return [bytes(page.render(scale=0.7).buffer) for page in pypdfium2.PdfDocument(pdf)]


def texts(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def own(item: PrintItem) -> bytes:
    return render_pdf(item.document, load_theme(item.theme), item.paper)


def test_pages_look_as_in_the_patients_own_files() -> None:
    pdf, summary = written(ITEMS, BARE)
    found = iter(pictures(pdf))
    for item in ITEMS:
        wanted = pictures(own(item))
        assert list(islice(found, len(wanted))) == wanted
        if len(wanted) % 2:
            assert set(next(found)) == {255}  # the empty back of the last sheet
    assert list(found) == []
    assert summary == PrintRunSummary(len(ITEMS), 2 * summary.sheets, summary.sheets)


def test_only_one_side_is_filled_where_only_one_is_printed() -> None:
    pdf, summary = written(ITEMS, structs.replace(BARE, duplex=False))
    assert len(pictures(pdf)) == summary.pages == summary.sheets == sum(len(pictures(own(item))) for item in ITEMS)
    assert pikepdf.open(io.BytesIO(pdf)).Root.ViewerPreferences.Duplex == "/Simplex"


def test_list_and_separators_say_whose_sheets_these_are() -> None:
    pdf, summary = written(ITEMS, PrintRunOptions(separators=True))
    alone, papers = written(ITEMS, BARE)
    found, bare = texts(pdf), texts(alone)
    front = summary.pages - papers.pages - 2 * len(ITEMS)
    assert front > 0
    assert front % 2 == 0
    listed = " ".join(" ".join(found[:front]).split())
    at = front
    for item in ITEMS:
        pages = len(pictures(own(item)))
        assert f"REC-{item.row - 2:04} 3 April 1958 {item.document.metadata.document_id} {-(-pages // 2)}" in listed
        assert item.document.metadata.document_id in found[at]
        assert f"REC-{item.row - 2:04}" in found[at]
        assert found[at + 1] == ""
        at += 2 + pages + pages % 2
    assert found[-papers.pages :][-1] == bare[-1]
    assert at == len(found)


def test_nothing_beside_the_pages_tells_who_they_are_for() -> None:
    pdf, _ = written(ITEMS, PrintRunOptions(separators=True))
    opened = pikepdf.open(io.BytesIO(pdf))
    beside = opened.Root.Metadata.read_bytes().decode() + str(opened.docinfo.Title)
    beside += "".join(str(page.label) for page in opened.pages)
    for word in ("Other", "Wilhelmina", "REC-", "key0", "1958", "Νίκος"):
        assert word not in beside
    assert "PAPR" not in beside.replace(opened.Root.Metadata.read_bytes().decode(), "")
    assert "/Outlines" not in opened.Root
    assert "/StructTreeRoot" not in opened.Root
    assert "pdfuaid" not in beside
    assert "pdfaid" not in beside
    assert "not tagged" in beside
    assert {f"Row {item.row}, page 1" for item in ITEMS} <= {str(page.label) for page in opened.pages}
    assert "Other" not in repr(ITEMS)


def test_its_metadata_list_the_papers_by_their_ids_in_the_order_of_the_pages() -> None:
    strange = structs.replace(ITEMS[1].document.metadata, handout='the "ward\'s" <own> & other')
    items = (*ITEMS, structs.replace(ITEMS[1], document=structs.replace(ITEMS[1].document, metadata=strange)))
    for options in (BARE, PrintRunOptions(separators=True)):
        pdf, _ = written(items, options)
        inside = read_inside(pdf)
        assert [(each.row, each.document_id) for each in inside] == [
            (item.row, item.document.metadata.document_id) for item in items
        ]
        assert [each.handout for each in inside] == [item.document.metadata.handout for item in items]
        assert {(each.language, each.issued) for each in inside} == {("en-GB", "2026-03-05")}
        with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as metadata:  # any XMP reader reads it
            (listed,) = (value for name, value in metadata.items() if name.endswith("papers"))
            assert [each.count("PAPR") for each in listed] == [len(ITEMS), 1]


def test_what_was_approved_stands_in_a_print_run_once_for_all_papers() -> None:
    keys = ["a1" * 12, "a1" * 12, "b2" * 12, "", "a1" * 12]
    papers = [Inside(row, f"PAPR-{row:04}-TEST", "own", "en-GB", "2026-03-05", key) for row, key in enumerate(keys, 2)]
    packet = listed(papers)
    assert list(read_inside(packet.encode())) == papers
    assert [packet.count(key) for key in ("a1" * 12, "b2" * 12)] == [1, 1]
    assert packet.count("PAPR") - packet.count("; en-GB") == 1  # the first two share an item
    longer = listed([*papers, structs.replace(papers[-1], row=1000)])
    assert len(longer) - len(packet) == len(", 1000 PAPR-0006-TEST")


def test_what_an_earlier_version_listed_is_read_without_what_was_approved() -> None:
    item = "<rdf:li>2 PAPR-0001-TEST, 3 PAPR-0002-TEST; en-GB 2026-03-05 hfs-recovery</rdf:li>"
    inside = read_inside(f"<mvd:papers><rdf:Seq>{item}</rdf:Seq></mvd:papers>".encode())
    assert [(each.row, each.handout, each.approved_key) for each in inside] == [
        (2, "hfs-recovery", ""),
        (3, "hfs-recovery", ""),
    ]


def test_a_paper_that_names_a_key_that_is_not_there_is_not_listed() -> None:
    packet = listed([Inside(2, "PAPR-0001-TEST", "own", "en-GB", "2026-03-05", "a1" * 12)])
    assert read_inside(packet.replace("2026-03-05 1 ", "2026-03-05 2 ").encode()) == ()


def test_other_files_list_no_papers() -> None:
    assert read_inside(own(ITEMS[0])) == ()
    assert read_inside(b"<mvd:papers><rdf:Seq><rdf:li>2 A en 2026-03-05 x</rdf:li>") == ()


@pytest.mark.requires_qpdf
def test_qpdf_finds_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "run.pdf"
    path.write_bytes(written(ITEMS, PrintRunOptions(separators=True))[0])
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_tree_of_pages_is_balanced_and_pages_are_shared() -> None:
    many = tuple(structs.replace(ITEMS[0], row=row) for row in range(2, 2 + 3 * WIDTH))
    pdf, summary = written(many, BARE)
    opened = pikepdf.open(io.BytesIO(pdf))
    assert len(opened.pages) == summary.pages > 10 * WIDTH
    assert all(len(node.Kids) <= WIDTH for node in nodes(opened.Root.Pages))
    assert len(pdf) < 60_000 + 3 * WIDTH * 4_000  # one patient's pages stand in the file once


def nodes(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    if "/Kids" in node:
        yield node
        for kid in node.Kids:
            yield from nodes(kid)


def test_the_same_items_give_the_same_bytes() -> None:
    assert written(ITEMS, PrintRunOptions()) == written(ITEMS, PrintRunOptions())


def test_items_are_read_one_by_one_and_written_at_once() -> None:
    """A run of any length needs little memory: each paper is in the file before the next is asked for."""
    out, sizes = io.BytesIO(), []

    def items() -> Iterator[PrintItem]:
        for item in ITEMS:
            sizes.append(out.tell())
            yield item

    write_print_run(out, items(), BARE)
    assert sizes == sorted(set(sizes))


def test_another_paper_size_no_paper_and_unknown_words_are_refused() -> None:
    letter: Paper = "Letter"
    with pytest.raises(InputError, match="row 3"):
        written((ITEMS[0], structs.replace(ITEMS[1], paper=letter)), BARE)
    with pytest.raises(InputError, match="no paper"):
        written((), BARE)
    with pytest.raises(ContentError, match="ward"):
        written(ITEMS, PrintRunOptions(language="tlh"))
    with pytest.raises(GlyphError):
        written((structs.replace(ITEMS[0], document=sample(name="中文")),), BARE)


def test_papers_without_a_record_number_are_listed_by_what_they_bear() -> None:
    document = structs.replace(
        ITEMS[0].document,
        identity=(
            Identifier("Name", "Ann Other", "patient.name"),
            Identifier("Date of birth", "1 May 1950", "patient.birth_date"),
        ),
    )
    pdf, _ = written((structs.replace(ITEMS[0], document=document),), PrintRunOptions(separators=True))
    assert "1 May 1950" in texts(pdf)[0]
    assert "Date of birth: 1 May 1950" in texts(pdf)[2]


def test_the_list_says_which_days_are_on_the_papers_and_which_rows_have_none() -> None:
    first, last = dt.date(2026, 12, 1), dt.date(2026, 12, 4)
    without = (("held", (7, 9)), ("left_out", (8,)), ("replaced", ()))
    pdf, _ = written(ITEMS, PrintRunOptions(issued=(last, first), without=without))
    listed = " ".join(" ".join(texts(pdf)[:2]).split())
    assert "Papers in this print run: 4. Date on them: 1 December 2026 to 4 December 2026." in listed
    assert "On hold: 7, 9 Left out because of faults: 8" in listed
    assert "Replaced" not in listed
    alone, _ = written(ITEMS, PrintRunOptions(issued=(first,)))
    listed = " ".join(" ".join(texts(alone)[:2]).split())
    assert "Date on them: 1 December 2026." in listed
    assert "No paper was printed" not in listed


def test_one_sided_papers_are_filled_up_to_sheets_of_their_own() -> None:
    item = PrintItem(2, record_sheet(), "standard", "A4")
    pdf, summary = written((item, structs.replace(item, row=3)), BARE)
    pages = len(pictures(own(item)))
    assert summary.pages == 2 * (pages + pages % 2)
    assert pictures(pdf)[pages + pages % 2] == pictures(own(item))[0]
