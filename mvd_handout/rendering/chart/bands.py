"""Bands: three patterns that differ without colour, and ends that thin out where the source gives no end.

Nothing here is see-through or shaded: fading is a matter of thinner strokes, which every printer keeps.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from msgspec import Struct

from mvd_handout.domain.document import Band
from mvd_handout.rendering.chart.scale import Scale
from mvd_handout.rendering.chart.style import ChartStyle
from mvd_handout.rendering.drawing import Line, Rect, Shape

_STEPS = 6  # of a fade
_FAINTEST = 0.14  # what is left of a stroke at the faint end
_LONG_BAND = 0.5  # of the axis: a band longer than that fades out over its second half
_LONG_FADE, _SHORT_FADE = 0.55, 0.3  # of the band
_SHORT_FADE_LIMIT = 5.0  # type sizes


class Span(Struct, frozen=True):
    """A band's place: its ends, the ends of its full-strength part, and its upper and lower edge."""

    x1: float
    x2: float
    full1: float
    full2: float
    top: float
    bottom: float

    def strength(self, x: float) -> float:
        """Return how strong strokes are at `x`, in steps from `_FAINTEST` at a faint end to 1."""
        if x < self.full1:
            return _step((x - self.x1) / (self.full1 - self.x1))
        if x > self.full2:
            return _step((self.x2 - x) / (self.x2 - self.full2))
        return 1.0


def band_span(band: Band, scale: Scale, top: float, bottom: float, size: float) -> Span:
    """Return where `band` stands on `scale` between `top` and `bottom`, in type of `size` points."""
    x1, x2 = scale.start(band.start), scale.end(band.end)
    length = x2 - x1
    short = min(length * _SHORT_FADE, size * _SHORT_FADE_LIMIT)
    is_long = length > _LONG_BAND * (scale.right - scale.left)
    fade_in = short if band.fade_in else 0.0
    fade_out = (length * _LONG_FADE if is_long else short) if band.fade_out else 0.0
    return Span(x1, x2, x1 + fade_in, x2 - fade_out, top, bottom)


def band_shapes(band: Band, span: Span, style: ChartStyle) -> Iterator[Shape]:
    """Yield the strokes of `band` within `span`."""
    if band.pattern == "solid":
        yield from _solid(span, style)
        return
    if band.pattern == "dots":
        yield from _dots(span, style)
        return
    yield Rect(span.full1, span.top, span.full2 - span.full1, span.bottom - span.top, fill=style.tint)
    yield from _hatch(span, style)
    yield from _border(span, style)


def _step(share: float) -> float:
    step = max(0, min(int(share * _STEPS), _STEPS - 1))
    return _FAINTEST + (1 - _FAINTEST) * step / _STEPS


def _solid(span: Span, style: ChartStyle) -> Iterator[Shape]:
    """Yield a bar whose uncertain ends are slats that grow thinner."""
    height = span.bottom - span.top
    yield Rect(span.full1, span.top, span.full2 - span.full1, height, fill=style.accent)
    for start, end in ((span.x1, span.full1), (span.full2, span.x2)):
        for middle, pitch in _cells(start, end, 0.36 * style.size):
            width = pitch * span.strength(middle) * 0.85
            yield Rect(middle - width / 2, span.top, width, height, fill=style.accent)


def _hatch(span: Span, style: ChartStyle) -> Iterator[Shape]:
    """Yield slanting strokes, cut off at the band's ends."""
    height = span.bottom - span.top
    for middle, _ in _cells(span.x1 - height / 2, span.x2 + height / 2, 0.44 * style.size):
        left, right = max(middle - height / 2, span.x1), min(middle + height / 2, span.x2)
        if right > left:
            low, high = span.bottom - (left - middle + height / 2), span.bottom - (right - middle + height / 2)
            width = 0.15 * style.size * span.strength(min(max(middle, span.x1), span.x2))
            yield Line(left, low, right, high, style.accent, width)


def _dots(span: Span, style: ChartStyle) -> Iterator[Shape]:
    """Yield rows of dots, each row a few dashed lines: one line for every step of strength."""
    pitch = 0.38 * style.size
    rows = max(3, round((span.bottom - span.top) / pitch))
    for row in range(rows):
        y = span.top + (row + 0.5) * (span.bottom - span.top) / rows
        shift = pitch / 2 * (row % 2)
        cells = tuple(_cells(span.x1 + shift, span.x2 - shift, pitch))
        for strength, run in groupby((middle for middle, _ in cells), span.strength):
            yield _dotted(tuple(run), y, cells[0][1], 0.21 * style.size * (0.3 + 0.7 * strength), style)


def _dotted(middles: tuple[float, ...], y: float, pitch: float, dot: float, style: ChartStyle) -> Line:
    return Line(middles[0] - dot / 2, y, middles[-1] + dot / 2, y, style.accent, dot, (dot, pitch - dot))


def _border(span: Span, style: ChartStyle) -> Iterator[Shape]:
    """Yield the outline: whole where the band is certain, thinner by steps towards an uncertain end, open there."""
    full = 0.09 * style.size
    edges = [(span.full1, span.full2), *_steps(span.x1, span.full1), *_steps(span.full2, span.x2)]
    for start, end in edges:
        width = full * span.strength((start + end) / 2)
        for y in (span.top, span.bottom):
            yield Line(start, y, end, y, style.accent, width)
    for x, faint in ((span.x1, span.full1 > span.x1), (span.x2, span.full2 < span.x2)):
        if not faint:
            yield Line(x, span.top - full / 2, x, span.bottom + full / 2, style.accent, full)


def _steps(start: float, end: float) -> Iterator[tuple[float, float]]:
    length = (end - start) / _STEPS
    if length > 0:
        yield from ((start + step * length, start + (step + 1) * length) for step in range(_STEPS))


def _cells(start: float, end: float, pitch: float) -> Iterator[tuple[float, float]]:
    """Yield the middle of each cell and the pitch, for cells of about `pitch` that fill `start` to `end` evenly."""
    if end > start:
        count = max(1, round((end - start) / pitch))
        exact = (end - start) / count
        yield from ((start + (index + 0.5) * exact, exact) for index in range(count))
