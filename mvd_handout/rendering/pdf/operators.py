"""PDF operators for words and shapes. y runs down in a drawing and up on a page; the turn happens here."""

from __future__ import annotations

import functools
from functools import singledispatch
from typing import Final

from mvd_handout.domain.memory import NO_MEMORY, Memory
from mvd_handout.rendering.drawing import Circle, Colour, Drawing, Label, Layer, Line, Metrics, Polygon, Rect, Shape
from mvd_handout.rendering.fonts import FaceKey, FontSet, Runs
from mvd_handout.rendering.pdf.syntax import string
from mvd_handout.rendering.reportlab_marks import new_path, numbers

RESOURCE_NAMES: Final[dict[FaceKey, str]] = {"regular": "F0", "strong": "F1", "other": "F2", "other-strong": "F3"}
IMAGE_NAME: Final = "I0"
_FEW: Final = 64
"""Sizes and colours of a theme; those of several fit."""


def show_text(runs: Runs, size: float, colour: Colour) -> bytes:
    """Return the operators, for use between BT and ET, that write a text which is shared out among the faces."""
    shown = [b"%b %b Tj" % (_font(face, size), string(run.encode("utf-16-be"))) for face, run in runs]
    return b"%b %b" % (_ink(colour), b" ".join(shown))


@functools.lru_cache(_FEW)
def _font(face: FaceKey, size: float) -> bytes:
    return f"/{RESOURCE_NAMES[face]} {numbers(size)} Tf".encode("ascii")


@functools.lru_cache(_FEW)
def _ink(colour: Colour) -> bytes:
    return _fill(colour).encode("ascii")


@functools.lru_cache(_FEW)
def _fill(colour: Colour) -> str:
    return f"{numbers(*colour)} rg"


def others(runs: Runs) -> Runs:
    """Return the runs that the fallback faces draw."""
    return tuple([run for run in runs if run[0].startswith("other")])


def rectangle(box: tuple[float, float, float, float], fill: Colour) -> bytes:
    """Return a filled rectangle: x, y of the lower left corner, width, height; y up."""
    return f"{_fill(fill)} {_rectangle(*box)} f".encode("ascii")


def _rectangle(x: float, y: float, width: float, height: float) -> str:
    return f"n {numbers(x, y, width, height)} re"


def rounded(
    box: tuple[float, float, float, float],
    radius: float | list[float],
    fill: Colour | None,
    stroke: Colour | None,
    line: float,
) -> bytes:
    """Return a rectangle with round corners; y up. Four radii: upper left and right, lower left and right."""
    path = new_path()
    path.roundRect(*box, radius)
    return _painted(path.getCode(), fill, stroke, line)


def rule(length: float, width: float, colour: Colour) -> bytes:
    """Return a level line of `length` points from the origin."""
    return f"{numbers(*colour)} RG {numbers(width)} w 0 0 m {numbers(length)} 0 l S".encode("ascii")


def upright(length: float, width: float, colour: Colour) -> bytes:
    """Return a line from the origin `length` points down."""
    return f"{numbers(*colour)} RG {numbers(width)} w 0 0 m 0 {numbers(-length)} l S".encode("ascii")


def image(width: float, height: float) -> bytes:
    """Return the logo, its upper left corner at the origin."""
    return f"{numbers(width)} 0 0 {numbers(height)} 0 {numbers(-height)} cm /{IMAGE_NAME} Do".encode("ascii")


def drawing_layers(drawing: Drawing, fonts: FontSet, memory: Memory = NO_MEMORY) -> tuple[bytes, ...]:
    """Return the layers of a drawing, its upper left corner at the origin."""
    return tuple([memory.held(_layer, (layer,), fonts) for layer in drawing.layers if layer])


def _layer(layer: Layer, fonts: FontSet) -> bytes:
    return b"\n".join([_shape(shape, fonts) for shape in layer])


