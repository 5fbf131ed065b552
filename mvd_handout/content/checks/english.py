"""English words as numbers: how many words, how many sentences, how many syllables.

Syllables are counted by rules of English spelling; what they get wrong stands in a list (`en.syllables.toml`). Figures
are counted as they are read aloud.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:['.:/-][^\W_]+)*")
_END: Final = re.compile(r"(?<=[.!?])[\"')\u201d]*\s+(?=[\"'(\u201c]*[A-Z0-9])")
_PARTS: Final = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)?")

_GROUPS: Final = re.compile("[aeiouy]+")
_SUFFIX: Final = re.compile(r"(.*[aeiouy].*)(?:ful|less|ly|ment|ness)$")
# A final e, -es and -ed that nobody speaks.
_SILENT: Final = (
    re.compile(r"(?:[^aeiouylr]|[aeiouyl]l|[^tbc]r)es?$"),
    re.compile(r"(?:[^aeiouytdlr]|[aeiouyl]l|[^tbc]r)ed$"),
)
_SPOKEN_ES: Final = re.compile(r"(?:[sxzcg]|ch|sh)es$")
# Vowels that stand together and are spoken apart.
_APART: Final = (
    re.compile(r"[aeiouy]ing"),
    re.compile(r"(?<![ctsg])ia(?!ge)"),
    re.compile(r"(?<![ctsgxln])io|[ctsgxln]iou?(?!n|us)"),
    re.compile(r"iu|(?<!g)eo(?!u)|uou|[^tc]ience"),
    re.compile(r"(?<![gq])u[ae](?=[^\W_])(?!s$|d$)"),
    re.compile(r"[aeiou]y[aeiou](?!d$|s$|ng)"),
    re.compile(r"sms?$"),
)

_SPOKEN: Final[Mapping[str, int]] = {
    "zero": 2, "one": 1, "two": 1, "three": 1, "four": 1, "five": 1, "six": 1, "seven": 2, "eight": 1, "nine": 1,
    "ten": 1, "eleven": 3, "twelve": 1, "thirteen": 2, "fourteen": 2, "fifteen": 2, "sixteen": 2, "seventeen": 3,
    "eighteen": 2, "nineteen": 2, "twenty": 2, "thirty": 2, "forty": 2, "fifty": 2, "sixty": 2, "seventy": 3,
    "eighty": 2, "ninety": 2, "hundred": 2, "thousand": 2,
}  # fmt: skip
_NAMES: Final = tuple(_SPOKEN)
_ONES, _TENS = _NAMES[:20], _NAMES[20:28]


@dataclass(frozen=True, slots=True)
class English:
    """The counter. `exceptions` gives the syllables of words in small letters."""

    exceptions: Mapping[str, int]

    def syllables(self, word: str) -> int:
        """Return how many syllables `word` has when it is read aloud; at least 1."""
        return max(1, sum(self._part(part) for part in _PARTS.findall(plain_marks(word).lower())))

    def _part(self, part: str) -> int:
        return _figure(part) if part.isdecimal() else self._letters(part)

    def _letters(self, word: str) -> int:
        known = self.exceptions.get(word)
        if known is not None:
            return known
        stem, _, ending = word.partition("'")
        if ending:
            return self._letters(stem) + _spoken_ending(stem, ending)
        if word.endswith("s") and (known := self.exceptions.get(word[:-1])) is not None:
            return known + bool(re.search(r"(?:[sxz]|ch|sh|[cg]e|se|ze)$", word[:-1]))
        if (suffix := _SUFFIX.fullmatch(word)) and len(suffix[1]) > 2:
            return self._letters(suffix[1]) + 1
        return _by_rules(word)


def words(text: str) -> list[str]:
    """Return the words of `text`; "10.30am", "long-term" and "doesn't" are one word each."""
    return _WORD.findall(plain_marks(text))


def sentences(text: str) -> list[str]:
    """Return the sentences of `text`. A full stop, question or exclamation mark ends one where a capital follows."""
    return [part for part in _END.split(text.strip()) if part.strip()]


def plain_marks(text: str) -> str:
    """Return `text` with straight apostrophes."""
    return text.replace("\u2019", "'")


def _by_rules(word: str) -> int:
    count = len(_GROUPS.findall(word))
    silent = any(rule.search(word) for rule in _SILENT) and not _SPOKEN_ES.search(word)
    return max(1, count - silent) + sum(len(rule.findall(word)) for rule in _APART)


def _spoken_ending(stem: str, ending: str) -> int:
    """Return 1 where the letters after an apostrophe are a syllable: "nurse's", "doesn't"."""
    if ending == "s":
        return int(bool(re.search(r"(?:[sxz]|ch|sh|[cgs]e)$", stem)))
    if ending == "t":
        return int(bool(re.search(r"[^aeiouyr]n$", stem)))
    return int(ending in {"ve", "ll", "d"} and stem[-1] in "td")


def _figure(digits: str) -> int:
    """Return the syllables of a whole number; a year and a long number are read in parts."""
    if len(digits) == 4 and digits[0] in "12" and digits[1] != "0":
        return _figure(digits[:2]) + (2 if digits[2:] == "00" else _figure(digits[2:]))
    if len(digits) == 4 and digits[:2] == "20" and digits[2] != "0":
        return _figure(digits[:2]) + _figure(digits[2:])
    if len(digits) > 4 or (digits[0] == "0" and len(digits) > 1):
        return sum(_SPOKEN[_ONES[int(digit)]] for digit in digits)
    return sum(_SPOKEN[word] for word in _spoken(int(digits)))


def _spoken(number: int) -> Iterator[str]:
    """Yield the words of a number below 10,000."""
    thousands, number = divmod(number, 1000)
    hundreds, rest = divmod(number, 100)
    if thousands:
        yield from (_ONES[thousands], "thousand")
    if hundreds:
        yield from (_ONES[hundreds], "hundred")
    if rest >= 20:
        yield _TENS[rest // 10 - 2]
        rest %= 10
    if rest or not (thousands or hundreds or number):
        yield _ONES[rest]
