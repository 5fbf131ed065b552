"""How the columns of a table share its width."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from mvd_handout.domain.document import NEW_LINE, Inline, Inlines, Link, Table
from mvd_handout.rendering.pdf.fragments import Look

PADDING: Final = 16.0
WRITING: Final = 30 / 25.4 * 72
"""The width that a column without words wants at least, 30 mm: it is there to write or to sign in."""
_NARROW: Final = 70.0
"""What it makes do with, a little under 25 mm, rather than that words beside it are parted that belong on one line."""

_MOST: Final = 0.4
"""So much of a table's width a column may ask for because of one long word; a longer one is broken."""

_OF_EVEN: Final = 1.2
"""In tables of two or three columns it may ask for so much of an even share, if that is more."""

_SLACK: Final = 1e-6


def column_widths(block: Table, width: float, look: Look) -> tuple[float, ...]:
    """Return the widths of the columns in points; they sum to `width`.

    A column gets its share, or with no shares given room for its words. If a column's longest word needs more
    than that, the others give way as far as their own longest words allow; a word that would take much of the table is
    broken instead. In a table to write in, empty columns give way so that the others do not wrap, but not so far that
    nobody could sign there; then the first column wraps, then empty ones make do with less, and last the first one
    gives way, whatever stands in it.
    """
    columns = tuple(zip(block.header, *block.rows, strict=True))
    most = width * max(_MOST, _OF_EVEN / len(columns))
    least = [_least(column, n == 0, most, look) for n, column in enumerate(columns)]
    shares = [share * width for share in block.widths]
    if shares and not block.rows_for_writing:
        return _fitted(shares, least, width)
    empty = [not any(column[1:]) for column in columns]
    natural = [_natural(column, n == 0, most, look) for n, column in enumerate(columns)]
    unwrapped = _writable(natural, empty)
    if shares:
        first_wraps = [max(least[0], min(natural[0], width - sum(unwrapped[1:]))), *unwrapped[1:]]
        for wanted in (unwrapped, first_wraps, _writable(natural, empty, _NARROW)):
            if sum(wanted) <= width + _SLACK:
                return _fitted(shares, wanted, width)
        return _fitted(shares, _first_giving_way(_writable(least, empty), width), width)
    return _fitted(_by_content(unwrapped, empty, width), least, width)


def _writable(widths: list[float], empty: list[bool], room: float = WRITING) -> list[float]:
    return [max(room, each) if is_empty else each for each, is_empty in zip(widths, empty, strict=True)]


def _first_giving_way(least: list[float], width: float) -> list[float]:
    """Break long names, which stand first, rather than what was put in the other columns or is to be written there."""
    rest = width - sum(least[1:])
    return [min(least[0], rest), *least[1:]] if rest >= WRITING else least


def _by_content(wanted: list[float], empty: list[bool], width: float) -> list[float]:
    """Give every column what its words want if that fits, and the rest to those that are empty.

    Otherwise modest columns get what they want and the others share the rest by the square roots of theirs.
    """
    rest = width - sum(wanted)
    if rest >= 0 and any(empty):
        return [each + rest * is_empty / sum(empty) for each, is_empty in zip(wanted, empty, strict=True)]
    if rest >= 0:
        return [each * width / sum(wanted) for each in wanted]
    even = width / len(wanted)
    left = width - sum(each for each in wanted if each <= even)
    roots = sum(each**0.5 for each in wanted if each > even)
    return [each if each <= even else left * each**0.5 / roots for each in wanted]


def _fitted(wanted: list[float], least: list[float], width: float) -> tuple[float, ...]:
    """Raise columns to their least width at the cost of those that have more than theirs."""
    if sum(least) > width + _SLACK:
        return _crowded(least, width)
    widths = [max(pair) for pair in zip(wanted, least, strict=True)]
    excess = sum(widths) - width
    spare = [have - need for have, need in zip(widths, least, strict=True)]
    if excess <= 0 or sum(spare) <= 0:
        return tuple(each * width / sum(widths) for each in widths)
    return tuple(have - excess * room / sum(spare) for have, room in zip(widths, spare, strict=True))


def _crowded(least: list[float], width: float) -> tuple[float, ...]:
    """Where not even the longest words fit, modest columns get theirs and the others share the rest."""
    even = width / len(least)
    rest = width - sum(each for each in least if each <= even)
    hungry = sum(1 for each in least if each > even)
    return tuple(each if each <= even else rest / hungry for each in least)


def _natural(column: tuple[Inlines, ...], first: bool, most: float, look: Look) -> float:
    """Return the width at which no cell of a column wraps; its header may."""
    size = look.theme.type.table
    lines = (
        sum(look.fonts.width(inline.text, size, inline.strong or first) for inline in line)
        for cell in column[1:]
        for line in _lines(cell)
    )
    return max(PADDING + max(lines, default=0.0), _least(column, first, most, look))


def _lines(cell: Inlines) -> Iterator[Iterator[Inline]]:
    """Yield what stands between the beginnings of new lines."""
    return (line for new, line in groupby(cell, lambda inline: inline == NEW_LINE) if not new)


def _least(column: tuple[Inlines, ...], first: bool, most: float, look: Look) -> float:
    """Return the width that a column's longest word needs, and room for a letter where there is none."""
    cells = [look.memory(_longest_word, cell, first or n == 0, most - PADDING, look) for n, cell in enumerate(column)]
    return PADDING + max(look.theme.type.table, *cells)


def _longest_word(cell: Inlines, strong: bool, most: float, look: Look) -> float:
    """Return the width of a cell's longest word, but not more than `most`; a telephone number counts whole."""
    return max((_word_width(inline, strong, most, look) for inline in cell), default=0.0)


def _word_width(inline: Inline, strong: bool, most: float, look: Look) -> float:
    size, heavy = look.theme.type.table, inline.strong or strong
    if isinstance(inline, Link) and inline.target.startswith("tel:"):
        return look.fonts.width(inline.text, size, heavy)
    words = inline.text.split(" ") if inline != NEW_LINE else []
    return min(most, max((look.fonts.width(word, size, heavy) for word in words), default=0.0))
