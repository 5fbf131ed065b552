"""The checker itself: it finds every planted mix-up, each made as quietly as can be, and raises no false alarm."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pikepdf
import pytest
import zxingcpp

from tests.mixup.batches import Batch, shared
from tests.tools.canaries import Patient
from tests.tools.mixups import look_at_paper

Plant = Callable[[Batch, Patient, Patient], None]
PLANTED: list[Plant] = []


def planted(plant: Plant) -> Plant:
    """Note a function that spoils the batch: the first patient's paper gets something of the second."""
    PLANTED.append(plant)
    return plant


@contextmanager
def opened(batch: Batch, patient: Patient) -> Iterator[pikepdf.Pdf]:
    """Open a patient's paper, save it again in place, and make the manifest agree with it."""
    path = batch.path(patient)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        yield pdf
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    batch.agree()


def replace_in(page: pikepdf.Page, old: str, new: str) -> int:
    """Replace words in a page's content; return how often they stood there."""
    data = page.Contents.read_bytes()
    was, becomes = (text.encode("utf-16-be") for text in (old, new))
    page.Contents.write(data.replace(was, becomes))
    return data.count(was)


def replace(batch: Batch, patient: Patient, old: str, new: str, pages: slice = slice(None)) -> None:
    """Replace words on some pages of a patient's paper; they must be there."""
    with opened(batch, patient) as pdf:
        assert sum(replace_in(page, old, new) for page in pdf.pages[pages]), f"{old!r} is not there to replace"


def draw(pdf: pikepdf.Pdf, page: pikepdf.Page, words: str, before: str = "") -> None:
    """Write words onto a page with a font that it has."""
    digits = words.encode("utf-16-be").hex()
    page.contents_add(f"/Artifact BMC BT {before} /F0 9 Tf <{digits}> Tj ET EMC".encode("ascii"))


@planted
def files_swapped(batch: Batch, one: Patient, other: Patient) -> None:
    first, second = batch.path(one), batch.path(other)
    data = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(data)
    batch.agree()


@planted
def index_lines_swapped(batch: Batch, one: Patient, other: Patient) -> None:
    path = batch.folder / "index.csv"
    text = path.read_text(encoding="utf-8")
    swapped = text.replace(f"{one.record_number},", "@,").replace(f"{other.record_number},", f"{one.record_number},")
    path.write_text(swapped.replace("@,", f"{other.record_number},"), encoding="utf-8")


@planted
def rows_swapped_in_the_manifest(batch: Batch, one: Patient, other: Patient) -> None:
    rows = {batch.row(one): batch.row(other), batch.row(other): batch.row(one)}
    batch.store([{**entry, "row": rows.get(int(str(entry["row"])), entry["row"])} for entry in batch.entries()])


@planted
def a_line_of_the_manifest_lacking(batch: Batch, one: Patient, other: Patient) -> None:
    batch.store([entry for entry in batch.entries() if entry["row"] != batch.row(one)])


@planted
def a_page_of_another_at_the_end(batch: Batch, one: Patient, other: Patient) -> None:
    with pikepdf.open(batch.path(other)) as theirs, opened(batch, one) as pdf:
        pdf.pages.append(theirs.pages[-1])


@planted
def a_page_of_another_in_the_middle(batch: Batch, one: Patient, other: Patient) -> None:
    with pikepdf.open(batch.path(other)) as theirs, opened(batch, one) as pdf:
        pdf.pages[5] = theirs.pages[5]


@planted
def a_page_dropped(batch: Batch, one: Patient, other: Patient) -> None:
    with opened(batch, one) as pdf:
        del pdf.pages[2]


@planted
def a_stale_name_on_page_3(batch: Batch, one: Patient, other: Patient) -> None:
    replace(batch, one, one.name.split()[0], other.name.split()[0], slice(2, 3))


@planted
def a_stale_birthday_on_one_page(batch: Batch, one: Patient, other: Patient) -> None:
    replace(batch, one, written(one), written(other), slice(3, 4))


@planted
def the_parts_of_the_name_swapped(batch: Batch, one: Patient, other: Patient) -> None:
    # The same words are there, so only the order tells; what the name was is seen from a page without one of them.
    replace(batch, one, one.name.split()[1], one.name.split()[0], slice(1, 2))


@planted
def a_record_number_cut_short(batch: Batch, one: Patient, other: Patient) -> None:
    replace(batch, one, one.record_number, one.record_number[:-1] + " ", slice(4, 5))


@planted
def a_record_number_that_begins_alike(batch: Batch, one: Patient, other: Patient) -> None:
    replace(batch, one, one.record_number, one.record_number + "0")


@planted
def another_paper_id_in_the_foot(batch: Batch, one: Patient, other: Patient) -> None:
    replace(batch, one, batch.paper(one), batch.paper(other), slice(6, 7))


@planted
def the_place_of_anothers_visit(batch: Batch, one: Patient, other: Patient) -> None:
    replace(batch, one, one.visits[0].place.split()[-1], other.visits[0].place.split()[-1], slice(2, 3))


