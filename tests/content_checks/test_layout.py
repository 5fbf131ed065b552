"""Size of type, length of lines and contrast: measured in themes, and judged."""

from __future__ import annotations

import dataclasses

import pytest
from msgspec import structs

from mvd_handout.content.checks.check import report, running_text
from mvd_handout.content.checks.layout import Look, Pair, layout_checks
from mvd_handout.content.checks.report import Check
from mvd_handout.content.theme import load_theme
from mvd_handout.domain.document import Text
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.html.colour import contrast
from mvd_handout.rendering.legibility import characters, looks, measured
from mvd_handout.rendering.pdf.geometry import geometry
from mvd_handout.rendering.wrapping import wrap
from tests.content_checks.subjects import shipped

GOOD = Look(
    "standard",
    "A4",
    False,
    (("body", 14.0), ("small", 12.0)),
    66.0,
    (Pair("ink", 12.0), Pair("rule", 4.0, words=False)),
)
LARGE = dataclasses.replace(GOOD, theme="large-print", large=True, sizes=(("body", 18.0),), characters=52.0)


def judged(name: str, *given: Look) -> Check:
    return next(check for check in layout_checks(shipped(), given) if check.id == name)


@pytest.mark.parametrize(
    "name", ["layout.body", "layout.body-advised", "layout.lines", "layout.contrast", "layout.contrast-lines"]
)
def test_good_looks_pass_and_unmeasured_ones_are_for_a_person(name: str) -> None:
    assert judged(name, GOOD, LARGE).outcome == "pass"
    assert judged(name).outcome == "for a person"


@pytest.mark.parametrize(
    ("name", "look", "found"),
    [
        ("layout.body", dataclasses.replace(GOOD, sizes=(("body", 14.0), ("small", 11.5))), "small is 11.5 pt"),
        ("layout.body", dataclasses.replace(LARGE, sizes=(("body", 18.0), ("table", 16.0))), "table is 16 pt"),
        ("layout.lines", dataclasses.replace(GOOD, characters=70.6), "71 characters"),
        ("layout.lines", dataclasses.replace(LARGE, characters=39.4), "39 characters"),
        ("layout.contrast", dataclasses.replace(GOOD, pairs=(Pair("quiet on tint", 4.49),)), "4.49 to 1"),
        ("layout.contrast-lines", dataclasses.replace(GOOD, pairs=(Pair("rule", 2.9, words=False),)), "2.90 to 1"),
    ],
)  # fmt: skip
def test_bad_looks_fail_and_name_the_theme(name: str, look: Look, found: str) -> None:
    pairs = look.pairs + GOOD.pairs
    check = judged(name, dataclasses.replace(look, pairs=pairs))
    assert check.outcome == "fail"
    assert found in check.findings[0].found
    assert f"themes/{look.theme}.toml" in check.findings[0].where


def test_body_below_what_is_advised_is_for_a_person() -> None:
    check = judged("layout.body-advised", dataclasses.replace(GOOD, sizes=(("body", 13.0),)))
    assert check.outcome == "for a person"


def test_contrast_is_that_of_wcag() -> None:
    # By hand: #767676 has the luminance 0.1812, and 1.05 / 0.2312 = 4.54; black on white is 1.05 / 0.05.
    grey = (0x76 / 255,) * 3
    assert contrast(grey, (1.0, 1.0, 1.0)) == pytest.approx(4.54, abs=0.005)
    assert contrast((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)) == pytest.approx(21.0)


def test_every_shipped_theme_is_measured_on_every_paper() -> None:
    found = looks("The quick brown fox.")
    assert {(look.theme, look.paper) for look in found} == {
        (theme, paper) for theme in ("standard", "large-print") for paper in ("A4", "Letter")
    }
    assert [look.large for look in found if look.theme == "large-print"] == [True, True]


def test_the_measured_line_is_the_line_that_is_set() -> None:
    """The mean of full lines, as the PDF breaks them, is a little below the room: words do not end at the margin."""
    theme, text = load_theme("standard"), running_text(shipped())
    room = characters(theme, "A4", text)
    width = room * load_fonts().width(text, theme.type.body) / len(text)
    assert width <= geometry(theme, "A4", duplex=True).width + 0.001
    lines = [
        sum(len(run.text) for run in line.runs) for line in wrap((Text(text),), theme.type.body, width, load_fonts())
    ][:-1]
    assert room - 5 < sum(lines) / len(lines) <= room


def test_a_paler_colour_is_measured_as_paler() -> None:
    theme = load_theme("standard")
    colours = structs.replace(theme.colour, quiet=(0.7, 0.7, 0.7))
    pale = structs.replace(theme, colour=colours)
    old = {pair.what: pair.ratio for pair in measured(theme, "A4", "abc").pairs}
    new = {pair.what: pair.ratio for pair in measured(pale, "A4", "abc").pairs}
    assert new["quiet on ground"] < 3 < 4.5 < old["quiet on ground"]
    assert new["ink on ground"] == old["ink on ground"]


def test_the_shipped_looks_are_judged_with_the_text() -> None:
    found = report(shipped(), looks(running_text(shipped())))
    for name in ("layout.body", "layout.body-advised", "layout.lines", "layout.contrast", "layout.contrast-lines"):
        assert found.check(name).outcome == "pass"
