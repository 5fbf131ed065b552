"""The gate: a patient copy only of words that somebody stands behind today, with every reason against it at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mvd_handout.composing.approvable import approvable_blocks
from mvd_handout.composing.compose import compose
from mvd_handout.composing.gate import Verdict, decide
from mvd_handout.content.approval import Approval, Override
from mvd_handout.content.approval.entries import Entry
from mvd_handout.content.approval.register import REGISTER_NAME, Register
from mvd_handout.content.clinic import Clinic
from mvd_handout.delivery.approvals import add_entries, judge
from mvd_handout.domain.errors import ApprovalError
from mvd_handout.domain.phone import Phone
from tests.approval.registers import DAY, RECHECK, REVIEW, approval, approved, contacts, decided
from tests.composing.test_compose import words
from tests.samples import ISSUED, KEY, handout, make_case, make_clinic

CLINIC = decided()
REGISTER = approved(CLINIC)
LEAVE = Entry(
    "override", "Dr Ada Madeup", "Medical director", REVIEW, review_by=REVIEW + dt.timedelta(days=20),
    handout="hfs-recovery", language="en", reason="The board meets on 12 October.",
)  # fmt: skip


def look(clinic: Clinic = CLINIC, register: Register = REGISTER, today: dt.date = DAY) -> Verdict:
    return decide(clinic, handout(), register, today)


def reasons(verdict: Verdict) -> str:
    assert verdict.approval is None
    return "\n".join(str(fault) for fault in verdict.refusals)


def test_approved_words_and_checked_numbers_make_a_patient_copy() -> None:
    verdict = look()
    assert verdict.refusals == verdict.warnings == ()
    found = verdict.require()
    assert (found.name, found.role, found.date, found.review_by) == ("Dr Robin Fictional", "Clinical lead", DAY, REVIEW)
    assert found.also_for == ()
    assert found.override is None
    document = compose(
        make_case(), CLINIC, handout(), issued=ISSUED, theme="standard", paper="A4", approval=verdict.require()
    )
    assert document.furniture.draft == ""
    assert "Dr Robin Fictional, Clinical lead, approved these words on 1 December 2026." in words(document)
    assert document.metadata.approver == "Dr Robin Fictional, Clinical lead"
    assert (document.metadata.approved, document.metadata.review_by) == (DAY, REVIEW)


def test_every_reason_comes_at_once_with_what_to_do() -> None:
    with pytest.raises(ApprovalError) as caught:
        decide(make_clinic(), handout(), Register(), dt.date(2028, 1, 1)).require()
    said = str(caught.value)
    for part in ("section/timeline", "clinic/warning-signs", "rules", "labels", "record", "outline"):
        assert part in said
    for reason in ("nobody has approved it yet", "still to be decided", "nobody has checked them", "review was due by"):
        assert reason in said
    assert all(fault.fix for fault in caught.value.faults)


@pytest.mark.parametrize("name", [block.name for block in approvable_blocks(handout(), CLINIC)])
def test_every_single_block_is_needed(name: str) -> None:
    said = reasons(look(register=approved(CLINIC, but=[name])))
    assert f"{name}: nobody has approved it yet" in said
    assert len(said.splitlines()) == 1


def test_changed_words_are_not_the_approved_ones() -> None:
    hotter = decided(make_clinic(values={"fever": "39 °C"}))
    assert "clinic/warning-signs: its words changed after they were approved" in reasons(look(hotter))


def test_words_that_were_approved_before_a_newer_approval_do_not_come_back() -> None:
    block = approvable_blocks(handout(), CLINIC)[0]
    newer = REGISTER.with_entries(approval(block, text="Other words. [form]\n"))
    assert f"{block.name}: its words changed" in reasons(look(register=newer))


def test_withdrawn_words_go_to_nobody() -> None:
    block = approvable_blocks(handout(), CLINIC)[3]
    gone = Entry(
        "withdrawal", "A", "B", DAY, handout="hfs-recovery", language="en", block=block.name, reason="A new study."
    )
    withdrawn = REGISTER.with_entries(gone)
    assert f"{block.name}: its approval was withdrawn" in reasons(look(register=withdrawn))
    assert look(register=withdrawn.with_entries(approval(block))).approval


@given(st.integers(-200, 700))
def test_a_clock_past_the_review_date_stops_patient_copies(days: int) -> None:
    day = REVIEW + dt.timedelta(days=days)
    verdict = look(today=day)
    assert (verdict.approval is not None) == (days <= 0)
    if days > 0:
        assert "its review was due by 2027-10-01" in reasons(verdict)
        assert verdict.only_dates == (day <= RECHECK)
    warned = any("review" in fault.wanted or "After that day" in fault.wanted for fault in verdict.warnings)
    assert warned == (-60 <= days <= 52)  # the handout's own review is due 52 days later


def test_a_clock_that_was_set_back_brings_no_date_back_to_life() -> None:
    assert "Check the date of this computer" in reasons(look(today=DAY - dt.timedelta(days=1)))


def test_the_handouts_own_review_date_stops_patient_copies() -> None:
    old = replace(handout(), next_review=DAY - dt.timedelta(days=1))
    verdict = decide(CLINIC, old, approved(CLINIC), DAY)
    assert "handout hfs-recovery: its review was due by 2026-11-30" in reasons(verdict)


def test_a_paper_dated_later_needs_an_approval_that_holds_then() -> None:
    assert decide(CLINIC, handout(), REGISTER, DAY, issued=REVIEW).approval
    assert decide(CLINIC, handout(), REGISTER, DAY, issued=REVIEW + dt.timedelta(days=1)).approval is None
    assert decide(CLINIC, handout(), REGISTER, DAY, issued=ISSUED).approval


@pytest.mark.parametrize("name", handout().required_blocks)
def test_without_required_texts_there_is_no_patient_copy(name: str) -> None:
    assert name in {"warning-signs", "six-months"}
    without = replace(CLINIC, blocks=tuple(block for block in CLINIC.blocks if block.name != name))
    assert f"clinic text {name}: it is missing" in reasons(look(without, approved(without)))
    empty = tuple(replace(each, nodes=()) if each.name == name else each for each in CLINIC.blocks)
    hollow = replace(CLINIC, blocks=empty)
    assert f"clinic text {name}: it is missing" in reasons(look(hollow, approved(hollow)))


def test_a_required_text_that_the_handout_has_no_place_for_is_missing() -> None:
    nodes = tuple(node for node in handout().nodes if getattr(node, "arguments", ("",))[0] != "six-months")
    text = replace(handout(), nodes=nodes)
    entries = [approval(block) for block in approvable_blocks(text, CLINIC)]
    verdict = decide(CLINIC, text, Register((*entries, contacts(CLINIC))), DAY)
    assert "clinic text six-months: it is missing" in reasons(verdict)


def test_a_missing_optional_text_only_warns() -> None:
    without = replace(CLINIC, blocks=tuple(block for block in CLINIC.blocks if block.name != "living-at-home"))
    verdict = look(without, approved(without))
    assert verdict.approval
    assert "living-at-home" in str(verdict.warnings[0])


def test_an_undecided_point_is_never_printed_even_if_the_words_were_approved() -> None:
    open_points = make_clinic()
    assert open_points.blocks[0].undecided
    said = reasons(look(open_points, approved(open_points)))
    assert said.count("still to be decided") == len(open_points.blocks)


@pytest.mark.parametrize(
    "changes",
    [
        {"phones": {"emergency": "112"}},
        {"phones": {"day": {"number": "01632 960199", "hours": "8am to 6pm, Monday to Friday"}}},
        {"phones": {"day": {"number": "01632 960100", "hours": "8am to 5pm, Monday to Friday"}}},
        {"phones": {"out_of_hours": {"number": "01632 960102", "hours": "Nights, weekends and holidays"}}},
        {"hospital": {"unit": "Neurosurgery, Ward 5"}},
        {"hospital": {"feedback": "else@example.org"}},
        {"surgeons": [{"name": "Dr Morgan Sample", "phone": "01632 960110", "hours": "9am to 4pm"}]},
    ],
    ids=str,
)
def test_a_changed_number_voids_the_check_of_contacts_and_nothing_else(changes: dict[str, object]) -> None:
    moved = decided(make_clinic(True, None, **changes))
    said = reasons(look(moved))
    assert "telephone numbers: they changed after Kim Invented checked them" in said
    assert len(said.splitlines()) == 1


def test_numbers_are_checked_again_in_time_and_no_leave_is_given_for_them() -> None:
    late = RECHECK + dt.timedelta(days=1)
    register = approved(CLINIC, review_by=dt.date(2028, 1, 1))
    assert look(register=register, today=RECHECK).approval
    verdict = look(register=register, today=late)
    assert "their check ran out after 2027-11-01" in reasons(verdict)
    leave = replace(LEAVE, date=late, review_by=late + dt.timedelta(days=20))
    assert "their check ran out" in reasons(look(register=register.with_entries(leave), today=late))
    assert not verdict.only_dates


@pytest.mark.parametrize("line", ["day", "out_of_hours", "emergency"])
def test_a_missing_number_stops_patient_copies(line: str) -> None:
    nothing = Phone("", "tel:")
    profile = CLINIC.profile
    changed = nothing if line == "emergency" else replace(getattr(profile, line), number=nothing)
    mute = replace(CLINIC, profile=replace(profile, **{line: changed}))
    assert "it is missing" in reasons(look(mute, approved(mute)))


def test_leave_for_a_passed_date_shows_on_the_page_and_ends() -> None:
    day = REVIEW + dt.timedelta(days=5)
    register = REGISTER.with_entries(LEAVE)
    found = look(register=register, today=day).require()
    assert found.override == Override("Dr Ada Madeup", "Medical director", LEAVE.reason, REVIEW, dt.date(2027, 10, 21))
    assert look(register=register, today=day).until == dt.date(2027, 10, 21)
    document = compose(make_case(), CLINIC, handout(), issued=ISSUED, theme="standard", paper="A4", approval=found)
    text = words(document)
    assert document.furniture.version.endswith("version 1.0.0. Check overdue")
    assert "A check of this paper is overdue." in text
    assert "Dr Ada Madeup, Medical director, lets us use it until 21 October 2027." in text
    assert LEAVE.reason in text
    assert LEAVE.reason in document.metadata.override
    assert look(register=register, today=dt.date(2027, 10, 22)).approval is None


def test_leave_sets_nothing_aside_but_dates() -> None:
    day = REVIEW + dt.timedelta(days=5)
    changed = decided(make_clinic(values={"fever": "39 °C"}))
    assert "words changed" in reasons(look(changed, REGISTER.with_entries(LEAVE), day))
    without = replace(CLINIC, blocks=tuple(block for block in CLINIC.blocks if block.name != "warning-signs"))
    assert "it is missing" in reasons(look(without, approved(without).with_entries(LEAVE), day))


def test_leave_that_is_not_needed_is_not_on_the_page() -> None:
    early = replace(LEAVE, date=DAY)
    assert look(register=REGISTER.with_entries(early)).require().override is None


def test_several_people_can_share_the_approval() -> None:
    blocks = approvable_blocks(handout(), CLINIC)
    first = [replace(approval(block), name="Sister Kim Invented", role="Ward manager") for block in blocks[:3]]
    rest = [approval(block, date=DAY + dt.timedelta(days=1), review_by=RECHECK) for block in blocks[3:]]
    found = look(register=Register((*first, *rest, contacts(CLINIC))), today=DAY + dt.timedelta(days=2)).require()
    assert (found.name, found.role) == ("Sister Kim Invented, Ward manager; Dr Robin Fictional", "Clinical lead")
    assert (found.date, found.review_by) == (DAY + dt.timedelta(days=1), REVIEW)


def test_the_approval_names_the_content_and_not_how_often_it_was_approved() -> None:
    again = REGISTER.with_entries(*(replace(entry) for entry in approved(CLINIC).entries))
    assert look(register=again).approval == look().approval
    other = decided(make_clinic(values={"fever": "39 °C"}))
    assert look(other, approved(other)).require().content_hash != look().require().content_hash


GROUPS: dict[str, dict[str, object]] = {
    "under-18": {"patient": {"birth_date": dt.date(2012, 4, 17)}},
    "both-sides": {"operation": {"side": "both"}},
    "repeat": {"operation": {"kind": "repeat"}},
}
FIGURE = "30 out of every 100"


def paper(found: Approval | None, **changes: object) -> str:
    case = make_case(**changes)
    return words(compose(case, CLINIC, handout(), issued=ISSUED, theme="standard", paper="A4", approval=found))


@pytest.mark.parametrize("group", GROUPS)
def test_other_patients_get_the_figures_only_if_they_were_approved_for_them(group: str) -> None:
    plain, wide = look().require(), look(register=approved(CLINIC, also_for=(group,))).require()
    assert wide.also_for == (group,)
    assert FIGURE in paper(plain)
    for found in (None, plain):
        text = paper(found, **GROUPS[group])
        assert FIGURE not in text
        assert "So this paper leaves them out." in text
    text = paper(wide, **GROUPS[group])
    assert FIGURE in text
    assert "leaves them out" not in text
    assert "The article does not say if its times and numbers hold" in text
    others = [name for name in GROUPS if name != group]
    assert all(FIGURE not in paper(wide, **GROUPS[other]) for other in others)


def test_a_group_counts_only_when_every_block_with_figures_was_approved_for_it() -> None:
    blocks = approvable_blocks(handout(), CLINIC)
    wide = approved(CLINIC, also_for=("repeat",))
    narrow = {block.name for block in blocks if block.name in {"rules", "section/timeline", "section/how-common"}}
    assert len(narrow) == 3
    for name in narrow:
        block = next(each for each in blocks if each.name == name)
        assert look(register=wide.with_entries(approval(block))).require().also_for == ()
    first = next(each for each in blocks if each.name == "section/first")
    assert look(register=wide.with_entries(approval(first))).require().also_for == ("repeat",)


def test_a_register_that_was_edited_is_a_refusal_with_the_reason(tmp_path: Path) -> None:
    add_entries(tmp_path, KEY, *REGISTER.entries)
    assert judge(tmp_path, CLINIC, handout(), DAY).approval
    path = tmp_path / REGISTER_NAME
    path.write_text(path.read_text(encoding="utf-8").replace("Clinical lead", "Clinical head", 1), encoding="utf-8")
    assert "approvals.toml, entry 1: it was edited" in reasons(judge(tmp_path, CLINIC, handout(), DAY))