@planted
def the_time_of_anothers_visit(batch: Batch, one: Patient, other: Patient) -> None:
    replace(batch, one, f"{one.visits[0].time:%M}am", f"{other.visits[0].time:%M}am")


@planted
def the_number_of_anothers_visit(batch: Batch, one: Patient, other: Patient) -> None:
    replace(batch, one, one.visits[0].phone[-3:], other.visits[0].phone[-3:])


@planted
def the_other_side_of_the_face(batch: Batch, one: Patient, other: Patient) -> None:
    replace(batch, one, f"{one.side.upper()} side", f"{other.side.upper()} side", slice(0, 1))


@planted
def another_surgeon(batch: Batch, one: Patient, other: Patient) -> None:
    replace(batch, one, one.surgeon.split()[-1], other.surgeon.split()[-1])


@planted
def a_week_of_anothers_diary(batch: Batch, one: Patient, other: Patient) -> None:
    with opened(batch, one) as pdf:
        draw(pdf, pdf.pages[-1], "7 October 2026")


@planted
def the_note_lost(batch: Batch, one: Patient, other: Patient) -> None:
    replace(batch, one, one.note.split()[3], "personal")


@planted
def a_note_carried_over(batch: Batch, one: Patient, other: Patient) -> None:
    with opened(batch, other) as pdf:
        draw(pdf, pdf.pages[3], one.note, "1 0 0 1 90 90 Tm")


@planted
def the_carer_of_another(batch: Batch, one: Patient, other: Patient) -> None:
    replace(batch, one, one.carer.split()[-1], other.name.split()[-1])


@planted
def anothers_alternative_text(batch: Batch, one: Patient, other: Patient) -> None:
    with opened(batch, one) as pdf:
        figure = next(each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each)
        figure.Alt = pikepdf.String(f"Chart for {other.name}")


@planted
def anothers_actual_text(batch: Batch, one: Patient, other: Patient) -> None:
    digits = other.name.encode("utf-16-be").hex()
    with opened(batch, one) as pdf:
        pdf.pages[0].contents_add(f"/Span <</ActualText <feff{digits}>>> BDC EMC".encode("ascii"))


@planted
def anothers_link(batch: Batch, one: Patient, other: Patient) -> None:
    with opened(batch, one) as pdf:
        link = next(note for page in pdf.pages for note in page.get("/Annots", []) if "/A" in note)
        link.A.URI = pikepdf.String(f"tel:{other.visits[0].phone.replace(' ', '')}")


@planted
def anothers_address_in_a_link(batch: Batch, one: Patient, other: Patient) -> None:
    with opened(batch, one) as pdf:
        link = next(note for page in pdf.pages for note in page.get("/Annots", []) if "/A" in note)
        link.A.URI = pikepdf.String(f"mailto:{other.email}")


@planted
def its_own_address_where_none_belongs(batch: Batch, one: Patient, other: Patient) -> None:
    with opened(batch, one) as pdf:
        draw(pdf, pdf.pages[0], one.email)


@planted
def anothers_bookmark(batch: Batch, one: Patient, other: Patient) -> None:
    with opened(batch, one) as pdf:
        pdf.Root.Outlines.First.Title = pikepdf.String(f"Handout of {other.name}")


@planted
def anothers_title_in_the_metadata(batch: Batch, one: Patient, other: Patient) -> None:
    with opened(batch, one) as pdf:
        pdf.docinfo["/Title"] = f"Handout of {other.name}"


@planted
def anothers_key_in_the_xmp(batch: Batch, one: Patient, other: Patient) -> None:
    in_place(batch, one, one.key, other.key)


@planted
def anothers_paper_id_in_the_xmp(batch: Batch, one: Patient, other: Patient) -> None:
    in_place(batch, one, batch.paper(one), batch.paper(other))


@planted
def anothers_file_attached(batch: Batch, one: Patient, other: Patient) -> None:
    with opened(batch, one) as pdf:
        pdf.attachments["notes.txt"] = f"{other.name}\n".encode()


@planted
def hidden_text_outside_the_page(batch: Batch, one: Patient, other: Patient) -> None:
    with opened(batch, one) as pdf:
        draw(pdf, pdf.pages[2], other.name, "1 0 0 1 -900 -900 Tm")


@planted
def text_that_cannot_be_seen(batch: Batch, one: Patient, other: Patient) -> None:
    with opened(batch, one) as pdf:
        draw(pdf, pdf.pages[2], other.name, "3 Tr 1 0 0 1 90 90 Tm")


@planted
def a_comment_in_the_content(batch: Batch, one: Patient, other: Patient) -> None:
    with opened(batch, one) as pdf:
        pdf.pages[0].contents_add(f"% {other.name}\n".encode("ascii"))


