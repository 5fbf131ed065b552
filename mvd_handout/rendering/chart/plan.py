"""Where everything in the chart goes, from top to bottom: axis, flags, lanes, open end."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mvd_handout.domain.document import Chart, Flag, Inlines, Lane
from mvd_handout.domain.memory import NO_MEMORY, Memory
from mvd_handout.rendering.chart.axis import PlacedTick, labels_height, place_ticks
from mvd_handout.rendering.chart.scale import Scale, chart_scale
from mvd_handout.rendering.chart.strip import Strip, lane_strip
from mvd_handout.rendering.chart.style import ChartStyle
from mvd_handout.rendering.chart.words import Block, block
from mvd_handout.rendering.drawing import Colour, Metrics

# Lengths in type sizes.
_FLAG_PAD = (0.45, 0.25)  # inside a flag, beside and above its words
_FLAG_GAP = 0.5  # below a flag
_ARROW = 0.5  # half the height of the axis with its break
_BELOW_AXIS = 0.9
_LANE_GAP = 0.9
_STRIP_GAP = 0.2  # between words and strip
_WORD_GAP = 0.8  # between a lane's name and its time on one line
_BELOW_LANES = 0.9


class PlacedWords(Struct, frozen=True):
    """Words with their upper left corner and colour."""

    words: Block
    x: float
    y: float
    colour: Colour
    right: bool = False


class PlacedFlag(Struct, frozen=True):
    """A flag's frame around its words, and the place of its pole."""

    x: float
    left: float
    top: float
    width: float
    height: float
    words: PlacedWords


class PlacedLane(Struct, frozen=True):
    """A lane between `top` and `bottom`: words, and the strip whose upper edge is at `strip_top`."""

    top: float
    bottom: float
    words: tuple[PlacedWords, ...]
    strip: Strip
    strip_top: float

    @property
    def strip_bottom(self) -> float:
        """The lower edge of the strip."""
        return self.strip_top + self.strip.height


class Plan(Struct, frozen=True):
    """The whole chart, placed."""

    scale: Scale
    ticks: tuple[PlacedTick, ...]
    axis: float
    flags: tuple[PlacedFlag, ...]
    lanes: tuple[PlacedLane, ...]
    end: float
    open_end: PlacedWords
    height: float


def chart_plan(chart: Chart, width: float, metrics: Metrics, style: ChartStyle, memory: Memory = NO_MEMORY) -> Plan:
    """Place every part of `chart` within `width` points."""
    return _Planner(chart_scale(chart, width, style.size), width, metrics, style, memory).plan(chart)


class _Planner(Struct, frozen=True, cache_hash=True):
    scale: Scale
    width: float
    metrics: Metrics
    style: ChartStyle
    memory: Memory

    def plan(self, chart: Chart) -> Plan:
        size = self.style.size
        ticks = self.memory(place_ticks, chart.ticks, self.scale, self.style, self.metrics)
        axis = max(labels_height(ticks, self.style), _ARROW * size)
        flags = self.memory.held(_placed_flags, (chart.flags,), axis + _BELOW_AXIS * size, self)
        below = flags[-1].top + flags[-1].height if flags else axis
        lanes = tuple(self._lanes(chart.lanes, below + _BELOW_AXIS * size))
        end = (lanes[-1].bottom if lanes else axis) + _BELOW_LANES * size
        words = self.block(chart.open_end, strong=True)
        open_end = PlacedWords(words, self.width - words.width, end + 0.5 * size, self.style.ink, right=True)
        return Plan(
            self.scale, ticks, axis, flags, lanes, end, open_end, max(open_end.y + words.height, end + _ARROW * size)
        )

    def _lanes(self, lanes: tuple[Lane, ...], top: float) -> Iterator[PlacedLane]:
        for lane in lanes:
            placed = self.memory.held(_placed_lane, (lane,), top, self)
            yield placed
            top = placed.bottom + _LANE_GAP * self.style.size

    def block(self, content: Inlines, less: float = 0.0, strong: bool = False) -> Block:
        """Wrap words to the width, less so many points."""
        return self.memory(block, content, self.width - less, self.style.size, self.metrics, strong)


def _placed_flags(flags: tuple[Flag, ...], top: float, planner: _Planner) -> tuple[PlacedFlag, ...]:
    """Place flags from `top` down: each at its pole, moved to the left as far as its words need."""
    style = planner.style
    side, above = _FLAG_PAD[0] * style.size, _FLAG_PAD[1] * style.size
    placed = []
    for flag in sorted(flags, key=lambda flag: flag.day, reverse=True):
        words = planner.block(flag.label, 2 * side, strong=True)
        width, height = words.width + 2 * side, words.height + 2 * above
        x = planner.scale.x(flag.day)
        left = max(0.0, min(x - side, planner.width - width))  # so that the pole always meets the frame
        label = PlacedWords(words, left + side, top + above, style.ink)
        placed.append(PlacedFlag(x, left, top, width, height, label))
        top += height + _FLAG_GAP * style.size
    return tuple(placed)


def _placed_lane(lane: Lane, top: float, planner: _Planner) -> PlacedLane:
    """Place a lane's name and time, then its strip, then what may happen."""
    style = planner.style
    gap = _STRIP_GAP * style.size
    heading, bottom = _heading(lane, top, planner)
    strip = lane_strip(lane.bands, lane.marks, planner.scale, style, planner.metrics)
    strip_top = bottom + gap
    text_top = strip_top + strip.height + gap if strip.rows else bottom
    words = planner.block(lane.text)
    text = PlacedWords(words, 0.0, text_top, style.ink)
    return PlacedLane(top, text_top + words.height, (*heading, text), strip, strip_top)


def _heading(lane: Lane, top: float, planner: _Planner) -> tuple[tuple[PlacedWords, PlacedWords], float]:
    """Place the lane's name, and its time on the same line if both fit there, else below."""
    style = planner.style
    name = planner.block(lane.label, strong=True)
    time = planner.block(lane.when)
    left = name.width + _WORD_GAP * style.size
    beside = len(name.lines) <= 1 and len(time.lines) <= 1 and left + time.width <= planner.width
    x, y = (left, top) if beside and name.lines else (0.0, top + name.height)
    bottom = max(top + name.height, y + time.height)
    return (PlacedWords(name, 0.0, top, style.ink), PlacedWords(time, x, y, style.accent)), bottom
