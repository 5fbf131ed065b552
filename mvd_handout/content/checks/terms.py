"""The check that every medical term is explained where a patient first meets it, whatever branches are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mvd_handout.content.checks.branches import printed, truths
from mvd_handout.content.checks.english import plain_marks
from mvd_handout.content.checks.passages import Passage
from mvd_handout.content.checks.report import Check, Finding
from mvd_handout.content.checks.rules import Rules, Term, either, phrases
from mvd_handout.content.checks.subject import Subject, filled


def explained(subject: Subject) -> Check:
    """Every term of the glossary is explained in the paragraph, item or cell in which it first stands."""
    passages = subject.text.owned("handout", "clinic")
    found = [finding for term in subject.rules.terms for finding in _unexplained(term, passages, subject)]
    used = sum(any(_uses(term, passage, subject) for passage in passages) for term in subject.rules.terms)
    return subject.judge("terms.explained", f"{used} terms used", found, "each explained at its first use")


def _unexplained(term: Term, passages: tuple[Passage, ...], subject: Subject) -> Iterator[Finding]:
    users = [passage for passage in passages if _uses(term, passage, subject)]
    for first in _firsts(users):
        together = [each for each in passages if each.block == first.block]
        if not is_explained(term, " ".join(filled(each.sentence, subject.samples) for each in together), subject.rules):
            wanted = "Say in plain words what it means, where it first stands"
            yield Finding(first.place, f"{term.term} is not explained", wanted)


def _firsts(users: list[Passage]) -> list[Passage]:
    """Return the passages that are the first with a term for at least one choice of branches."""
    firsts: dict[tuple[str, int], Passage] = {}
    for truth in truths(passage.guard for passage in users):
        first = next((passage for passage in users if printed(passage.guard, truth)), None)
        if first is not None:
            firsts.setdefault((first.where, first.sentence.line), first)
    return list(firsts.values())


def is_explained(term: Term, text: str, rules: Rules) -> bool:
    """Whether `text` explains `term` in one of the ways that the rules know."""
    text = plain_marks(text)
    if term.explained and either(term.explained).search(text):
        return True
    forms = "|".join(re.escape(form) for form in sorted(term.forms, key=len, reverse=True))
    ways = rules.words("terms", "explained_patterns")
    return any(re.search(way.replace("{term}", f"(?:{forms})"), text, re.IGNORECASE) for way in ways)


def _uses(term: Term, passage: Passage, subject: Subject) -> bool:
    text = plain_marks(filled(passage.sentence, subject.samples))
    if term.longer:
        text = phrases(term.longer).sub("", text)
    return phrases(term.forms).search(text) is not None
