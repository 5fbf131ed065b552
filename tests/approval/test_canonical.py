"""The words that are approved: all of them, readable, and nothing that is only look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from mvd_handout.composing.approvable import approvable_blocks
from mvd_handout.content import unfilled as u
from mvd_handout.content.approval.canonical import canonical_text, condition_text
from mvd_handout.content.approval.changes import Change, changes
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.library import Handout, parse_text
from tests.approval.registers import decided
from tests.approval.trees import changed, count, nth_words
from tests.samples import handout, make_clinic

CLINIC = decided()
NODES = {"nodes": count(handout().nodes, u.Words), "record": count(handout().record, u.Words)}
SAMPLE = """\
:::: section help start=page

## Get help [form]

{% if not patient.minor and (note or visits) %}

Call **us on {{ phone.day }}** at {{ visit.time }}. [C01 X2] Now. [form]

- One [C01]
{% if note %}
- Two [C02]
{% endif %}

{% elif note %}

::: table 30 70
| A | B [form] |
|---|---|
| | {{ next_visit.date | weekday }} [form] |
:::

{% else %}

\\*Not strong\\*, \\# no heading. [form]

{% endif %}

::: lines 4
Write [form]
:::

::::
"""
CANONICAL = """\
::: section help
  ## Get help [form]

  if not patient.minor and (note or visits):
    Call **us on {{ phone.day }}** at {{ visit.time }}. [C01 X2]
    Now. [form]

    points:
      - One [C01]

      if note:
        - Two [C02]
  else if note:
    ::: table
      heads:
        | A [form]
        | B [form]
      row:
        |
        | {{ next_visit.date | weekday }} [form]
  else:
    \\*Not strong\\*, # no heading. [form]

  ::: lines
    Write [form]
