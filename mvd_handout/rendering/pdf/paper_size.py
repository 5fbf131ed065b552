"""On which paper a file of ours is to be printed, read from its pages without a PDF library."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

from mvd_handout.rendering.pdf.geometry import SIZES, Paper

_OBJECTS: Final = re.compile(rb"<</Type/ObjStm[^>]*/Length (\d+)>>\nstream\n")
_PAGE: Final = re.compile(rb"/MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+) ?\]")
_NEAR: Final = 1.0


def paper_size(pdf: bytes) -> Paper | None:
    """Return the paper of all pages of a file that our writer made; None when they differ, or there are none."""
    found = {_named(float(width), float(height)) for part in _parts(pdf) for width, height in _PAGE.findall(part)}
    return found.pop() if len(found) == 1 else None


def _parts(pdf: bytes) -> Iterator[bytes]:
    """Yield everything in which a page may be described: the file's plain part and its packed objects."""
    yield pdf
    for head in _OBJECTS.finditer(pdf):
        yield zlib.decompress(pdf[head.end() : head.end() + int(head[1])])


def _named(width: float, height: float) -> Paper | None:
    for name, size in SIZES.items():
        if abs(size[0] - width) < _NEAR and abs(size[1] - height) < _NEAR:
            return name
    return None
