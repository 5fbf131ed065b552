"""The gate as a plan asks it: once for each language and day, with every refusal gathered before anything is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeAlias

from mvd_handout.content.approval import Approval
from mvd_handout.domain.errors import ApprovalError, ContentError, Fault

Permit: TypeAlias = Callable[[str, dt.date], Approval | None]
"""The gate: takes language and issue date; None means that drafts are made. Raises ContentError for a refusal."""


class Permits:
    """What the gate said of the papers of a list, by language and day of issue."""

    def __init__(self, permit: Permit) -> None:
        self._permit = permit
        self._found: dict[tuple[str, dt.date], Approval | None] = {}
        self._refusals: dict[Fault, None] = {}

    def ask(self, language: str, issued: dt.date) -> Approval | None:
        """Return the approval; None also where there is a refusal, which is kept."""
        if (language, issued) not in self._found:
            approval = None
            try:
                approval = self._permit(language, issued)
            except ContentError as error:
                self._refusals |= dict.fromkeys(error.faults)
            self._found[language, issued] = approval
        return self._found[language, issued]

    def approvals(self) -> dict[str, Approval]:
        """Return the approvals by language. Raises ApprovalError with all that was refused."""
        by_language: dict[str, Approval] = {}
        for (language, _), approval in self._found.items():
            if approval is not None and by_language.setdefault(language, approval) != approval:
                self._refusals[_differs(language)] = None
        if self._refusals:
            raise ApprovalError(*self._refusals)
        return by_language


def _differs(language: str) -> Fault:
    return Fault(
        f"the approval of the text in {language!r}",
        "it is not the same on all days on which these papers are given: a review is overdue on the later ones",
        "The papers of one roster have one approval",
        "Make two rosters, or have the text approved again first",
    )
