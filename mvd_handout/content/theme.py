"""Themes: how a document looks. Sizes and spaces in points, colours in sRGB."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class TypeSizes:
    """Sizes of type in points; `leading` is a multiple of the size."""

    body: float
    lead: float
    small: float
    heading1: float
    heading2: float
    heading3: float
    table: float
    chart: float
    furniture: float
    leading: float


@dataclass(frozen=True, slots=True)
class Spaces:
    """Vertical spaces in points."""

    paragraph: float
    item: float
    heading_before: float
    heading_after: float
    box: float
    block: float


@dataclass(frozen=True, slots=True)
class PageFrame:
    """Margins in points. `inner` is the binding edge: left on odd pages, right on even ones of a duplex sheet."""

    margin_top: float
    margin_bottom: float
    margin_inner: float
    margin_outer: float
    staple: float


@dataclass(frozen=True, slots=True)
class Colours:
    """The few colours of a theme; one accent, and one for the alarm box."""

    ink: Colour
    quiet: Colour
    accent: Colour
    alarm: Colour
    rule: Colour
    tint: Colour
    alarm_tint: Colour


@dataclass(frozen=True, slots=True)
class Theme:
    """How a document looks; the words come from elsewhere."""

    name: str
    type: TypeSizes
    space: Spaces
    page: PageFrame
    colour: Colours
