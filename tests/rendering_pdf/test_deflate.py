"""Streams put together from pieces are what their bytes would be in one."""

from __future__ import annotations

import zlib

from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.rendering.pdf.deflate import LEVEL, QUICK, pack, stream

PARTS = st.lists(
    st.one_of(st.binary(max_size=200), st.builds(bytes.__mul__, st.binary(max_size=30), st.integers(1, 4000))),
    max_size=8,
)


@given(parts=PARTS, levels=st.lists(st.sampled_from([LEVEL, QUICK]), min_size=8, max_size=8))
def test_pieces_make_one_stream_with_its_checksum(parts: list[bytes], levels: list[int]) -> None:
    packed = stream([pack(part, level) for part, level in zip(parts, levels, strict=False)])
    reader = zlib.decompressobj()
    assert reader.decompress(packed) == b"".join(parts)
    assert reader.eof
    assert reader.unused_data == b""


def test_a_wrong_checksum_would_be_noticed() -> None:
    packed = stream([pack(b"one"), pack(b"two")])
    damaged = packed[:-1] + bytes([packed[-1] ^ 1])
    try:
        zlib.decompress(damaged)
    except zlib.error:
        return
    raise AssertionError("zlib does not check")
