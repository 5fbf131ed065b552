"""Checks of the words for an outcome: six that are not the same (X13), and some that are never printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mvd_handout.content.checks.report import Check, Finding
from mvd_handout.content.checks.rules import Table, either, rows, texts
from mvd_handout.content.checks.subject import UNSCORED, Subject, authored, quoted

_TAKEN: Final = UNSCORED


def never(subject: Subject) -> Check:
    """No promise that the source does not make, such as a cure."""
    pattern = subject.rules.phrases("outcomes", "never")
    found = [
        Finding(
            passage.place,
            f"“{match[0]}” in {quoted(passage)}",
            "The source does not promise this",
            subject.advice(passage),
        )
        for passage in subject.passages()
        if (match := pattern.search(authored(passage.sentence)))
    ]
    return subject.judge("outcomes.never", f"{len(found)} found", found, "none")


def kept_apart(subject: Subject) -> Check:
    """A sentence names an outcome only with the word that one of its claims allows."""
    if subject.rules.source is None:
        return subject.judge("outcomes.apart", "the outcome words of this source are not known", person=True)
    outcomes = rows(subject.rules.source, "outcomes")
    found: list[Finding] = []
    count = 0
    for passage in subject.passages("handout", "record"):
        for word, marks in outcome_words(authored(passage.sentence), outcomes):
            count += 1
            if not set(marks) & set(passage.marks):
                wanted = f"“{word}” belongs to {' '.join(marks)}"
                found.append(
                    Finding(passage.place, f"“{word}” under {' '.join(passage.marks)} in {quoted(passage)}", wanted)
                )
    return subject.judge("outcomes.apart", f"{count} outcome words", found, "each under a claim that uses it")


def outcome_words(text: str, outcomes: list[Table]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the outcome words in `text` with the marks that allow them; each stretch of text counts once."""
    for row in outcomes:
        pattern = re.compile(rf"\b(?:{either(texts(row, 'patterns')).pattern})\b", re.IGNORECASE)
        text, times = pattern.subn(_TAKEN, text)
        if times:
            yield str(row["word"]), texts(row, "marks")
