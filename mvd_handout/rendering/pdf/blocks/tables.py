"""Tables: rows between thin rules; the header row comes again on every page."""

from __future__ import annotations

from itertools import zip_longest
from typing import Final

from msgspec import Struct, structs

from mvd_handout.domain.document import Inlines, Table
from mvd_handout.rendering.pdf import tags
from mvd_handout.rendering.pdf.blocks.columns import column_widths
from mvd_handout.rendering.pdf.blocks.words import Setting, lines, setting
from mvd_handout.rendering.pdf.fragments import Fragment, Group, Look, Mark, Slice, shifted
from mvd_handout.rendering.pdf.operators import rectangle, rule, upright

PAD_X: Final = 8.0
PAD_Y: Final = 6.0
WRITING_ROW: Final = 2.4
"""Height of a row to write in, in type sizes: 12 mm in the standard theme."""

_KEPT_ROWS: Final = 8
_THIN, _THICK = 0.75, 1.5


class _Row(Struct, frozen=True):
    """A row: its slices, what its cells own, and the number after its last piece of content."""

    slices: tuple[Slice, ...]
    kids: tuple[tuple[tags.Element | int, ...], ...]
    next: int


def table_fragment(block: Table, width: float, look: Look) -> Fragment:
    """Set a table. A row is parted only if it is higher than a page; a short table stays whole."""
    grid = _Grid(column_widths(block, width, look), width, look)
    head = look.memory(_row, grid, block.header, 0, _HEADER)
    how = _Kind(writing=block.rows_for_writing, strong_first=block.row_headers)
    slices = list(head.slices)
    groups = [Group(0, len(slices) - 1)]
    kids, pieces = [head.kids], head.next
    for number, cells in enumerate(block.rows):
        made = look.memory(_row, grid, cells, pieces, how)
        groups.append(Group(len(slices), len(slices) + len(made.slices) - 1))
        kids.append(made.kids)
        pieces = made.next
        slices += [
            structs.replace(part, header=head.slices, joined=number == 0 and first)
            for part, first in _with_first(made.slices)
        ]
    if len(block.rows) <= _KEPT_ROWS:
        groups.append(Group(0, len(slices) - 1, share=0.6))
    space = look.theme.space.block
    return Fragment((tags.table(block, kids),), pieces, tuple(slices), before=space, after=space, groups=tuple(groups))


def _with_first(slices: tuple[Slice, ...]) -> list[tuple[Slice, bool]]:
    return [(part, number == 0) for number, part in enumerate(slices)]


class _Kind(Struct, frozen=True):
    """What kind of row it is: the header, one to write in, one whose first cell is strong."""

    header: bool = False
    writing: bool = False
    strong_first: bool = False


_HEADER: Final = _Kind(header=True)


def _row(grid: _Grid, cells: tuple[Inlines, ...], first_piece: int, kind: _Kind) -> _Row:
    """Set a row: a slice for every level of lines, so that even an endless row can be parted."""
    counter = tags.Counter(first_piece)
    how = setting(grid.look, grid.look.theme.type.table)
    kids, levels, x = [], [], PAD_X
    for number, (cell, column) in enumerate(zip(cells, grid.columns, strict=True)):
        strong = kind.header or (kind.strong_first and number == 0)
        how = structs.replace(how, strong=strong, x=x)
        cell_kids, pieces = tags.words(cell, counter)
        kids.append(cell_kids)
        levels.append(lines(cell, pieces, column - 2 * PAD_X, how, grid.look))
        x += column
    return _Row(grid.closed(_levels(levels, how), kind), tuple(kids), counter.next)


def _levels(cells: list[tuple[Slice, ...]], how: Setting) -> list[Slice]:
    levels = [
        Slice(how.leading, tuple(mark for part in level if part for mark in part.marks))
        for level in zip_longest(*cells)
    ]
    return levels or [Slice(how.leading)]


class _Grid(Struct, frozen=True):
    """The columns of a table, and how its rows are ruled."""

    columns: tuple[float, ...]
    width: float
    look: Look

    def closed(self, levels: list[Slice], kind: _Kind) -> tuple[Slice, ...]:
        """Add the padding above and below, the height to write in, the tint of the header and the rules."""
        levels[0] = _lowered(levels[0], PAD_Y)
        levels[-1] = structs.replace(levels[-1], height=levels[-1].height + PAD_Y)
        if kind.writing:
            levels = self._heightened(levels)
        colour = self.look.theme.colour
        drawn = [self._with_tint(level) for level in levels] if kind.header else levels
        if kind.writing:
            drawn = [self._with_uprights(level) for level in drawn]
        line = rule(self.width, _THICK if kind.header else _THIN, colour.accent if kind.header else colour.rule)
        drawn[-1] = _under(drawn[-1], Mark(0.0, drawn[-1].height, line, (0.0, 0.0, self.width, 0.0)))
        return tuple(drawn)

    def _heightened(self, levels: list[Slice]) -> list[Slice]:
        """Give a row the height of handwriting; its words stand in the middle."""
        wanted = WRITING_ROW * self.look.theme.type.body
        missing = max(0.0, wanted - sum(level.height for level in levels)) / 2
        levels[0] = _lowered(levels[0], missing)
        levels[-1] = structs.replace(levels[-1], height=levels[-1].height + missing)
        return levels

    def _with_tint(self, level: Slice) -> Slice:
        operators = rectangle((0.0, -level.height, self.width, level.height), self.look.theme.colour.tint)
        return _under(level, Mark(0.0, 0.0, operators, (0.0, 0.0, self.width, level.height)))

    def _with_uprights(self, level: Slice) -> Slice:
        at = 0.0
        for column in self.columns[:-1]:
            at += column
            operators = upright(level.height, _THIN, self.look.theme.colour.rule)
            level = _under(level, Mark(at, 0.0, operators, (0.0, 0.0, 0.0, level.height)))
        return level


def _lowered(level: Slice, by: float) -> Slice:
    """Return a slice with more room above its words."""
    return structs.replace(level, marks=shifted(level.marks, y=by), height=level.height + by)


def _under(level: Slice, mark: Mark) -> Slice:
    return structs.replace(level, marks=(mark, *level.marks))
