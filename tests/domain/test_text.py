"""Typed text comes out exactly as cleaned, or is refused: never altered without a word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.domain.phone import read_phone
from mvd_handout.domain.text import RefusedError, clean_text, shape

REFUSED = {
    "line break": "Alex\nExample",
    "tab": "Alex\tExample",
    "NUL": "Alex\x00",
    "escape": "\x1b[31mAlex",
    "zero-width space": "Al\u200bex",
    "byte order mark": "\ufeffAlex",
    "soft hyphen": "Ex\u00adample",
    "right-to-left override": "\u202eelpmaxE",
    "isolate": "\u2067Alex",
    "private use": "\ue0001\ue001",
    "lone surrogate": "\ud800",
    "unassigned": "\u0378",
    "replacement character": "Jos\ufffd",
    "line separator": "Alex\u2028Example",
    "odd space": "Alex\u2003Example",
    "mark alone": "q\u0301x",
    "Hebrew": "דוד",
    "Arabic": "محمد",
    "empty": "",
    "blank": " \u00a0 ",
    "too long": "x" * 201,
}


@pytest.mark.parametrize("value", REFUSED.values(), ids=REFUSED.keys())
def test_unprintable_text_is_refused_with_a_reason_that_does_not_quote_it(value: str) -> None:
    with pytest.raises(RefusedError) as caught:
        clean_text(value)
    assert caught.value.found
    assert caught.value.wanted
    assert "lex" not in caught.value.found + caught.value.wanted


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  Alex   Example ", "Alex Example"),
        ("Jose\u0301 Nu\u0301n\u0303ez", "José Núñez"),
        ("Łukasz Nguyễn", "Łukasz Nguyễn"),
        ("Ίων Ελληνίδη", "Ίων Ελληνίδη"),
        ("<b>*Bob*</b> {{ name }} [x](y) & # 1.", "<b>*Bob*</b> {{ name }} [x](y) & # 1."),
    ],
)
def test_text_is_composed_trimmed_and_otherwise_exact(value: str, expected: str) -> None:
    assert clean_text(value) == expected


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing_and_keeps_every_letter(value: str) -> None:
    try:
        text = clean_text(value)
    except RefusedError:
        return
    assert clean_text(text) == text
    assert "".join(text.split()) == "".join(unicodedata.normalize("NFC", value).split())


@given(st.text(max_size=60))
def test_a_shape_never_shows_a_letter_or_digit(value: str) -> None:
    assert not {c for c in shape(value) if c.isalnum()} - {"x", "9"}


@pytest.mark.parametrize(
    ("text", "printed", "target"),
    [
        ("01632 960123", "01632\u00a0960123", "tel:01632960123"),
        ("+44 (0)1632 960123", "+44\u00a0(0)1632\u00a0960123", "tel:+441632960123"),
        ("(555) 555-0123 ext. 45", "(555)\u00a0555-0123\u00a0ext.\u00a045", "tel:5555550123;ext=45"),
        ("0044 (0)1632 960123", "0044\u00a0(0)1632\u00a0960123", "tel:00441632960123"),
        ("999", "999", "tel:999"),
    ],
)
def test_a_phone_is_printed_as_written_and_dialled_by_its_digits(text: str, printed: str, target: str) -> None:
    phone = read_phone(text)
    assert (phone.text, phone.target) == (printed, target)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "TBC",
        "none",
        "-",
        "0000 000000",
        "12",
        "01632 960123 or 960124",
        "960100/960101",
        "+" + "1" * 16,
        "١٢٣٤٥",
    ],
)
def test_what_cannot_be_dialled_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        read_phone(text)


def test_of_ascii_only_what_can_be_seen_and_the_space_pass() -> None:
    for number in range(128):
        text = f"a{chr(number)}b"
        if 32 <= number < 127:
            assert clean_text(text) == text
        else:
            with pytest.raises(RefusedError):
                clean_text(text)
