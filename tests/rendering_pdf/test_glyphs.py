"""What cannot be printed faithfully is refused, whole and by name."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mvd_handout.content.theme import load_theme
from mvd_handout.domain.document import Document, Identifier
from mvd_handout.domain.errors import GlyphError
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.glyphs import check_glyphs
from mvd_handout.rendering.pdf.render import render_pdf
from tests.rendering_pdf.samples import sample


def with_name(name: str) -> Document:
    document = sample()
    return replace(document, identity=(Identifier("Name", name, "patient.name"), *document.identity[1:]))


def test_ordinary_documents_pass() -> None:
    check_glyphs(sample(), load_fonts())
    check_glyphs(with_name("Łukasz Ελένη Дмитрий Nguyễn"), load_fonts())


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("李", "U+674E"),
        ("ד", "U+05D3"),
        ("م", "U+0645"),
        ("क", "U+0915"),
        ("ท", "U+0E17"),
        ("🙂", "U+1F642"),
        ("x\u0308", "U+0308"),
        ("a\u200bb", "U+200B"),
        ("\ue123", "U+E123"),
        ("a\u202eb", "U+202E"),
    ],
)
def test_the_fault_names_character_field_and_code_point(name: str, code: str) -> None:
    with pytest.raises(GlyphError) as refused:
        render_pdf(with_name(name), load_theme("standard"), "A4")
    (fault,) = refused.value.faults
    assert fault.where == "patient.name"
    assert code in fault.found
    assert fault.fix


def test_all_faults_come_at_once() -> None:
    document = replace(sample(note="Кот 猫"), identity=with_name("李 小").identity)
    with pytest.raises(GlyphError) as refused:
        check_glyphs(document, load_fonts())
    assert [fault.where for fault in refused.value.faults] == ["patient.name", "patient.name", "note"]


def test_authored_words_are_named_as_such() -> None:
    document = sample()
    broken = replace(document, furniture=replace(document.furniture, version="第1版"))
    with pytest.raises(GlyphError, match="the text of the handout"):
        check_glyphs(broken, load_fonts())
