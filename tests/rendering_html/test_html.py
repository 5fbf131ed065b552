"""The page as a value: its structure, its words, and that nothing from outside can change either."""

from __future__ import annotations

import base64
import io
import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec import structs
from PIL import Image

from mvd_handout.content.theme import Theme
from mvd_handout.domain.document import Box, Document, Identifier, Link, PageRef, Paragraph, Section, Table, Text
from mvd_handout.rendering.html import render_html
from mvd_handout.rendering.reading_order import reading_order
from tests.rendering_html.outline import Node, outline

PRINTABLE = st.characters(min_codepoint=0x20, max_codepoint=0x17E, exclude_categories=("C", "Zl", "Zp"))
HOSTILE = st.one_of(
    st.text(PRINTABLE, min_size=1, max_size=120),
    st.sampled_from(
        (
            "</style><script>alert(1)</script>",
            '" onload="alert(1)" x="',
            "--><!-- ]]> <![CDATA[ <b>",
            "&lt;b&gt; &amp;amp; &#60; &copy",
            '\\"; } body { display: none } /*',
            "{page} {pages} {{ 7 * 7 }} {% raw %}",
            "' autofocus tabindex=1 '",
            "Y" * 500,
        )
    ),
)


@pytest.fixture(scope="module")
def theme(themes: dict[str, Theme]) -> Theme:
    return themes["standard"]


@pytest.fixture(scope="module")
def page(document: Document, theme: Theme) -> Node:
    return outline(render_html(document, theme))


@pytest.fixture(scope="module")
def chartless(document: Document, theme: Theme) -> Node:
    return outline(render_html(_without_charts(document), theme))


def _only(document: Document, *blocks: Any) -> Document:
    return structs.replace(document, sections=(Section("only", tuple(blocks)),))


def _skeleton(node: Node) -> list[Any]:
    """Return the tree without texts and without the attributes that hold texts."""
    texts = {"content", "alt", "data-label"}
    attributes = {name: None if name in texts else value for name, value in node.attributes.items()}
    if "tel" in node.classes:
        attributes["class"] = "tel"  # the number's length decides whether it may break over lines
    if node.tag == "table":
        attributes["class"] = "writing" if "writing" in node.classes else None  # and a word's length whether it may
    return [node.tag, attributes, [_skeleton(child) for child in node.children if isinstance(child, Node)]]


# --- words -----------------------------------------------------------------


def test_words_are_read_in_reading_order(document: Document, page: Node) -> None:
    body = "".join(page.find_all("body")[0].read()).split()
    foot = f"{document.furniture.version} {document.furniture.document_id}".split()
    assert body == reading_order(document) + foot


def test_the_hidden_layout_of_a_picture_says_the_same(page: Node) -> None:
    for figure in page.find_all("figure"):
        names = {svg.find_all("title")[0].text for svg in figure.find_all("svg")}
        assert len(names) == 1


def test_page_references_name_and_lead_to_the_part(page: Node) -> None:
    links = {link.text: link.attributes["href"] for link in page.find_all("a")}
    target = links["“If you still twitch at six months”"]
    assert target is not None
    (section,) = [node for node in page.walk() if node.attributes.get("id") == target.removeprefix("#")]
    assert "If you still twitch at six months" in section.text
    # A part that this copy does not hold is named without a link that would lead nowhere.
    assert "“About” says more." in page.text
    assert "“About”" not in links


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=HOSTILE)
@example(value="carriage\rreturn")
def test_no_value_changes_the_page(
    document: Document, theme: Theme, chartless: Node, rewritten: Callable[[Any, Any], Any], value: str
) -> None:
    # Charts lay out their words, so theirs is a test of its own.
    hostile = rewritten(_without_charts(document), lambda old: value)
    made = outline(render_html(hostile, theme))
    assert _skeleton(made) == _skeleton(chartless)
    assert made.find_all("h1")[0].text == value
    assert made.find_all("title")[0].text == value
    assert {cell.text for cell in made.find_all("dd")} == {value}
    assert {cell.attributes["data-label"] for cell in made.find_all("th") if "data-label" in cell.attributes} == {value}
    assert made.find_all("img")[0].attributes["alt"] == value


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(value=" x")
@given(value=HOSTILE.filter(str.strip))  # a chart whose text alternative is blank is refused
def test_no_value_breaks_out_of_the_chart(
    document: Document, theme: Theme, rewritten: Callable[[Any, Any], Any], value: str
) -> None:
    hostile = rewritten(document, lambda old: value)
    made = outline(render_html(hostile, theme))
    known = {"svg", "title", "g", "rect", "circle", "polygon", "polyline", "line", "text"}
    for svg in made.find_all("svg"):
        assert {node.tag for node in svg.walk()} <= known
        assert set(svg.find_all("title")[0].text.split(" ")) <= set(value.split(" "))


def _without_charts(document: Document) -> Document:
    sections = tuple(
        structs.replace(section, blocks=tuple(b for b in section.blocks if type(b).__name__ != "Chart"))
        for section in document.sections
    )
    return structs.replace(document, sections=sections)


# --- structure ---------------------------------------------------------------


