"""From days after surgery to places across the chart: two straight scales with a break between them."""

from __future__ import annotations

from msgspec import Struct

from mvd_handout.domain.document import Chart

_DAYS_SHARE = 0.445  # of the axis, for the first scale
_PAD = 0.85  # type sizes before the first day: half the widest symbol, so that it stays on the drawing
_TEAR = 0.9  # type sizes that the sign of the break takes
_CLEAR = 0.9  # type sizes on both sides of it: half a mark, so that none on the days around the break touches it
_OPEN = 2.3  # type sizes after the last day: the open end


class Scale(Struct, frozen=True):
    """Days on the left, months on the right, a gap between them, and an open end.

    `left`, `break_left`, `break_right` and `right` are where the first day, the break (twice) and the last day
    stand; `edge` is the end of the drawing. The sign of the break stands `clear` points away from both scales.
    """

    first_day: float
    break_day: float
    last_day: float
    left: float
    break_left: float
    break_right: float
    right: float
    edge: float
    clear: float

    @property
    def tear_left(self) -> float:
        """The left edge of the sign of the break."""
        return self.break_left + self.clear

    @property
    def tear_right(self) -> float:
        """The right edge of the sign of the break."""
        return self.break_right - self.clear

    def x(self, day: float) -> float:
        """Return where `day` stands. What comes after the last day stands in the open end, all at one place."""
        if day > self.last_day:
            return (self.right + self.edge) / 2
        return self._inside(day)

    def start(self, day: float) -> float:
        """Return where a span that begins on `day` begins."""
        return self.right if day > self.last_day else self._inside(day)

    def end(self, day: float) -> float:
        """Return where a span that ends on `day` ends: at the edge if that is after the last day."""
        return self.edge if day > self.last_day else self._inside(day)

    def _inside(self, day: float) -> float:
        if day <= self.break_day:
            return _between(day, self.first_day, self.break_day, self.left, self.break_left)
        return _between(day, self.break_day, self.last_day, self.break_right, self.right)


def chart_scale(chart: Chart, width: float, size: float) -> Scale:
    """Return the scale of `chart` across `width` points in type of `size` points.

    Raises:
        ValueError: the chart's days are not in order.
    """
    if not chart.first_day < chart.break_day < chart.last_day:
        raise ValueError("a chart needs first day < break day < last day")
    left, right = _PAD * size, width - _OPEN * size
    middle = left + (right - left) * _DAYS_SHARE
    clear = _CLEAR * size
    gap = clear + _TEAR * size / 2
    days = (chart.first_day, chart.break_day, chart.last_day)
    return Scale(*days, left, middle - gap, middle + gap, right, width, clear)


def _between(day: float, low: float, high: float, left: float, right: float) -> float:
    share = min(max((day - low) / (high - low), 0.0), 1.0)
    return left + share * (right - left)
