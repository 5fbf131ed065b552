"""Symbols are decoded back by another program, not compared with themselves."""

from __future__ import annotations

import subprocess
import sys

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from mvd_handout.domain.errors import InputError
from mvd_handout.rendering.codes import QR_MIN_SIZE, code128_drawing, qr_drawing, qr_matrix
from mvd_handout.rendering.drawing import Drawing, Rect

DOTS = 6  # per point: the 432 dpi of a fair scan


def read(drawing: Drawing) -> list[tuple[str, str]]:
    """Decode what is drawn on a grey page; only the symbol's own quiet zone is white."""
    page = Image.new("L", (int(drawing.width + 40) * DOTS, int(drawing.height + 40) * DOTS), 90)
    draw = ImageDraw.Draw(page)
    for rect in drawing.shapes:
        assert isinstance(rect, Rect)
        assert rect.fill in {(0.0, 0.0, 0.0), (1.0, 1.0, 1.0)}
        x, y = (rect.x + 20) * DOTS, (rect.y + 20) * DOTS
        corner = (x + rect.width * DOTS - 1, y + rect.height * DOTS - 1)
        draw.rectangle((x, y, *corner), fill=round(rect.fill[0] * 255))
    return [(found.format.name, found.text) for found in zxingcpp.read_barcodes(page)]


@settings(max_examples=40)
@given(
    st.text("0123456789+", min_size=1, max_size=20).map("tel:".__add__) | st.text("ab/.:é-", min_size=1, max_size=40)
)
def test_qr_reads_back(payload: str) -> None:
    assert [text for _, text in read(qr_drawing(payload, 90))] == [payload]


def test_qr_of_a_phone_number_reads_back_at_the_smallest_size() -> None:
    drawing = qr_drawing("tel:+441632960123", QR_MIN_SIZE)
    assert [text for _, text in read(drawing)] == ["tel:+441632960123"]


def test_qr_keeps_a_quiet_zone_of_four_modules() -> None:
    matrix = qr_matrix("tel:+15550100")
    drawing = qr_drawing("tel:+15550100", 80)
    module = 80 / (len(matrix) + 8)
    ground, *dark = (shape for shape in drawing.shapes if isinstance(shape, Rect))
    assert (ground.x, ground.y, ground.width, ground.height) == (0, 0, 80, 80)
    assert min(rect.x for rect in dark) == pytest.approx(4 * module)
    assert min(rect.y for rect in dark) == pytest.approx(4 * module)
    assert max(rect.x + rect.width for rect in dark) == pytest.approx(80 - 4 * module, abs=0.1 * module)


def test_qr_below_20_mm_is_refused() -> None:
    with pytest.raises(ValueError, match="needs at least"):
        qr_drawing("tel:+15550100", 50)


@pytest.mark.parametrize("payload", ["", "x" * 200, "x" * 5000])
def test_qr_that_no_phone_could_read_is_refused(payload: str) -> None:
    with pytest.raises(InputError):
        qr_drawing(payload, QR_MIN_SIZE)


@settings(max_examples=40)
@given(st.text("ABCDEFGHJK0123456789-", min_size=1, max_size=30))
def test_code128_reads_back(payload: str) -> None:
    assert [text for _, text in read(code128_drawing(payload, 40))] == [payload]


def test_code128_is_code128_with_quiet_zones() -> None:
    drawing = code128_drawing("HFS-12AB", 30, module=1.2)
    ((name, _),) = read(drawing)
    assert name.startswith("Code128")
    bars = [shape for shape in drawing.shapes[1:] if isinstance(shape, Rect)]
    assert bars[0].x == pytest.approx(12)
    assert bars[-1].x + bars[-1].width == pytest.approx(drawing.width - 12)
    assert min(bar.width for bar in bars) == pytest.approx(1.2)


@pytest.mark.parametrize("payload", ["", "Ä", "A\n", "日本"])
def test_code128_of_other_than_printable_ascii_is_refused(payload: str) -> None:
    with pytest.raises(InputError):
        code128_drawing(payload, 30)


def test_the_qr_encoder_comes_without_reportlabs_graphics() -> None:
    """A canary: the encoder's file is where we look for it, and it needs nothing else of ReportLab."""
    code = (
        "import sys; from mvd_handout.rendering.codes import qr_matrix; qr_matrix('tel:+15550100');"
        "sys.exit(any(name.startswith('reportlab.') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