@planted
def words_behind_the_end_of_the_file(batch: Batch, one: Patient, other: Patient) -> None:
    path = batch.path(one)
    path.write_bytes(path.read_bytes() + f"% {other.record_number}\n".encode("ascii"))
    batch.agree()


@planted
def one_paper_under_two_ids(batch: Batch, one: Patient, other: Patient) -> None:
    batch.path(other).write_bytes(batch.path(one).read_bytes())
    batch.agree()


@planted
def a_file_lacking(batch: Batch, one: Patient, other: Patient) -> None:
    batch.path(one).unlink()


@planted
def a_file_too_many(batch: Batch, one: Patient, other: Patient) -> None:
    (batch.folder / "0000-0000-0000.pdf").write_bytes(batch.path(one).read_bytes())


@planted
def a_file_cut_short(batch: Batch, one: Patient, other: Patient) -> None:
    path = batch.path(one)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    batch.agree()


@planted
def an_empty_file(batch: Batch, one: Patient, other: Patient) -> None:
    batch.path(one).write_bytes(b"")
    batch.agree()


@planted
def a_paper_for_somebody_on_hold(batch: Batch, one: Patient, other: Patient) -> None:
    held = next(patient for patient in batch.patients if patient.hold)
    entry = next(batch.entries())
    batch.store([*batch.entries(), {**entry, "row": batch.row(held), "document_id": "0000-0000-0000"}])
    with (batch.folder / "index.csv").open("a", encoding="utf-8") as index:
        csv.writer(index, lineterminator="\n").writerow(["0000-0000-0000", held.record_number, batch.row(held)])


@planted
def a_name_in_the_manifest(batch: Batch, one: Patient, other: Patient) -> None:
    batch.store([{**entry, "patient_key": one.name.split()[0]} for entry in batch.entries()])


@planted
def a_name_in_a_file_name(batch: Batch, one: Patient, other: Patient) -> None:
    (batch.folder / f"{one.name}.txt").touch()


def written(patient: Patient) -> str:
    """Return the birthday as the strip says it."""
    return f"{patient.birth_date.day} {patient.birth_date:%B %Y}"


def in_place(batch: Batch, patient: Patient, old: str, new: str) -> None:
    """Replace bytes of a file by as many others."""
    path = batch.path(patient)
    data = path.read_bytes()
    assert data.count(old.encode("ascii")) == 1
    path.write_bytes(data.replace(old.encode("ascii"), new.encode("ascii")))
    batch.agree()


def pair(batch: Batch) -> tuple[Patient, Patient]:
    """Return somebody with a value of every kind, and somebody with whom nothing is in common."""
    one = next(
        each for each in batch.patients if not each.hold and each.note and each.carer and len(each.visits) == 2
        and each.visits[0].time.hour < 12
    )  # fmt: skip
    other = next(
        each for each in batch.patients if not each.hold and each.visits and each.surgeon != one.surgeon
        and each.side != one.side and each.birth_date != one.birth_date and each.operation != one.operation
        and not set(each.name.split()) & set(one.name.split()) and each.visits[0].place != one.visits[0].place
        and not each.note
    )  # fmt: skip
    return one, other


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: str(plant.__name__))
def test_the_checker_finds(plant: Plant, copied: Batch) -> None:
    one, other = pair(copied)
    plant(copied, one, other)
    assert copied.check()


def test_it_finds_nothing_where_nothing_is(small_batch: Batch) -> None:
    assert small_batch.check(look_at=3) == []


def test_it_finds_nothing_in_files_that_another_program_wrote_again(copied: Batch) -> None:
    for patient in copied.patients:
        if not patient.hold:
            with opened(copied, patient):
                pass
    assert copied.check() == []


def test_it_reads_the_codes_in_the_pictures_of_the_pages(copied: Batch) -> None:
    one, other = pair(copied)
    with opened(copied, one) as pdf:
        draw_code(pdf.pages[6], f"tel:{other.visits[0].phone.replace(' ', '')}")
    assert copied.check() == []  # there is no such string anywhere in the file
    found = look_at_paper(copied.path(one).read_bytes(), one, copied.paper(one), shared())
    assert found == [f"code: phone {other.visits[0].phone.replace(' ', '')}"]


def draw_code(page: pikepdf.Page, words: str) -> None:
    """Draw a QR code onto a page, on a white ground: rectangles, no text."""
    code = zxingcpp.create_barcode(words, zxingcpp.BarcodeFormat.QRCode)
    picture = code.to_image(scale=1, add_quiet_zones=False)
    size, module = picture.shape[0], 3
    places = [divmod(at, size) for at, grey in enumerate(bytes(memoryview(picture))) if not grey]  # type: ignore[arg-type]
    dark = " ".join(f"{x * module} {-y * module} {module} {module} re" for y, x in places)
    ground = f"1 g -12 {-size * module - 9} {size * module + 24} {size * module + 24} re f"
    page.contents_add(f"/Artifact BMC q 1 0 0 1 200 400 cm {ground} 0 g {dark} f Q EMC".encode("ascii"))
