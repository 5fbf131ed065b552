"""A clinic's logo, made safe: decoded once, bounded in size, flattened to opaque sRGB pixels."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mvd_handout.domain.document import Logo
from mvd_handout.domain.errors import Fault, InputError

if TYPE_CHECKING:
    from PIL import Image

MAX_BYTES: Final = 2_000_000
MAX_SIDE: Final = 4_000
TARGET_SIDE: Final = 600
"""Pixels: at the printed size of at most 60 mm this is about 250 dots an inch."""


def read_logo(path: Path, alt: str) -> Logo:
    """Return the PNG or JPEG at `path` as a Logo. Raises InputError when it is unusable."""
    if not path.is_file():
        raise _refused(path, "there is no such file", "A PNG or JPEG beside the profile is wanted")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError:
        raise _refused(path, "it cannot be read", "A PNG or JPEG beside the profile is wanted") from None
    if len(data) > MAX_BYTES:
        raise _refused(path, "the file is too large", f"At most {MAX_BYTES:,} bytes")
    return _decode(data, path, alt)


def _decode(data: bytes, path: Path, alt: str) -> Logo:
    import warnings

    from PIL import Image, ImageOps, UnidentifiedImageError

    ignored = warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning)
    try:
        # The head of a picture is read first: one of many pixels in few bytes is refused before it fills the memory.
        with ignored, Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            if max(image.size) > MAX_SIDE:
                raise _refused(path, f"{image.size[0]} by {image.size[1]} pixels", f"At most {MAX_SIDE} pixels a side")
            if image.mode.startswith("I"):
                raise _refused(path, "16 bits for a colour", "8 bits for a colour")
            flat = _flatten(ImageOps.exif_transpose(image).convert("RGBA"))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise _refused(path, "it is no PNG or JPEG that can be read", "A PNG or JPEG is wanted") from None
    return Logo(flat.width, flat.height, flat.tobytes(), alt)


def _flatten(image: Image.Image) -> Image.Image:
    """Return the picture on white, no larger than is printed."""
    from PIL import Image

    paper = Image.new("RGBA", image.size, (255, 255, 255, 255))
    flat = Image.alpha_composite(paper, image).convert("RGB")
    flat.thumbnail((TARGET_SIDE, TARGET_SIDE))
    return flat


def _refused(path: Path, found: str, wanted: str) -> InputError:
    return InputError(Fault(f"logo {path.name}", found, wanted, "Save it anew with a picture program"))
