"""Breaking words into lines. Nothing is lost, joined or hyphenated: the lines put together are the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from mvd_handout.domain.document import Inlines, Link
from mvd_handout.rendering.drawing import Metrics

# A piece ends after spaces, after a hyphen or slash between letters, and after a dash.
_PIECES = re.compile(r"[^ ]*?(?: +|(?<=[^\W\d_])[-/](?=[^\W\d_])|[\u2013\u2014](?=.)|$)")
_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class WrappedRun:
    """Words of one style; `x` is their offset from the line's left end, `inline` the index of their inline.

    The last run of a line keeps the spaces at which it was broken, so that words stay apart for readers by ear.
    """

    text: str
    x: float
    strong: bool
    inline: int


@dataclass(frozen=True, slots=True)
class WrappedLine:
    """One line; `width` leaves out the spaces at its end."""

    runs: tuple[WrappedRun, ...]
    width: float


class _Part(NamedTuple):
    """Text of one inline that is not broken unless it is wider than a line."""

    text: str
    strong: bool
    inline: int


_Word = list[_Part]


def wrap(
    content: Inlines, size: float, width: float, metrics: Metrics, strong: bool = False
) -> tuple[WrappedLine, ...]:
    """Break `content`, set at `size`, into lines of at most `width` points.

    A line ends at a space, or after a hyphen or slash between letters; a word wider than the line is broken
    between characters. A telephone link stays whole where it can. A single character wider than `width` stands
    alone in its line. `{page}` in a page reference must have been filled before.
    """
    filler = _Filler(size, width, metrics)
    for word in _words([_Part(i.text, strong or i.strong, n) for n, i in enumerate(content)], content):
        filler.add(word)
    return filler.finish()


class _Filler:
    """Takes words one by one and closes a line when the next does not fit."""

    def __init__(self, size: float, width: float, metrics: Metrics) -> None:
        self._size, self._limit, self._metrics = size, width + _SLACK, metrics
        self._lines: list[WrappedLine] = []
        self._parts: list[_Part] = []
        self._at = 0.0

    def add(self, word: _Word) -> None:
        visible, full = self._measure(word)
        if self._at + visible > self._limit and self._parts:
            self._close()
        if visible > self._limit:
            word = self._break(word)
            _, full = self._measure(word)
        self._parts += word
        self._at += full

    def finish(self) -> tuple[WrappedLine, ...]:
        if self._parts:
            self._close()
        return tuple(self._lines)

    def _measure(self, word: _Word) -> tuple[float, float]:
        """Return the width without and with the spaces at the end."""
        full = sum(self._width(part) for part in word)
        last = word[-1]
        spaces = len(last.text) - len(last.text.rstrip(" "))
        return full - self._width(last._replace(text=" " * spaces)), full

    def _width(self, part: _Part) -> float:
        return self._metrics.width(part.text, self._size, part.strong)

    def _break(self, word: _Word) -> _Word:
        """Fill whole lines with an over-long word and return its rest."""
        for part in word:
            rest = part
            while not self._fits(rest):
                fitting = self._fitting(rest)
                if fitting:
                    self._parts.append(rest._replace(text=rest.text[:fitting]))
                self._close()
                rest = rest._replace(text=rest.text[fitting:])
            self._parts.append(rest)
            self._at += self._width(rest)
        rest_of_word, self._parts, self._at = self._parts, [], 0.0
        return rest_of_word

    def _visible(self, part: _Part) -> float:
        return self._width(part._replace(text=part.text.rstrip(" ")))

    def _fitting(self, part: _Part) -> int:
        """Return how many characters fit, up to a space if there is one; at least one on an empty line."""
        count = 0
        while count < len(part.text) and self._fits(part._replace(text=part.text[: count + 1])):
            count += 1
        return part.text.rfind(" ", 0, count) + 1 or count or (0 if self._parts else 1)

    def _fits(self, part: _Part) -> bool:
        return self._at + self._visible(part) <= self._limit

    def _close(self) -> None:
        runs, at = [], 0.0
        for part in _joined(self._parts):
            runs.append(WrappedRun(part.text, at, part.strong, part.inline))
            at += self._width(part)
        trailing = self._measure(self._parts)
        self._lines.append(WrappedLine(tuple(runs), at - (trailing[1] - trailing[0])))
        self._parts, self._at = [], 0.0


def _words(parts: list[_Part], content: Inlines) -> Iterator[_Word]:
    """Yield what may not be broken; a word may run through several inlines."""
    word: _Word = []
    for part in parts:
        pieces = _pieces(part.text, content[part.inline])
        for number, text in enumerate(pieces, start=1):
            word.append(part._replace(text=text))
            if number < len(pieces) or text.endswith(" "):
                yield word
                word = []
    if word:
        yield word


def _pieces(text: str, inline: object) -> list[str]:
    if isinstance(inline, Link) and inline.target.startswith("tel:"):
        return [text] if text else []
    return [piece for piece in _PIECES.findall(text) if piece]


def _joined(parts: list[_Part]) -> Iterator[_Part]:
    """Join neighbours of one inline and style."""
    last: _Part | None = None
    for part in parts:
        if last and (last.strong, last.inline) == (part.strong, part.inline):
            last = last._replace(text=last.text + part.text)
        else:
            if last:
                yield last
            last = part
    if last:
        yield last
