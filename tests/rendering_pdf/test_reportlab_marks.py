"""Canaries: ReportLab's inner parts do what we count on, and its start-up hooks change nothing."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from mvd_handout.content.resources import data_root
from mvd_handout.rendering.fonts import FILES, FaceKey
from mvd_handout.rendering.reportlab_marks import font_program, new_path, numbers, read_face

FOLDER = data_root("templates") / "fonts"


@pytest.mark.parametrize("key", list(FILES))
def test_measures_are_those_of_the_font_file(key: FaceKey) -> None:
    data = (FOLDER / FILES[key]).read_bytes()
    face, font = read_face(data), TTFont(io.BytesIO(data))
    assert font["head"].unitsPerEm == 1000
    assert face.ascent == font["hhea"].ascent
    assert face.descent == -font["hhea"].descent
    glyphs = font.getBestCmap()
    for character, width in face.widths.items():
        if character != "\u00a0":
            assert width == font["hmtx"][glyphs[ord(character)]][0], character


@pytest.mark.parametrize("key", list(FILES))
def test_glyphs_are_numbered_as_the_subset_numbers_them(key: FaceKey) -> None:
    """A wrong number would print a wrong letter: compare the outlines."""
    data = (FOLDER / FILES[key]).read_bytes()
    whole = TTFont(io.BytesIO(data))
    characters = sorted(read_face(data).widths)
    program, glyphs = font_program(data, characters)
    cut = TTFont(io.BytesIO(program), checkChecksums=2)
    cmap, order = whole.getBestCmap(), cut.getGlyphOrder()
    for character in characters:
        if ord(character) not in cmap:
            continue
        expected = whole["glyf"][cmap[ord(character)]].getCoordinates(whole["glyf"])[0]
        assert cut["glyf"][order[glyphs[character]]].getCoordinates(cut["glyf"])[0] == expected, character


def test_the_number_of_a_glyph_follows_from_the_characters_alone() -> None:
    data = (FOLDER / FILES["regular"]).read_bytes()
    assert font_program(data, "cab") == font_program(data, "abcabc")


def test_a_font_that_was_read_gives_the_same_subset_whatever_it_gave_before() -> None:
    data = (FOLDER / FILES["other"]).read_bytes()
    first = font_program(data, "Дмитрий")
    for others in ("Νίκος", "Nguyễn", "Дмитрий Νίκος"):
        font_program(data, others)
    again = (FOLDER / FILES["other"]).read_bytes() + b"\0"  # other bytes, so read anew
    assert font_program(data, "Дмитрий") == first == font_program(again, "Дмитрий")


def test_paths_and_numbers_are_written_as_pdf() -> None:
    path = new_path()
    path.moveTo(1, 2)
    path.lineTo(3.14159265, -1e-9)
    path.close()
    assert path.getCode() == "n 1 2 m 3.141593 0 l h"
    assert numbers(0.1, 2, 30.5) == ".1 2 30.5"


SCRIPT = """
import hashlib
from mvd_handout.content.theme import load_theme
from mvd_handout.rendering.pdf.render import render_pdf
from tests.rendering_pdf.samples import sample
print(hashlib.sha256(render_pdf(sample(), load_theme("standard"), "A4")).hexdigest())
"""


def test_hooks_in_home_and_working_folder_and_environment_change_nothing(tmp_path: Path) -> None:
    trap = "open({!r}, 'w').close()\n".format(str(tmp_path / "sprung"))
    for name in (".reportlab_mods", ".reportlab_settings", "reportlab_mods.py", "reportlab_settings.py"):
        (tmp_path / name).write_text(trap + "shapedFontGlob=None\n", encoding="utf-8")
    root = Path(__file__).resolve().parents[2]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("RL_")}
    trapped = {
        **plain,
        "HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(root), str(tmp_path)]),
        "RL_trustedHosts": "*",
        "RL_invariant": "1",
        "RL_pageCompression": "0",
    }
    results = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT], cwd=folder, env=env, capture_output=True, text=True, check=True
        ).stdout
        for folder, env in ((root, {**plain, "PYTHONPATH": str(root)}), (tmp_path, trapped))
    ]
    assert results[0] == results[1]
    assert not (tmp_path / "sprung").exists()


def test_the_environment_is_as_before_after_import() -> None:
    code = (
        "import os, sys; from mvd_handout.rendering.reportlab_marks import numbers; numbers(1);"
        "assert os.environ['RL_x'] == 'kept'; assert 'reportlab_mods' not in sys.modules"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code], cwd=root, env={**os.environ, "RL_x": "kept"}, check=True)
