"""What changed between two approved texts, and under which conditions a sentence is printed."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.composing.review.changes import Change, compare
from mvd_handout.composing.review.conditions import in_words, simplified
from mvd_handout.composing.review.say import Say
from mvd_handout.content import unfilled as u
from mvd_handout.content.checks.passages import Guard, holds
from mvd_handout.domain import document as d
from mvd_handout.domain.slots import TESTS
from tests.review.packs import make_pack

SENTENCES = st.lists(
    st.sampled_from(["Call us today. [C01]", "Call us tomorrow. [C01]", "Rest.", "points:", "- Walk a lot. [C02]"])
)
NAMES = ("visits", "note", "operation.planned", "operation.done")


def name(text: str) -> u.Condition:
    return u.Condition("name", text)


def both(*operands: u.Condition) -> u.Condition:
    return u.Condition("and", operands=operands)


CONDITIONS = st.recursive(
    st.sampled_from([name(each) for each in NAMES]),
    lambda inner: st.one_of(
        st.builds(lambda each: u.Condition("not", operands=(each,)), inner),
        st.builds(lambda one, other: both(one, other), inner, inner),
        st.builds(lambda one, other: u.Condition("or", operands=(one, other)), inner, inner),
    ),
    max_leaves=4,
)  # fmt: skip
GUARDS = st.lists(st.lists(st.tuples(CONDITIONS, st.booleans()), max_size=3).map(tuple), min_size=1, max_size=3)


def text(run: d.Inlines) -> str:
    return "".join(part.text for part in run)


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("Call us today.\n", "Call us tomorrow.\n", [("changed", "Call us today.", "Call us tomorrow.")]),
        ("Rest.\n", "Rest.\n\n  Walk.\n", [("added", "", "Walk.")]),
        ("Rest.\nWalk.\n", "Walk.\n", [("removed", "Rest.", "")]),
        ("Rest.\n", "Phone us by night.\n", [("removed", "Rest.", ""), ("added", "", "Phone us by night.")]),
        ("if note:\n  Rest.\n", "Rest.\n", [("removed", "if note:", "")]),
    ],
)  # fmt: skip
def test_each_sentence_that_differs_is_told_with_what_happened_to_it(
    before: str, after: str, wanted: list[tuple[str, str, str]]
) -> None:
    assert [(each.kind, each.before, each.after) for each in compare(before, after)] == wanted


def test_the_words_that_differ_stand_out() -> None:
    before, after = Change("Call us today. [C01]", "Call us tomorrow. [C01]").shown()
    assert [part.text for part in before if part.strong] == ["today."]
    assert [part.text for part in after if part.strong] == ["tomorrow."]


@given(SENTENCES, SENTENCES)
def test_nothing_that_differs_is_left_out(old: list[str], new: list[str]) -> None:
    found = compare("\n".join(old), "\n".join(new))
    gone = [each.before for each in found if each.before]
    come = [each.after for each in found if each.after]
    assert (found == ()) == (old == new)
    for sentence in {*old, *new}:
        assert old.count(sentence) - gone.count(sentence) == new.count(sentence) - come.count(sentence) >= 0
    assert [(text(each.shown()[0]), text(each.shown()[1])) for each in found] == [(c.before, c.after) for c in found]


@given(GUARDS)
def test_a_simpler_condition_is_true_of_the_same_patients(alternatives: list[Guard]) -> None:
    made = simplified(alternatives)
    for values in itertools.product((True, False), repeat=3):
        truth = dict(zip(NAMES, values, strict=False)) | {"operation.done": not values[2]}
        meant = any(all(holds(condition, truth) is wanted for condition, wanted in guard) for guard in alternatives)
        said = any(all(any(truth[key] is wanted for key, wanted in clause) for clause in clauses) for clauses in made)
        assert said is meant


def test_two_opposite_branches_are_every_copy() -> None:
    planned, carer = name("operation.planned"), name("patient.carer")
    assert words([((planned, True),), ((planned, False),)]) == ""
    assert words([((planned, True), (carer, True)), ((name("operation.done"), True), (carer, True))]) == (
        "if a carer is named"
    )


def test_what_the_branches_above_settle_is_not_said_again() -> None:
    visits, done = name("visits"), name("operation.done")
    guard = ((both(visits, done), False), (visits, True))
    assert words([guard]) == "if the operation is still to come and if a visit is booked"


@pytest.mark.parametrize("test", sorted(TESTS))
def test_every_name_that_a_text_may_ask_for_is_worded_both_ways(test: str) -> None:
    said = {words([((name(test), truth),)]) for truth in (True, False)}
    assert len(said) == 2
    assert said.isdisjoint({f"if {test}", f"if not {test}"})


def words(alternatives: list[Guard]) -> str:
    say: Say = make_pack().say
    return in_words(alternatives, say)
