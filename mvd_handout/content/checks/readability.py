"""Readability formulas, in school grades of the United States: own code, nothing is downloaded."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from mvd_handout.content.checks.english import English, sentences, words


@dataclass(frozen=True, slots=True)
class Counts:
    """What the formulas need. A polysyllable has three syllables or more."""

    sentences: int = 0
    words: int = 0
    syllables: int = 0
    polysyllables: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.sentences + other.sentences,
            self.words + other.words,
            self.syllables + other.syllables,
            self.polysyllables + other.polysyllables,
        )


def count(text: str, english: English) -> Counts:
    """Count the sentences of `text`; one without any word is none."""
    return total(count_sentence(each, english) for each in sentences(text))


def count_sentence(sentence: str, english: English) -> Counts:
    """Count one sentence, whatever marks stand in it."""
    lengths = [english.syllables(word) for word in words(sentence)]
    return Counts(1, len(lengths), sum(lengths), sum(length >= 3 for length in lengths)) if lengths else Counts()


def total(counts: Iterable[Counts]) -> Counts:
    """Return the sum of `counts`."""
    return sum(counts, Counts())


def flesch_kincaid_grade(counts: Counts) -> float:
    """Return the Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59.

    Source: J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom, "Derivation of New Readability Formulas
    (Automated Readability Index, Fog Count and Flesch Reading Ease Formula) for Navy Enlisted Personnel", Research
    Branch Report 8-75, Naval Air Station Memphis, 1975. Of no words the grade is 0.
    """
    if not counts.words:
        return 0.0
    return 0.39 * counts.words / counts.sentences + 11.8 * counts.syllables / counts.words - 15.59


def smog_grade(counts: Counts) -> float:
    """Return the SMOG grade: 1.0430 times the root of the polysyllables in 30 sentences, + 3.1291.

    Source: G. H. McLaughlin, "SMOG Grading: a New Readability Formula", Journal of Reading 12 (8), 1969, pages 639 to
    646: the regression line itself, not its rounded form. It was made for 30 sentences; fewer are scaled up to 30, and
    the less there are, the less it says. Of no words the grade is 0.
    """
    if not counts.words:
        return 0.0
    return 1.0430 * math.sqrt(counts.polysyllables * 30 / counts.sentences) + 3.1291
