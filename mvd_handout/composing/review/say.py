"""Blocks from the pack's own wording: each helper makes one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from mvd_handout.composing.formats import Formats
from mvd_handout.content.review import Wording
from mvd_handout.domain import document as d

_SPACE: Final = re.compile(r"[ \t\r\n]+")
_UNSCORED: Final = "\ufffc"


def inlines(text: str, strong: bool = False) -> d.Inlines:
    """Return any text as one run; what stands for an unscored value in a check becomes an ellipsis."""
    plain = _SPACE.sub(" ", text.replace(_UNSCORED, "…")).strip()
    return (d.Text(plain, strong),) if plain else ()


def spaced(*runs: d.Inlines) -> d.Inlines:
    """Return several runs as one, with a space between each two."""
    full = [run for run in runs if run]
    between: list[d.Inline] = []
    for number, run in enumerate(full):
        between += [*([d.Text(" ")] if number else []), *run]
    return tuple(between)


def long(sha256: str) -> str:
    """Return a whole hash in groups, so that a line can be parted and people can compare it."""
    return " ".join(sha256[at : at + 8] for at in range(0, len(sha256), 8))


def short(sha256: str) -> str:
    """Return the start of a hash as people compare it: "1a2b 3c4d"."""
    return f"{sha256[:4]}\u00a0{sha256[4:8]}"


class Say(Struct, frozen=True):
    """The wording and the way in which the clinic writes dates."""

    wording: Wording
    formats: Formats

    def text(self, key: str, /, **values: object) -> str:
        """Return a text of the wording; dates in `values` are written as the clinic writes them."""
        return self.wording.text(key, **{name: self._value(value) for name, value in values.items()})

    def words(self, key: str, /, **values: object) -> d.Inlines:
        """Return a text as a run."""
        return inlines(self.text(key, **values))

    def strong(self, key: str, /, **values: object) -> d.Inlines:
        """Return a text as a strong run."""
        return inlines(self.text(key, **values), strong=True)

    def heading(self, level: int, key: str, /, **values: object) -> d.Heading:
        """Return a heading."""
        return d.Heading(level, self.words(key, **values))

    def paragraph(self, key: str, /, **values: object) -> d.Paragraph:
        """Return a paragraph."""
        return d.Paragraph(self.words(key, **values))

    def table(
        self,
        columns: str,
        rows: Iterable[Sequence[d.Inlines]],
        widths: tuple[float, ...],
        writing: bool = False,
        row_headers: bool = True,
    ) -> d.Table:
        """Return a table; `columns` names the texts of its header."""
        header = tuple(inlines(text) for text in self.wording.texts(columns))
        return d.Table(header, tuple(tuple(row) for row in rows), row_headers, writing, widths)

    def numbered(self, name: str) -> d.List:
        """Return a numbered list of texts."""
        return d.List(tuple(inlines(text) for text in self.wording.texts(name)), "number")

    def _value(self, value: object) -> object:
        return self.formats.date(value) if isinstance(value, dt.date) else value
