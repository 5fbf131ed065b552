"""The one file that touches ReportLab's inner parts: font files, number format and paths.

ReportLab runs code that it finds in the user's home and working folders and obeys `RL_*` environment
settings when it is first imported; `undisturbed` keeps both out. What is used here is not all public API,
so each part has a canary test in tests/rendering_pdf/test_reportlab_marks.py.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import os
import sys
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from mvd_handout.rendering.faces import Face

_END_OF_CMAP = 0xFFFF  # ReportLab takes the mark that ends a font's table for a character
_FONTS = 4  # that are kept: all that we ship
_HOOKS = ("reportlab_mods", "reportlab_settings", "reportlab.local_rl_mods", "reportlab.local_rl_settings")


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Import ReportLab inside this, and neither start-up hooks nor the environment change what it does."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("RL_")}
    stubs = {name: ModuleType(name) for name in _HOOKS if name not in sys.modules}
    sys.modules.update(stubs)
    try:
        yield
    finally:
        for name in stubs:
            sys.modules.pop(name, None)
        os.environ.update(hidden)


@functools.cache
def reportlab_module(name: str) -> Any:
    """Import a module of ReportLab, the first time undisturbed.

    Number format and paths need neither ReportLab's settings nor Pillow, which these import: they come alone.
    """
    with undisturbed():
        return importlib.import_module(name)


def read_face(data: bytes) -> Face:
    """Measure a TrueType font."""
    font = _parse(data)
    return Face(
        name=font.name.decode("ascii"),
        widths={chr(code): width for code, width in font.charWidths.items() if code != _END_OF_CMAP},
        ascent=font.ascent,
        descent=-font.descent,
        cap_height=font.capHeight,
        italic_angle=font.italicAngle,
        stem=font.stemV,
        box=tuple(font.bbox),
        missing_width=font.defaultWidth,
    )


def font_program(data: bytes, characters: Iterable[str]) -> tuple[bytes, dict[str, int]]:
    """Return a font file that holds just `characters`, and the glyph number of each in it."""
    font = _parse(data)
    codes = sorted({ord(character) for character in characters})
    return bytes(font.makeSubset(codes)), _glyph_numbers(font.charToGlyph, codes)


def _glyph_numbers(char_to_glyph: dict[int, int], codes: list[int]) -> dict[str, int]:
    """Number the glyphs as `makeSubset` does: in the order of first use, after the missing glyph."""
    numbers = {0: 0}
    return {chr(code): numbers.setdefault(char_to_glyph.get(code, 0), len(numbers)) for code in codes}


@functools.lru_cache(_FONTS)
def _parse(data: bytes) -> Any:
    """Read a font file; ReportLab makes any number of subsets of one that was read."""
    return reportlab_module("reportlab.pdfbase.ttfonts").TTFontFile(io.BytesIO(data))


def new_path() -> Any:
    """Return a ReportLab path: moveTo, lineTo, circle, rect, roundRect, then getCode."""
    return reportlab_module("reportlab.pdfgen.pathobject").PDFPathObject()


def numbers(*values: float) -> str:
    """Write numbers as PDF wants them: short, with a point, never with an exponent."""
    text: str = reportlab_module("reportlab.lib.rl_accel").fp_str(*values)
    return text
