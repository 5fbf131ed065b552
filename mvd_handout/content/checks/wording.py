"""Checks of the wording: length and voice of sentences, who is spoken to, plain words, capitals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, cast

from mvd_handout.content.checks import readability
from mvd_handout.content.checks.branches import printed, truths
from mvd_handout.content.checks.english import plain_marks
from mvd_handout.content.checks.passages import Guard, names
from mvd_handout.content.checks.readability import Counts, flesch_kincaid_grade, smog_grade
from mvd_handout.content.checks.report import Check, Finding, Score
from mvd_handout.content.checks.rules import Rules, phrases
from mvd_handout.content.checks.subject import Line, Subject, authored, quoted

_CAPITALS: Final = re.compile(r"(?<![\w-])[A-Z]{2,}(?![\w-])")
_WORD: Final = r"[\w'-]+"
_HARDEST: Final = 5
"""So many of the hardest sentences are named where the grade is too high."""


def grade(subject: Subject) -> Check:
    """The Flesch-Kincaid grade of all running text, and of every copy that can be printed, is not above the limit.

    A gate for English only: for other languages the formula means nothing.
    """
    if subject.rules.english is None:
        return subject.judge("readability.grade", "no formula for this language", person=True)
    limit = subject.rules.limit("grade")
    scored = [(line, flesch_kincaid_grade(_count(line, subject.rules))) for line in subject.running]
    whole, hardest = _whole_grade(subject), hardest_copy(subject)
    found: list[Finding] = []
    if round(max(whole, hardest), 1) > limit:
        worst = sorted(scored, key=lambda pair: -pair[1])[:_HARDEST]
        found = [
            Finding(line.place, f"grade {value:.1f}: “{line.text}”", "Shorter words, shorter sentences")
            for line, value in worst
        ]
    measured = f"{whole:.1f}, the hardest copy {hardest:.1f}"
    return subject.judge("readability.grade", measured, found, f"at most {limit:.1f}")


def hardest_copy(subject: Subject) -> float:
    """Return the highest grade of all the copies that a patient can get, with the clinic's blocks in them."""
    parts: dict[Guard, Counts] = {}
    for line in subject.all_lines:
        if line.running:
            guard = line.passage.guard
            parts[guard] = parts.get(guard, Counts()) + _count(line, subject.rules)
    asked = {name for guard in parts for name in names(guard)}
    approved = {name: True for name in asked if name == "approval" or name.startswith("blocks.")}
    return max(
        flesch_kincaid_grade(readability.total(counts for guard, counts in parts.items() if printed(guard, truth)))
        for truth in truths(parts, approved)
    )


def smog(subject: Subject) -> Check:
    """The SMOG grade, reported: no standard that we follow sets a limit on it."""
    if subject.rules.english is None:
        return subject.judge("readability.smog", "no formula for this language", person=True)
    counts = readability.total(_count(line, subject.rules) for line in subject.running)
    return subject.judge("readability.smog", f"{smog_grade(counts):.1f}", limit="reported, no gate", person=True)


def scores(subject: Subject) -> tuple[Score, ...]:
    """Return the readability of the whole and of each section; a clinic's block counts as a part of its own."""
    if subject.rules.english is None:
        return ()
    parts: dict[str, list[Counts]] = {"whole": []}
    for line in subject.running:
        counts = _count(line, subject.rules)
        parts["whole"].append(counts)
        parts.setdefault(_part(line), []).append(counts)
    return tuple(_score(name, readability.total(counts)) for name, counts in parts.items())


def sentence_length(subject: Subject) -> Check:
    """No sentence is longer than our own limit."""
    return _lengths(subject, "sentences.length", subject.rules.limit("sentence_words"), advice=False)


def sentence_length_advised(subject: Subject) -> Check:
    """Sentences longer than Easy Read advises are named for a person to look at."""
    return _lengths(subject, "sentences.advised", subject.rules.limit("sentence_words_advised"), advice=True)


def active_voice(subject: Subject) -> Check:
    """Most sentences are in the active voice, as far as a simple pattern can tell."""
    limit = subject.rules.limit("active_share")
    passive = [line for line in subject.running if is_passive(line.text, subject.rules)]
    share = 100 - 100 * len(passive) / max(1, len(subject.running))
    low = share < limit
    found = [Finding(line.place, f"passive: “{line.text}”", "Say who does it", advice=not low) for line in passive]
    measured = f"{share:.0f} of 100 sentences"
    check = subject.judge("voice.active", measured, found if low else (), f"at least {limit:.0f} of 100")
    return check