"""


def hashes(text: Handout, clinic: Clinic) -> dict[str, str]:
    return {block.name: block.sha256 for block in approvable_blocks(text, clinic)}


BEFORE = hashes(handout(), CLINIC)


def voided(text: Handout, clinic: Clinic = CLINIC) -> set[str]:
    """Return the blocks whose approval a change voids."""
    after = hashes(text, clinic)
    return {name for name in BEFORE | after if BEFORE.get(name) != after.get(name)}


def other_letter(at: int) -> Callable[[str], str]:
    """Return an edit that changes one character and no more."""

    def edit(text: str) -> str:
        index = at % len(text)
        return text[:index] + ("x" if text[index] != "x" else "y") + text[index + 1 :]

    return edit


def test_the_text_is_pinned_since_every_approval_rests_on_its_form() -> None:
    assert canonical_text(parse_text(SAMPLE, "x.md")) == CANONICAL


@pytest.mark.parametrize("field", sorted(NODES))
def test_one_character_of_any_printed_words_voids_the_approval_of_its_block_alone(field: str) -> None:
    assert NODES[field] > 30
    for number in range(NODES[field]):
        tree = changed(getattr(handout(), field), nth_words(number, other_letter(number * 7)))
        found = voided(replace(handout(), **{field: tree}))
        assert len(found) == 1, number
        assert found <= {"record"} if field == "record" else next(iter(found)).startswith("section/")


@given(st.data())
def test_any_character_anywhere_counts(data: st.DataObject) -> None:
    number = data.draw(st.integers(0, NODES["nodes"] - 1))
    at, new = data.draw(st.integers(0, 500)), data.draw(st.characters(exclude_categories=["Cs"]))
    same = [False]

    def edit(text: str) -> str:
        index = at % len(text)
        same[0] = text[index] == new
        return text[:index] + new + text[index + 1 :]

    tree = changed(handout().nodes, nth_words(number, edit))
    assert bool(voided(replace(handout(), nodes=tree))) != same[0]


@pytest.mark.parametrize("name", [block.name for block in CLINIC.blocks])
def test_one_character_of_a_clinics_own_text_voids_its_approval_alone(name: str) -> None:
    block = CLINIC.block(name)
    assert block is not None
    for number in range(count(block.nodes, u.Words)):
        nodes = changed(block.nodes, nth_words(number, other_letter(number * 5)))
        blocks = tuple(replace(each, nodes=nodes) if each.name == name else each for each in CLINIC.blocks)
        assert voided(handout(), replace(CLINIC, blocks=blocks)) == {f"clinic/{name}"}


def test_a_changed_figure_of_the_clinic_voids_the_text_that_prints_it() -> None:
    hotter = decided(make_clinic(values={"fever": "39 °C"}))
    assert voided(handout(), hotter) == {"clinic/warning-signs"}
    silent = decided(make_clinic(values={"fever": None, "other": "x"}))
    assert voided(handout(), silent) == {"clinic/warning-signs"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("early_days", (1, 4)), ("early_days", (2, 3)), ("relief_months", (3, 7)), ("break_day", 15), ("diary_weeks", 27)],
)
def test_a_changed_milestone_voids_the_rules(field: str, value: object) -> None:
    milestones = replace(handout().milestones, **{field: value})
    assert "rules" in voided(replace(handout(), milestones=milestones))


def test_a_changed_promise_to_hear_voids_the_rules() -> None:
    assert voided(handout(), decided(make_clinic(handout={"hear_within_days": 21}))) == {"rules"}


@pytest.mark.parametrize("field", ["title", "required_blocks"])
def test_title_and_required_texts_are_approved_with_the_outline(field: str) -> None:
    value = "Another" if field == "title" else ("warning-signs",)
    assert voided(replace(handout(), **{field: value})) == {"outline"}


def test_the_source_that_is_named_is_approved() -> None:
    for name in ("title", "site", "sha256"):
        assert voided(replace(handout(), source=replace(handout().source, **{name: "other"}))) == {"outline"}


def test_a_part_left_out_or_moved_voids_the_outline() -> None:
    nodes = handout().nodes
    assert "outline" in voided(replace(handout(), nodes=nodes[:-1]))
    assert voided(replace(handout(), nodes=(nodes[1], nodes[0], *nodes[2:]))) == {"outline"}


def test_every_label_counts() -> None:
    for name, text in handout().labels.words.items():
        labels = replace(handout().labels, words={**handout().labels.words, name: f"{text} "})
        assert "labels" in voided(replace(handout(), labels=labels))


def first(kind: type[Struct], edit: Callable[[Any], Struct]) -> Callable[[Struct], Struct | None]:
    """Return a change that edits the first struct of `kind`."""
    done: list[Struct] = []

    def change(each: Struct) -> Struct | None:
        if not isinstance(each, kind) or done:
            return None
        done.append(each)
        return edit(each)

    return change


def test_a_mark_a_filter_a_condition_and_bold_type_count() -> None:
    edits: dict[Any, Callable[[Any], Struct]] = {
        u.Sentence: lambda each: replace(each, marks=("C41",)),
        u.Slot: lambda each: replace(each, filters=("month",)),
        u.Condition: lambda each: replace(each, operator="not", operands=(each,)),
        u.Words: lambda each: replace(each, strong=not each.strong),
        u.Heading: lambda each: replace(each, level=each.level % 3 + 1),
        u.List: lambda each: replace(each, style="number" if each.style != "number" else "check"),
    }
    for kind, edit in edits.items():
        tree = changed(handout().nodes, first(kind, edit))
        assert voided(replace(handout(), nodes=tree)), kind


def test_upgrades_that_change_no_printed_word_or_rule_keep_every_approval() -> None:
    def other_lines(each: Struct) -> Struct | None:
        return replace(each, line=each.line + 100) if isinstance(each, u.Slot) else None

    def other_look(each: Struct) -> Struct | None:
        if isinstance(each, u.Block) and each.name in {"lines", "table", "timeline", "visits", "diary"}:
            return replace(each, arguments=("7",))
        if isinstance(each, u.Block) and each.name == "section":
            return replace(each, arguments=(each.arguments[0], "start=sheet"), line=1)
        return None

    for change in (other_lines, other_look):
        assert voided(replace(handout(), nodes=changed(handout().nodes, change))) == set()
    newer = replace(handout(), version="9.0.0", next_review=handout().next_review.replace(year=2030))
    assert voided(newer) == set()


def test_a_text_of_the_clinic_that_nothing_prints_needs_no_approval() -> None:
    block = CLINIC.block("six-months")
    assert block is not None
    more = replace(CLINIC, blocks=(*CLINIC.blocks, replace(block, name="elsewhere")))
    assert voided(handout(), more) == set()


def name(text: str) -> u.Condition:
    return u.Condition("name", text)


def test_conditions_read_as_they_are_meant() -> None:
    a, b, c = name("a"), name("b"), name("c")
    either = u.Condition("or", operands=(a, b))
    assert condition_text(u.Condition("and", operands=(either, c))) == "(a or b) and c"
    assert condition_text(u.Condition("or", operands=(a, u.Condition("and", operands=(b, c))))) == "a or (b and c)"
    assert condition_text(u.Condition("not", operands=(either,))) == "not (a or b)"
    assert condition_text(u.Condition("or", operands=(u.Condition("not", operands=(a,)), either))) == "not a or a or b"


def test_changes_are_told_sentence_by_sentence() -> None:
    after = CANONICAL.replace("Now. [form]\n", "Today. [form]\n").replace("    Write [form]\n", "")
    assert changes(CANONICAL, after) == (
        Change("gone", "Now. [form]"),
        Change("new", "Today. [form]"),
        Change("gone", "Write [form]"),
    )
    assert changes(CANONICAL, CANONICAL) == ()
