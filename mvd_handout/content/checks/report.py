"""What the checks found: values for a table, for the review pack, for approval and for JSON."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["pass", "fail", "for a person"]
"""No machine can judge a thing that is "for a person"; it is neither passed nor failed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that a check points to: file and line, what stands there, what would do.

    `advice` marks what a person has to judge; all else makes its check fail.
    """

    where: str
    found: str
    wanted: str = ""
    advice: bool = False

    def __str__(self) -> str:
        return " ".join(_ended(part) for part in (f"{self.where}: {self.found}", self.wanted) if part)


def _ended(text: str) -> str:
    return text if text.rstrip("”").endswith((".", "!", "?", "…")) else f"{text}."


@dataclass(frozen=True, slots=True)
class Check:
    """One check: where it comes from, what was measured, how far it may go, and what came of it."""

    id: str
    title: str
    standard: str
    source: str
    measured: str
    limit: str
    outcome: Outcome
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """The readability of one part: how many different sentences were scored, and how hard they are (school grades)."""

    part: str
    sentences: int
    words: int
    grade: float
    smog: float


@dataclass(frozen=True, slots=True)
class Item:
    """One item of PEMAT-P or the CDC index, in our words, and the checks that answer it."""

    scale: str
    number: int
    asks: str
    outcome: Outcome
    evidence: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was checked in one handout in one language."""

    handout: str
    version: str
    language: str
    content_hash: str
    checks: tuple[Check, ...]
    scores: tuple[Score, ...]
    items: tuple[Item, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if check.outcome == "fail")

    @property
    def passed(self) -> bool:
        """Whether nothing failed; what is for a person is still open."""
        return not self.failed

    def check(self, name: str) -> Check:
        """Return the check with that id. Raises KeyError."""
        for check in self.checks:
            if check.id == name:
                return check
        raise KeyError(name)

    def to_data(self) -> dict[str, object]:
        """Return the report as JSON data."""
        return {**dataclasses.asdict(self), "passed": self.passed}
