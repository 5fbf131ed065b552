"""Checks of numbers: only the source's own, one denominator, no percentages, ranges with "to"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from mvd_handout.content import unfilled as u
from mvd_handout.content.checks.passages import Passage
from mvd_handout.content.checks.report import Check, Finding
from mvd_handout.content.checks.rules import Table, phrases, rows
from mvd_handout.content.checks.subject import Subject, authored, filled, quoted

_FIGURE: Final = r"(?<![\w.,])\d+(?:[.,]\d+)?(?!\w)"
_ONE: Final = re.compile(r"\bone$", re.IGNORECASE)
_BEFORE_WHOLE: Final = re.compile(r"\s*(?:(?:an?|one|about|around|nearly)\b\s*)*", re.IGNORECASE)
_NEAR: Final = 24
"""How far after a number, in characters, the people stand whom it counts."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number in figures or in words, with its place in the text."""

    value: float
    start: int
    end: int


def find_numbers(text: str, number_words: Mapping[str, int]) -> list[Number]:
    """Return the numbers in `text`, in figures ("30") or in words ("thirty", "seventy-five", "a hundred").

    "One" is left out: it is more often a pronoun than a number.
    """
    word = "|".join(sorted(number_words, key=len, reverse=True))
    pattern = re.compile(rf"{_FIGURE}|(?<![\w-])(?:{word})(?:[ -](?:{word}))*(?![\w-])", re.IGNORECASE)
    return [Number(_value(match[0], number_words), *match.span()) for match in pattern.finditer(text)]


def _value(text: str, number_words: Mapping[str, int]) -> float:
    if text[0].isdigit():
        return float(text.replace(",", "."))
    value = 0
    for word in re.split("[ -]", text.lower()):
        value = max(value, 1) * 100 if word == "hundred" else value + number_words[word]
    return value


def percent(subject: Subject) -> Check:
    """No percent sign and no "per cent": whole people out of 100 instead."""
    signs = subject.rules.words("numbers", "percent")
    in_words = subject.rules.phrases("numbers", "percent_words")
    found = [
        Finding(passage.place, f"a percentage in {quoted(passage)}", "Write “30 out of every 100 people”")
        for passage in subject.passages()
        if any(sign in authored(passage.sentence) for sign in signs) or in_words.search(authored(passage.sentence))
    ]
    return subject.judge("numbers.percent", str(len(found)), found, "none")


def denominator(subject: Subject) -> Check:
    """Every share has the same denominator, and none is a fraction."""
    wanted = subject.rules.limit("denominator")
    fractions = subject.rules.phrases("numbers", "fractions")
    found: list[Finding] = []
    count = 0
    for passage in subject.passages():
        text = authored(passage.sentence)
        of = [each.value for each in denominators(text, subject)]
        count += len(of)
        if any(value != wanted for value in of) or fractions.search(text):
            found.append(
                Finding(passage.place, f"a share in {quoted(passage)}", f"Shares are always out of {wanted:g}")
            )
    return subject.judge("numbers.denominator", f"{count} shares", found, f"all out of {wanted:g}")


def ranges(subject: Subject) -> Check:
    """A range is written with "to", never with a dash."""
    pattern = subject.rules.patterns("numbers", "range_patterns")
    found = [
        Finding(passage.place, f"a range in {quoted(passage)}", "Write “3 to 6”")
        for passage in subject.passages()
        if pattern.search(filled(passage.sentence, subject.samples))
    ]
    return subject.judge("numbers.range", f"{len(found)} with a dash", found, "none")


def derived(subject: Subject) -> Check:
    """No sum, difference or rest of the source's figures, neither in figures nor in words."""
    if subject.rules.source is None:
        return subject.judge("numbers.derived", "the figures of this source are not known", person=True)
    shares, windows = derived_shares(subject.rules.source), rows(subject.rules.source, "windows")
    found = []
    for passage in subject.passages():
        text = authored(passage.sentence)
        numbers = find_numbers(text, _words(subject))
        hits = [
            each
            for each in numbers
            if each.value in shares and (passage.owner != "clinic" or _counts(each, text, subject))
        ]
        hits += [each for each in numbers for window in windows if _in_window(each, text, window, subject)]
        if hits:
            figure = ", ".join(text[each.start : each.end] for each in hits)
            wanted = "Only the figures that the source itself gives"
            found.append(
                Finding(passage.place, f"{figure}, reckoned from the source’s figures", wanted, subject.advice(passage))
            )
    listed = ", ".join(f"{value:g}" for value in sorted(shares))
    return subject.judge(
        "numbers.derived", f"{len(found)} found", found, f"none ({listed}, and the like of months and days)"
    )


