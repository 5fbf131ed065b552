"""Fonts in the file. A glyph's code is the code point of its character, so codes never depend on the patient."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from mvd_handout.rendering.faces import EmbeddedFace, Face
from mvd_handout.rendering.fonts import FaceKey, FontSet
from mvd_handout.rendering.pdf import syntax
from mvd_handout.rendering.pdf.deflate import LEVEL
from mvd_handout.rendering.pdf.writer import ObjectSink
from mvd_handout.rendering.reportlab_marks import font_program

_PER_BLOCK: Final = 100  # entries, the limit of a CMap's block
_SYMBOLIC: Final = 4


def embed(fonts: FontSet, key: FaceKey, characters: frozenset[str]) -> EmbeddedFace:
    """Return a face for the file: Atkinson whole, as it was prepared; of the fallback only `characters`."""
    whole = fonts.prepared(key)
    return whole if whole is not None else prepare(fonts.file(key), fonts.face(key), characters)


def prepare(data: bytes, face: Face, characters: frozenset[str]) -> EmbeddedFace:
    """Cut the font file `data`, measured as `face`, down to `characters`."""
    program, glyphs = font_program(data, characters)
    return EmbeddedFace(
        face=face,
        tag=_subset_tag(program),
        length=len(program),
        program=zlib.compress(program, LEVEL),
        glyphs=zlib.compress(_glyph_map(glyphs), LEVEL),
        to_unicode=zlib.compress(_unicode_map(sorted(map(ord, characters))), LEVEL),
        widths=_widths(face, sorted(characters)),
    )


def add_font(objects: ObjectSink, font: EmbeddedFace) -> int:
    """Write a font; return the number of its object."""
    name = syntax.name(f"{font.tag}+{font.face.name}")
    program = objects.add_stream({"Length1": b"%d" % font.length}, b"", font.program)
    descendant = {
        "Type": b"/Font",
        "Subtype": b"/CIDFontType2",
        "BaseFont": name,
        "CIDSystemInfo": b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>",
        "FontDescriptor": syntax.reference(objects.add(_descriptor(font.face, name, program))),
        "DW": syntax.number(font.face.missing_width),
        "W": font.widths,
        "CIDToGIDMap": syntax.reference(objects.add_stream({}, b"", font.glyphs)),
    }
    entries = {
        "Type": b"/Font",
        "Subtype": b"/Type0",
        "BaseFont": name,
        "Encoding": b"/Identity-H",
        "DescendantFonts": syntax.array([syntax.reference(objects.add(syntax.dictionary(descendant)))]),
        "ToUnicode": syntax.reference(objects.add_stream({}, b"", font.to_unicode)),
    }
    return objects.add(syntax.dictionary(entries))


def _descriptor(face: Face, name: bytes, program: int) -> bytes:
    return syntax.dictionary(
        {
            "Type": b"/FontDescriptor",
            "FontName": name,
            "Flags": b"%d" % _SYMBOLIC,
            "FontBBox": syntax.rectangle(face.box),
            "ItalicAngle": syntax.number(face.italic_angle),
            "Ascent": syntax.number(face.ascent),
            "Descent": syntax.number(-face.descent),
            "CapHeight": syntax.number(face.cap_height),
            "StemV": syntax.number(face.stem),
            "FontFile2": syntax.reference(program),
        }
    )


def _subset_tag(program: bytes) -> str:
    """Return six letters made from the program, so that two subsets never share a name in a print run."""
    digest = hashlib.sha256(program).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])


def _glyph_map(glyphs: dict[str, int]) -> bytes:
    """Return the glyph number of every code up to the last, two bytes each."""
    table = bytearray(2 * (max(map(ord, glyphs)) + 1))
    for character, glyph in glyphs.items():
        table[2 * ord(character) : 2 * ord(character) + 2] = glyph.to_bytes(2, "big")
    return bytes(table)


def _widths(face: Face, characters: list[str]) -> bytes:
    runs = (
        b"%d %s" % (run[0], syntax.array(syntax.number(face.widths[chr(code)]) for code in run))
        for run in _runs([ord(character) for character in characters])
    )
    return syntax.array(runs)


def _unicode_map(codes: list[int]) -> bytes:
    """Return the CMap that says: every code is its character."""
    ranges = [b"<%04X> <%04X> <%04X>" % (run[0], run[-1], run[0]) for run in _runs(codes)]
    blocks = (ranges[at : at + _PER_BLOCK] for at in range(0, len(ranges), _PER_BLOCK))
    body = b"\n".join(b"%d beginbfrange\n%s\nendbfrange" % (len(block), b"\n".join(block)) for block in blocks)
    return _CMAP_HEAD + body + _CMAP_TAIL


def _runs(codes: list[int]) -> Iterator[list[int]]:
    """Yield runs of consecutive codes that share their high byte."""
    for _, group in groupby(enumerate(codes), lambda pair: (pair[1] - pair[0], pair[1] >> 8)):
        yield [code for _, code in group]


_CMAP_HEAD: Final = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_CMAP_TAIL: Final = b"""
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
