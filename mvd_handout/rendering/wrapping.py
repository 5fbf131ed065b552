"""Breaking words into lines. Nothing is lost, joined or hyphenated: the lines put together are the text."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import NamedTuple

from msgspec import Struct

from mvd_handout.domain.document import Inline, Inlines, Link
from mvd_handout.rendering.drawing import Metrics

# A piece ends after spaces, after a slash between letters, and after a dash.
_PIECES = re.compile(r"[^ ]*?(?: +|(?<=[^\W\d_])/(?=[^\W\d_])|[\u2013\u2014](?=.)|$)")
_LAST_RESORT = re.compile(r".*(?: |(?<=[^\W\d_])-(?=[^\W\d_]))")
_SLACK = 1e-6
_TEXTS_KEPT = 1024
_LINE = 80  # characters: what is longer is not tried on one line


class WrappedRun(Struct, frozen=True, gc=False):
    """Words of one style; `x` is their offset from the line's left end, `inline` the index of their inline.

    The last run of a line keeps the spaces at which it was broken, so that words stay apart for readers by ear.
    """

    text: str
    x: float
    strong: bool
    inline: int


class WrappedLine(Struct, frozen=True, gc=False):
    """One line; `width` leaves out the spaces at its end."""

    runs: tuple[WrappedRun, ...]
    width: float


class _Part(NamedTuple):
    """Text of one inline that is not broken unless it is wider than a line, with its width."""

    text: str
    strong: bool
    inline: int
    width: float


_Word = list[_Part]


def wrap(
    content: Inlines, size: float, width: float, metrics: Metrics, strong: bool = False
) -> tuple[WrappedLine, ...]:
    """Break `content`, set at `size`, into lines of at most `width` points.

    A line ends at a space, or after a slash between letters; a word wider than the line is broken after a hyphen,
    or else between characters. Hyphens come second because programs that read text back drop those at line ends.
    A telephone link stays whole where it can. A single character wider than `width` stands alone in its line.
    `{page}` in a page reference must have been filled before.
    """
    filler = _Filler(size, width, metrics)
    if filler.add_line(content, strong):
        return filler.finish()
    for word in _words(content, strong, filler.part):
        filler.add(word)
    return filler.finish()


class _Filler:
    """Takes words one by one and closes a line when the next does not fit."""

    def __init__(self, size: float, width: float, metrics: Metrics) -> None:
        self._size, self._limit, self._metrics = size, width + _SLACK, metrics
        self._space = {strong: metrics.width(" ", size, strong) for strong in (False, True)}
        self._lines: list[WrappedLine] = []
        self._parts: list[_Part] = []
        self._at = 0.0

    def part(self, text: str, strong: bool, inline: int) -> _Part:
        """Measure a text."""
        return _Part(text, strong, inline, self._metrics.width(text, self._size, strong))

    def add(self, word: _Word) -> None:
        """Put a word on this line or the next, or over as many as it needs."""
        full = sum([part.width for part in word])
        visible = full - self._trailing(word[-1])
        if self._parts and self._at + visible > self._limit:
            self._close()
        if visible > self._limit:
            word = self._break(word)
            full = sum(part.width for part in word)
        self._parts += word
        self._at += full

    def add_line(self, content: Inlines, strong: bool) -> bool:
        """Put everything on one line if it fits; return whether it did. Most names, dates and cells do."""
        if sum([len(inline.text) for inline in content]) > _LINE:
            return False
        parts = [
            self.part(inline.text, strong or inline.strong, number)
            for number, inline in enumerate(content)
            if inline.text
        ]
        fits = not parts or sum([part.width for part in parts]) - self._trailing(parts[-1]) <= self._limit
        self._parts = parts if fits else []
        return fits

    def finish(self) -> tuple[WrappedLine, ...]:
        """Return all lines."""
        if self._parts:
            self._close()
        return tuple(self._lines)

    def _trailing(self, part: _Part) -> float:
        """Return the width of the spaces at the end of a part."""
        return (len(part.text) - len(part.text.rstrip(" "))) * self._space[part.strong]

    def _break(self, word: _Word) -> _Word:
        """Fill whole lines with an over-long word and return its rest."""
        for part in word:
            rest = part
            while not self._fits(rest):
                fitting = self._fitting(rest)
                if fitting:
                    self._parts.append(self.part(rest.text[:fitting], rest.strong, rest.inline))
                self._close()
                rest = self.part(rest.text[fitting:], rest.strong, rest.inline)
            self._parts.append(rest)
            self._at += rest.width
        rest_of_word, self._parts, self._at = self._parts, [], 0.0
        return rest_of_word

    def _fits(self, part: _Part) -> bool:
        return self._at + part.width - self._trailing(part) <= self._limit

    def _fitting(self, part: _Part) -> int:
        """Return how many characters fit, up to a space or hyphen if there is one; at least one on an empty line."""
        count = 0
        while count < len(part.text) and self._fits(self.part(part.text[: count + 1], part.strong, part.inline)):
            count += 1
        found = _LAST_RESORT.match(part.text, 0, count + 1)
        return found.end() if found else count or (0 if self._parts else 1)

    def _close(self) -> None:
        runs, at = [], 0.0
        for part in _joined(self._parts):
            runs.append(WrappedRun(part.text, at, part.strong, part.inline))
            at += part.width
        self._lines.append(WrappedLine(tuple(runs), at - self._trailing(self._parts[-1])))
        self._parts, self._at = [], 0.0


def _words(content: Inlines, strong: bool, part: Callable[[str, bool, int], _Part]) -> Iterator[_Word]:
    """Yield what may not be broken; a word may run through several inlines."""
    word: _Word = []
    for number, inline in enumerate(content):
        pieces = _pieces(inline)
        for count, text in enumerate(pieces, start=1):
            word.append(part(text, strong or inline.strong, number))
            if count < len(pieces) or text.endswith(" "):
                yield word
                word = []
    if word:
        yield word


def _pieces(inline: Inline) -> tuple[str, ...]:
    if isinstance(inline, Link) and inline.target.startswith("tel:"):
        return (inline.text,) if inline.text else ()
    return _parted(inline.text)


@functools.lru_cache(_TEXTS_KEPT)
def _parted(text: str) -> tuple[str, ...]:
    return tuple([piece for piece in _PIECES.findall(text) if piece])


def _joined(parts: list[_Part]) -> Iterator[_Part]:
    """Join neighbours of one inline and style."""
    if len(parts) == 1:
        yield parts[0]
        return
    for (inline, strong), group in groupby(parts, key=lambda part: (part.inline, part.strong)):
        same = list(group)
        yield _Part("".join([part.text for part in same]), strong, inline, sum([part.width for part in same]))
