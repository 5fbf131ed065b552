"""The icon array: so many figures of a hundred, to be seen rather than computed."""

from __future__ import annotations

from collections.abc import Iterator

from mvd_handout.domain.document import Icons
from mvd_handout.rendering.chart.style import WHITE, ChartStyle
from mvd_handout.rendering.drawing import Circle, Drawing, Polygon, Shape

_CELL = (1.25, 2.0)  # width and height of one figure's cell, in type sizes
_GAP = 0.45  # extra space after every fifth figure: it makes the rows countable
_FRAME = (0.28, 0.08)  # room beside and above the cells, for the frame
_LINE = 0.12  # of the frame
_SMALLEST = 11.0  # points: below that, figures stand in rows of ten to stay large

Point = tuple[float, float]


def icons_drawing(icons: Icons, width: float, style: ChartStyle) -> Drawing:
    """Return `icons.total` figures, of which the first `icons.marked` are marked, at most `width` points wide.

    Twenty stand in a row where there is room, else ten. Marked figures are solid and framed together, the others
    are outlines: colour alone tells nothing.
    """
    per_row, unit = _fit(width, style.size)
    cells = tuple(_cell(index, per_row, unit) for index in range(icons.total))
    rows = -(-icons.total // per_row)
    height = rows * _CELL[1] + 2 * _FRAME[1]
    return Drawing(
        _full_width(per_row) * unit,
        height * unit,
        ((*_frame(icons.marked, per_row, unit, style), *_figures(cells, icons.marked, unit, style)),),
    )


def _fit(width: float, size: float) -> tuple[int, float]:
    """Return how many figures stand in a row, and the unit of length."""
    unit = min(size, width / _full_width(20))
    return (20, unit) if unit >= _SMALLEST else (10, min(size, width / _full_width(10)))


def _full_width(per_row: int) -> float:
    return _row_width(per_row) + 2 * _FRAME[0]


def _row_width(per_row: int) -> float:
    return per_row * _CELL[0] + (per_row - 1) // 5 * _GAP


def _cell(index: int, per_row: int, unit: float) -> Point:
    """Return the upper left corner of a figure's cell."""
    row, column = divmod(index, per_row)
    return (_FRAME[0] + column * _CELL[0] + column // 5 * _GAP) * unit, (_FRAME[1] + row * _CELL[1]) * unit


def _figures(cells: tuple[Point, ...], marked: int, unit: float, style: ChartStyle) -> Iterator[Shape]:
    for index, (x, y) in enumerate(cells):
        yield from _figure(x + _CELL[0] * unit / 2, y, unit, index < marked, style)


def _figure(x: float, y: float, unit: float, marked: bool, style: ChartStyle) -> Iterator[Shape]:
    """Yield one person: a head above rounded shoulders, standing about `x` below `y`."""
    fill = style.accent if marked else WHITE
    stroke, line = (style.accent, 0.0) if marked else (style.quiet, 0.07 * unit)
    yield Circle(x, y + 0.5 * unit, 0.3 * unit, fill, None if marked else stroke, line)
    body = tuple((x + dx * unit, y + dy * unit) for dx, dy in _BODY)
    yield Polygon(body, fill, None if marked else stroke, line)


def _mirror(half: tuple[Point, ...]) -> tuple[Point, ...]:
    return half + tuple((-x, y) for x, y in reversed(half))


_BODY = _mirror(((0.2, 0.88), (0.34, 0.94), (0.43, 1.06), (0.45, 1.2), (0.45, 1.78)))


def _frame(marked: int, per_row: int, unit: float, style: ChartStyle) -> Iterator[Shape]:
    """Yield one outline about the marked figures, stepped where they end within a row."""
    if marked:
        outline = tuple((x * unit, y * unit) for x, y in _outline(marked, per_row))
        yield Polygon(outline, style.tint, style.accent, _LINE * unit)


def _outline(marked: int, per_row: int) -> tuple[Point, ...]:
    rows, rest = divmod(marked, per_row)
    edge = _LINE / 2
    right, step = (_row_width(count) + 2 * _FRAME[0] - edge for count in (min(marked, per_row), rest))
    bottom, low = (_FRAME[1] + count * _CELL[1] for count in (max(rows, 1), rows + 1))
    if rows == 0 or rest == 0:
        return (edge, edge), (right, edge), (right, bottom), (edge, bottom)
    return (edge, edge), (right, edge), (right, bottom), (step, bottom), (step, low), (edge, low)
