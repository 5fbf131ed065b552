"""The gate as a plan asks it: a list is refused with everything that stands in its way, each thing said once."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec import structs

from mvd_handout.content.approval import Approval
from mvd_handout.delivery.permits import Permits
from mvd_handout.domain.errors import ApprovalError, Fault
from tests.samples import APPROVAL

DAY, LATER = dt.date(2026, 12, 1), dt.date(2026, 12, 4)
OVERDUE = Fault("the text in 'de'", "its review was due", "Somebody stands behind it", "Have it read")


def test_a_language_and_day_is_asked_for_once_and_the_approvals_are_by_language() -> None:
    asked = []

    def permit(language: str, issued: dt.date) -> Approval:
        asked.append((language, issued))
        return structs.replace(APPROVAL, content_hash=language)

    gate = Permits(permit)
    pairs = [("en", DAY), ("de", DAY), ("en", LATER)]
    given = {pair: gate.ask(*pair) for pair in [*pairs, *pairs]}
    assert asked == pairs
    assert gate.approvals() == {language: given[language, DAY] for language in ("en", "de")}


def test_refusals_are_gathered_and_each_is_told_once() -> None:
    def permit(language: str, issued: dt.date) -> Approval:
        if language == "de":
            raise ApprovalError(OVERDUE, Fault("paper", f"refused on {issued}", ""))
        return APPROVAL

    gate = Permits(permit)
    assert [gate.ask(language, day) for language in ("de", "en") for day in (DAY, LATER)] == [
        None,
        None,
        *[APPROVAL] * 2,
    ]
    with pytest.raises(ApprovalError) as refused:
        gate.approvals()
    assert [fault.found for fault in refused.value.faults] == [
        OVERDUE.found, f"refused on {DAY}", f"refused on {LATER}",
    ]  # fmt: skip


def test_two_approvals_of_one_text_are_refused_and_the_text_is_named() -> None:
    gate = Permits(lambda language, issued: structs.replace(APPROVAL, review_by=issued))
    for day in (DAY, LATER):
        gate.ask("en", day)
    with pytest.raises(ApprovalError, match="the approval of the text in 'en': it is not the same on all days"):
        gate.approvals()


def test_drafts_need_no_approval() -> None:
    gate = Permits(lambda language, issued: None)
    assert gate.ask("en", DAY) is None
    assert gate.approvals() == {}
