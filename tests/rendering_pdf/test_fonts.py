"""Which characters can be printed, and in which face."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.domain.errors import GlyphError
from mvd_handout.rendering.fonts import load_fonts

FONTS = load_fonts()
NAMES = [
    "Łukasz Żółć Dvořák Åse Þórður Ğülşen Șerban Ōtani",
    "Nguyễn Thị Hằng, Đặng Ơn Ưu",
    "Ελένη Παπαδοπούλου, Ἀθηνᾶ",
    "Дмитрий Ёлкин, Їжакевич, Ђорђе",
    "Ĝis Ŭ Ŋ ǧ ʻOkina",
    "“quotes” ‘single’ – — … • × € £ ½ ° 38 °C",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_in_latin_greek_and_cyrillic_can_be_printed(name: str) -> None:
    assert FONTS.missing(name) == ()
    assert "".join(run for _, run in FONTS.runs(name)) == name
    assert "".join(run for _, run in FONTS.runs(name, strong=True)) == name


@pytest.mark.parametrize(
    "text", ["李小龍", "שלום", "مرحبا", "हिन्दी", "ไทย", "🙂", "\t", "\u200b", "\ue000", "a\u0328b"]
)
def test_everything_else_is_missing(text: str) -> None:
    lacking = FONTS.missing(text)
    combining = "\u0328" in text  # Atkinson has the mark's glyph; the glyph check refuses it
    assert bool(lacking) is not combining


def test_each_missing_character_is_named_once_in_order() -> None:
    assert FONTS.missing("李a龍李") == ("李", "龍")


def test_a_word_is_set_in_one_face() -> None:
    assert FONTS.runs("Anna Nguyễn-Berg") == (("regular", "Anna "), ("other", "Nguyễn"), ("regular", "-Berg"))
    assert FONTS.runs("Ωμέγα", strong=True) == (("other-strong", "Ωμέγα"),)
    assert FONTS.runs("10 μm") == (("regular", "10 "), ("other", "μm"))


def test_both_weights_cover_the_same_characters() -> None:
    assert FONTS.face("regular").widths.keys() == FONTS.face("strong").widths.keys()
    assert FONTS.face("other").widths.keys() == FONTS.face("other-strong").widths.keys()


def test_width_of_a_character_that_no_face_has_is_an_error() -> None:
    with pytest.raises(GlyphError, match=r"U\+674E"):
        FONTS.width("李", 12)


@given(
    words=st.lists(st.text(st.sampled_from("abŁễΩж"), min_size=1, max_size=6), min_size=1, max_size=5),
    joint=st.sampled_from([" ", "-", "/", "\u00a0"]),
    strong=st.booleans(),
)
def test_widths_add_up_over_words(words: list[str], joint: str, strong: bool) -> None:
    whole = FONTS.width(joint.join(words), 14, strong)
    parts = sum(FONTS.width(word, 14, strong) for word in words) + (len(words) - 1) * FONTS.width(joint, 14, strong)
    assert whole == pytest.approx(parts)


def test_width_grows_with_the_size() -> None:
    assert FONTS.width("Hello", 28) == pytest.approx(2 * FONTS.width("Hello", 14))
    assert FONTS.width("", 14) == 0
    assert FONTS.ascent(10) + FONTS.descent(10) == pytest.approx(13.0)
