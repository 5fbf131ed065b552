"""The document as plain text: calm, narrow, and read in the same order as the paper.

A table stands in columns when they fit; otherwise each row becomes lines of "label: value", which
also reads well aloud. Pictures are given as their alternative text.
"""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mvd_handout.domain.document import (
    Block,
    Box,
    Chart,
    Code,
    Document,
    Heading,
    Icons,
    Inline,
    Inlines,
    Lines,
    Link,
    List,
    Paragraph,
    Section,
    Table,
)
from mvd_handout.rendering.reading_order import plain

_GAP: Final = 2
_WRITING: Final = "_"
_LEAST_WRITING: Final = 8
_UNDERLINES: Final = {1: "=", 2: "-"}
_MARKERS: Final = {"bullet": "-", "check": "[ ]"}
# Not the no-break spaces: they hold telephone numbers and dates together while lines are broken.
_BREAKABLE: Final = re.compile(r"[^\S\u00a0\u202f]+")


def render_text(document: Document, width: int = 72) -> str:
    """Return `document` as plain text whose lines have at most `width` characters (20 or more)."""
    if width < 20:
        raise ValueError(f"a line of {width} characters is too narrow to read")
    parts = [_opening(document, width)]
    parts += [_section(section, width) for section in document.sections]
    parts.append(_closing(document, width))
    lines = itertools.chain.from_iterable([*part, ""] for part in parts if part)
    return "\n".join(line.replace("\u00a0", " ").rstrip() for line in lines)


def _opening(document: Document, width: int) -> list[str]:
    notice = _framed(_wrap(document.furniture.draft, width), "=", width) if document.furniture.draft else []
    identity = [
        line for entry in document.identity for line in _wrap(_labelled(entry.label, entry.value), width, hang=2)
    ]
    lines = document.letterhead.lines
    letterhead = [line for text in lines for line in _wrap(text, width, hang=2)]
    logo = document.letterhead.logo
    picture = [] if logo is None else _wrap(logo.alt, width)
    return _separated([notice, identity, picture + letterhead])


def _closing(document: Document, width: int) -> list[str]:
    furniture = document.furniture
    return ["-" * width, *_wrap(furniture.version, width), *_wrap(furniture.document_id, width)]


def _section(section: Section, width: int) -> list[str]:
    return _separated(_block(block, width) for block in section.blocks)


def _separated(groups: Iterable[Sequence[str]]) -> list[str]:
    lines: list[str] = []
    for group in groups:
        if lines and group:
            lines.append("")
        lines.extend(group)
    return lines


def _block(block: Block, width: int) -> list[str]:
    match block:
        case Heading():
            return _heading(block, width)
        case Paragraph():
            return _wrap(_say(block.content), width)
        case List():
            return _list(block, width)
        case Table():
            return _columns(block, width) or _records(block, width)
        case Lines():
            return [*_wrap(_say(block.label), width), *itertools.repeat(_WRITING * width, block.count)]
        case Code() | Icons():
            return [*_wrap(block.alt, width), *_wrap(_say(block.caption), width)]
        case Chart():
            return _separated([_wrap(block.alt, width), _wrap(_say(block.open_end), width)])
        case Box():
            frame = "=" if block.kind in {"alarm", "identity"} else "-"
            return _framed(_separated(_block(child, width) for child in block.children), frame, width)


def _say(inlines: Inlines) -> str:
    return "".join(map(_inline, inlines))


def _inline(inline: Inline) -> str:
    """Return the words of `inline`, with the address of a web link where they do not already give it."""
    words = plain((inline,))
    if not isinstance(inline, Link) or not inline.target.startswith("https:"):
        return words
    address = inline.target.removeprefix("https://").rstrip("/")
    return words if address in words else f"{words} ({inline.target})"


def _wrap(text: str, width: int, first: str = "", hang: int = 0) -> list[str]:
    """Break `text` at spaces into lines of at most `width`; a longer word is cut, nothing is left out."""
    return textwrap.wrap(
        _BREAKABLE.sub(" ", text).strip(" "),
        width,
        initial_indent=first,
        subsequent_indent=" " * hang,
        break_on_hyphens=False,
        replace_whitespace=False,
    )


def _framed(lines: Sequence[str], rule: str, width: int) -> list[str]:
    return [rule * width, *lines, rule * width]


def _heading(heading: Heading, width: int) -> list[str]:
    lines = _wrap(_say(heading.content), width)
    rule = _UNDERLINES.get(heading.level, "~")
    return [*lines, rule * max(map(len, lines), default=0)]


def _list(block: List, width: int) -> list[str]:
    # All items hang alike, as wide as the widest number.
    markers = [_MARKERS.get(block.style, f"{n}.") for n in range(1, len(block.items) + 1)]
    hang = max(map(len, markers), default=0) + 1
    items = zip(markers, block.items, strict=True)
    return [line for marker, item in items for line in _wrap(_say(item), width, marker.ljust(hang), hang)]


# --- tables ------------------------------------------------------------------


def _columns(table: Table, width: int) -> list[str]:
    """Return the table in aligned columns, one line a row, or nothing when it does not fit."""
    rows = [[_one_line(cell) for cell in row] for row in (table.header, *table.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    empty = [table.rows_for_writing and not any(column[1:]) for column in zip(*rows, strict=True)]
    widths = [max(w, _LEAST_WRITING) if e else w for w, e in zip(widths, empty, strict=True)]
    spare = width - sum(widths) - _GAP * (len(widths) - 1)
    if spare < 0:
        return []
    if any(empty):
        widths = [w + spare // sum(empty) if e else w for w, e in zip(widths, empty, strict=True)]
    rows[1:] = [_with_blanks(row, widths, table.rows_for_writing) for row in rows[1:]]
    rule = ["-" * w for w in widths]
    return [_aligned(row, widths) for row in (rows[0], rule, *rows[1:])]


def _one_line(cell: Inlines) -> str:
    return _BREAKABLE.sub(" ", _say(cell)).strip()


def _with_blanks(row: Sequence[str], widths: Sequence[int], writing: bool) -> list[str]:
    return [cell or (_WRITING * width if writing else "") for cell, width in zip(row, widths, strict=True)]


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    return (" " * _GAP).join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))


def _records(table: Table, width: int) -> list[str]:
    """Return each row as a group of "label: value" lines, the cells after the first set in a little."""
    labels = [_one_line(cell) for cell in table.header]
    return _separated(list(_record(labels, row, table, width)) for row in table.rows)


def _record(labels: Sequence[str], row: Sequence[Inlines], table: Table, width: int) -> Iterator[str]:
    for number, (label, cell) in enumerate(zip(labels, row, strict=True)):
        indent = "" if number == 0 else " " * _GAP
        value = _one_line(cell) or (_WRITING * _LEAST_WRITING if table.rows_for_writing else "")
        text = _labelled(label, value) if label and value else label or value
        yield from _wrap(text, width, indent, len(indent) + _GAP)


def _labelled(label: str, value: str) -> str:
    return f"{label} {value}" if label.endswith(tuple(".:?!")) else f"{label}: {value}"
