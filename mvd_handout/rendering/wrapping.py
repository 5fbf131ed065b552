"""Breaking words into lines. Nothing is lost, joined or hyphenated: the lines put together are the text."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from msgspec import Struct, structs

from mvd_handout.domain.document import NEW_LINE, Inline, Inlines, Link
from mvd_handout.rendering.drawing import Metrics

# A piece ends after spaces, after a slash between letters, and after a dash.
_PIECES = re.compile(r"[^ ]*?(?: +|(?<=[^\W\d_])/(?=[^\W\d_])|[\u2013\u2014](?=.)|$)")
_LAST_RESORT = re.compile(r".*(?: |(?<=[^\W\d_])-(?=[^\W\d_]))")
_SLACK = 1e-6
_TEXTS_KEPT = 2048
_LINE = 80  # characters: what is longer is not tried on one line


class WrappedRun(Struct, frozen=True, gc=False):
    """Words of one style; `x` is their offset from the line's left end, `inline` the index of their inline.

    `width` leaves out the spaces at their end. The last run of a line keeps those at which it was broken, so that
    words stay apart for readers by ear.
    """

    text: str
    x: float
    strong: bool
    inline: int
    width: float


class WrappedLine(Struct, frozen=True, gc=False):
    """One line; `width` leaves out the spaces at its end."""

    runs: tuple[WrappedRun, ...]
    width: float


class _Piece(NamedTuple):
    """Text that is not broken unless it is wider than a line: its width, and that without the spaces at its end.

    A word goes on in the next piece unless a line may end after this one.
    """

    text: str
    width: float
    visible: float
    ends: bool


_Part = tuple[int, bool, _Piece]
"""A piece with the index of its inline, and whether it is strong."""


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
    word: list[_Part] = []
    for number, inline in enumerate(content):
        heavy = strong or inline.strong
        for piece in _pieces(inline, size, heavy, metrics):
            if piece.ends and not word and filler.takes(piece):
                filler.put(number, heavy, piece)
                continue
            word.append((number, heavy, piece))
            if piece.ends:
                filler.add(word)
                word = []
    if word:
        filler.add(word)
    return filler.finish()


def wrap_all(
    content: Inlines, size: float, width: float, metrics: Metrics, strong: bool = False
) -> tuple[WrappedLine, ...]:
    """Break `content` as `wrap` does, and wherever it says `NEW_LINE`."""
    if NEW_LINE not in content:
        return wrap(content, size, width, metrics, strong)
    made, start = [], 0
    for end in (*(n for n, inline in enumerate(content) if inline == NEW_LINE), len(content)):
        made += [_renumbered(line, start) for line in wrap(content[start:end], size, width, metrics, strong)]
        start = end + 1
    return tuple(made)


def _renumbered(line: WrappedLine, by: int) -> WrappedLine:
    """Return a line whose inlines have numbers that are higher by so many."""
    return WrappedLine(tuple([structs.replace(run, inline=run.inline + by) for run in line.runs]), line.width)


class _Filler:
    """Takes words one by one and closes a line when the next does not fit."""

    def __init__(self, size: float, width: float, metrics: Metrics) -> None:
        self._size, self._limit, self._metrics = size, width + _SLACK, metrics
        self._lines: list[WrappedLine] = []
        self._parts: list[_Part] = []
        self._at = 0.0

    def add_line(self, content: Inlines, strong: bool) -> bool:
        """Put everything on one line if it fits; return whether it did. Most names, dates and cells do."""
        if sum([len(inline.text) for inline in content]) > _LINE:
            return False
        for number, inline in enumerate(content):
            if inline.text:
                heavy = strong or inline.strong
                self.put(number, heavy, self._measured(inline.text, heavy))
        last = self._parts[-1][2] if self._parts else None
        fits = last is None or self._at - last.width + last.visible <= self._limit
        if not fits:
            self._parts, self._at = [], 0.0
        return fits

    def takes(self, piece: _Piece) -> bool:
        """Whether a piece fits on this line."""
        return self._at + piece.visible <= self._limit

    def put(self, inline: int, strong: bool, piece: _Piece) -> None:
        """Put a piece on this line."""
        self._parts.append((inline, strong, piece))
        self._at += piece.width

    def add(self, word: list[_Part]) -> None:
        """Put a word on this line or the next, or over as many as it needs."""
        visible = sum([piece.width for _, _, piece in word[:-1]]) + word[-1][2].visible
        if self._parts and self._at + visible > self._limit:
            self._close()
        for inline, strong, piece in word if visible <= self._limit else self._broken(word):
            self.put(inline, strong, piece)

    def finish(self) -> tuple[WrappedLine, ...]:
        """Return all lines."""
        if self._parts:
            self._close()
        return tuple(self._lines)

    def _broken(self, word: list[_Part]) -> list[_Part]:
        """Fill whole lines with an over-long word and return its rest."""
        for inline, strong, piece in word:
            rest = piece
            while not self.takes(rest):
                fitting = self._fitting(rest.text, strong)
                if fitting:
                    self.put(inline, strong, self._measured(rest.text[:fitting], strong))
                self._close()
                rest = self._measured(rest.text[fitting:], strong)
            self.put(inline, strong, rest)
        rest_of_word, self._parts, self._at = self._parts, [], 0.0
        return rest_of_word

    def _measured(self, text: str, strong: bool) -> _Piece:
        return _measured(text, self._size, strong, self._metrics, ends=False)

    def _fitting(self, text: str, strong: bool) -> int:
        """Return how many characters fit, up to a space or hyphen if there is one; at least one on an empty line."""
        count = 0
        while count < len(text) and self.takes(self._measured(text[: count + 1], strong)):
            count += 1
        found = _LAST_RESORT.match(text, 0, count + 1)
        return found.end() if found else count or (0 if self._parts else 1)

    def _close(self) -> None:
        """End the line; what stands beside each other in one inline and style is one run."""
        runs, at, start = [], 0.0, 0
        parts = self._parts
        for end in range(1, len(parts) + 1):
            inline, strong, last = parts[end - 1]
            if end < len(parts) and parts[end][0] == inline and parts[end][1] == strong:
                continue
            if end - start == 1:
                text, width = last.text, last.width
            else:
                pieces = [piece for _, _, piece in parts[start:end]]
                text, width = "".join([piece.text for piece in pieces]), sum([piece.width for piece in pieces])
            runs.append(WrappedRun(text, at, strong, inline, width - last.width + last.visible))
            at += width
            start = end
        self._lines.append(WrappedLine(tuple(runs), at - (last.width - last.visible)))
        self._parts, self._at = [], 0.0


def _pieces(inline: Inline, size: float, strong: bool, metrics: Metrics) -> tuple[_Piece, ...]:
    whole = isinstance(inline, Link) and inline.target.startswith("tel:")
    return _parted(inline.text, whole, size, strong, metrics)


@functools.lru_cache(_TEXTS_KEPT)
def _parted(text: str, whole: bool, size: float, strong: bool, metrics: Metrics) -> tuple[_Piece, ...]:
    """Return the pieces of a text, in all of which but the last a word ends; a `whole` text is one."""
    pieces = [text] if whole else _PIECES.findall(text)
    pieces = [piece for piece in pieces if piece]
    last = len(pieces) - 1
    return tuple(
        [
            _measured(piece, size, strong, metrics, ends=number < last or piece.endswith(" "))
            for number, piece in enumerate(pieces)
        ]
    )


def _measured(text: str, size: float, strong: bool, metrics: Metrics, *, ends: bool) -> _Piece:
    width, words = metrics.width(text, size, strong), text.rstrip(" ")
    spaces = len(text) - len(words)
    return _Piece(text, width, width - spaces * metrics.width(" ", size, strong) if spaces else width, ends)
