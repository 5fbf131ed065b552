"""How figures look: the one size of type and the few colours that they share."""

from __future__ import annotations

from msgspec import Struct

from mvd_handout.content.theme import Theme
from mvd_handout.rendering.drawing import Colour

WHITE: Colour = (1.0, 1.0, 1.0)


class ChartStyle(Struct, frozen=True):
    """Type size in points and colours in sRGB.

    Every length of a figure that is not given by its content is a share of `size`, so that large print is large
    throughout.
    """

    size: float
    ink: Colour
    quiet: Colour
    accent: Colour
    rule: Colour
    tint: Colour


def style_from_theme(theme: Theme) -> ChartStyle:
    """Return the look of figures in `theme`."""
    colour = theme.colour
    return ChartStyle(theme.type.chart, colour.ink, colour.quiet, colour.accent, colour.rule, colour.tint)
