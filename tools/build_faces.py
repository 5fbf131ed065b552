"""Prepare the faces that every PDF embeds whole. Run after tools/build_fonts.py, and after an update of ReportLab.

    python tools/build_faces.py

A test holds the files that this writes against what ReportLab makes of the fonts.
"""

from __future__ import annotations

import msgspec

from mvd_handout.content.resources import data_root
from mvd_handout.rendering.fonts import FILES, PREPARED
from mvd_handout.rendering.pdf.font_objects import prepare
from mvd_handout.rendering.reportlab_marks import read_face


def main() -> None:
    """Write one file for each prepared face."""
    folder = data_root("templates") / "fonts"
    for key, name in PREPARED.items():
        font = (folder / FILES[key]).read_bytes()
        face = read_face(font)
        (folder / name).write_bytes(msgspec.msgpack.encode(prepare(font, face, frozenset(face.widths))))


if __name__ == "__main__":
    main()
