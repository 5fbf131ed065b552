"""Templates: what is allowed is taken apart, everything else is refused with its own line."""

from __future__ import annotations

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.content import unfilled as u
from mvd_handout.content.library import parse_text
from mvd_handout.domain.errors import ContentError


def parse(text: str) -> u.Nodes:
    return parse_text(text, "x.md")


def error_of(text: str) -> str:
    with pytest.raises(ContentError) as caught:
        parse(text)
    return str(caught.value)


REFUSED = {
    "call": ("{{ patient.name() }} [form]", "other than a name"),
    "literal": ("{{ 'take two' }} [form]", "other than a name"),
    "number": ("{{ 3 }} [form]", "other than a name"),
    "sum": ("{{ week.number + 1 }} [form]", "other than a name"),
    "join": ("{{ patient.name ~ note }} [form]", "other than a name"),
    "dunder": ("{{ patient.__class__ }} [form]", "unknown slot patient.__class__"),
    "deep": ("{{ patient.name.upper }} [form]", "other than a name"),
    "index": ("{{ visits[0] }} [form]", "other than a name"),
    "unknown slot": ("{{ patient.nam }} [form]", "Did you mean patient.name?"),
    "unknown filter": ("{{ operation.date | shout }} [form]", "unknown filter shout"),
    "wrong filter": ("{{ patient.name | months }} [form]", "does not fit a value of type text"),
    "filter arguments": ("{{ operation.date | date('x') }} [form]", "filter with arguments"),
    "range without filter": ("{{ timeline.relief }} [form]", "needs | days or | months"),
    "conditional slot": ("{{ note if note else patient.name }} [form]", "other than a name"),
    "set": ("{% set a = 1 %}", "the tag assign"),
    "for": ("{% for v in visits %}\nx [form]\n{% endfor %}", "the tag for"),
    "macro": ("{% macro m() %}x{% endmacro %}", "the tag macro"),
    "import": ("{% import 'x' as y %}", "the tag import"),
    "include": ("{% include 'x' %}", "the tag include"),
    "raw inside a line": ("a {% if note %} b {% endif %} c [form]", "tag inside a line"),
    "comparison": ("{% if visits > 1 %}\nx [form]\n{% endif %}", "other than a name"),
    "unknown condition": ("{% if patient.tall %}\nx [form]\n{% endif %}", "unknown condition"),
    "unclosed": ("{% if note %}\nx [form]\n", "cannot be read"),
    "white-space control": ("{%- if note -%}\nx [form]\n{%- endif -%}", "minus sign"),
    "forged token": ("a \ue0000\ue001 b [form]", "private-use character"),
    "crossing": ("::: plain\n{% if note %}\nx [form]\n:::\n{% endif %}\n", "cross"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_on_the_list_is_refused_with_its_line(text: str, message: str) -> None:
    found = error_of(f"# Title [form]\n\n{text}")
    assert message in found
    assert "x.md" in found


def test_an_error_carries_the_templates_own_line_after_branches() -> None:
    branches = "{% if note %}\n\nOne. [form]\n\n{% else %}\n\nTwo. [form]\n\n{% endif %}\n"
    text = f"# T [form]\n{branches}\nThree. [form]\n\nNo mark here.\n"
    assert error_of(text).startswith("x.md, line 14: a sentence without a provenance mark")


def test_names_with_hyphens_are_names() -> None:
    (paragraph,) = parse("See {{ page.six-months }}. [form]")
    assert isinstance(paragraph, u.Paragraph)
    assert u.Slot("page.six-months", (), 1) in paragraph.content[0].parts


def conditions() -> st.SearchStrategy[str]:
    names = st.sampled_from(["note", "visits", "approval", "operation.planned", "patient.minor"])
    return st.recursive(
        names,
        lambda inner: st.one_of(
            inner.map(lambda x: f"not ({x})"),
            st.tuples(inner, inner).map(lambda xy: f"({xy[0]}) and ({xy[1]})"),
            st.tuples(inner, inner).map(lambda xy: f"({xy[0]}) or ({xy[1]})"),
        ),
        max_leaves=5,
    )


@given(conditions(), st.sets(st.sampled_from(["note", "visits", "approval", "operation.planned", "patient.minor"])))
def test_branches_are_chosen_as_jinja2_itself_would(condition: str, true: set[str]) -> None:
    source = f"{{% if {condition} %}}\nyes\n{{% else %}}\nno\n{{% endif %}}"
    context = {
        "note": "note" in true,
        "visits": "visits" in true,
        "approval": "approval" in true,
        "operation": {"planned": "operation.planned" in true},
        "patient": {"minor": "patient.minor" in true},
    }
    expected = jinja2.Environment(autoescape=True).from_string(source).render(context).strip()
    (choice,) = parse_text(source, "x.md", default_marks=("form",))
    assert isinstance(choice, u.Choice)
    test = choice.branches[0].condition
    assert test is not None
    assert ("yes" if holds(test, true) else "no") == expected


def holds(condition: u.Condition, true: set[str]) -> bool:
    if condition.operator == "name":
        return condition.name in true
    results = [holds(each, true) for each in condition.operands]
    return {"not": not results[0], "and": all(results), "or": any(results)}[condition.operator]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text_parses_or_is_refused_as_content(text: str) -> None:
    try:
        nodes = parse(text)
    except ContentError:
        return
    assert u.from_json(u.to_json(nodes)) == nodes
