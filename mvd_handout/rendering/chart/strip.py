"""A lane's strip on the axis: its bands and marks, in as many rows as it takes to keep them apart."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mvd_handout.domain.document import Band, Mark
from mvd_handout.rendering.chart.bands import band_shapes, band_span
from mvd_handout.rendering.chart.scale import Scale
from mvd_handout.rendering.chart.style import WHITE, ChartStyle
from mvd_handout.rendering.drawing import Circle, Label, Line, Metrics, Polygon, Rect, Shape

_BAND_HEIGHT = 1.0  # type sizes
_MARK_RADIUS = 0.72
_ROW_GAP = 0.3
_MARK_GAP = 0.12


class Item(Struct, frozen=True):
    """A band or a mark with what it covers of the axis and how high it is."""

    content: Band | Mark
    x1: float
    x2: float
    height: float


class Row(Struct, frozen=True):
    """Items beside each other, `top` points below the strip's upper edge."""

    items: tuple[Item, ...]
    top: float
    height: float


class Strip(Struct, frozen=True):
    """The rows of a lane and their height together."""

    rows: tuple[Row, ...]
    height: float


def lane_strip(
    bands: tuple[Band, ...], marks: tuple[Mark, ...], scale: Scale, style: ChartStyle, metrics: Metrics
) -> Strip:
    """Return the rows that keep every band and mark of a lane apart, each at its own place on `scale`."""
    gap = _ROW_GAP * style.size
    rows, top = [], gap
    for items in _packed(_items(bands, marks, scale, style, metrics), _MARK_GAP * style.size):
        height = max(item.height for item in items)
        rows.append(Row(items, top, height))
        top += height + gap
    return Strip(tuple(rows), top if rows else 0.0)


def placed_bands(strip: Strip, y: float) -> tuple[tuple[Band, float, float], ...]:
    """Return the bands of a strip whose upper edge is at `y`, each with its own upper and lower edge."""
    return tuple(
        (item.content, middle - item.height / 2, middle + item.height / 2)
        for item, middle in _placed(strip, y)
        if isinstance(item.content, Band)
    )


def band_layer(bands: tuple[tuple[Band, float, float], ...], scale: Scale, style: ChartStyle) -> Iterator[Shape]:
    """Yield the shapes of placed bands."""
    for band, top, bottom in bands:
        yield from band_shapes(band, band_span(band, scale, top, bottom, style.size), style)


def mark_layer(strip: Strip, y: float, scale: Scale, style: ChartStyle, metrics: Metrics) -> Iterator[Shape]:
    """Yield the marks of a strip whose upper edge is at `y`, each with its key inside."""
    for item, middle in _placed(strip, y):
        if isinstance(item.content, Mark):
            yield from _mark(item.content, item, middle, style, metrics)
            if item.content.day > scale.last_day:
                yield from _later(item, middle, scale, style)


def _placed(strip: Strip, y: float) -> Iterator[tuple[Item, float]]:
    return ((item, y + row.top + row.height / 2) for row in strip.rows for item in row.items)


def _items(
    bands: tuple[Band, ...], marks: tuple[Mark, ...], scale: Scale, style: ChartStyle, metrics: Metrics
) -> Iterator[Item]:
    for band in bands:
        yield Item(band, scale.start(band.start), scale.end(band.end), _BAND_HEIGHT * style.size)
    for mark in sorted(marks, key=lambda mark: mark.day):
        half = _half_width(mark, style, metrics)
        middle = min(max(scale.x(mark.day), half), scale.edge - half)
        yield Item(mark, middle - half, middle + half, 2 * _MARK_RADIUS * style.size)


def _half_width(mark: Mark, style: ChartStyle, metrics: Metrics) -> float:
    return max(_MARK_RADIUS * style.size, metrics.width(mark.label, style.size, strong=True) / 2 + 0.3 * style.size)


def _packed(items: Iterator[Item], gap: float) -> tuple[tuple[Item, ...], ...]:
    """Share the items out: each into the first row where it touches nothing."""
    rows: list[list[Item]] = []
    for item in items:
        for row in rows:
            if all(item.x1 >= other.x2 + gap or item.x2 <= other.x1 - gap for other in row):
                row.append(item)
                break
        else:
            rows.append([item])
    return tuple(tuple(row) for row in rows)


def _mark(mark: Mark, item: Item, y: float, style: ChartStyle, metrics: Metrics) -> Iterator[Shape]:
    surgery = mark.symbol == "surgery"
    yield _symbol(item, y, surgery, style)
    if mark.label:
        base = y + (metrics.ascent(style.size) - metrics.descent(style.size)) / 2
        colour = WHITE if surgery else style.ink
        yield Label((item.x1 + item.x2) / 2, base, mark.label, style.size, colour, strong=True, anchor="middle")


def _symbol(item: Item, y: float, surgery: bool, style: ChartStyle) -> Shape:
    """Return a solid diamond for surgery, a ring for a visit, a frame where the key is too long for a ring."""
    half, radius, line = (item.x2 - item.x1) / 2, item.height / 2, 0.14 * style.size
    x = item.x1 + half
    if surgery:
        return Polygon(((x - half, y), (x, y - radius), (x + half, y), (x, y + radius)), fill=style.ink)
    if half > radius + 0.01:
        return Rect(item.x1, y - radius, 2 * half, 2 * radius, WHITE, style.ink, line)
    return Circle(x, y, radius - line / 2, WHITE, style.ink, line)


def _later(item: Item, y: float, scale: Scale, style: ChartStyle) -> Iterator[Shape]:
    """Yield the arrow that says: later than this chart reaches."""
    reach, room = 0.34 * style.size, scale.edge - item.x2
    if room > reach:
        tip = item.x2 + min(room, 1.5 * reach)
        yield Line(item.x2, y, tip - reach / 2, y, style.ink, 0.12 * style.size)
        yield Polygon(((tip, y), (tip - reach, y - reach / 1.6), (tip - reach, y + reach / 1.6)), fill=style.ink)
