"""What a person is told before an e-mail replaces another, or contradicts a paper that the patient has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mvd_handout.commands.console import Console
from mvd_handout.commands.email_options import SendOptions
from mvd_handout.commands.parts import PART_NAMES
from mvd_handout.commands.steward import confirm
from mvd_handout.commands.wording import count, weekday_in_words
from mvd_handout.delivery.mail.changed import ADDRESS
from mvd_handout.delivery.mail.plan import Fate
from mvd_handout.delivery.roster.model import SomeRows

_NAMES: Final = {**PART_NAMES, ADDRESS: "address"}
_AGAIN: Final = "an e-mail before that one said the same, so this list may be the older one"


def changes_in_words(fate: Fate) -> str:
    """Return "visits changed since the e-mail of Thursday 5 March 2026", "" for a row that replaces none."""
    if fate.since is None:
        return ""
    what = ", ".join(_NAMES[name] for name in fate.changed) or ("nothing" if fate.before else "something")
    changed = f"{what} changed since the e-mail of {weekday_in_words(fate.since)}"
    return f"{changed}; {_AGAIN}" if fate.again else changed


def may_replace(replacing: Sequence[Fate], options: SendOptions, console: Console) -> bool:
    """Ask whether patients who have an e-mail already get another one; without anybody to ask, they do not."""
    rows = rows_in_words([fate.row for fate in replacing])
    one = len(replacing) == 1
    for fate in replacing:
        console.show(f"  row {fate.row}: {changes_in_words(fate) or fate.why}")
    if console.has_person() and not options.yes:
        had, it = ("an e-mail that this patient has", "it") if one else ("e-mails that these patients have", "them")
        older = "If this list is the older one, answer no."
        return confirm(f"What changed in {rows} would replace {had}. {older} Send {it}?", console)
    has = "this patient has" if one else "these patients have"
    console.warn(
        f"what changed in {rows} is not sent: {has} an earlier e-mail. Look at the change, and whether this list is "
        "the newer one; then add --replace."
    )
    return False


def warn_of_papers(fates: Sequence[Fate], console: Console) -> None:
    """Say who has another paper that nothing replaced, before the e-mail makes two that look valid."""
    if others := [fate for fate in fates if fate.paper]:
        whose = f"{count(len(others), 'patient')} ({SomeRows.of([fate.row for fate in others])})"
        console.warn(
            f"by the journal, {whose} had another paper of this handout made before, which says something else, and "
            "nothing replaced it. Both would look valid: if the list is right, make a copy with `mvd-handout reissue` "
            "first, which says which one to throw away; if the paper is right, correct the list."
        )
        for fate in others:
            console.show(f"  row {fate.row}: {fate.paper}")


def to_whom(fates: Sequence[Fate]) -> str:
    """Return how many of them go to patients with another paper, for the question before they leave; "" for none."""
    others = sum(bool(fate.paper) for fate in fates)
    return f", {others} of them to {'a patient' if others == 1 else 'patients'} with another paper" if others else ""


def rows_in_words(rows: Sequence[int]) -> str:
    """Return "row 4" or "rows 4, 9 and 12", every one of them: somebody gives these patients paper."""
    return str(SomeRows(list(rows), len(rows)))