def drawing_others(drawing: Drawing, fonts: FontSet, memory: Memory = NO_MEMORY) -> Runs:
    """Return what the fallback faces draw of a drawing's labels."""
    return tuple(other for layer in drawing.layers for other in memory.held(_layer_others, (layer,), fonts))


def _layer_others(layer: Layer, fonts: FontSet) -> Runs:
    labels = (shape for shape in layer if isinstance(shape, Label))
    return tuple([run for label in labels for run in others(fonts.runs(label.text, label.strong))])


def label_left(label: Label, metrics: Metrics) -> float:
    """Return where a label begins."""
    width = metrics.width(label.text, label.size, label.strong)
    return label.x - {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]


@singledispatch
def _shape(shape: Shape, fonts: FontSet) -> bytes:
    raise TypeError(f"not a shape: {shape!r}")


@_shape.register
def _(shape: Rect, fonts: FontSet) -> bytes:
    path = _rectangle(shape.x, -shape.y - shape.height, shape.width, shape.height)
    return _painted(path, shape.fill, shape.stroke, shape.line_width)


@_shape.register
def _(shape: Circle, fonts: FontSet) -> bytes:
    return _moved(shape.x, shape.y, _circle(shape.radius, shape.fill, shape.stroke, shape.line_width))


@_shape.register
def _(shape: Polygon, fonts: FontSet) -> bytes:
    left, top = shape.points[0]
    corners = tuple([(round(x - left, 6), round(y - top, 6)) for x, y in shape.points[1:]])
    return _moved(left, top, _polygon(corners, shape.closed, shape.fill, shape.stroke, shape.line_width))


@_shape.register
def _(shape: Line, fonts: FontSet) -> bytes:
    path = new_path()
    path.moveTo(shape.x1, -shape.y1)
    path.lineTo(shape.x2, -shape.y2)
    drawn = _painted(path.getCode(), None, shape.colour, shape.line_width)
    if not shape.dash:
        return drawn
    # The dash is graphics state: left on, it would cut up the next ring or frame.
    return b"[%s] 0 d %s [] 0 d" % (numbers(*shape.dash).encode("ascii"), drawn)


@_shape.register
def _(shape: Label, fonts: FontSet) -> bytes:
    place = numbers(label_left(shape, fonts), -shape.y)
    show = show_text(fonts.runs(shape.text, shape.strong), shape.size, shape.colour)
    return b"BT 1 0 0 1 %s Tm %s ET" % (place.encode("ascii"), show)


# A figure that is drawn a hundred times is written down once, about its own origin.
@functools.lru_cache(_FEW)
def _circle(radius: float, fill: Colour | None, stroke: Colour | None, line: float) -> bytes:
    path = new_path()
    path.circle(0.0, 0.0, radius)
    return _painted(path.getCode(), fill, stroke, line)


@functools.lru_cache(_FEW)
def _polygon(
    corners: tuple[tuple[float, float], ...], closed: bool, fill: Colour | None, stroke: Colour | None, line: float
) -> bytes:
    path = new_path()
    path.moveTo(0.0, 0.0)
    for x, y in corners:
        path.lineTo(x, -y)
    if closed:
        path.close()
    return _painted(path.getCode(), fill, stroke, line)


def _moved(x: float, y: float, operators: bytes) -> bytes:
    return b"q 1 0 0 1 %s cm %s Q" % (numbers(x, -y).encode("ascii"), operators)


def _painted(path: str, fill: Colour | None, stroke: Colour | None, line: float) -> bytes:
    parts = []
    if fill is not None:
        parts.append(_fill(fill))
    if stroke is not None:
        parts.append(f"{numbers(*stroke)} RG {numbers(line)} w")
    return " ".join([*parts, path, _PAINT[fill is not None, stroke is not None]]).encode("ascii")


_PAINT: Final = {(True, True): "B", (True, False): "f", (False, True): "S", (False, False): "n"}
