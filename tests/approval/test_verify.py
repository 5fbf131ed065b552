"""The seal: our PDFs say what they are, and one changed byte is seen by the clinic that made them."""

from __future__ import annotations

import functools
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mvd_handout.content.approval import Override
from mvd_handout.rendering.pdf.inspect import Seal, check_seal, read_properties, sealed
from mvd_handout.rendering.render import render
from tests.samples import APPROVAL, ISSUED, KEY, make_document
from tests.tools.gathered_pdfs import PdfSink

LEAVE = Override('Dr Kim <Madeup> & "Sons"', "Director", "The board is ill.", ISSUED, ISSUED.replace(month=4))


@functools.cache
def unsealed() -> bytes:
    return render(make_document(approval=replace(APPROVAL, override=LEAVE)), "pdf")


@functools.cache
def pdf() -> bytes:
    return sealed(unsealed(), KEY)


def test_the_seal_takes_the_room_that_was_kept_for_it(pdf_sink: PdfSink) -> None:
    assert len(pdf()) == len(unsealed())
    assert pdf() == sealed(pdf(), KEY) == sealed(unsealed(), KEY)
    assert check_seal(pdf(), KEY) is Seal.INTACT
    pdf_sink("sealed patient copy, overdue by leave", pdf())


def test_without_a_seal_or_with_another_key_nothing_is_judged() -> None:
    assert check_seal(unsealed(), KEY) is Seal.NONE
    assert check_seal(pdf(), b"\1" * 32) is Seal.OTHER_KEY


@given(st.integers(0, 10**7), st.integers(1, 255))
def test_one_changed_byte_breaks_the_seal(at: int, difference: int) -> None:
    data = bytearray(pdf())
    data[at % len(data)] ^= difference
    assert check_seal(bytes(data), KEY) is not Seal.INTACT


def test_no_part_can_be_cut_off_or_added() -> None:
    for changed in (pdf()[:-1], pdf() + b"\n", pdf() + pdf(), b"%PDF-1.7\n"):
        assert check_seal(changed, KEY) is Seal.BROKEN


def test_the_words_in_the_metadata_are_sealed_too() -> None:
    assert b"Dr Robin Fictional" in pdf()
    assert check_seal(pdf().replace(b"Dr Robin Fictional", b"Dr Robin Pretended"), KEY) is Seal.BROKEN


def test_a_file_says_what_it_is() -> None:
    found = read_properties(pdf())
    about = make_document(approval=replace(APPROVAL, override=LEAVE)).metadata
    assert found["documentId"] == about.document_id
    assert (found["handout"], found["handoutVersion"], found["language"]) == ("hfs-recovery", "1.0.0", "en-GB")
    assert (found["status"], found["approver"]) == ("approved", "Dr Robin Fictional, Clinical lead")
    assert (found["approvedOn"], found["reviewBy"], found["issued"]) == ("2026-01-10", "2027-01-10", "2026-03-05")
    assert found["approvedKey"] == about.approved_key != ""
    assert found["override"].startswith('Dr Kim <Madeup> & "Sons", Director, 2026-03-05 to 2026-04-05')


def test_every_property_of_ours_is_declared_as_pdf_a_wants_it() -> None:
    for name in (each.decode() for each in re.findall(rb"<mvd:(\w+)>", pdf())):
        assert f"<pdfaProperty:name>{name}</pdfaProperty:name>".encode() in pdf()


def test_a_draft_says_so_and_names_no_approver() -> None:
    found = read_properties(render(make_document(), "pdf"))
    assert found["status"] == "draft"
    assert found.keys() & {"approver", "approvedOn", "approvedKey", "reviewBy", "override"} == set()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"<html>", zlib.compress(b"x" * 1000)])
def test_other_files_are_not_ours(data: bytes) -> None:
    assert read_properties(data) == {}
    assert check_seal(data, KEY) is Seal.BROKEN


@given(st.binary(max_size=400))
def test_no_file_makes_it_fail(data: bytes) -> None:
    assert read_properties(b"%PDF-1.7\n<?xpacket begin=" + data + b"<?xpacket end=") == {}


def test_the_patient_is_not_in_what_is_read() -> None:
    assert not any("Example" in value and name != "publisher" for name, value in read_properties(pdf()).items())
