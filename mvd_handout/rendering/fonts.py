"""The fonts: Atkinson Hyperlegible Next, and Noto Sans for words that it cannot write."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final, Literal

import msgspec

from mvd_handout.content.resources import data_root
from mvd_handout.domain.errors import Fault, GlyphError
from mvd_handout.domain.text import code_point
from mvd_handout.rendering.faces import EmbeddedFace, Face
from mvd_handout.rendering.reportlab_marks import read_face

FaceKey = Literal["regular", "strong", "other", "other-strong"]
"""Atkinson and, as "other", Noto; each plain and bold."""

Runs = tuple[tuple[FaceKey, str], ...]
"""A text, shared out among the faces."""

_KEYS: Final[dict[tuple[bool, bool], FaceKey]] = {
    (False, False): "regular",
    (False, True): "strong",
    (True, False): "other",
    (True, True): "other-strong",
}
FILES: Final[dict[FaceKey, str]] = {
    "regular": "AtkinsonHyperlegibleNext-Regular.ttf",
    "strong": "AtkinsonHyperlegibleNext-Bold.ttf",
    "other": "NotoSans-Regular.ttf",
    "other-strong": "NotoSans-Bold.ttf",
}
PREPARED: Final[dict[FaceKey, str]] = {
    "regular": "AtkinsonHyperlegibleNext-Regular.face",
    "strong": "AtkinsonHyperlegibleNext-Bold.face",
}
"""What tools/build_faces.py makes of the two faces that every PDF embeds whole."""

# A word is set in one face. Words end where letters end, so that a break at a hyphen changes no face.
_WORDS = re.compile(r"[^\W\d_]+|[\W\d_]")
_WORDS_KEPT: Final = 4096
"""Widths that are remembered."""
_GREEK = re.compile("[\u0370-\u03ff]")


class FontSet:
    """Four faces that answer as one. Widths add up over words: the width of a line is that of its words and spaces."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        """Take a function that reads a file of the font folder; fallback faces are read when a text needs them."""
        self._read = read
        self._faces: dict[FaceKey, Face] = {}
        self._prepared = {key: msgspec.msgpack.decode(read(name), type=EmbeddedFace) for key, name in PREPARED.items()}
        self._thousandths = functools.lru_cache(_WORDS_KEPT)(self._measured)
        self._regular = self._prepared["regular"].face
        self._primary = {strong: self._without_greek(_KEYS[False, strong]) for strong in (False, True)}
        self._written = {strong: frozenset(widths) for strong, widths in self._primary.items()}
        self.plain = frozenset(each for each in self._primary[False] if unicodedata.category(each)[0] != "M")
        """What the plain face has, without marks: all that most texts are written with."""

    def face(self, key: FaceKey) -> Face:
        """Return a face, measured at its first use."""
        if key in self._prepared:
            return self._prepared[key].face
        if key not in self._faces:
            self._faces[key] = read_face(self.file(key))
        return self._faces[key]

    def file(self, key: FaceKey) -> bytes:
        """Return the font file of a face."""
        return self._read(FILES[key])

    def prepared(self, key: FaceKey) -> EmbeddedFace | None:
        """Return a face that is embedded whole, ready for a file; None for a fallback face."""
        return self._prepared.get(key)

    def width(self, text: str, size: float, strong: bool = False) -> float:
        """Return the advance width of `text` at `size`, in points.

        Raises:
            GlyphError: no face has one of the characters.
        """
        return self._thousandths(text, strong) * size / 1000

    def ascent(self, size: float) -> float:
        """Return the height above the base line that a line of text needs."""
        return self._regular.ascent * size / 1000

    def descent(self, size: float) -> float:
        """Return the depth below the base line, as a positive length."""
        return self._regular.descent * size / 1000

    def cap_height(self, size: float) -> float:
        """Return the height of capitals."""
        return self._regular.cap_height * size / 1000

    def missing(self, text: str) -> tuple[str, ...]:
        """Return the characters of `text` that no face has, each once, in order."""
        if self._written[False].issuperset(text):
            return ()
        return tuple(dict.fromkeys(character for character in text if not self._has(character)))

    def runs(self, text: str, strong: bool = False) -> Runs:
        """Share `text` out among the faces, a word in one face.

        Raises:
            GlyphError: no face has one of the characters.
        """
        if self._written[strong].issuperset(text):
            return ((_KEYS[False, strong], text),) if text else ()
        return tuple(self._mixed_runs(text, strong))

    def _mixed_runs(self, text: str, strong: bool) -> Iterator[tuple[FaceKey, str]]:
        key, run = _KEYS[False, strong], ""
        for word in _WORDS.findall(text):
            wanted = self._key_for(word, strong)
            if wanted != key and run:
                yield key, run
                run = ""
            key, run = wanted, run + word
        if run:
            yield key, run

    def _key_for(self, word: str, strong: bool) -> FaceKey:
        if self._written[strong].issuperset(word):
            return _KEYS[False, strong]
        key = _KEYS[True, strong]
        lacking = set(word) - self.face(key).widths.keys()
        if lacking:
            raise GlyphError(_no_glyph(min(lacking)))
        return key

    def _measured(self, text: str, strong: bool) -> float:
        widths = self._primary[strong]
        try:
            return sum([widths[character] for character in text])
        except KeyError:
            return sum(self._run_width(key, run) for key, run in self.runs(text, strong))

    def _run_width(self, key: FaceKey, run: str) -> float:
        widths = self.face(key).widths
        return sum([widths[character] for character in run])

    def _has(self, character: str) -> bool:
        return character in self._primary[False] or character in self.face("other").widths

    def _without_greek(self, key: FaceKey) -> dict[str, float]:
        """Atkinson has four Greek letters as signs; a Greek word must not be half in it."""
        widths = self.face(key).widths
        return {character: width for character, width in widths.items() if not _GREEK.match(character)}


def _no_glyph(character: str) -> Fault:
    return Fault(
        where="a text",
        found=f"the character {character!r} ({code_point(character)}) is in none of our fonts",
        wanted="Latin, Greek or Cyrillic letters",
    )


@functools.cache
def load_fonts() -> FontSet:
    """Return the fonts that we ship."""
    folder = data_root("templates") / "fonts"
    return FontSet(lambda name: (folder / name).read_bytes())
