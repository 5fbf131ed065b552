"""A report as text for a terminal: a line for each check, its standard below it, and the lines of what fails."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from mvd_handout.content.checks.report import Check, Item, Outcome, Report
from mvd_handout.content.checks.scales import SCALES

_SIGNS: Final[dict[Outcome, str]] = {"pass": "pass", "fail": "FAIL", "for a person": "person"}
_INDENT: Final = " " * 8
_WIDTH: Final = 110


def as_text(report: Report) -> str:
    """Return the whole report."""
    return "\n".join(_lines(report))


def summary(report: Report) -> str:
    """Return one sentence: how many checks failed, and how many are for a person."""
    person = sum(check.outcome == "for a person" for check in report.checks)
    return f"{len(report.failed)} of {len(report.checks)} checks failed; {person} are for a person to judge."


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.handout} {report.version} ({report.language}), words {report.content_hash[:12]}"
    yield summary(report)
    yield from _scores(report)
    yield "\nChecks: what was measured, and how far it may go"
    for check in report.checks:
        yield from _check(check)
    for scale in SCALES:
        yield from _scale(scale, [item for item in report.items if item.scale == scale])


def _scores(report: Report) -> Iterator[str]:
    if not report.scores:
        return
    width = max(len(score.part) for score in report.scores)
    yield f"\n{'Readability':<{width}}  sentences  words  Flesch-Kincaid  SMOG"
    for score in report.scores:
        yield f"{score.part:<{width}}  {score.sentences:>9}  {score.words:>5}  {score.grade:>14.1f}  {score.smog:>4.1f}"


def _check(check: Check) -> Iterator[str]:
    limit = f" ({check.limit})" if check.limit else ""
    yield f"{_SIGNS[check.outcome]:<7} {check.id:<24} {check.measured}{limit}"
    yield from _wrapped(f"{check.title}. {check.standard}. Source: {check.source}.")
    for finding in check.findings:
        yield from _wrapped(f"{'?' if finding.advice else '!'} {finding}")


def _scale(scale: str, items: list[Item]) -> Iterator[str]:
    counts = {outcome: sum(item.outcome == outcome for item in items) for outcome in _SIGNS}
    yield f"\n{scale}: {counts['pass']} pass, {counts['fail']} fail, {counts['for a person']} for a person"
    for item in items:
        yield f"{_SIGNS[item.outcome]:<7} {item.number:>2}  {item.asks}"
        yield from _wrapped(item.evidence)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=_INDENT, subsequent_indent=f"{_INDENT}  ", break_long_words=False)
