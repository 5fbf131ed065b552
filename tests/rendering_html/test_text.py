"""The plain text: narrow, complete, and in the order of the paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from mvd_handout.domain.document import Document, Section, Table, Text
from mvd_handout.rendering.reading_order import reading_order
from mvd_handout.rendering.text import render_text

_RULE = re.compile(r"[=~_-]+")
_MARKER = re.compile(r"^(\d\.|-|\[ \]) ", re.MULTILINE)
# What the domain lets through: visible characters and single spaces.
VISIBLE = st.characters(codec="utf-8", exclude_categories=("C", "Z", "M"))
VALUES = st.lists(st.text(VISIBLE, min_size=1, max_size=60), min_size=1, max_size=8).map(" ".join)
QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _words(text: str) -> list[str]:
    """Return the words of `text` without underlines, list marks and the colon after a label."""
    return [word.removesuffix(":") for word in _MARKER.sub("", text).split() if not _RULE.fullmatch(word)]


def _one_table(document: Document, table: Table) -> Document:
    return structs.replace(document, sections=(Section("only", (table,)),))


def test_words_stand_in_reading_order(document: Document) -> None:
    # Wide enough for every table to stand in columns, where nothing is said twice.
    expected = [word.removesuffix(":") for word in reading_order(document)]
    foot = f"{document.furniture.version} {document.furniture.document_id}"
    assert _words(render_text(document, width=400)) == expected + foot.split()


def test_reading_order_starts_with_the_draft_notice_and_who_it_is_for(document: Document) -> None:
    words = " ".join(reading_order(document))
    assert words.startswith("DRAFT. Do not give to a patient. Name Rosalind Vane-Ørsted Record number 000-4471")


def test_reading_order_of_paper_names_pages(document: Document) -> None:
    words = " ".join(reading_order(document, refer=lambda reference: reference.text.format(page=7)))
    assert "Still twitching? See page 7." in words


@QUICK
@given(width=st.integers(20, 100), value=VALUES)
def test_no_line_is_wider_than_asked(
    document: Document, rewritten: Callable[[Any, Any], Any], width: int, value: str
) -> None:
    text = render_text(rewritten(document, lambda old: value), width)
    assert max(map(len, text.split("\n"))) <= width


@QUICK
@given(width=st.integers(20, 100), value=VALUES)
def test_a_value_comes_out_whole_at_any_width(document: Document, width: int, value: str) -> None:
    named = structs.replace(
        document,
        identity=tuple(structs.replace(entry, value=value) for entry in document.identity),
        sections=(Section("only", (Table(((Text("Who"),),), (((Text(value),),),)),)),),
    )
    # Only spaces may differ: a line breaks at them, and a word longer than the line is cut.
    assert "".join(render_text(named, width).split()).count("".join(value.split())) >= len(document.identity) + 1


def test_draft_notice_comes_first_and_the_id_last(document: Document) -> None:
    lines = render_text(document).strip().split("\n")
    assert lines[:3] == ["=" * 72, "DRAFT. Do not give to a patient.", "=" * 72]
    assert lines[-2:] == ["Version 1.0", "HFS-7Q2K-9M4D"]


def test_an_approved_copy_has_no_notice(document: Document) -> None:
    approved = structs.replace(document, furniture=structs.replace(document.furniture, draft=""))
    assert render_text(approved).startswith("Name: Rosalind Vane-Ørsted\n")


def test_a_wide_table_becomes_labelled_lines(document: Document) -> None:
    header = ((Text("What"),), (Text("When"),), (Text("What may happen"),))
    row = ((Text("Operation"),), (Text("Monday 2 March 2026"),), (Text("You had it, on the right side."),))
    text = render_text(_one_table(document, Table(header, (row,))), width=50)
    assert "What: Operation\n  When: Monday 2 March 2026\n  What may happen: You had it, on the right side.\n" in text


def test_a_label_that_asks_needs_no_colon(document: Document) -> None:
    table = Table(((Text("Ask"),), (Text("Clear?"),)), (((Text("Whom would you ring?"),), (Text("yes / no"),)),))
    assert "Ask: Whom would you\n  ring?\n  Clear? yes / no\n" in render_text(_one_table(document, table), width=20)


def test_empty_cells_are_lines_to_write_on(document: Document) -> None:
    table = Table(((Text("Week"),), (Text("Notes"),)), (((Text("1"),), ()),), rows_for_writing=True)
    assert "\n1     " + "_" * 34 + "\n" in render_text(_one_table(document, table), width=40)
    narrow = structs.replace(table, header=(*table.header, (Text("How often it twitched"),)))
    narrow = structs.replace(narrow, rows=(((Text("1"),), (), ()),))
    text = render_text(_one_table(document, narrow), width=24)
    assert "Week: 1\n  Notes: ________\n  How often it twitched:\n    ________\n" in text


def test_telephone_numbers_are_plain(document: Document) -> None:
    text = render_text(document)
    assert "By day: 01632 960 123." in text
    assert "\u00a0" not in text
    assert "tel:" not in text


def test_too_narrow_is_refused(document: Document) -> None:
    with pytest.raises(ValueError, match="too narrow"):
        render_text(document, width=19)
