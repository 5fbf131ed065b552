"""Pictures of the page: inline SVG from the drawings that the paper uses, and the clinic's logo as PNG."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable
from typing import Final

from msgspec import Struct, structs

from mvd_handout.content.theme import Theme
from mvd_handout.domain.document import Chart, Code, Icons, Logo
from mvd_handout.rendering.chart import chart_drawing, style_from_theme
from mvd_handout.rendering.chart.style import ChartStyle
from mvd_handout.rendering.codes import code128_drawing, qr_drawing
from mvd_handout.rendering.drawing import Drawing, Metrics
from mvd_handout.rendering.html.markup import Html, element, join
from mvd_handout.rendering.icons import icons_drawing
from mvd_handout.rendering.svg import drawing_to_svg

WIDE: Final = 480.0
"""The column of the page on a large screen, in points."""
NARROW: Final = 212.0
"""What the smallest phone, 320 CSS pixels across, leaves between the margins, in points."""
_QR_SIZE: Final = 96.0
_BAR_HEIGHT: Final = 42.0


class Figures(Struct, frozen=True):
    """Draws pictures with the metrics and the look of one theme."""

    metrics: Metrics
    style: ChartStyle

    def chart(self, chart: Chart, name: str) -> Html:
        """Return the timeline for wide and for narrow screens, without the words at its open end."""
        bare = structs.replace(chart, open_end=())
        return _twice(lambda width: chart_drawing(bare, width, self.metrics, self.style), name, chart.alt)

    def icons(self, icons: Icons, name: str) -> Html:
        """Return the icon array for wide and for narrow screens."""
        return _twice(lambda width: icons_drawing(icons, width, self.style), name, icons.alt)

    def code(self, code: Code, name: str) -> Html:
        """Return the symbol, black on white with its quiet zone."""
        qr = code.symbology == "qr"
        drawing = qr_drawing(code.payload, _QR_SIZE) if qr else code128_drawing(code.payload, _BAR_HEIGHT)
        return element("div", _svg(drawing, name, code.alt), class_="picture")


def figures(theme: Theme, metrics: Metrics) -> Figures:
    """Return what draws the pictures of a page in `theme`."""
    return Figures(metrics, style_from_theme(theme))


def logo_image(logo: Logo) -> Html:
    """Return the clinic's picture as an `<img>` that carries its own pixels."""
    source = "data:image/png;base64," + base64.b64encode(_png(logo)).decode("ascii")
    return element("img", src=source, alt=logo.alt, width=logo.width, height=logo.height)


def _twice(draw: Callable[[float], Drawing], name: str, alt: str) -> Html:
    """Return a picture in both widths; the style sheet shows one and hides the other from everybody."""
    wide = element("div", _svg(draw(WIDE), f"{name}-wide", alt), class_="picture wide")
    return join(wide, element("div", _svg(draw(NARROW), f"{name}-narrow", alt), class_="picture narrow"))


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
