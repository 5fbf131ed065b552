"""How legible a theme is on a paper: sizes of type, characters a line, contrast, with our own fonts and colours."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final, get_args

from mvd_handout.content.checks.layout import Look, Pair
from mvd_handout.content.theme import Colour, Colours, Theme, load_theme, theme_names
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.html.colour import WHITE, contrast, day, night
from mvd_handout.rendering.pdf.blocks.prose import measure
from mvd_handout.rendering.pdf.geometry import Paper, geometry

_LARGE: Final = "large-print"
_READ: Final = ("body", "lead", "small", "heading1", "heading2", "heading3", "table", "chart")
"""The sizes of words to read. The furniture of a page (page number, document id) is for the ward."""

_WORDS: Final = (
    ("ink", "ground"),
    ("ink", "tint"),
    ("ink", "alarm_tint"),
    ("quiet", "ground"),
    ("quiet", "tint"),
    ("accent", "ground"),
    ("accent", "tint"),
    ("alarm", "ground"),
    ("alarm", "alarm_tint"),
    ("accent", "alarm_tint"),
)
_LINES: Final = (("rule", "ground"), ("accent", "ground"), ("alarm", "ground"), ("ink", "ground"))


def looks(text: str) -> tuple[Look, ...]:
    """Return every shipped theme on every paper; the mean letter of `text` is the measure of a line."""
    papers: tuple[Paper, ...] = get_args(Paper)
    return tuple(measured(load_theme(theme), paper, text) for theme, paper in product(theme_names(), papers))


def measured(theme: Theme, paper: Paper, text: str) -> Look:
    """Return a theme on a paper."""
    return Look(
        theme=theme.name,
        paper=paper,
        large=theme.name.startswith(_LARGE),
        sizes=tuple((name, getattr(theme.type, name)) for name in _READ),
        characters=characters(theme, paper, text),
        pairs=tuple(_pairs(theme.colour)),
    )


def characters(theme: Theme, paper: Paper, text: str) -> float:
    """Return how many characters of `text` fit on average into a full line of running text."""
    size = theme.type.body
    mean = load_fonts().width(text, size) / len(text)
    return measure(geometry(theme, paper, duplex=True).width, size) / mean


def _pairs(colours: Colours) -> Iterator[Pair]:
    for time, palette in (("", day(colours)), (" by night", night(colours))):
        for words, wanted in ((True, _WORDS), (False, _LINES)):
            for colour, ground in wanted:
                ratio = contrast(palette[colour], palette[ground])
                yield Pair(f"{colour} on {ground}{time}", ratio, words)
    yield Pair("white on alarm", _on(colours.alarm))


def _on(ground: Colour) -> float:
    return contrast(WHITE, ground)
