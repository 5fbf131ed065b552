"""Provenance: every sentence resolves, and one that does not is refused with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mvd_handout.content.library import Library
from mvd_handout.content.provenance import Provenance, provenance
from mvd_handout.content.resources import data_root
from mvd_handout.domain.errors import ContentError
from tests.samples import handout, starter_kit

SHIPPED = provenance(Library.shipped(), handout(), starter_kit())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the handout to spoil."""
    return Path(shutil.copytree(data_root("handouts") / "hfs-recovery", tmp_path / "hfs-recovery"))


def spoil(folder: Path, name: str, old: str, new: str) -> int:
    """Change the first `old` in a file; return the line on which it stands."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def read(folder: Path) -> Provenance:
    library = Library((folder.parent,))
    return provenance(library, library.handout("hfs-recovery", "en"))


def refusal(folder: Path) -> str:
    with pytest.raises(ContentError) as caught:
        read(folder).require()
    return str(caught.value)


def test_every_sentence_of_the_shipped_handout_and_starter_kit_resolves() -> None:
    assert SHIPPED.faults == ()
    assert len(SHIPPED.origins) > 300
    files = {origin.file for origin in SHIPPED.origins}
    assert files >= {"hfs-recovery/en.md", "hfs-recovery/en.record.md", "blocks/warning-signs.md", "labels/en.toml"}
    assert all(origin.marks and origin.text for origin in SHIPPED.origins)


def test_a_sentence_is_listed_with_its_line_and_section() -> None:
    lines = (data_root("handouts") / "hfs-recovery" / "en.md").read_text(encoding="utf-8").splitlines()
    for origin in SHIPPED.origins:
        if origin.file == "hfs-recovery/en.md" and "{{" not in origin.text:
            assert origin.text[:12] in lines[origin.line - 1].replace("**", "")
    (one,) = (each for each in SHIPPED.origins if each.text.startswith("Nerves often need weeks"))
    assert (one.section, one.marks) == ("timeline", ("C20", "X6"))


def test_the_nurses_note_is_told_apart() -> None:
    (note,) = (origin for origin in SHIPPED.origins if origin.text == "{{ note }}")
    assert note.marks == ("note",)


def test_claims_that_are_not_used_say_why() -> None:
    assert [claim.id for claim in SHIPPED.unused()] == ["M1", "M3"]
    assert all(claim.unused for claim in SHIPPED.unused())


def test_each_ambiguity_says_how_it_is_printed() -> None:
    found = SHIPPED.ambiguities()
    assert [claim.id for claim in found] == [f"X{number}" for number in range(1, 16)]
    assert all(claim.wording and claim.printed and len(claim.readings) > 0 for claim in found)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("[C13]", "[C77]", "the mark C77 names nothing"),
        ("[C20 X6]", "[C20 X66]", "the mark X66 names nothing"),
        ("## Living at home [form]", "## Living well at home [form]", "not in the reviewed list"),
        ("Be patient,", "Be patient, and drink water. [form] Be patient,", "not in the reviewed list"),
        ("Be patient,", "You will be cured. [clinic] Be patient,", "marked as a clinic's own"),
        ("{{ note }} [computed]", "Well said: {{ note }} [computed]", "marked as computed but holds words"),
        ("bit by bit. [C14 X7 X13]", "soon. [C14 X7 X13]", "not one of the neutral forms of X7"),
        ("full relief comes", "a full cure comes", "not one of the neutral forms of X13"),
    ],
)
def test_a_sentence_that_does_not_resolve_is_refused_with_file_and_line(
    folder: Path, old: str, new: str, reason: str
) -> None:
    line = spoil(folder, "en.md", old, new)
    message = refusal(folder)
    assert reason in message
    assert f"hfs-recovery/en.md, line {line}" in message


def test_a_removed_mark_and_an_added_sentence_without_one_are_refused(folder: Path) -> None:
    spoil(folder, "en.md", " [C13]", "")
    with pytest.raises(ContentError, match=r"en\.md, line \d+"):
        read(folder)


def test_the_record_sheet_has_a_reviewed_list_of_its_own(folder: Path) -> None:
    line = spoil(folder, "en.record.md", "Two signs from the list", "Three signs from the list")
    assert f"hfs-recovery/en.record.md, line {line}" in refusal(folder)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('used = ["why"]', 'used = ["outlook"]', "The sections that print it: why"),
        ('unused = "Furniture of a web page, no guidance."\n', "", "nothing says why"),
        ('    "Still twitching?",\n', '    "Still twitching?",\n    "Old words.",\n', "no text prints “Old words.”"),
        ("printed = [\n", 'printed = [\n    "Never said.",\n', "no text prints “Never said.”"),
    ],
)
def test_a_register_of_claims_that_says_otherwise_than_the_text_is_refused(
    folder: Path, old: str, new: str, reason: str
) -> None:
    spoil(folder, "claims.toml", old, new)
    message = refusal(folder)
    assert reason in message
    assert "hfs-recovery/claims.toml" in message


def test_a_claim_is_found_by_its_line(folder: Path) -> None:
    line = spoil(folder, "claims.toml", 'id = "C17"', 'id = "C17" ')
    spoil(folder, "claims.toml", 'id = "C17" ', 'id = "C17"')
    spoil(folder, "claims.toml", 'says = "Patience matters."', 'says = "Patience matters."\nunused = ""')
    spoil(folder, "en.md", "[C17 C28]", "[C28]")
    assert f"claims.toml, line {line}, C17" in refusal(folder)


@pytest.mark.parametrize("spoiled", ["", "[[claims]]\n", 'claims = "x"\n', "[[claims"])
def test_a_damaged_register_of_claims_says_so(folder: Path, spoiled: str) -> None:
    (folder / "claims.toml").write_text(spoiled, encoding="utf-8")
    assert "claims.toml" in refusal(folder)
