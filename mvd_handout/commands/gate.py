"""The gate as a run of many papers asks it: for a language and a day, with every note said once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from mvd_handout.commands.console import Console
from mvd_handout.content.approval import Approval
from mvd_handout.content.email_words import EmailWords
from mvd_handout.delivery.approvals import judge
from mvd_handout.delivery.papers import Recipe
from mvd_handout.domain.errors import ApprovalError, Fault


def open_gate(
    folder: Path,
    recipe: Recipe,
    today: dt.date,
    console: Console,
    refusal: Fault,
    words: Callable[[str], EmailWords] | None = None,
) -> Callable[[str, dt.date], Approval]:
    """Return what gives the approval for a language and a day of issue, or raises ApprovalError, `refusal` first.

    `folder` is the clinic's. With `words`, those of e-mails in a language must be approved, too. What will soon stand
    in the way is said on the console, once.
    """
    said: set[str] = set()

    def permit(language: str, issued: dt.date) -> Approval:
        email = words(language) if words else None
        verdict = judge(folder, recipe.clinic, recipe.texts[language], today, issued, email)
        if verdict.approval is None:
            raise ApprovalError(refusal, *verdict.refusals)
        for warning in verdict.warnings:
            if warning.where not in said:
                said.add(warning.where)
                console.say(f"Note: {warning}")
        return verdict.approval

    return permit
