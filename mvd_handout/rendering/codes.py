"""QR and Code 128 symbols as drawings. ReportLab encodes, we draw.

This is the only file that reaches for ReportLab's encoders, and it does so when a symbol is asked for:
their package pulls in all of ReportLab's graphics and layout, a quarter of a second that a handout with
one QR code need not pay. The QR encoder itself needs only the standard library, so it is loaded alone.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any

from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.rendering.drawing import Colour, Drawing, Rect
from mvd_handout.rendering.reportlab_marks import reportlab_module

BLACK: Colour = (0.0, 0.0, 0.0)
WHITE: Colour = (1.0, 1.0, 1.0)

QR_MIN_SIZE = 20 / 25.4 * 72
"""The smallest side of a QR symbol, quiet zone included, in points (20 mm)."""

_QR_QUIET = 4  # modules, ISO/IEC 18004
_QR_MAX_BYTES = 500  # far beyond a phone number or an address, far below the format's end
_QR_MIN_MODULE = 0.35 / 25.4 * 72  # what an old phone still reads off office paper
_BAR_QUIET = 10  # modules, ISO/IEC 15417
_ENCODER = "reportlab.graphics.barcode.qrencoder"
_OVERLAP = 0.04  # of a module: closes the hairlines that viewers show between abutting shapes

Matrix = tuple[tuple[bool, ...], ...]


def qr_drawing(payload: str, size: float) -> Drawing:
    """Return `payload` as a QR symbol, error correction level Q, in a square of `size` points.

    The quiet zone is inside the square, on a white ground, so that it holds on any background.

    Raises:
        InputError: the payload is empty or too long for modules that a phone can read at this size.
        ValueError: `size` is below `QR_MIN_SIZE`.
    """
    if size < QR_MIN_SIZE - 0.01:
        raise ValueError(f"a QR symbol needs at least {QR_MIN_SIZE:.1f} pt, not {size:.1f} pt")
    matrix = qr_matrix(payload)
    module = size / (len(matrix) + 2 * _QR_QUIET)
    if module < _QR_MIN_MODULE:
        raise InputError(_too_long(payload, "QR code"))
    ground = Rect(0, 0, size, size, fill=WHITE)
    return Drawing(size, size, ((ground, *_squares(matrix, module, _QR_QUIET * module)),))


def qr_matrix(payload: str) -> Matrix:
    """Return the modules of the QR symbol for `payload`, row by row, true where dark.

    Raises:
        InputError: the payload is empty or longer than 500 bytes.
    """
    if not payload:
        raise InputError(Fault("QR code", "nothing to encode", "a phone number or an address"))
    if len(payload.encode()) > _QR_MAX_BYTES:
        raise InputError(_too_long(payload, "QR code"))
    encoder = _qr_encoder()
    code = encoder.QRCode(None, encoder.QRErrorCorrectLevel.Q)
    code.addData(encoder.QR8bitByte(payload))
    code.make()
    return tuple(tuple(bool(dark) for dark in row) for row in code.modules)


def code128_drawing(payload: str, height: float, module: float = 1.0) -> Drawing:
    """Return `payload` as a Code 128 symbol of `height` points with the quiet zones beside it.

    `module` is the width of the thinnest bar in points. There are no words below: the caption repeats the payload.

    Raises:
        InputError: the payload is empty or holds other than printable ASCII characters.
    """
    widths = code128_widths(payload)
    total = (sum(widths) + 2 * _BAR_QUIET) * module
    return Drawing(total, height, ((Rect(0, 0, total, height, fill=WHITE), *_bars(widths, height, module)),))


def code128_widths(payload: str) -> tuple[int, ...]:
    """Return the widths, in modules, of the symbol's bars and spaces in turn, beginning with a bar.

    Raises:
        InputError: the payload is empty or holds other than printable ASCII characters.
    """
    if not payload or not (payload.isascii() and payload.isprintable()):
        raise InputError(Fault("bar code", "characters that it cannot hold", "letters, digits and signs of ASCII"))
    code: Any = reportlab_module("reportlab.graphics.barcode.code128").Code128Auto(payload)
    code.validate()
    code.encode()
    return tuple("abcd".index(letter) + 1 for letter in code.decompose().lower())


def _bars(widths: tuple[int, ...], height: float, module: float) -> Iterator[Rect]:
    at = _BAR_QUIET
    for index, width in enumerate(widths):
        if index % 2 == 0:
            yield Rect(at * module, 0, width * module, height, fill=BLACK)
        at += width


def _squares(matrix: Matrix, module: float, origin: float) -> Iterator[Rect]:
    """Yield the dark modules as few rectangles: runs along each row, joined downwards where they repeat."""
    open_runs: dict[tuple[int, int], int] = {}
    for row, modules in enumerate((*matrix, ())):
        runs = set(_runs(modules))
        for run in [run for run in open_runs if run not in runs]:
            yield _square(run, open_runs.pop(run), row, module, origin)
        for run in sorted(runs - open_runs.keys()):
            open_runs[run] = row


def _square(run: tuple[int, int], top: int, bottom: int, module: float, origin: float) -> Rect:
    start, length = run
    return Rect(
        origin + start * module,
        origin + top * module,
        (length + _OVERLAP) * module,
        (bottom - top + _OVERLAP) * module,
        fill=BLACK,
    )


def _runs(modules: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    at = 0
    for dark, group in groupby(modules):
        length = len(tuple(group))
        if dark:
            yield at, length
        at += length


@functools.cache
def _qr_encoder() -> ModuleType:
    """Return ReportLab's QR encoder, loaded without the package around it where its file can be found."""
    root = importlib.util.find_spec("reportlab")
    folders = (root.submodule_search_locations if root else None) or []
    for folder in folders:
        path = Path(folder, "graphics", "barcode", "qrencoder.py")
        spec = importlib.util.spec_from_file_location("_reportlab_qrencoder", path)
        if path.is_file() and spec and spec.loader:
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    return importlib.import_module(_ENCODER)


def _too_long(payload: str, where: str) -> Fault:
    return Fault(where, f"{len(payload)} characters do not fit", "a shorter phone number or address")
