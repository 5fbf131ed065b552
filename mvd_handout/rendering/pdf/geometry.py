"""Where things stand on the paper. Points, y down from the top edge."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from mvd_handout.content.theme import Theme

Paper = Literal["A4", "Letter"]

SIZES: Final[dict[Paper, tuple[float, float]]] = {"A4": (595.276, 841.89), "Letter": (612.0, 792.0)}
_UNPRINTABLE: Final = 18.0
"""What office printers leave white along every edge."""


class Geometry(Struct, frozen=True):
    """The paper and its margins. The binding edge is left on odd pages and right on even ones of a duplex print."""

    paper_width: float
    paper_height: float
    inner: float
    outer: float
    top: float
    bottom: float
    duplex: bool

    @property
    def width(self) -> float:
        """The width of a column of text."""
        return self.paper_width - self.inner - self.outer

    @property
    def band_top(self) -> float:
        """Where the draft band begins, in the upper margin."""
        return _UNPRINTABLE

    @property
    def band_height(self) -> float:
        """The room of the draft band, kept also when there is none."""
        return self.top - _UNPRINTABLE - 6.0

    @property
    def foot_bottom(self) -> float:
        """Where the foot ends."""
        return self.paper_height - self.bottom / 2 - 2.0

    def left(self, page: int) -> float:
        """Return where the column begins on a page, counted from 1."""
        return self.outer if self.duplex and page % 2 == 0 else self.inner


def geometry(theme: Theme, paper: Paper, duplex: bool) -> Geometry:
    """Return the geometry of a theme on a paper."""
    width, height = SIZES[paper]
    page = theme.page
    inner = max(page.margin_inner, page.staple)
    return Geometry(width, height, inner, page.margin_outer, page.margin_top, page.margin_bottom, duplex)
