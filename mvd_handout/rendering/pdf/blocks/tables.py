"""Tables: rows between thin rules; the header row comes again on every page."""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import Final

from msgspec import Struct, structs

from mvd_handout.domain.document import Inlines, Table
from mvd_handout.rendering.pdf import tags
from mvd_handout.rendering.pdf.blocks.columns import column_widths
from mvd_handout.rendering.pdf.blocks.words import Setting, lines, setting
from mvd_handout.rendering.pdf.fragments import Fragment, Group, Look, Mark, Slice, raised, shifted
from mvd_handout.rendering.pdf.operators import rectangle, rule, upright

PAD_X: Final = 8.0
PAD_Y: Final = 6.0
WRITING_ROW: Final = 2.4
"""Height of a row to write in, in type sizes: 12 mm in the standard theme."""

_KEPT_ROWS: Final = 8
_THIN, _THICK = 0.75, 1.5


class _Row(Struct, frozen=True, eq=False):
    """A row: its slices, its element, and the number after its last piece of content. It is only equal to itself."""

    slices: tuple[Slice, ...]
    element: tags.Element
    next: int


def table_fragment(block: Table, width: float, look: Look) -> Fragment:
    """Set a table. A row is parted only if it is higher than a page; a short table stays whole."""
    grid = _Grid(column_widths(block, width, look), width, look)
    head = look.memory(_row, grid, block.header, 0, _HEADER)
    slices, groups, rows, pieces = list(head.slices), [Group(0, len(head.slices) - 1)], [], head.next
    for number, cells in enumerate(block.rows):
        kind = _Kind(False, block.rows_for_writing, block.row_headers, number == 0)
        row = look.memory(_row_below, head, grid, cells, pieces, kind)
        groups.append(Group(len(slices), len(slices) + len(row.slices) - 1))
        slices += row.slices
        rows.append(row.element)
        pieces = row.next
    if len(block.rows) <= _KEPT_ROWS:
        groups.append(Group(0, len(slices) - 1, share=0.6))
    space = look.theme.space.block
    element = tags.table(head.element, rows)
    return Fragment((element,), pieces, tuple(slices), before=space, after=space, groups=tuple(groups))


def _row_below(head: _Row, grid: _Grid, cells: tuple[Inlines, ...], first_piece: int, kind: _Kind) -> _Row:
    """Set a row that has the header above it wherever it begins a page."""
    row = _row(grid, cells, first_piece, kind)
    slices = [
        structs.replace(part, header=head.slices, joined=kind.first and number == 0)
        for number, part in enumerate(row.slices)
    ]
    return structs.replace(row, slices=tuple(slices))


class _Kind(Struct, frozen=True):
    """What kind of row it is: the header, one to write in, one whose first cell is its heading, the first below."""

    header: bool = False
    writing: bool = False
    headed: bool = False
    first: bool = False


_HEADER: Final = _Kind(header=True)


def _row(grid: _Grid, cells: tuple[Inlines, ...], first_piece: int, kind: _Kind) -> _Row:
    """Set a row: a slice for every level of lines, so that even an endless row can be parted."""
    how = setting(grid.look, grid.look.theme.type.table)
    kids, levels, x, piece = [], [], PAD_X, first_piece
    for number, (cell, column) in enumerate(zip(cells, grid.columns, strict=True)):
        strong = kind.header or (kind.headed and number == 0)
        made = grid.look.memory(_cell, cell, column - 2 * PAD_X, x, strong, grid.look)
        kids.append(tags.renumbered_kids(made.kids, piece))
        levels.append([raised(part.marks, piece) for part in made.lines])
        x += column
        piece += made.pieces
    element = tags.header_row(kids) if kind.header else tags.row(kids, headed=kind.headed)
    return _Row(grid.closed(_levels(levels, how), kind), element, piece)


class _Cell(Struct, frozen=True):
    """The lines of a cell and what it owns; its pieces of content are numbered from 0."""

    kids: tuple[tags.Element | int, ...]
    pieces: int
    lines: tuple[Slice, ...]


def _cell(cell: Inlines, width: float, x: float, strong: bool, look: Look) -> _Cell:
    """Set a cell by itself: days, hours and places are the same for many patients, whole rows are not."""
    counter = tags.Counter()
    kids, pieces = tags.words(cell, counter)
    how = setting(look, look.theme.type.table, strong=strong, x=x)
    return _Cell(kids, counter.next, lines(cell, pieces, width, how, look))


def _levels(cells: list[list[tuple[Mark, ...]]], how: Setting) -> list[Slice]:
    levels = [Slice(how.leading, tuple(chain(*level))) for level in zip_longest(*cells, fillvalue=())]
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
