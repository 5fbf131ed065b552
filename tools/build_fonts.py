"""How the files in templates/fonts came to be. Run by hand when a font is renewed; needs fonttools.

Atkinson Hyperlegible Next is copied as published (npm: @expo-google-fonts/atkinson-hyperlegible-next 0.4.1).
Noto Sans comes from Debian 12 (package fonts-noto-core, version 20201225-1), cut down to the Latin, Greek and
Cyrillic letters; static TrueType outlines, without hints and layout tables.

    python tools/build_fonts.py ATKINSON_FOLDER NOTO_FOLDER
"""

from __future__ import annotations

import shutil
import sys
import unicodedata
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "templates" / "fonts"
ATKINSON = {
    "400Regular/AtkinsonHyperlegibleNext_400Regular.ttf": "AtkinsonHyperlegibleNext-Regular.ttf",
    "700Bold/AtkinsonHyperlegibleNext_700Bold.ttf": "AtkinsonHyperlegibleNext-Bold.ttf",
    "LICENSE_FONT": "OFL-AtkinsonHyperlegibleNext.txt",
}
NOTO_COPYRIGHT = "Copyright 2010, 2012-2020 Google Inc. and Google LLC (https://github.com/googlei18n/noto-fonts)\n"
NOTO = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf")
# Basic Latin too: a word with one letter that Atkinson lacks is set in Noto as a whole.
LETTERS = [
    (0x0020, 0x024F),  # Latin
    (0x02B0, 0x02FF),  # modifier letters, as in Hawaiian and Uzbek names
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x052F),  # Cyrillic
    (0x1E00, 0x1EFF),  # Vietnamese and other Latin letters with two marks
    (0x1F00, 0x1FFF),  # Greek with breathings
    (0x2010, 0x2015),  # hyphens and dashes
    (0x2018, 0x201F),
    (0x2032, 0x2033),
    (0x2070, 0x209C),  # raised and lowered digits
    (0x20A0, 0x20BF),
    (0x2116, 0x2116),
]
DROPPED = ["GDEF", "GPOS", "GSUB", "DSIG", "STAT", "MVAR", "HVAR", "meta"]


def code_points() -> list[int]:
    """Return the characters that Noto serves; marks that need positioning are left out."""
    wanted = (code for first, last in LETTERS for code in range(first, last + 1))
    return [code for code in wanted if unicodedata.category(chr(code))[0] not in "MC"]


def cut_noto(source: Path, target: Path) -> None:
    """Write the part of `source` that we ship, the same bytes each time."""
    options = subset.Options(
        hinting=False,
        notdef_outline=True,
        glyph_names=False,
        drop_tables=DROPPED,
        layout_features=[],
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        recalc_timestamp=False,
    )
    font = TTFont(source, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=code_points())
    cutter.subset(font)
    font.save(target)


def main() -> None:
    """Write all fonts and their licences."""
    atkinson, noto = map(Path, sys.argv[1:])
    for source, target in ATKINSON.items():
        shutil.copyfile(atkinson / source, FONTS / target)
    for name in NOTO:
        cut_noto(noto / name, FONTS / name)
    licence = (FONTS / "OFL-AtkinsonHyperlegibleNext.txt").read_text(encoding="utf-8")
    (FONTS / "OFL-NotoSans.txt").write_text(NOTO_COPYRIGHT + licence.partition("\n")[2], encoding="utf-8")


if __name__ == "__main__":
    main()
