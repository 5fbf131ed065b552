"""Themes are read whole, and those that we ship keep the promises of clear print."""

from __future__ import annotations

from pathlib import Path

import pytest

from mvd_handout.content.resources import data_root
from mvd_handout.content.theme import Colour, load_theme, read_theme, theme_names
from mvd_handout.domain.errors import ContentError

FILE = data_root("templates") / "themes" / "standard.toml"


def test_shipped_themes() -> None:
    assert theme_names() == ("large-print", "standard")
    assert load_theme("standard").type.body == 14
    assert load_theme("large-print").type.body == 18
    assert min(load_theme("large-print").type.small, load_theme("large-print").type.table) >= 18


def test_an_unknown_theme_is_refused_by_name() -> None:
    with pytest.raises(ContentError, match="large-print or standard"):
        load_theme("fancy")


def test_every_fault_is_named(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    text = text.replace("body = 14.0", "body = -1").replace('ink = "#111111"', 'ink = "black"\nglow = 1')
    path = tmp_path / "odd.toml"
    path.write_text(text.replace("staple = 57.0", ""), encoding="utf-8")
    with pytest.raises(ContentError) as refused:
        read_theme(path)
    assert [fault.where for fault in refused.value.faults] == [
        "odd.toml [type] body",
        "odd.toml [page] staple",
        "odd.toml [colour]",
        "odd.toml [colour] ink",
    ]


def test_broken_toml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_text("body = = 1", encoding="utf-8")
    with pytest.raises(ContentError, match=r"odd\.toml"):
        read_theme(path)


def luminance(colour: Colour) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", theme_names())
def test_words_and_lines_stand_out(name: str) -> None:
    colour = load_theme(name).colour
    for ground in ((1.0, 1.0, 1.0), colour.tint, colour.alarm_tint):
        for words in (colour.ink, colour.quiet, colour.accent, colour.alarm):
            assert contrast(words, ground) >= 4.5
        assert contrast(colour.rule, ground) >= 3
