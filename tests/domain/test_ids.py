"""Ids: the same inputs give the same id, any change another one, and none can be guessed back."""

from __future__ import annotations

import datetime as dt
import re

from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.domain.ids import canonical, document_id, patient_key, read_document_id
from tests.samples import KEY, make_case

BORN = dt.date(1958, 4, 17)


def test_a_patient_has_one_key_however_the_number_is_spaced() -> None:
    key = patient_key(KEY, "test 0001", BORN)
    assert key == patient_key(KEY, "TEST0001", BORN)
    assert re.fullmatch("[0-9a-f]{24}", key)
    assert key != patient_key(KEY, "TEST0002", BORN)
    assert key != patient_key(KEY, "TEST0001", dt.date(1958, 4, 18))
    assert key != patient_key(bytes(32), "TEST0001", BORN)


@given(st.lists(st.text(max_size=4), min_size=1, max_size=4), st.lists(st.text(max_size=4), min_size=1, max_size=4))
def test_different_parts_give_different_ids(one: list[str], other: list[str]) -> None:
    assert (document_id(KEY, *one) == document_id(KEY, *other)) == (one == other)


def test_a_document_id_has_no_letters_that_are_misread() -> None:
    ids = "".join(document_id(KEY, str(number)) for number in range(500))
    assert re.fullmatch("(?:[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})+", document_id(KEY, "a"))
    assert not set(ids) & set("ILOU")


@given(st.text(), st.data())
def test_an_id_is_read_however_it_is_typed(part: str, data: st.DataObject) -> None:
    made = document_id(KEY, part)
    slips = {"0": "0Oo", "1": "1IiLl", "-": "- \u2013"}
    typed = "".join(data.draw(st.sampled_from(slips.get(each, each + each.lower()))) for each in made)
    assert read_document_id(f" {typed}\n") == read_document_id(typed.replace("-", "")) == made


@given(st.text())
def test_what_is_read_as_an_id_has_the_form_of_one(text: str) -> None:
    found = read_document_id(text)
    assert found is None or re.fullmatch("(?:[0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", found)


def test_the_canonical_text_of_a_case_holds_every_field() -> None:
    text = canonical(make_case())
    for word in (
        "Alex Example",
        "TEST-0001",
        "1958-04-17",
        "2026-03-02",
        "left",
        "2026-03-16",
        "10:30:00",
        "Outpatients",
    ):
        assert word in text
