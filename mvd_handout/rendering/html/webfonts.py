"""The fonts that a page carries with it: only those whose letters its words need."""

from __future__ import annotations

import base64
import functools
import tomllib
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from mvd_handout.content.resources import data_root

FAMILY: Final = "Handout"
"""The name under which the page finds all of them, whichever script a letter is from."""


class WebFont(Struct, frozen=True):
    """A font file, its weight, and the characters it draws as ranges with both ends included."""

    file: str
    weight: int
    characters: tuple[tuple[int, int], ...]

    def draws_any(self, codes: Iterable[int]) -> bool:
        """Return whether one of `codes` is drawn by this font."""
        return any(first <= code <= last for code in codes for first, last in self.characters)

    @property
    def unicode_range(self) -> str:
        """The characters as CSS writes them."""
        return ",".join(f"U+{first:X}-{last:X}" for first, last in self.characters)


@functools.cache
def web_fonts() -> tuple[WebFont, ...]:
    """Return the web fonts that ship with the program."""
    listing = (data_root("templates") / "fonts" / "webfonts.toml").read_text(encoding="utf-8")
    return tuple(_read(entry) for entry in tomllib.loads(listing)["face"])


def font_faces(words: Iterable[str]) -> str:
    """Return `@font-face` rules with the files inside them for a page that shows `words`."""
    codes = {ord(character) for word in words for character in word}
    return "".join(map(_face, _needed(codes)))


def _needed(codes: set[int]) -> Iterator[WebFont]:
    return (font for font in web_fonts() if font.draws_any(codes))


@functools.cache
def _face(font: WebFont) -> str:
    data = (data_root("templates") / "fonts" / font.file).read_bytes()
    source = f"url(data:font/woff2;base64,{base64.b64encode(data).decode('ascii')}) format('woff2')"
    return (
        f"@font-face {{ font-family: {FAMILY}; font-weight: {font.weight}; font-style: normal; font-display: block; "
        f"src: {source}; unicode-range: {font.unicode_range}; }}\n"
    )


def _read(entry: dict[str, object]) -> WebFont:
    ranges = entry["characters"]
    assert isinstance(ranges, list)
    return WebFont(str(entry["file"]), int(str(entry["weight"])), tuple((first, last) for first, last in ranges))
