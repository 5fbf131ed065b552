"""Syllables against a list, the formulas against sums by hand, and what holds for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.content.checks import readability
from mvd_handout.content.checks.english import English, sentences, words
from mvd_handout.content.checks.readability import Counts, flesch_kincaid_grade, smog_grade
from mvd_handout.content.checks.rules import load_english

LIST = Path(__file__).with_name("syllables.txt").read_text(encoding="utf-8").splitlines()
KNOWN = [(word, int(line.split()[0])) for line in LIST if not line.startswith("#") for word in line.split()[1:]]


def test_syllables_are_those_of_the_dictionary() -> None:
    english = load_english()
    assert len(KNOWN) >= 150
    assert [(word, count, english.syllables(word)) for word, count in KNOWN if english.syllables(word) != count] == []


def test_every_exception_is_one() -> None:
    """A word that the rules count right does not belong in the list."""
    bare = English({})
    assert [word for word, count in load_english().exceptions.items() if bare.syllables(word) == count] == []


@pytest.mark.parametrize(
    ("figure", "count"),
    [("0", 2), ("7", 2), ("11", 3), ("20", 2), ("30", 2), ("100", 3), ("38", 3), ("2026", 5), ("1900", 4), ("2000", 3),
     ("1975", 6), ("105", 4), ("10.30am", 4), ("01632", 6), ("3", 1)],
)  # fmt: skip
def test_figures_are_counted_as_they_are_read_aloud(figure: str, count: int) -> None:
    assert load_english().syllables(figure) == count


def test_the_flesch_kincaid_grade_is_that_of_a_sum_by_hand() -> None:
    # 0.39 * 10 + 11.8 * 15 / 10 - 15.59 = 3.9 + 17.7 - 15.59
    assert flesch_kincaid_grade(Counts(1, 10, 15, 0)) == pytest.approx(6.01)
    # 0.39 * 20 + 11.8 * 26 / 20 - 15.59, over two sentences of twenty words
    assert flesch_kincaid_grade(Counts(2, 40, 52, 0)) == pytest.approx(7.55)
    assert flesch_kincaid_grade(Counts()) == 0


def test_the_smog_grade_is_that_of_a_sum_by_hand() -> None:
    # 1.0430 * 3 + 3.1291 with nine polysyllables in thirty sentences; three in ten are the same
    assert smog_grade(Counts(30, 300, 400, 9)) == pytest.approx(6.2581)
    assert smog_grade(Counts(10, 100, 130, 3)) == pytest.approx(6.2581)
    assert smog_grade(Counts(30, 300, 300, 0)) == pytest.approx(3.1291)
    assert smog_grade(Counts()) == 0


def test_a_text_is_counted_word_by_word() -> None:
    # The cat sat. | Your surgeon will check it again.
    counts = readability.count("The cat sat. Your surgeon will check it again.", load_english())
    assert counts == Counts(2, 9, 11, 0)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Call us. Ask for Kim.", ["Call us.", "Ask for Kim."]),
        ("It says “yes.” Then it ends.", ["It says “yes.", "Then it ends."]),
        ("At 10.30am we call. 2 of us come.", ["At 10.30am we call.", "2 of us come."]),
        ("Dr. no capital follows. so one", ["Dr. no capital follows. so one"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_capital_follows(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@given(st.text(max_size=200))
def test_any_text_is_counted_and_no_word_is_lost(text: str) -> None:
    counts = readability.count(text, load_english())
    assert counts.syllables >= counts.words >= counts.polysyllables >= 0
    assert counts.words == len(words(text))
    assert sum(len(words(each)) for each in sentences(text)) == len(words(text))


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz'’-0123456789", min_size=1, max_size=24))
def test_every_word_has_a_syllable_however_it_is_written(word: str) -> None:
    english = load_english()
    assert english.syllables(word) == english.syllables(word.upper()) >= 1


@given(st.integers(1, 500), st.integers(1, 50), st.integers(0, 500), st.integers(1, 50))
def test_longer_words_never_read_easier(words_: int, sentences_: int, poly: int, more: int) -> None:
    base = Counts(sentences_, words_ * sentences_, words_ * sentences_ + poly, poly)
    harder = Counts(base.sentences, base.words, base.syllables + more, base.polysyllables + more)
    assert flesch_kincaid_grade(harder) > flesch_kincaid_grade(base)
    assert smog_grade(harder) > smog_grade(base)


@given(st.integers(1, 500), st.integers(2, 50))
def test_longer_sentences_never_read_easier(words_: int, sentences_: int) -> None:
    counts = Counts(sentences_, words_ * sentences_, 2 * words_ * sentences_, 0)
    joined = Counts(1, counts.words, counts.syllables, 0)
    assert flesch_kincaid_grade(joined) > flesch_kincaid_grade(counts)
