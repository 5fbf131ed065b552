"""Font faces as values: measured, and ready to stand in a file."""

from __future__ import annotations

from msgspec import Struct


class Face(Struct, frozen=True):
    """A TrueType font, measured. Lengths are thousandths of the type size."""

    name: str
    widths: dict[str, float]
    ascent: float
    descent: float
    cap_height: float
    italic_angle: float
    stem: float
    box: tuple[float, float, float, float]
    missing_width: float


class EmbeddedFace(Struct, frozen=True):
    """A font program with what a PDF says about it; its streams are compressed.

    Atkinson is embedded whole, so its two faces are prepared when the fonts are built (tools/build_faces.py): the same
    bytes as ReportLab makes of them at run time, without reading a font file for every handout.
    """

    face: Face
    tag: str
    length: int
    program: bytes
    glyphs: bytes
    to_unicode: bytes
    widths: bytes
