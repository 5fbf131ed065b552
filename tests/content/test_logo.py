"""Logos: flattened to opaque sRGB, bounded, and refused rather than trusted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from mvd_handout.content.logo import MAX_BYTES, read_logo
from mvd_handout.domain.errors import InputError


def saved(path: Path, mode: str, size: tuple[int, int], colour: object) -> Path:
    Image.new(mode, size, colour).save(path)  # type: ignore[arg-type]
    return path


def test_a_transparent_picture_is_laid_on_white(tmp_path: Path) -> None:
    logo = read_logo(saved(tmp_path / "a.png", "RGBA", (2, 1), (10, 20, 30, 0)), "Example Hospital")
    assert (logo.width, logo.height, logo.pixels, logo.alt) == (2, 1, b"\xff" * 6, "Example Hospital")


def test_a_large_picture_is_made_no_larger_than_is_printed(tmp_path: Path) -> None:
    logo = read_logo(saved(tmp_path / "a.jpg", "RGB", (1200, 300), (0, 0, 0)), "x")
    assert (logo.width, logo.height) == (600, 150)
    assert len(logo.pixels) == 600 * 150 * 3


@pytest.mark.parametrize(
    ("mode", "size", "message"),
    [("1", (20_000, 20_000), "no PNG or JPEG"), ("1", (10_000, 10_000), "pixels"), ("I;16", (4, 4), "16 bits")],
)
def test_a_picture_that_would_fill_the_memory_or_come_out_white_is_refused(
    tmp_path: Path, mode: str, size: tuple[int, int], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read_logo(saved(tmp_path / "a.png", mode, size, 0), "x")


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\nbroken", bytes(MAX_BYTES + 1)])
def test_what_is_no_picture_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(InputError):
        read_logo(tmp_path / "a.png", "x")


def test_a_device_or_a_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "endless.png").symlink_to("/dev/zero")
    for name in ("endless.png", "."):
        with pytest.raises(InputError, match="no such file"):
            read_logo(tmp_path / name, "x")
