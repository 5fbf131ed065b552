"""Compressed streams put together from pieces that were compressed before.

A deflate stream may be any number of blocks behind each other, so a piece that ends on a byte and refers to nothing
before it can stand between any others. Only the checksum at the end is of the whole, and it follows from the pieces'.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

_HEADER: Final = b"\x78\x9c"
_LAST_BLOCK: Final = b"\x03\x00"
_MODULUS: Final = 65521
LEVEL: Final = 6
"""Of zlib."""
BEST: Final = 9
"""Of zlib: for what is made once and holds many papers."""
QUICK: Final = 1
"""Of zlib: a tenth larger in less than half the time."""
_SMALL: Final = 4096
"""For so few bytes a small window is as good, and zlib need not clear 256 kB first."""


class Piece(Struct, frozen=True):
    """A part of a stream: its bytes, compressed, with the checksum and length of what they were."""

    packed: bytes
    check: int
    length: int


def pack(raw: bytes, level: int = LEVEL) -> Piece:
    """Compress a piece; what one patient alone has is not worth more than level `QUICK`."""
    window, memory = (-12, 5) if len(raw) < _SMALL else (-15, 8)
    packer = zlib.compressobj(level, zlib.DEFLATED, window, memory)
    return Piece(packer.compress(raw) + packer.flush(zlib.Z_SYNC_FLUSH), zlib.adler32(raw), len(raw))


def stream(pieces: Iterable[Piece]) -> bytes:
    """Return the compressed stream of all pieces, one after the other."""
    low, high = 1, 0
    packed = [_HEADER]
    for piece in pieces:
        # Adler-32: the low half is the sum of all bytes, the high half that of all its stages.
        high = (high + (piece.check >> 16) + piece.length * (low - 1)) % _MODULUS
        low = (low + (piece.check & 0xFFFF) - 1) % _MODULUS
        packed.append(piece.packed)
    return b"".join((*packed, _LAST_BLOCK, (high << 16 | low).to_bytes(4, "big")))
