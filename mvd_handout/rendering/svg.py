"""A drawing as inline SVG, for the HTML handout."""

from __future__ import annotations

import re
from functools import singledispatch
from html import escape

from mvd_handout.rendering.drawing import Circle, Drawing, Label, Line, Polygon, Rect, Shape, css


def drawing_to_svg(drawing: Drawing, id_prefix: str, alt: str, title: str = "") -> str:
    """Return `drawing` as an `<svg>` element, named for assistive technology by `alt` (and `title`, if given).

    Assistive technology hears the alternative text only: the labels inside are part of the picture, and the
    handout repeats what they say in words. Text takes its font from the page. The picture has no ground of its
    own and is meant for a white one.

    Args:
        drawing: What to draw; one point becomes one unit of the view box.
        id_prefix: What the ids of this picture begin with; unique in the page, ASCII letters, digits and hyphens.
        alt: The alternative text.
        title: A short name that is read before the alternative text.

    Raises:
        ValueError: `id_prefix` cannot stand in an id, or there is no alternative text.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", id_prefix):
        raise ValueError(f"not usable as an id: {id_prefix!r}")
    if not alt.strip():
        raise ValueError("a picture needs an alternative text")
    named, names = _names(id_prefix, alt, title)
    size = f"{_n(drawing.width)} {_n(drawing.height)}"
    shapes = "".join(_shape(shape) for shape in drawing.shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{named}" viewBox="0 0 {size}"'
        f' width="{_n(drawing.width)}" height="{_n(drawing.height)}">{names}<g aria-hidden="true">{shapes}</g></svg>'
    )


def _names(prefix: str, alt: str, title: str) -> tuple[str, str]:
    name, description = f"{prefix}-title", f"{prefix}-desc"
    if not title:
        return name, f'<title id="{name}">{_text(alt)}</title>'
    names = f'<title id="{name}">{_text(title)}</title><desc id="{description}">{_text(alt)}</desc>'
    return f"{name} {description}", names


@singledispatch
def _shape(shape: Shape) -> str:
    raise TypeError(f"not a shape: {shape!r}")


@_shape.register
def _(shape: Rect) -> str:
    place = f'x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.width)}" height="{_n(shape.height)}"'
    return f"<rect {place}{_paint(shape)}/>"


@_shape.register
def _(shape: Circle) -> str:
    return f'<circle cx="{_n(shape.x)}" cy="{_n(shape.y)}" r="{_n(shape.radius)}"{_paint(shape)}/>'


@_shape.register
def _(shape: Polygon) -> str:
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
    return f'<{"polygon" if shape.closed else "polyline"} points="{points}"{_paint(shape)}/>'


@_shape.register
def _(shape: Line) -> str:
    ends = f'x1="{_n(shape.x1)}" y1="{_n(shape.y1)}" x2="{_n(shape.x2)}" y2="{_n(shape.y2)}"'
    dash = f' stroke-dasharray="{" ".join(map(_n, shape.dash))}"' if shape.dash else ""
    return f'<line {ends} stroke="{css(shape.colour)}" stroke-width="{_n(shape.line_width)}"{dash}/>'


@_shape.register
def _(shape: Label) -> str:
    place = f'x="{_n(shape.x)}" y="{_n(shape.y)}" font-size="{_n(shape.size)}" fill="{css(shape.colour)}"'
    weight = ' font-weight="700"' if shape.strong else ""
    anchor = f' text-anchor="{shape.anchor}"' if shape.anchor != "start" else ""
    return f'<text {place}{weight}{anchor} xml:space="preserve">{_text(shape.text)}</text>'


def _paint(shape: Rect | Circle | Polygon) -> str:
    fill = f' fill="{css(shape.fill)}"' if shape.fill else ' fill="none"'
    stroke = f' stroke="{css(shape.stroke)}" stroke-width="{_n(shape.line_width)}"' if shape.stroke else ""
    return fill + stroke


def _n(value: float) -> str:
    """Write a length with at most two decimals: finer than any printer, and the same on every machine."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _text(words: str) -> str:
    return escape(words, quote=True)
