"""What a copy says of itself on paper, on screen and as text: which one to throw away, and what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from html.parser import HTMLParser

import pypdfium2
import pytest
from msgspec.structs import replace

from mvd_handout.composing.compose import compose
from mvd_handout.composing.reissue import PARTS, Reissue
from mvd_handout.rendering.render import render
from tests.samples import APPROVAL, ISSUED, handout, make_case, make_clinic, make_document, planned_case, visit_data
from tests.tools.structure import read_structure

PdfSink = Callable[[str, bytes], object]

NOTICE = "Copy 2. Throw away the copy of 25 February 2026. Changed: your visits, phone numbers."
SECOND = Reissue(2, "7K3M-9QXA-2F4D", dt.date(2026, 2, 25), ("visits", "phones"))


class Words(HTMLParser):
    """Gathers the words of a page's body."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_all_formats_begin_with_the_notice(pdf_sink: PdfSink) -> None:
    document = make_document(approval=APPROVAL, reissue=SECOND)
    text = " ".join(render(document, "text", "standard", "A4").decode().split())
    parser = Words()
    parser.feed(render(document, "html", "standard", "A4").decode())
    page = " ".join("".join(parser.text).split())
    pdf = render(document, "pdf", "standard", "A4")
    pdf_sink("copy 2", pdf)
    reader = pypdfium2.PdfDocument(pdf)
    first = " ".join(reader[0].get_textpage().get_text_range().split())
    for words in (text, page, first):
        assert NOTICE in words
        assert words.index("face twitching") < words.index(NOTICE) < words.index("Get help now")
    feet = [reader[number].get_textpage().get_text_range() for number in range(len(reader))]
    assert all(f"Paper {document.metadata.document_id}, copy 2" in " ".join(foot.split()) for foot in feet)


def test_the_notice_is_tagged_as_a_box_of_its_own_with_the_question_who_it_is_for() -> None:
    pdf = render(make_document(approval=APPROVAL, reissue=SECOND), "pdf", "standard", "A4")
    boxes = [each for each in read_structure(pdf).walk() if each.all_text.startswith("Copy 2.")]
    assert [each.kind for each in boxes] == ["Div", "P"]
    assert all("Is this you, this side, this date? If not, call us." in each.all_text for each in boxes)


def test_two_copies_of_one_day_are_told_apart_by_their_number() -> None:
    same_day = replace(SECOND, issued=ISSUED)
    text = " ".join(
        render(make_document(approval=APPROVAL, reissue=same_day), "text", "standard", "A4").decode().split()
    )
    assert "Throw away paper 7K3M-9QXA-2F4D." in text


def test_a_first_copy_says_nothing_of_copies_and_keeps_its_number() -> None:
    document = make_document(approval=APPROVAL)
    assert document.metadata.document_id == make_document(approval=APPROVAL, reissue=None).metadata.document_id
    text = render(document, "text", "standard", "A4").decode()
    assert "copy 2" not in text.lower()
    assert "Throw away" not in text


def test_every_copy_has_a_number_of_its_own() -> None:
    copies = [None, SECOND, replace(SECOND, copy=3), replace(SECOND, replaces="0000-0000-0000"),
              replace(SECOND, issued=dt.date(2026, 2, 24)), replace(SECOND, changes=())]  # fmt: skip
    ids = {make_document(approval=APPROVAL, reissue=each).metadata.document_id for each in copies}
    assert len(ids) == len(copies)


@pytest.mark.parametrize("part", PARTS)
def test_every_part_that_can_change_is_printed_in_words(part: str) -> None:
    text = render(make_document(reissue=replace(SECOND, changes=(part,))), "text", "standard", "A4").decode()
    assert f"Changed: {handout().labels[f'reissue.changed.{part}']}." in " ".join(text.split())


def test_of_many_changes_the_most_important_are_named_and_page_1_stays_one_page() -> None:
    document = make_document(approval=APPROVAL, reissue=replace(SECOND, changes=PARTS))
    text = " ".join(render(document, "text", "standard", "A4").decode().split())
    assert "Changed: name or number, your operation, your visits, and more. Is this you" in text
    assert (
        "and more"
        not in render(make_document(reissue=replace(SECOND, changes=PARTS[:3])), "text", "standard", "A4").decode()
    )
    pages = [render(each, "pdf", "standard", "A4") for each in (make_document(approval=APPROVAL), document)]
    assert len({len(pypdfium2.PdfDocument(pdf)) for pdf in pages}) == 1


FAR = {**visit_data(dt.date(2026, 9, 30)), "place": "Neurosurgery Outpatients, Level 2, Main Building"}
NEXT: dict[str, dict[str, object]] = {
    "one line": {},
    "two lines": {"visits": [FAR]},
    "two lines, interpreter": {"visits": [FAR], "patient": {"interpreter": True}},
    "no visit": {"visits": [], "patient": {"interpreter": True}},
}


@pytest.mark.parametrize("paper_size", ["A4", "Letter"])
@pytest.mark.parametrize("coming", NEXT)
@pytest.mark.parametrize("changed", [(), ("visits",), ("visits", "phones"), PARTS[:3], PARTS])
def test_page_1_of_a_copy_holds_all_that_counts(
    paper_size: str, coming: str, changed: tuple[str, ...], pdf_sink: PdfSink
) -> None:
    reissue = replace(SECOND, copy=12, issued=dt.date(2026, 2, 28), changes=changed)
    document = make_document(make_case(**NEXT[coming]), approval=APPROVAL, reissue=reissue, paper=paper_size)
    pdf = render(document, "pdf", "standard", paper_size)
    if changed == PARTS:
        pdf_sink(f"copy {paper_size} {coming}", pdf)
    first, second, *_ = (" ".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(pdf))
    for words in ("Copy 12.", "Get help now", "999", "Your face may still twitch", "weekends and holidays"):
        assert words in first
    assert "Your recovery timeline" in second
    assert len(pypdfium2.PdfDocument(pdf)) == 8


@pytest.mark.parametrize(
    "case", [make_case(visits=[]), planned_case(), make_case(visits=[visit_data(dt.date(2026, 3, 9))])]
)
@pytest.mark.parametrize("theme", ["standard", "large-print"])
def test_copies_of_all_kinds_are_proper_pdfs(case: object, theme: str, pdf_sink: PdfSink) -> None:
    everything = replace(SECOND, copy=12, changes=PARTS)
    document = compose(
        case, make_clinic(), handout(), issued=ISSUED, theme=theme, paper="A4", approval=APPROVAL, reissue=everything  # type: ignore[arg-type]
    )  # fmt: skip
    pdf = render(document, "pdf", theme, "A4")
    pdf_sink(f"copy 12 {theme}", pdf)
    assert "Copy 12." in pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


@pytest.mark.parametrize("paper_size", ["A4", "Letter"])
def test_the_record_sheet_of_a_copy_stays_on_one_page(paper_size: str, pdf_sink: PdfSink) -> None:
    case = make_case(patient={"carer": "Sam Example", "interpreter": True})
    document = make_document(case, record=True, approval=APPROVAL, reissue=SECOND, paper=paper_size)
    pdf = render(document, "pdf", "standard", paper_size)
    pdf_sink(f"record of a copy {paper_size}", pdf)
    assert len(pypdfium2.PdfDocument(pdf)) == 1
    handed_out = make_document(case, approval=APPROVAL, reissue=SECOND, paper=paper_size)
    assert document.metadata.document_id == handed_out.metadata.document_id