def of_source(subject: Subject) -> Check:
    """A sentence of the source prints only the numbers that its marks give; the milestones are the source's."""
    if subject.rules.source is None:
        return subject.judge("numbers.source", "the figures of this source are not known", person=True)
    given = cast("Mapping[str, list[float]]", subject.rules.source["numbers"])
    found = list(_milestones(subject))
    count = 0
    for passage in subject.passages("handout", "record"):
        numbers = find_numbers(authored(passage.sentence), _words(subject)) if passage.of_source else []
        count += len(numbers)
        allowed = {value for mark in passage.marks for value in given.get(mark, ())}
        if any(each.value not in allowed for each in numbers):
            found.append(
                Finding(passage.place, f"a number in {quoted(passage)}", f"{' '.join(passage.marks)} do not give it")
            )
        found.extend(_windows(passage, subject))
    return subject.judge("numbers.source", f"{count} numbers", found, "all given by their marks")


def vague_words(subject: Subject) -> Check:
    """A word for a share (X7) stands beside no number that the source does not give."""
    if subject.rules.source is None:
        return subject.judge("numbers.vague", "the figures of this source are not known", person=True)
    vague, known = subject.rules.phrases("vague", "words"), _known(subject.rules.source)
    found = []
    for passage in subject.passages():
        text = authored(passage.sentence)
        foreign = [each for each in find_numbers(text, _words(subject)) if each.value not in known]
        if vague.search(text) and any(passage.owner != "clinic" or _counts(each, text, subject) for each in foreign):
            wanted = "The word alone, or the source’s own figure alone"
            found.append(
                Finding(
                    passage.place, f"a figure beside a vague word in {quoted(passage)}", wanted, subject.advice(passage)
                )
            )
    return subject.judge("numbers.vague", f"{len(found)} found", found, "none")


def derived_shares(source: Table) -> set[float]:
    """Return what could be reckoned from the source's shares: sums, differences, and what is left of the whole."""
    part = cast("Mapping[str, object]", source["shares"])
    whole, figures = cast("float", part["of"]), cast("list[float]", part["figures"])
    pairs = list(itertools.combinations(figures, 2))
    sums = {one + other for one, other in pairs}
    made = sums | {abs(one - other) for one, other in pairs} | {whole - each for each in (*figures, *sums)}
    return made - {0, whole, *figures}


def _milestones(subject: Subject) -> Iterator[Finding]:
    where = f"{subject.handout.name}/handout.toml"
    for window in rows(subject.rules.source or {}, "windows"):
        given = (window["first"], window["last"])
        if getattr(subject.handout.milestones, name := str(window["milestone"])) != given:
            yield Finding(where, f"the milestone {name}", f"The source gives {given[0]} to {given[1]} {window['unit']}")


def _windows(passage: Passage, subject: Subject) -> Iterator[Finding]:
    needed = cast("Mapping[str, list[str]]", (subject.rules.source or {}).get("slots", {}))
    for part in passage.sentence.parts:
        if isinstance(part, u.Slot) and part.name in needed and not set(needed[part.name]) & set(passage.marks):
            wanted = f"One of the marks {' '.join(needed[part.name])}"
            yield Finding(passage.place, f"{part.name} in {quoted(passage)}", wanted)


def _in_window(number: Number, text: str, window: Table, subject: Subject) -> bool:
    """Whether a number of days or months is the sum or the length of a window of the source."""
    first, last = cast("float", window["first"]), cast("float", window["last"])
    units = cast("Mapping[str, list[str]]", subject.rules.part("numbers")["units"])[str(window["unit"])]
    follows = phrases(tuple(units)).match(text[number.end :].lstrip(" -\u00a0"))
    return follows is not None and number.value in {first + last, last - first} - {first, last}


def _counts(number: Number, text: str, subject: Subject) -> bool:
    """Whether a number counts people."""
    after = text[number.end : number.end + _NEAR]
    people = subject.rules.phrases("numbers", "people").search(after)
    return people is not None or any(
        number.end <= each.start <= number.end + _NEAR for each in denominators(text, subject)
    )


def denominators(text: str, subject: Subject) -> Iterator[Number]:
    """Yield the second number of each "30 out of every 100"."""
    numbers = find_numbers(text, _words(subject))
    for match in subject.rules.patterns("numbers", "share_patterns").finditer(text):
        before = text[: match.start()].rstrip()
        counted = any(each.end == len(before) for each in numbers) or _ONE.search(before)
        rest = _BEFORE_WHOLE.match(text, match.end())
        at = rest.end() if rest else match.end()
        if counted:
            yield from (each for each in numbers if each.start == at)


def _known(source: Table) -> set[float]:
    given = cast("Mapping[str, list[float]]", source["numbers"])
    return {value for values in given.values() for value in values}


def _words(subject: Subject) -> Mapping[str, int]:
    return cast("Mapping[str, int]", subject.rules.part("number_words"))
