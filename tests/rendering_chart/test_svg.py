from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.rendering.drawing import Circle, Drawing, Label, Line, Polygon, Rect
from mvd_handout.rendering.svg import drawing_to_svg

SVG = "{http://www.w3.org/2000/svg}"
BLACK = (0.0, 0.0, 0.0)
hostile = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1
)


def label(text: str) -> Label:
    return Label(1, 2, text, 12, BLACK)


@given(hostile.filter(str.strip), hostile)
def test_any_words_come_out_as_they_went_in(alt: str, text: str) -> None:
    root = ET.fromstring(drawing_to_svg(Drawing(10, 10, ((label(text),),)), "c1", alt))
    assert root.findtext(f"{SVG}title") == alt
    assert [element.text for element in root.iter(f"{SVG}text")] == [text]
    assert len(list(root.iter())) == 4, "no element came out of the words"


def test_it_is_named_by_title_and_alternative_text() -> None:
    root = ET.fromstring(drawing_to_svg(Drawing(100, 50.5, ()), "chart-1", "What it shows", "Your timeline"))
    assert root.get("role") == "img"
    assert root.get("viewBox") == "0 0 100 50.5"
    ids = {element.get("id"): element.text for element in root.iter() if element.get("id")}
    named = [ids[name] for name in (root.get("aria-labelledby") or "").split()]
    assert named == ["Your timeline", "What it shows"]


def test_shapes_keep_place_and_colour() -> None:
    shapes = (
        Rect(1, 2, 3, 4, fill=(1, 0, 0)),
        Line(0, 0, 5, 5, (0, 0, 1), 0.5, (2, 1)),
        Polygon(((0, 0), (1, 0), (1, 1)), fill=BLACK),
        Polygon(((0, 0), (1, 0)), stroke=BLACK, line_width=1, closed=False),
        Circle(5, 6, 2, stroke=(0, 1, 0), line_width=1.25),
        Label(9, 9, "x", 12, BLACK, strong=True, anchor="end"),
    )
    (group,) = ET.fromstring(drawing_to_svg(Drawing(10, 10, (shapes,)), "c", "alt")).iter(f"{SVG}g")
    rect, line, polygon, polyline, circle, text = group
    assert (rect.get("x"), rect.get("height"), rect.get("fill")) == ("1", "4", "#ff0000")
    assert (line.get("stroke"), line.get("stroke-dasharray"), line.get("x2")) == ("#0000ff", "2 1", "5")
    assert (polygon.tag, polyline.tag) == (f"{SVG}polygon", f"{SVG}polyline")
    assert polyline.get("fill") == "none", "an open line encloses nothing"
    assert (circle.get("r"), circle.get("stroke-width"), circle.get("fill")) == ("2", "1.25", "none")
    assert (text.get("font-weight"), text.get("text-anchor"), text.get("font-size")) == ("700", "end", "12")
    assert text.get("font-family") is None, "the page gives the font"


@pytest.mark.parametrize("prefix", ["", "1a", 'a" onload="x', "a b"])
def test_an_unusable_id_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="not usable as an id"):
        drawing_to_svg(Drawing(1, 1, ()), prefix, "alt")


def test_a_picture_without_alternative_text_is_refused() -> None:
    with pytest.raises(ValueError, match="alternative text"):
        drawing_to_svg(Drawing(1, 1, ()), "c", " ")
