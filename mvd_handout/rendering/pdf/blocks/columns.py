"""How the columns of a table share its width."""

from __future__ import annotations

from mvd_handout.domain.document import Inline, Inlines, Link, Table
from mvd_handout.rendering.pdf.fragments import Look

PADDING = 16.0


def column_widths(block: Table, width: float, look: Look) -> tuple[float, ...]:
    """Return the widths of the columns in points; they sum to `width`.

    A column gets its share, or with no shares given room for its words. If a column's longest word needs more
    than that, the others give way as far as their own longest words allow.
    """
    columns = tuple(zip(block.header, *block.rows, strict=True))
    size = look.theme.type.table
    least = [min(width, PADDING + max(_longest_word(cell, size, look) for cell in column)) for column in columns]
    if block.widths:
        wanted = [share * width for share in block.widths]
    else:
        wanted = _by_content([PADDING + max(_line(cell, size, look) for cell in column) for column in columns], width)
    return _fitted(wanted, least, width)


def _by_content(natural: list[float], width: float) -> list[float]:
    """Share the width by the square roots of the columns' natural widths: long texts wrap, short ones have room."""
    shares = natural if sum(natural) <= width else [each**0.5 for each in natural]
    return [share * width / sum(shares) for share in shares]


def _fitted(wanted: list[float], least: list[float], width: float) -> tuple[float, ...]:
    """Raise columns to their least width at the cost of those that have more than theirs."""
    if sum(least) > width:
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


def _line(cell: Inlines, size: float, look: Look) -> float:
    return sum(look.fonts.width(inline.text, size, strong=True) for inline in cell)


def _longest_word(cell: Inlines, size: float, look: Look) -> float:
    words = (word for inline in cell for word in _unbroken(inline))
    return max((look.fonts.width(word, size, strong=True) for word in words), default=0.0)


def _unbroken(inline: Inline) -> list[str]:
    if isinstance(inline, Link) and inline.target.startswith("tel:"):
        return [inline.text]
    return inline.text.split(" ")
