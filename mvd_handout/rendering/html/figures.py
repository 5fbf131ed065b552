"""Pictures of the page: inline SVG from the drawings that the paper uses, and the clinic's logo as PNG."""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass
from typing import Final

from mvd_handout.content.theme import Theme
from mvd_handout.domain.document import Chart, Code, Icons, Logo
from mvd_handout.rendering.chart import chart_drawing, style_from_theme
from mvd_handout.rendering.chart.style import ChartStyle
from mvd_handout.rendering.codes import code128_drawing, qr_drawing
from mvd_handout.rendering.drawing import Drawing, Metrics
from mvd_handout.rendering.html.markup import Html, element
from mvd_handout.rendering.icons import icons_drawing
from mvd_handout.rendering.svg import drawing_to_svg

WIDE: Final = 480.0
"""The column of the page on a large screen, in points."""
NARROW: Final = 212.0
"""What the smallest phone, 320 CSS pixels across, leaves between the margins, in points."""
_QR_SIZE: Final = 96.0
_BAR_HEIGHT: Final = 42.0


@dataclass(frozen=True, slots=True)
class Figures:
    """Draws pictures with the metrics and the look of one theme."""

    metrics: Metrics
    style: ChartStyle

    def chart(self, chart: Chart, name: str) -> Html:
        """Return the timeline twice; the style sheet shows one and hides the other from everybody."""
        wide = chart_drawing(chart, WIDE, self.metrics, self.style)
        narrow = chart_drawing(chart, NARROW, self.metrics, self.style)
        return Html(
            element("div", _svg(wide, f"{name}-wide", chart.alt), class_="wide")
            + element("div", _svg(narrow, f"{name}-narrow", chart.alt), class_="narrow")
        )

    def icons(self, icons: Icons, name: str) -> Html:
        """Return the icon array, narrow enough for every screen."""
        return _svg(icons_drawing(icons, NARROW, self.style), name, icons.alt)

    def code(self, code: Code, name: str) -> Html:
        """Return the symbol, black on white with its quiet zone."""
        qr = code.symbology == "qr"
        drawing = qr_drawing(code.payload, _QR_SIZE) if qr else code128_drawing(code.payload, _BAR_HEIGHT)
        return _svg(drawing, name, code.alt)


def figures(theme: Theme, metrics: Metrics) -> Figures:
    """Return what draws the pictures of a page in `theme`."""
    return Figures(metrics, style_from_theme(theme))


def logo_image(logo: Logo) -> Html:
    """Return the clinic's picture as an `<img>` that carries its own pixels."""
    source = "data:image/png;base64," + base64.b64encode(_png(logo)).decode("ascii")
    return element("img", src=source, alt=logo.alt, width=logo.width, height=logo.height)


def _svg(drawing: Drawing, name: str, alt: str) -> Html:
    return Html(drawing_to_svg(drawing, name, alt))


def _png(logo: Logo) -> bytes:
    """Return a true-colour PNG of 8 bits a channel, each row unfiltered."""
    stride = logo.width * 3
    rows = (logo.pixels[at : at + stride] for at in range(0, stride * logo.height, stride))
    header = struct.pack(">IIBBBBB", logo.width, logo.height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
