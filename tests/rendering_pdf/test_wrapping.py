"""Words are broken into lines without losing, joining or overflowing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.domain.document import NEW_LINE, Inlines, Link, Text
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.wrapping import WrappedLine, wrap, wrap_all

FONTS = load_fonts()
LETTERS = st.text(st.sampled_from("abcijW mŁłễΩж -/\u00a0\u20135."), max_size=60)
INLINES = st.lists(
    st.one_of(
        st.builds(Text, LETTERS, st.booleans()),
        st.builds(Link, LETTERS, st.just("tel:+441632960000"), st.booleans()),
    ),
    max_size=5,
).map(tuple)


def text_of(lines: tuple[WrappedLine, ...]) -> str:
    return "".join(run.text for line in lines for run in line.runs)


def words(*texts: str, width: float) -> list[str]:
    content = tuple(Text(text) for text in texts)
    return ["".join(run.text for run in line.runs) for line in wrap(content, 10, width, FONTS)]


@given(content=INLINES, width=st.floats(20, 300), strong=st.booleans())
def test_lines_put_together_are_the_text(content: Inlines, width: float, strong: bool) -> None:
    lines = wrap(content, 12, width, FONTS, strong)
    assert text_of(lines) == "".join(inline.text for inline in content)


@given(content=INLINES, width=st.floats(20, 300), strong=st.booleans())
def test_no_line_is_wider_than_the_measure(content: Inlines, width: float, strong: bool) -> None:
    for line in wrap(content, 12, width, FONTS, strong):
        assert line.width <= width + 0.001
        last = line.runs[-1]
        end = last.x + FONTS.width(last.text.rstrip(" "), 12, last.strong)
        assert last.text.strip(" ") == "" or end == pytest.approx(line.width, abs=0.01)


@given(content=INLINES, width=st.floats(20, 300))
def test_runs_stand_in_order_without_overlap(content: Inlines, width: float) -> None:
    for line in wrap(content, 12, width, FONTS):
        at = 0.0
        for run in line.runs:
            assert run.x == pytest.approx(at, abs=0.01)
            at += FONTS.width(run.text, 12, run.strong)


def test_space_at_a_line_end_is_kept() -> None:
    assert words("one two", width=25) == ["one ", "two"]


def test_a_hyphen_is_broken_after_only_where_the_word_is_wider_than_the_line() -> None:
    assert words("on left-sided", width=50) == ["on ", "left-sided"]


def test_breaks_after_hyphen_and_slash_between_letters_only() -> None:
    assert words("left-sided and/or", width=30) == ["left-", "sided ", "and/or"]
    assert words("on 05-01-26", width=50) == ["on ", "05-01-26"]


def test_no_break_space_holds_words_together() -> None:
    assert words("page\u00a03 of", width=40) == ["page\u00a03 ", "of"]


def test_punctuation_of_the_next_inline_stays_with_its_word() -> None:
    assert words("go to ", "hospital", ".", width=46) == ["go to ", "hospital."]


def test_telephone_number_moves_to_the_next_line_whole() -> None:
    content = (Text("Please ring "), Link("01632 960 123", "tel:+441632960123"))
    lines = wrap(content, 10, 90, FONTS)
    assert ["".join(run.text for run in line.runs) for line in lines] == ["Please ring ", "01632 960 123"]


def test_telephone_number_wider_than_the_line_breaks_at_its_spaces() -> None:
    lines = wrap((Link("01632 960 123", "tel:+441632960123"),), 10, 45, FONTS)
    assert ["".join(run.text for run in line.runs) for line in lines] == ["01632 ", "960 123"]


def test_endless_name_is_broken_by_characters() -> None:
    lines = words("W" * 500, width=200)
    assert "".join(lines) == "W" * 500
    assert {len(line) for line in lines[:-1]} == {len(lines[0])}


def test_nothing_gives_no_lines() -> None:
    assert wrap((), 10, 100, FONTS) == ()
    assert wrap((Text(""),), 10, 100, FONTS) == ()


@given(parts=st.lists(INLINES, min_size=1, max_size=4), width=st.floats(20, 300))
def test_lines_begin_where_the_text_says_so(parts: list[Inlines], width: float) -> None:
    content = tuple(inline for part in parts for inline in (NEW_LINE, *part))[1:]
    made = wrap_all(content, 12, width, FONTS)
    assert text_of(made) == "".join(inline.text for part in parts for inline in part)
    assert all(run.strong == content[run.inline].strong for line in made for run in line.runs)
    assert all(run.text in content[run.inline].text for line in made for run in line.runs)
    assert len(made) == sum(len(wrap(part, 12, width, FONTS)) for part in parts)
