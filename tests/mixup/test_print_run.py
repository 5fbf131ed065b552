"""The print run: the same pages as in the patients' own files, in roster order, each patient on sheets of their own."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from mvd_handout.delivery.batch.print_run import write_run
from mvd_handout.delivery.printing.run_seal import read_print_run
from mvd_handout.rendering.pdf.inspect import Seal
from mvd_handout.rendering.pdf.print_run import PrintRunOptions
from tests.mixup.batches import Batch, plan, recipe
from tests.samples import KEY
from tests.tools.print_runs import OwnPaper, check_print_run

Plant = Callable[[pikepdf.Pdf], None]


def own_papers(batch: Batch) -> list[OwnPaper]:
    return [
        OwnPaper(each, batch.paper(each), batch.path(each).read_bytes()) for each in batch.patients if not each.hold
    ]


def printed(batch: Batch, folder: Path, separators: bool, hand_out_list: bool) -> bytes:
    """Return the print run of a batch."""
    roster, planned = plan(batch.patients)
    options = PrintRunOptions(separators=separators, hand_out_list=hand_out_list)
    summary = write_run(folder / "run.pdf", planned.plan, roster, recipe(approved=True), options)
    pdf = (folder / "run.pdf").read_bytes()
    found = read_print_run(pdf, KEY)
    assert found is not None
    assert (found.papers, found.pages, found.seal) == (summary.patients, summary.pages, Seal.INTACT)
    assert [each.document_id for each in found.inside] == [own.paper for own in own_papers(batch)]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == summary.pages == 2 * summary.sheets
    return pdf


@pytest.mark.parametrize("separators", [False, True], ids=["", "separators"])
@pytest.mark.parametrize("hand_out_list", [False, True], ids=["", "list"])
def test_the_stack_is_the_patients_own_papers(
    separators: bool, hand_out_list: bool, small_batch: Batch, tmp_path: Path
) -> None:
    pdf = printed(small_batch, tmp_path, separators, hand_out_list)
    papers = own_papers(small_batch)
    assert check_print_run(pdf, papers, separators=separators, hand_out_list=hand_out_list) == []


@pytest.fixture(scope="module")
def run(small_batch: Batch, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return printed(small_batch, tmp_path_factory.mktemp("run"), separators=False, hand_out_list=True)


def two_pages_changed_places(pdf: pikepdf.Pdf) -> None:
    pages = [pdf.pages[-1], pdf.pages[-20]]
    pdf.pages[-1], pdf.pages[-20] = pages[1], pages[0]


def a_page_lost(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[-5]


def a_page_twice(pdf: pikepdf.Pdf) -> None:
    pdf.pages.insert(-5, pdf.pages[-5])


def the_first_patient_at_the_end(pdf: pikepdf.Pdf) -> None:
    first = list(pdf.pages)[2:10]
    del pdf.pages[2:10]
    pdf.pages.extend(first)


def the_list_lost(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[0:2]


def the_list_in_another_order(pdf: pikepdf.Pdf) -> None:
    pages = [pdf.pages[0], pdf.pages[1]]
    pdf.pages[0], pdf.pages[1] = pages[1], pages[0]


def a_record_number_on_the_list(pdf: pikepdf.Pdf) -> None:
    assert replaced(pdf.pages[0], "Rq100003", "Rq100006") == 1


def another_number_of_sheets_on_the_list(pdf: pikepdf.Pdf) -> None:
    assert replaced(pdf.pages[0], "8 ", "5 ") + replaced(pdf.pages[0], "8", "5") > 0


def replaced(page: pikepdf.Page, old: str, new: str) -> int:
    """Replace the beginning of strings of a page's contents; return how often it stood there."""
    was, becomes = (b"(%s" % text.encode("utf-16-be") for text in (old, new))
    found = 0
    contents = page.Contents
    for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
        data = stream.read_bytes()
        found += data.count(was)
        stream.write(data.replace(was, becomes))
    return found


def a_name_in_the_metadata(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "Zqnaaaaa"


def a_mark_on_a_page(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        page.contents_add(b"/Artifact BMC 0 g 100 100 30 30 re f EMC")


PLANTED = (
    two_pages_changed_places, a_page_lost, a_page_twice, the_first_patient_at_the_end, the_list_lost,
    the_list_in_another_order, a_record_number_on_the_list, another_number_of_sheets_on_the_list,
    a_name_in_the_metadata, a_mark_on_a_page,
)  # fmt: skip


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: str(plant.__name__))
def test_the_checker_finds(plant: Plant, run: bytes, small_batch: Batch) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(run)) as pdf:
        plant(pdf)
        pdf.save(out)
    assert check_print_run(out.getvalue(), own_papers(small_batch))
