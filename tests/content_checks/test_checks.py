"""Every check passes a good text and fails a bad one, and names the line of what is bad."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.content.checks.branches import printed, truths
from mvd_handout.content.checks.check import CHECKS
from mvd_handout.content.checks.numbers import derived_shares, find_numbers
from mvd_handout.content.checks.wording import is_passive, speaks_to_reader
from mvd_handout.content.unfilled import Condition
from tests.content_checks.subjects import run, shipped, small

MESSAGE = "::::: section a\n\n:::: message\n::: lead\n{lead}\n:::\n::::\n\n:::::\n"
ALARM = (
    "::: alarm\n## Help [form]\nCall {{ phone.day }}, {{ phone.out_of_hours }} or {{ phone.emergency }}. [form]\n:::\n"
)
TABLE = "| What [form] | When [form] |\n|---|---|\n| Rest [form] | Now [form] |\n"
WORDS = " ".join(["word"] * 21)

CASES = {
    "readability.grade": (
        "You may rest. [form]\n",
        "Considerable postoperative deterioration necessitates comprehensive neurological reassessment. [form]\n",
    ),
    "sentences.length": ("Go home and rest. [form]\n", f"Some {WORDS}. [form]\n"),
    "lists.length": ("- a [form]\n" * 7, "- a [form]\n" * 8),
    "voice.active": ("Your surgeon moved it. [form]\n", "The vessel was moved by him. [form]\n"),
    "address.direct": ("You can rest. [form]\n", "The nerve heals. [form]\n"),
    "address.reader": ("You should rest. [form]\n", "The patient should rest. [form]\n"),
    "words.plain": ("You need help. [form]\n", "You require help. [form]\n"),
    "words.capitals": ("MVD is **not** new. [form]\n", "It is NOT new. [form]\n"),
    "terms.explained": ("It left spasms (twitches). [C12]\n\nSpasms end. [C12]\n", "It left spasms. [C12]\n"),
    "numbers.percent": ("About 30 of 100 people. [C02]\n", "About 30 per cent of people. [C02]\n"),
    "numbers.denominator": (
        "About 30 out of every 100 people have it. [C02]\n",
        "About three out of every ten people have it. [C02]\n",
    ),
    "numbers.range": ("It takes 3 to 6 months. [C16]\n", "It takes 3–6 months. [C16]\n"),
    "numbers.derived": (
        "About 30 out of every 100 people have it. [C02]\n",
        "About sixty out of every 100 people have it. [C02]\n",
    ),
    "numbers.source": ("About 30 people in 100. [C02]\n", "About 45 people in 100. [C02]\n"),
    "numbers.vague": ("Many people get better. [C14]\n", "Many people (80 of them) get better. [form]\n"),
    "numbers.sums": ("Come on {{ hear_by.date | weekday }}. [form]\n", "Subtract two days. [form]\n"),
    "dates.formats": ("Come on {{ hear_by.date | weekday }}. [form]\n", "Come on {{ hear_by.date | date }}. [form]\n"),
    "dates.written": ("Come on 5 March 2026. [form]\n", "Come on 5/3/2026. [form]\n"),
    "outcomes.never": ("It can bring relief. [C01]\n", "It can bring a cure. [C01]\n"),
    "outcomes.apart": ("It can bring relief. [C01]\n", "It can bring relief. [C03]\n"),
    "provenance.form-medical": ("Fill in one row. [form]\n", "Take your medicine. [form]\n"),
    "structure.title": ("# Your paper [form]\n", "Your paper. [form]\n"),
    "structure.message": (MESSAGE.format(lead="You may twitch. [C01]"), "You may twitch. [C01]\n"),
    "structure.message-first": (
        MESSAGE.format(lead="You may twitch. [C01]"),
        "A is so. [form] B is so. [form] C is so. [form]\n\n" + MESSAGE.format(lead="You may twitch. [C01]"),
    ),
    "structure.message-active": (
        MESSAGE.format(lead="Your surgeon will check. [C22]"),
        MESSAGE.format(lead="It will be checked. [C22]"),
    ),
    "structure.message-direct": (
        MESSAGE.format(lead="Your face may twitch. [C01]"),
        MESSAGE.format(lead="Faces may twitch. [C01]"),
    ),
    "structure.headings": (
        "::: section a\n## Rest [form]\nYou can rest now. [form]\n:::\n",
        "::: section a\nYou can rest now. [form]\n:::\n",
    ),
    "structure.chunks": ("You rest. [form] " * 7 + "\n", "You rest. [form] " * 8 + "\n"),
    "structure.captions": (
        ":::: section a\n::: qr phone.day\nScan this. [form]\n:::\n::::\n",
        ":::: section a\n::: qr phone.day\n:::\n::::\n",
    ),
    "structure.numbers-shown": (
        "::: icons 30 100\n30 out of every 100 people. [C02]\n:::\n",
        "About 30 out of every 100 people. [C02]\n",
    ),
    "structure.tools": ("::: lines 3\nWrite here. [form]\n:::\n", "Write here. [form]\n"),
    "structure.action": (ALARM, "Call us. [form]\n"),
    "structure.steps": ("1. Ask us what to expect. [form]\n", "1. The nerve heals in time. [C19]\n"),
    "structure.silence": ("The article does not say when. [X9]\n", "It is soon. [X9]\n"),
}
ELSEWHERE = {
    "readability.smog",  # a figure without a limit
    "sentences.advised",  # advice only: below
    "structure.columns",  # advice only: below
    "structure.chart",  # needs a whole timeline: below
    "provenance.resolved",  # with the registers: test_lints.py
    "provenance.listed",
}


def test_every_check_is_tried_both_ways() -> None:
    assert {each(shipped()).id for each in CHECKS} == set(CASES) | ELSEWHERE


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_good_text_passes_and_a_bad_one_fails(name: str) -> None:
    good, bad = CASES[name]
    assert run(name, small(good)).outcome == "pass"
    failed = run(name, small(f"\n\n{bad}"))
    assert failed.outcome == "fail"
    assert all("hfs-recovery/en.md" in finding.where for finding in failed.findings)
    assert failed.standard
    assert failed.source


@pytest.mark.parametrize("name", sorted(name for name in CASES if not name.startswith(("structure", "address.direct"))))
def test_what_fails_is_named_with_its_line(name: str) -> None:
    place = run(name, small(f"Come in. [form]\n\n\n\n{CASES[name][1]}")).findings[0].where
    line = re.fullmatch(r"hfs-recovery/en\.md, line (\d+)", place)
    assert line is not None
    assert int(line[1]) >= 5


def test_a_sentence_over_what_is_advised_is_for_a_person() -> None:
    sixteen = " ".join(["word"] * 15)
    check = run("sentences.advised", small(f"Some {sixteen}. [form]\n"))
    assert check.outcome == "for a person"
    assert "16 words" in check.findings[0].found
    assert run("sentences.advised", small(f"{sixteen}. [form]\n")).outcome == "pass"


def test_a_long_head_of_a_column_is_for_a_person() -> None:
    assert run("structure.columns", small(TABLE)).outcome == "pass"
    long = TABLE.replace("What", "What the reader may expect now")
    assert run("structure.columns", small(long)).outcome == "for a person"


def test_a_timeline_needs_its_words_and_its_table() -> None:
    assert run("structure.chart", shipped()).outcome == "pass"
    assert run("structure.chart", small("You rest. [form]\n")).outcome == "fail"
    assert run("structure.chart", small(f"::: timeline\n{TABLE}:::\n")).outcome == "fail"


# --- numbers ---------------------------------------------------------------

NUMBER_WORDS = shipped().rules.part("number_words")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("30 out of 100", [30, 100]),
        ("thirty out of a hundred", [30, 100]),
        ("Seventy-five or sixty five", [75, 65]),
        ("two hundred", [200]),
        ("38.5 and 3,5", [38.5, 3.5]),
        ("one of the long-term treatments", []),
        ("tenth often weighty sixties", []),
        ("day 3, month 6.", [3, 6]),
    ],
)
def test_numbers_are_found_in_figures_and_in_words(text: str, values: list[float]) -> None:
    assert [each.value for each in find_numbers(text, NUMBER_WORDS)] == values  # type: ignore[arg-type]


@given(st.text(max_size=120))
def test_numbers_stand_where_they_are_said_to_stand(text: str) -> None:
    for each in find_numbers(text, NUMBER_WORDS):  # type: ignore[arg-type]
        assert 0 <= each.start < each.end <= len(text)
        assert text[each.start : each.end].strip() == text[each.start : each.end]


def test_the_figures_that_could_be_reckoned_are_those_of_x1() -> None:
    assert derived_shares({"shares": {"of": 100, "figures": [30, 30]}}) == {60, 70, 40}
    assert derived_shares({"shares": {"of": 100, "figures": [20, 50]}}) == {70, 30, 80}


@pytest.mark.parametrize(
    "text",
    [
        "About 70 out of every 100 people do not. [C02]",
        "So 40 are left. [C02]",
        "Seventy people do not. [form]",
        "It takes 9 months. [C16]",
        "It takes nine months. [form]",
        "It takes 2 days. [C03]",
    ],
)
def test_a_figure_that_the_source_does_not_give_is_found(text: str) -> None:
    assert run("numbers.derived", small(f"{text}\n")).outcome == "fail"


@pytest.mark.parametrize("text", ["It takes 3 to 6 months. [C16]", "Day 0. [X3]", "You are under 18. [form]"])
def test_the_figures_of_the_source_are_let_through(text: str) -> None:
    assert run("numbers.derived", small(f"{text}\n")).outcome == "pass"


@pytest.mark.parametrize(
    "text", ["1 in 7 people. [C02]", "Half of the people. [C02]", "3 in ten people. [C02]", "Two thirds. [C02]"]
)
def test_a_share_of_something_else_is_found(text: str) -> None:
    assert run("numbers.denominator", small(f"{text}\n")).outcome == "fail"


def test_a_window_needs_the_mark_that_gives_it() -> None:
    good = "It takes {{ timeline.relief_months }} months. [C16]\n"
    assert run("numbers.source", small(good)).outcome == "pass"
    assert run("numbers.source", small(good.replace("C16", "C14"))).outcome == "fail"


def test_in_a_clinics_own_words_the_sources_rules_are_advice() -> None:
    section = ":::: section a\n::: clinic own\nNothing yet. [form]\n:::\n::::\n"
    check = run("numbers.derived", small(section, clinic="Here 70 out of every 100 people do well.\n"))
    assert check.outcome == "for a person"
    assert check.findings[0].where == "blocks/own.md, line 1"
    assert run("numbers.derived", small(section, clinic="Stay for 60 minutes.\n")).outcome == "pass"
    assert run("outcomes.never", small(section, clinic="This is a cure.\n")).outcome == "for a person"


# --- voice and address -----------------------------------------------------


@pytest.mark.parametrize(
    ("text", "passive"),
    [
        ("The vessel was moved.", True),
        ("It is not always seen at once.", True),
        ("These words were often written by us.", True),
        ("Your surgeon moved the vessel.", False),
        ("You are tired.", False),
        ("It is a need.", False),
        ("", False),
    ],
)
def test_the_passive_is_told_by_its_pattern(text: str, passive: bool) -> None:
    assert is_passive(text, shipped().rules) is passive


@pytest.mark.parametrize(
    ("text", "direct"),
    [("You can rest.", True), ("Ask your team.", True), ("Call us.", True), ("The nerve heals.", False)],
)
def test_the_reader_is_spoken_to(text: str, direct: bool) -> None:
    assert speaks_to_reader(text, shipped().rules) is direct


# --- terms -----------------------------------------------------------------

SPASMS = "{% if note %}\n\nIt left spasms (twitches). [C12]\n\n{% endif %}\n\nSpasms can end. [C12]\n"


def test_a_term_that_is_explained_in_one_branch_only_is_not_explained_in_the_other() -> None:
    check = run("terms.explained", small(SPASMS))
    assert [finding.where for finding in check.findings] == ["hfs-recovery/en.md, line 7"]


def test_a_term_explained_on_both_branches_is_explained() -> None:
    both = SPASMS.replace("{% endif %}", "{% else %}\n\nSpasms (twitches) came. [C12]\n\n{% endif %}")
    assert run("terms.explained", small(both)).outcome == "pass"


def test_a_term_may_stand_in_brackets_after_its_explanation() -> None:
    assert run("terms.explained", small("The nerve’s coat (myelin) heals. [C08]\n")).outcome == "pass"
    assert run("terms.explained", small("The myelin heals (in time). [C08]\n")).outcome == "fail"


# --- what is scored --------------------------------------------------------


def test_names_places_and_the_note_are_not_scored() -> None:
    subject = small(
        "Call {{ surgeon.name }}’s team in {{ clinic.unit }} by {{ hear_by.date }}. [form]\n\n{{ note }} [computed]\n"
    )
    assert [line.text for line in subject.lines] == ["Call team in by 5 March 2026."]


def test_a_sentence_that_two_branches_share_is_scored_once() -> None:
    twice = "{% if note %}\n\nYou rest. [form]\n\n{% else %}\n\nYou rest. [form]\n\n{% endif %}\n"
    assert [line.text for line in small(twice).lines] == ["You rest."]


def test_a_label_is_no_running_text() -> None:
    subject = small("# A title of six plain words [form]\n\n- Short label [form]\n- You can rest here now [form]\n")
    assert [line.text for line in subject.running] == ["You can rest here now"]


def test_the_hardest_copy_counts_and_not_only_the_mean() -> None:
    hard = CASES["readability.grade"][1]
    easy = "You can rest. [form]\n\n" * 30 + "Go to bed. [form]\n"
    text = f"{{% if note %}}\n\n{easy}\n\n{{% else %}}\n\n{hard}\n\n{{% endif %}}\n"
    check = run("readability.grade", small(text))
    assert check.outcome == "fail"
    assert check.findings[0].where.startswith("hfs-recovery/en.md, line 6")


def test_every_choice_of_branches_is_tried_but_no_operation_is_both_planned_and_done() -> None:
    text = "{% if operation.done and note %}\n\nA. [form]\n\n{% elif operation.planned %}\n\nB. [form]\n\n{% endif %}\n"
    guards = [passage.guard for passage in small(text).text.passages]
    found = {tuple(printed(guard, truth) for guard in guards) for truth in truths(guards)}
    assert found == {(True, False), (False, True), (False, False)}
    assert {tuple(printed(guard, truth) for guard in guards) for truth in truths(guards, {"note": False})} == {
        (False, True),
        (False, False),
    }


@given(st.integers(0, 20))
def test_a_text_with_many_conditions_still_ends(count: int) -> None:
    guards = [((Condition("name", f"n{number}"), True),) for number in range(count)]
    found = list(truths(guards))
    assert {all(truth.values()) for truth in found} >= {True}
    assert len(found) <= 4096
    assert all(any(printed(guard, truth) for truth in found) for guard in guards)
