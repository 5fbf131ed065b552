"""A drawing as a value: shapes and labels that the PDF and the SVG writer both understand.

Lengths are points; x runs to the right, y runs down from the top left corner.
"""

from __future__ import annotations

from itertools import chain
from typing import Literal, Protocol

from msgspec import Struct

Colour = tuple[float, float, float]
"""Red, green and blue of sRGB, each from 0 to 1."""


def css(colour: Colour) -> str:
    """Return `colour` as CSS and SVG write it: "#0b4f6c"."""
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


class Metrics(Protocol):
    """What laying out words needs to know of the fonts. All lengths in points."""

    def __hash__(self) -> int:
        """Return what tells these fonts from others: measured words are remembered."""

    def width(self, text: str, size: float, strong: bool = False) -> float:
        """Return the advance width of `text` set at `size`."""

    def ascent(self, size: float) -> float:
        """Return the height above the base line that a line of text needs."""

    def descent(self, size: float) -> float:
        """Return the depth below the base line, as a positive length."""


class Rect(Struct, frozen=True, gc=False):
    """A rectangle; `x`, `y` is its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    fill: Colour | None = None
    stroke: Colour | None = None
    line_width: float = 0.0


class Line(Struct, frozen=True, gc=False):
    """A straight line; `dash` alternates drawn and left-out lengths."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: Colour
    line_width: float
    dash: tuple[float, ...] = ()


class Polygon(Struct, frozen=True, gc=False):
    """A polygon, or an open line through its points when `closed` is false."""

    points: tuple[tuple[float, float], ...]
    fill: Colour | None = None
    stroke: Colour | None = None
    line_width: float = 0.0
    closed: bool = True


class Circle(Struct, frozen=True, gc=False):
    """A circle about `x`, `y`."""

    x: float
    y: float
    radius: float
    fill: Colour | None = None
    stroke: Colour | None = None
    line_width: float = 0.0


class Label(Struct, frozen=True, gc=False):
    """One line of text with its left end (or middle, or right end) at `x` on the base line `y`."""

    x: float
    y: float
    text: str
    size: float
    colour: Colour
    strong: bool = False
    anchor: Literal["start", "middle", "end"] = "start"
    field: str = ""


Shape = Rect | Line | Polygon | Circle | Label


Layer = tuple[Shape, ...]
"""Shapes that were made together."""


class Drawing(Struct, frozen=True):
    """Shapes on a canvas of `width` by `height` points, drawn in order, layer over layer."""

    width: float
    height: float
    layers: tuple[Layer, ...]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """All shapes, from the back to the front."""
        return tuple(chain.from_iterable(self.layers))
