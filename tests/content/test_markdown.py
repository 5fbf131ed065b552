"""Markdown into the unfilled tree: blocks, marks, lists under conditions, and what we do not draw."""

from __future__ import annotations

import pytest

from mvd_handout.content import unfilled as u
from mvd_handout.content.library import parse_text
from mvd_handout.domain.errors import ContentError


def parse(text: str) -> u.Nodes:
    return parse_text(text, "x.md")


def words(sentences: u.Sentences) -> list[str]:
    return ["".join(p.text if isinstance(p, u.Words) else f"<{p.name}>" for p in s.parts) for s in sentences]


def test_every_sentence_keeps_its_own_marks() -> None:
    (paragraph,) = parse("It can stop,\nthen come back. [C04 X4] **This alone** is {{ note }}. [C27]\n")
    assert isinstance(paragraph, u.Paragraph)
    assert words(paragraph.content) == ["It can stop, then come back.", "This alone is <note>."]
    assert [sentence.marks for sentence in paragraph.content] == [("C04", "X4"), ("C27",)]
    assert [sentence.line for sentence in paragraph.content] == [1, 2]
    assert paragraph.content[1].parts[0] == u.Words("This alone", strong=True)


def test_items_under_a_condition_stay_in_one_list() -> None:
    (one,) = parse("- a [form]\n{% if note %}\n- b [form]\n{% else %}\n- c [form]\n{% endif %}\n- d [form]\n")
    assert isinstance(one, u.List)
    assert [type(item).__name__ for item in one.items] == ["Item", "Choice", "Item"]


def test_two_lists_apart_stay_two() -> None:
    nodes = parse("- a [form]\n\nText. [form]\n\n- b [form]\n")
    assert [type(node).__name__ for node in nodes] == ["List", "Paragraph", "List"]


def test_a_table_row_carries_one_mark_for_all_its_cells() -> None:
    (table,) = parse("| A | B [form] |\n|---|---|\n| {{ phone.day }} | Day [form] |\n")
    assert isinstance(table, u.Table)
    assert [sentence.marks for cell in table.rows[0] for sentence in cell] == [("form",), ("form",)]


def test_named_blocks_nest() -> None:
    (section,) = parse(":::: section first start=page\n\n::: lead\nStay calm. [form]\n:::\n\n::::\n")
    assert isinstance(section, u.Block)
    assert section.arguments == ("first", "start=page")
    assert isinstance(section.body[0], u.Block)
    assert section.body[0].name == "lead"


def test_a_tick_box_makes_a_check_list() -> None:
    (check,) = parse("- [ ] The wristband matches. [form]\n")
    assert isinstance(check, u.List)
    assert check.style == "check"
    assert isinstance(check.items[0], u.Item)
    assert words(check.items[0].content) == ["The wristband matches."]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Just words.", "without a provenance mark"),
        ("One. Two. [form]", "two sentences under one provenance mark"),
        ("One. [C1234]", "is no provenance mark"),
        ("One. [see above]", "is no provenance mark"),
        ("[form]", "no sentence before it"),
        ("# Title", "without a provenance mark"),
        ("#### Deep [form]", "a heading of level 4"),
        ("| A | B [form] |\n|---|---|\n| x | |", "a table row without a provenance mark"),
        ("- a [form]\n  - b [form]", "a list in a list"),
        ("> quoted [form]", "a quotation"),
        ("```\ncode\n```", "a code block"),
        ("    indented [form]", "an indented block"),
        ("<b>x</b> [form]", "html"),
        ("<div>\nx [form]\n</div>", "HTML"),
        ("*soft* [form]", "em"),
        ("![x](y.png) [form]", "image"),
        ("[x](https://example.org) [form]", "link"),
        ("`x` [form]", "code"),
        ("---", "a ruled line"),
        ("[Night]: 01632960101", "is no provenance mark"),
        ("| A | B [form] |\n|---|---|\n| a | b | c [form] |", "more cells than columns"),
        ("2. second [form]\n3. third [form]", "a list that starts with 2"),
        ("::: icons 30\nx [form]\n:::", "icons with arguments that do not fit"),
        ("::: icons 200 100\nx [form]\n:::", "icons with arguments that do not fit"),
        ("::: lines x\nx [form]\n:::", "lines with arguments that do not fit"),
        ("::: section a start=never\nx [form]\n:::", "section with arguments that do not fit"),
        ("a &#xE000;0&#xE001; [form]", "a character written as a number"),
        ("{% raw %}{{ x }}{% endraw %} [form]", "braces that are no slot"),
        ("::: marquee\nx [form]\n:::", "the unknown block marquee"),
    ],
)
def test_what_is_not_drawn_is_refused_with_file_and_line(text: str, message: str) -> None:
    with pytest.raises(ContentError) as caught:
        parse(f"Fine. [form]\n\n{text}\n")
    assert message.lower() in str(caught.value).lower()
    assert "x.md, line " in str(caught.value)