def direct_address(subject: Subject) -> Check:
    """The reader is spoken to: a good share of the sentences says "you", or asks to do something."""
    limit = subject.rules.limit("direct_share")
    direct = [line for line in subject.running if speaks_to_reader(line.text, subject.rules)]
    share = 100 * len(direct) / max(1, len(subject.running))
    where = f"{subject.handout.name}/{subject.handout.language}.md"
    found = (
        [Finding(where, "the text seldom speaks to the reader", "“You”, “your”, or what to do")]
        if share < limit
        else []
    )
    return subject.judge("address.direct", f"{share:.0f} of 100 sentences", found, f"at least {limit:.0f} of 100")


def third_person(subject: Subject) -> Check:
    """Nobody else is told what the reader is to do ("patients should …")."""
    pattern = subject.rules.patterns("address", "third_person_patterns")
    found = [Finding(line.place, f"“{line.text}”", "Say “you”") for line in subject.lines if pattern.search(line.text)]
    return subject.judge("address.reader", f"{len(found)} found", found, "none")


def plain_words(subject: Subject) -> Check:
    """No word of the office where a plainer one would do."""
    plainer = cast("Mapping[str, str]", subject.rules.part("plainer"))
    pattern = phrases(tuple(plainer))
    found = [
        Finding(passage.place, f"“{match[0]}” in {quoted(passage)}", f"Perhaps “{plainer[match[0].lower()]}”")
        for passage in subject.passages("handout", "clinic")
        for match in pattern.finditer(authored(passage.sentence))
    ]
    return subject.judge("words.plain", f"{len(found)} found", found, "none")


def sums(subject: Subject) -> Check:
    """Nobody is asked to work anything out."""
    pattern = subject.rules.phrases("everyday", "sums")
    found = [
        Finding(line.place, f"“{line.text}”", "Print the result") for line in subject.lines if pattern.search(line.text)
    ]
    return subject.judge("numbers.sums", f"{len(found)} found", found, "none")


def capitals(subject: Subject) -> Check:
    """No word in capitals, but for short names that are written so."""
    allowed = set(subject.rules.words("capitals", "allowed"))
    found = [
        Finding(passage.place, f"{', '.join(words)} in {quoted(passage)}", "Small letters; bold for what matters")
        for passage in subject.passages()
        if (words := sorted(set(_CAPITALS.findall(authored(passage.sentence))) - allowed))
    ]
    return subject.judge("words.capitals", f"{len(found)} found", found, "none but listed names")


def is_passive(text: str, rules: Rules) -> bool:
    """Whether `text` holds a form of "be", at most two words between, and a participle.

    The limits of this: it takes a state ("is closed") for a passive, and misses one with "get" ("gets moved") or
    without "be" ("the vessel moved by the surgeon").
    """
    text = plain_marks(text)
    between = "|".join(rules.words("voice", "between"))
    participles = rules.phrases("voice", "participles")
    states = set(rules.words("voice", "not_participles"))
    for be in rules.phrases("voice", "be").finditer(text):
        match = re.compile(rf"(?:\s+(?:{between})\b){{0,2}}\s+({_WORD})", re.IGNORECASE).match(text, be.end())
        word = match[1].lower() if match else ""
        if word and word not in states and (word.endswith("ed") or participles.fullmatch(word)):
            return True
    return False


def speaks_to_reader(text: str, rules: Rules) -> bool:
    """Whether `text` says "you" or begins by asking the reader to do something."""
    plain = plain_marks(text)
    return (
        rules.phrases("address", "reader").search(plain) is not None
        or rules.phrases("address", "commands").match(plain.lstrip("\"'“‘(")) is not None
    )


def _whole_grade(subject: Subject) -> float:
    return flesch_kincaid_grade(readability.total(_count(line, subject.rules) for line in subject.running))


def _count(line: Line, rules: Rules) -> Counts:
    assert rules.english is not None
    return readability.count_sentence(line.text, rules.english)


def _part(line: Line) -> str:
    return line.passage.where.removesuffix(".md") if line.passage.owner == "clinic" else line.passage.section


def _score(name: str, counts: Counts) -> Score:
    return Score(
        name, counts.sentences, counts.words, round(flesch_kincaid_grade(counts), 1), round(smog_grade(counts), 1)
    )


def _lengths(subject: Subject, name: str, limit: float, advice: bool) -> Check:
    found = [
        Finding(line.place, f"{len(line.words)} words: “{line.text}”", "Cut it in two", advice)
        for line in subject.lines
        if len(line.words) > limit
    ]
    longest = max((len(line.words) for line in subject.lines), default=0)
    return subject.judge(name, f"longest {longest} words, {len(found)} over", found, f"at most {limit:.0f} words")
