"""What stands in a PDF file is read back as it was meant, by a reader that is not ours."""

from __future__ import annotations

import pikepdf
from hypothesis import example, given
from hypothesis import strategies as st

from mvd_handout.rendering.pdf import syntax


def read(data: bytes) -> pikepdf.Object:
    """Return the object that stands in PDF syntax."""
    return pikepdf.Object.parse(data)


@given(codes=st.binary(max_size=40))
@example(codes="čĨĩŜ".encode("utf-16-be"))  # their codes hold a carriage return, both brackets and a backslash
@example(codes=b"\r\n")
@example(codes=b"\\r")
@example(codes=b"\\101)")
def test_bytes_in_brackets_are_read_back(codes: bytes) -> None:
    assert bytes(read(syntax.string(codes))) == codes


@given(value=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40))
@example(value="(a) \\ b)")
def test_texts_are_read_back(value: str) -> None:
    assert str(read(syntax.text(value))) == value


def test_entries_need_no_space_before_what_begins_with_a_delimiter() -> None:
    entries = {
        "Type": syntax.name("Page"),
        "Count": b"3",
        "Kids": b"[4 5]",
        "Title": b"(a)",
        "Of": b"<</Empty true>>",
    }
    written = syntax.dictionary(entries)
    assert written == b"<</Type/Page/Count 3/Kids[4 5]/Title(a)/Of<</Empty true>>>>"
    assert read(written) == read(b"<< /Type /Page /Count 3 /Kids [4 5] /Title (a) /Of << /Empty true >> >>")
