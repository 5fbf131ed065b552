"""Checks of dates: a weekday for a day to act on, months for a window, nothing that can be misread."""

from __future__ import annotations

from typing import Final

from mvd_handout.content import unfilled as u
from mvd_handout.content.checks.report import Check, Finding
from mvd_handout.content.checks.subject import Subject, authored, quoted

_FORMATS: Final = ("weekday", "days", "months")


def formats(subject: Subject) -> Check:
    """Every slot of a date passes the filter that its use needs."""
    needed = {slot: kind for kind in _FORMATS for slot in subject.rules.words("dates", kind)}
    found: list[Finding] = []
    count = 0
    for passage in subject.passages():
        for part in passage.sentence.parts:
            if isinstance(part, u.Slot) and part.name in needed:
                count += 1
                kind = needed[part.name]
                if kind not in part.filters:
                    found.append(
                        Finding(passage.place, f"{part.name} in {quoted(passage)}", f"{{{{ {part.name} | {kind} }}}}")
                    )
    return subject.judge("dates.formats", f"{count} dates", found, "weekday to act on, months for a window")


def written(subject: Subject) -> Check:
    """No date is written so that day and month could be mixed up, and no month is cut short."""
    pattern = subject.rules.patterns("dates", "written_patterns")
    found = [
        Finding(passage.place, f"“{match[0]}” in {quoted(passage)}", "Write “5 March 2026”")
        for passage in subject.passages()
        if (match := pattern.search(authored(passage.sentence)))
    ]
    return subject.judge("dates.written", f"{len(found)} found", found, "months in full, no figures alone")
