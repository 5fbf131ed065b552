"""Contrast, computed for every pair of colours that the style sheet lays on each other (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import pytest
from msgspec import structs

from mvd_handout.content.theme import Colour, Theme
from mvd_handout.rendering.drawing import css
from mvd_handout.rendering.html.colour import WHITE, contrast, day, night

WORDS = {
    "ground": ("ink", "quiet", "accent", "alarm"),
    "tint": ("ink", "quiet", "accent"),
    "alarm_tint": ("ink", "alarm"),
}
SHAPES = ("rule", "accent", "alarm", "ink", "quiet")


@pytest.mark.parametrize("palette", [day, night])
@pytest.mark.parametrize("name", ["standard", "large-print"])
def test_words_and_frames_stand_out(themes: dict[str, Theme], name: str, palette: object) -> None:
    assert callable(palette)
    colours: dict[str, Colour] = palette(themes[name].colour)
    for ground, words in WORDS.items():
        for word in words:
            assert contrast(colours[word], colours[ground]) >= 4.5, f"{word} on {ground}"
    for shape in SHAPES:
        assert contrast(colours[shape], colours["ground"]) >= 3, f"{shape} on the page"


@pytest.mark.parametrize("accent", [(0.0, 0.0, 0.0), (1.0, 0.0, 1.0), (0.0, 0.0, 1.0), (0.3, 0.3, 0.0)])
def test_night_colours_are_clear_whatever_the_theme(themes: dict[str, Theme], accent: Colour) -> None:
    colours = structs.replace(themes["standard"].colour, accent=accent, alarm=accent, quiet=accent)
    made = night(colours)
    assert min(contrast(made[name], made["ground"]) for name in ("accent", "alarm", "quiet")) >= 4.5


def test_contrast_of_known_pairs() -> None:
    assert contrast(WHITE, (0.0, 0.0, 0.0)) == pytest.approx(21)
    assert contrast((0x76 / 255,) * 3, WHITE) == pytest.approx(4.54, abs=0.01)
    assert css((0x0B / 255, 0x4F / 255, 0x6C / 255)) == "#0b4f6c"
