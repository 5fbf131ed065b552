"""Hostile values: the block tree never changes, and the text comes out exactly or is refused."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from mvd_handout.domain import document as d
from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import InputError
from mvd_handout.domain.text import RefusedError, clean_text
from tests.composing.test_compose import inlines
from tests.samples import case_data, make_document

PIECES = (
    *("<b>", "</para>", "&amp;", "&", "*", "**", "__", "# ", "1. ", "- ", "| a | b |", "|", "`", "~~~"),
    *("```", "> ", "{{ patient.name }}", "{% if note %}", "{% endif %}", "{#", "}}", "[form]", "[C01]"),
    *("[x](javascript:alert(1))", "![x](/etc/hostname)", "<img src='file:///etc/hostname'>"),
    *("<a href='https://example.org'>", "<script>", "\\", "::: alarm", ":::", "+++", "---", "\n", "\r\n"),
    *("\n\n# STOP", "\t", "\x00", "\x1b[2J", "\u202e", "\u2066", "\u200b", "\ufeff", "\ue0000\ue001"),
    *("\ue0020\ue003", "\U000f0000", "\ud800", "\u0301", "e\u0301", "é", "Ł", "ñ", "O'Neill", "(", ")"),
    *("%", "%s", "{}", "{page}", "{0}", "=1+1", "@", "A" * 500, "x" * 190, " ", "\xa0", "$", "~"),
)
FIELDS = ["name", "record_number", "carer", "note", "place"]
CASES = 20_000


def hostile_data(values: dict[str, str]) -> dict[str, object]:
    data = case_data(
        patient={key: values[key] for key in ("name", "record_number", "carer")},
        note=values["note"],
        visits=[{"date": dt.date(2026, 3, 16), "time": dt.time(10, 30), "place": values["place"]}],
    )
    return data


def skeleton(value: object) -> object:
    """Return the tree without the words that came from outside."""
    if isinstance(value, d.Text | d.Link) and value.field:
        return type(value).__name__, value.field, value.strong
    if isinstance(value, d.Identifier):
        return value.label, value.field
    if isinstance(value, d.Metadata | d.Furniture):
        return None
    if isinstance(value, tuple):
        return tuple(skeleton(each) for each in value)
    if isinstance(value, d.Code):
        return value.symbology
    if isinstance(value, Struct):
        return type(value).__name__, tuple(skeleton(getattr(value, name)) for name in value.__struct_fields__)
    return value


PLAIN = {
    "name": "Alex Example",
    "record_number": "TEST-0001",
    "carer": "Sam Example",
    "note": "Hello.",
    "place": "Level 2",
}


@pytest.mark.parametrize("field", FIELDS)
def test_twenty_thousand_hostile_values_never_change_the_tree(field: str) -> None:
    """The tree is compared for each value that is accepted; a refusal names the field and not the value."""
    chooser = random.Random(f"{field} 20260302")
    expected = skeleton(make_document(Case.parse(hostile_data(PLAIN))))
    accepted, refused = 0, list[str]()
    cases = CASES // len(FIELDS)
    for _ in range(cases):
        value = "".join(chooser.choices(PIECES, k=chooser.randint(1, 4)))
        if not value.strip():
            continue  # a blank optional field is an absent one
        try:
            case = Case.parse(hostile_data({**PLAIN, field: value}))
        except InputError as error:
            refused.append(str(error))
            continue
        accepted += 1
        document = make_document(case)
        assert skeleton(document) == expected, repr(value)
        assert clean_text(value, limit=300) in texts(document)
    assert accepted > cases // 5
    assert len(refused) > cases // 5
    assert all(field in message for message in refused)


def texts(document: d.Document) -> set[str]:
    """Return every text of a document that a value could have become."""
    return {each.text for each in inlines(document)} | {each.value for each in document.identity}


@settings(max_examples=300)
@example({**PLAIN, "note": "\r"})
@given(st.fixed_dictionaries({field: st.text(min_size=1, max_size=40) for field in FIELDS}))
def test_any_text_comes_out_exactly_or_is_refused(values: dict[str, str]) -> None:
    try:
        document = make_document(Case.parse(hostile_data(values)))
    except InputError:
        return
    for value in filter(str.strip, values.values()):  # a note of nothing but blanks is none
        assert clean_text(value, limit=300) in texts(document)


@pytest.mark.parametrize("field", FIELDS)
def test_a_refusal_says_where(field: str) -> None:
    with pytest.raises(InputError, match=field):
        Case.parse(hostile_data({**PLAIN, field: "a\u202eb"}))
    with pytest.raises(RefusedError):
        clean_text("a\u202eb")
