"""Make the web fonts in `templates/fonts/` from the TrueType fonts beside them.

Run it after a font changed, with fontTools and brotli installed:

    python tools/build_webfonts.py

Atkinson Hyperlegible Next is kept as a whole, because it is small. Noto Sans is cut to the letters that Atkinson
lacks, a file for each script, so that a page carries one only when its words need it. `webfonts.toml` says
which characters each file draws. Both fonts stay under the SIL Open Font License; their licences lie beside them.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "templates" / "fonts"
WEIGHTS = {"Regular": 400, "Bold": 700}
MAIN = "AtkinsonHyperlegibleNext"
FALLBACK = "NotoSans"
SCRIPTS = {
    "greek": (range(0x370, 0x400), range(0x1F00, 0x2000)),
    "cyrillic": (range(0x400, 0x530), range(0x1C80, 0x1C90)),
    "latin": (range(0x20, 0x250), range(0x1E00, 0x1F00), range(0x2000, 0x2200)),
}


@dataclass(frozen=True)
class Face:
    """A web font: its file, weight and the characters that it draws."""

    file: str
    weight: int
    characters: frozenset[int]


def main() -> None:
    """Write every web font and the list of them."""
    faces = [face for name, weight in WEIGHTS.items() for face in _faces(name, weight)]
    entries = "\n".join(_entry(face) for face in faces)
    head = "# Made by tools/build_webfonts.py; do not edit. `characters`: ranges of code points, both ends included.\n"
    (FONTS / "webfonts.toml").write_text(f"{head}\n{entries}", encoding="utf-8")


def _faces(name: str, weight: int) -> Iterator[Face]:
    main_font, fallback = FONTS / f"{MAIN}-{name}.ttf", FONTS / f"{FALLBACK}-{name}.ttf"
    # Atkinson has four Greek letters as signs; a Greek word must not be half in it.
    covered = _characters(main_font) - set(range(0x370, 0x400))
    yield _write(main_font, f"{MAIN}-{name}.woff2", weight, covered)
    missing = _characters(fallback) - covered
    for script, blocks in SCRIPTS.items():
        wanted = missing & {code for block in blocks for code in block}
        yield _write(fallback, f"{FALLBACK}-{name}-{script}.woff2", weight, wanted)


def _characters(path: Path) -> frozenset[int]:
    with TTFont(path) as font:
        return frozenset(font.getBestCmap())


def _write(source: Path, file: str, weight: int, characters: frozenset[int]) -> Face:
    options = subset.Options(flavor="woff2", hinting=False, recalc_timestamp=False, notdef_outline=True)
    with TTFont(source, recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=characters)
        cutter.subset(font)
        font.flavor = "woff2"
        data = io.BytesIO()
        font.save(data)
    (FONTS / file).write_bytes(data.getvalue())
    return Face(file, weight, characters)


def _entry(face: Face) -> str:
    ranges = ", ".join(f"[0x{first:04x}, 0x{last:04x}]" for first, last in _ranges(face.characters))
    return f'[[face]]\nfile = "{face.file}"\nweight = {face.weight}\ncharacters = [{ranges}]\n'


def _ranges(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    known = frozenset(codes)
    starts = sorted(code for code in known if code - 1 not in known)
    ends = sorted(code for code in known if code + 1 not in known)
    return zip(starts, ends, strict=True)


if __name__ == "__main__":
    main()