def test_landmarks_and_headings(page: Node, document: Document) -> None:
    assert page.find_all("html")[0].attributes["lang"] == document.metadata.language
    assert [len(page.find_all(tag)) for tag in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
    assert [title.text for title in page.find_all("head")[0].find_all("title")] == [document.metadata.title]
    levels = [int(node.tag[1]) for node in page.find_all("h1", "h2", "h3")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_the_draft_notice_stands_first_and_only_in_a_draft(document: Document, theme: Theme, page: Node) -> None:
    first = next(child for child in page.find_all("body")[0].children if isinstance(child, Node))
    assert (first.tag, first.text) == ("aside", "DRAFT. Do not give to a patient.")
    approved = structs.replace(document, furniture=structs.replace(document.furniture, draft=""))
    assert "DRAFT" not in outline(render_html(approved, theme)).find_all("body")[0].text


def test_an_alarm_is_a_landmark_under_its_heading(page: Node) -> None:
    (alarm,) = [node for node in page.walk() if "alarm" in node.classes]
    (name,) = [node for node in alarm.walk() if node.attributes.get("id") == alarm.attributes["aria-labelledby"]]
    assert (alarm.tag, name.text) == ("section", "Get help now")


def test_table_cells_are_tied_to_their_headers(page: Node) -> None:
    ids = {node.attributes.get("id"): node for node in page.walk()}
    for table in page.find_all("table"):
        assert ids[table.attributes["aria-labelledby"]].tag in {"h2", "h1"}
        heads = [cell for cell in table.find_all("thead")[0].find_all("th")]
        assert {cell.attributes["scope"] for cell in heads} == {"col"}
        for row in table.find_all("tbody")[0].find_all("tr"):
            cells = row.find_all("th", "td")
            assert cells[0].attributes["scope"] == "row"
            assert [cell.attributes["data-label"] for cell in cells] == [head.text for head in heads]


def test_a_cell_without_words_is_no_header(document: Document, theme: Theme) -> None:
    table = Table(((), (Text("When"),)), (((), (Text("Now"),)),))
    made = outline(render_html(_only(document, table), theme))
    assert [cell.text for cell in made.find_all("th")] == ["When"]


def test_ids_are_unique_and_every_reference_is_met(page: Node) -> None:
    ids = [node.attributes["id"] for node in page.walk() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    named = {node.attributes["aria-labelledby"] for node in page.walk() if "aria-labelledby" in node.attributes}
    linked = {link.attributes["href"] for link in page.find_all("a")}
    assert named <= set(ids)
    assert {href[1:] for href in linked if href and href.startswith("#")} <= set(ids)


def test_telephone_numbers_can_be_dialled(page: Node) -> None:
    numbers = {link.text: link.attributes["href"] for link in page.find_all("a") if "tel" in link.classes}
    assert numbers["01632\u00a0960\u00a0123"] == "tel:01632960123"
    assert "555-0199" in numbers


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "data:text/html,x", "http://example.org", "//example.org", ""]
)
def test_a_link_that_leads_elsewhere_is_refused(document: Document, theme: Theme, target: str) -> None:
    with pytest.raises(ValueError, match="tele"):
        render_html(_only(document, Paragraph((Link("x", target),))), theme)


def test_an_emphasised_reference_in_a_box_stays_a_link(document: Document, theme: Theme) -> None:
    reference = PageRef("only", "page {page}", "Here", strong=True)
    made = outline(render_html(_only(document, Box("plain", (Paragraph((reference,)),))), theme))
    (strong,) = made.find_all("strong")
    assert [link.attributes["href"] for link in strong.find_all("a")] == ["#part-1"]


# --- one file, no network -----------------------------------------------------


def test_the_page_runs_and_loads_nothing(document: Document, theme: Theme, page: Node) -> None:
    text = render_html(document, theme).decode("utf-8")
    assert not page.find_all("script", "link", "iframe", "object", "embed", "base", "form", "video", "audio")
    assert not [name for node in page.walk() for name in node.attributes if name.startswith("on")]
    assert all(source.startswith("data:") for source in re.findall(r"url\(([^)]*)\)|@import", text))
    first, second = page.find_all("meta")[:2]
    assert first.attributes == {"charset": "utf-8"}
    assert "default-src 'none'" in (second.attributes["content"] or "")
    assert "script" not in (second.attributes["content"] or "")


def test_only_fonts_that_the_words_need_are_carried(document: Document, theme: Theme) -> None:
    def carried(name: str) -> int:
        identity = (Identifier("Name", name, "patient.name"),)
        return render_html(structs.replace(document, identity=identity), theme).count(b"@font-face")

    assert [carried(name) for name in ("Åse Łukasz", "Μαρία", "Мария", "Nguyễn Μαρία Мария")] == [2, 4, 4, 8]


def test_the_margins_of_a_printed_page_say_whose_it_is(document: Document, theme: Theme) -> None:
    style = outline(render_html(document, theme)).find_all("style")[0].text
    rules = style[style.rindex("@page") :]
    words = re.sub(r"\\([0-9a-f]{6})", lambda match: chr(int(match[1], 16)), rules)
    assert 'content: "Name Rosalind Vane-Ørsted, Record number 000-4471, ' in words
    assert 'content: "DRAFT. Do not give to a patient."' in words
    assert 'content: "Page " counter(page) " of " counter(pages)' in words


def test_the_logo_keeps_its_pixels(document: Document, page: Node) -> None:
    logo = document.letterhead.logo
    assert logo is not None
    source = page.find_all("img")[0].attributes["src"] or ""
    with Image.open(io.BytesIO(base64.b64decode(source.removeprefix("data:image/png;base64,")))) as image:
        assert (image.mode, image.size, image.tobytes()) == ("RGB", (logo.width, logo.height), logo.pixels)


def test_no_identifier_stands_in_the_title_or_the_description(document: Document, page: Node) -> None:
    head = page.find_all("head")[0]
    told = [*head.find_all("title")[0].children, *(meta.attributes.get("content") for meta in head.find_all("meta"))]
    for entry in document.identity:
        assert not [text for text in told if entry.value in str(text)]


def test_the_same_document_makes_the_same_bytes(document: Document, theme: Theme) -> None:
    assert render_html(document, theme) == render_html(structs.replace(document), theme)
