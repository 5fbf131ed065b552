"""Words in the chart: wrapped once, then placed."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mvd_handout.domain.document import Inline, Inlines, PageRef, Text
from mvd_handout.rendering.drawing import Colour, Label, Metrics
from mvd_handout.rendering.wrapping import WrappedLine, wrap_all

_LEADING = 1.24  # of the size, or what the font needs if that is more


class Block(Struct, frozen=True):
    """Wrapped words with the fields that they came from, and the room that they take."""

    lines: tuple[WrappedLine, ...]
    fields: tuple[str, ...]
    size: float
    leading: float
    drop: float
    width: float

    @property
    def height(self) -> float:
        """The height of all lines together."""
        return self.leading * len(self.lines)


def block(content: Inlines, width: float, size: float, metrics: Metrics, strong: bool = False) -> Block:
    """Wrap `content` to `width` in type of `size` points. An inline that is one newline begins a new line."""
    plain = tuple(_plain(inline) for inline in content)
    lines = wrap_all(plain, size, width, metrics, strong)
    ascent, descent = metrics.ascent(size), metrics.descent(size)
    leading = max(_LEADING * size, ascent + descent)
    drop = ascent + (leading - ascent - descent) / 2
    fields = tuple(inline.field for inline in plain)
    return Block(lines, fields, size, leading, drop, max((line.width for line in lines), default=0.0))


def labels(words: Block, x: float, y: float, colour: Colour, right: bool = False) -> Iterator[Label]:
    """Yield the labels of a block whose upper left corner is `x`, `y`; with `right`, lines end where the block ends."""
    for index, line in enumerate(words.lines):
        left = x + (words.width - line.width if right else 0.0)
        base = y + words.drop + index * words.leading
        for run in line.runs:
            yield Label(
                left + run.x, base, run.text, words.size, colour, strong=run.strong, field=words.fields[run.inline]
            )


def _plain(inline: Inline) -> Text:
    """Return an inline as text; a page reference that nobody resolved shows the title that it points to."""
    match inline:
        case PageRef(title=title, strong=strong):
            return Text(title, strong)
        case _:
            return Text(inline.text, inline.strong, inline.field)
