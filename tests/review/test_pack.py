"""The review pack as a value: every sentence with its source, every change, every open point, every hash."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from mvd_handout.composing.approvable import approvable_blocks
from mvd_handout.composing.review import review_document
from mvd_handout.composing.review.say import short
from mvd_handout.content import unfilled as u
from mvd_handout.content.approval.entries import Entry
from mvd_handout.content.approval.register import Register
from mvd_handout.content.review import Wording, load_wording
from mvd_handout.domain import document as d
from mvd_handout.domain.errors import ContentError
from mvd_handout.rendering.reading_order import plain, reading_order
from tests.approval.registers import DAY, approval, approved, decided
from tests.approval.trees import changed
from tests.review.packs import make_pack
from tests.samples import handout, make_clinic

CLINIC = decided()


@functools.cache
def first_pack() -> d.Document:
    """Return the pack of a handout that nobody approved yet."""
    return review_document(make_pack())


def squeezed(text: str) -> str:
    return " ".join(text.split())


def everything(document: d.Document) -> str:
    return squeezed(" ".join(reading_order(document)))


def section(document: d.Document, name: str) -> d.Section:
    return next(each for each in document.sections if each.name == name)


def rows(found: d.Section) -> Iterator[tuple[str, ...]]:
    for block in found.blocks:
        if isinstance(block, d.Table):
            yield from (tuple(plain(cell) for cell in row) for row in block.rows)


def said(document: d.Document, name: str) -> str:
    return everything(replace(document, sections=(section(document, name),)))


def old_register(block: str, before: str, after: str) -> Register:
    """Return a register that approved `block` when it read `after` where it reads `before` today."""
    entries = []
    for each in approvable_blocks(handout(), CLINIC):
        assert each.name != block or before in each.text
        entries.append(approval(each, **({"text": each.text.replace(before, after)} if each.name == block else {})))
    return Register(tuple(entries))


def test_every_sentence_that_can_be_printed_stands_in_the_pack() -> None:
    shown = everything(first_pack())
    sentences = {origin.text for origin in make_pack().sources.origins}
    assert len(sentences) > 300
    assert [text for text in sentences if squeezed(text) not in shown] == []


def test_each_claim_stands_beside_its_sentence_with_its_place() -> None:
    pack = make_pack()
    by_text: dict[tuple[str, str], str] = {}
    for part in first_pack().sections:
        for row in rows(part):
            by_text[part.name, row[0]] = " ".join(row[1:])
    marked = [origin for origin in pack.sources.origins if any(mark[0] in "CX" for mark in origin.marks)]
    assert len(marked) > 50
    for origin in marked:
        name = "record" if "record" in origin.file else f"section/{origin.section}"
        for mark in origin.marks:
            claim = pack.sources.claims.get(mark)
            assert claim is not None
            beside = by_text[name, origin.text]
            assert mark in beside
            assert squeezed(claim.says) in beside
            assert claim.place in beside


def test_a_sentence_says_for_whom_it_is_printed() -> None:
    heads = {
        plain(row[0]): plain(block.header[0])
        for block in section(first_pack(), "section/timeline").blocks
        if isinstance(block, d.Table)
        for row in block.rows
    }
    minor = next(text for text in heads if "people under 18" in text)
    assert heads[minor] == "Printed only if the patient is under 18"
    assert heads["Your recovery timeline"] == "Printed in every copy"


def test_a_changed_sentence_is_shown_as_it_was_approved_and_as_it_is() -> None:
    register = old_register("section/why", "It takes time for your body to heal", "Bodies heal")
    shown = [row for row in rows(section(review_document(make_pack(register, CLINIC)), "changes"))]
    assert len(shown) == 1
    what, before, after = shown[0]
    assert what == "changed"
    assert before.startswith("Bodies heal")
    assert after.startswith("It takes time for your body to heal")


def test_a_change_names_its_part_and_the_rest_reads_as_approved() -> None:
    register = old_register("section/why", "It takes time for your body to heal", "Bodies heal")
    document = review_document(make_pack(register, CLINIC))
    changes = section(document, "changes")
    assert [plain(block.content) for block in changes.blocks if isinstance(block, d.Heading) and block.level == 3] == [
        "Why twitching can go on (section/why)"
    ]
    (same,) = (block for block in changes.blocks if isinstance(block, d.List))
    assert len(same.items) == len(register.entries) - 1
    assert "Dr Robin Fictional" in said(document, "changes")
    assert f"Still to be approved: 1 of {len(register.entries)} parts." in said(document, "start")


def test_what_was_never_approved_is_said_to_be_so() -> None:
    assert "Never approved." in said(first_pack(), "changes")
    one = Register((approval(approvable_blocks(handout(), CLINIC)[0]),))
    partly = said(review_document(make_pack(one, CLINIC)), "changes")
    assert "Never approved." in partly
    assert "(section/why)" in partly


def test_an_approved_part_that_is_gone_is_still_told() -> None:
    block = replace(approvable_blocks(handout(), CLINIC)[0], name="section/forgotten", text="Rest a lot. [C01]\n")
    register = Register((*approved(CLINIC).entries, approval(block)))
    document = review_document(make_pack(register, CLINIC))
    assert "section/forgotten" in said(document, "changes")
    assert ("removed", "Rest a lot. [C01]", "") in list(rows(section(document, "changes")))


def test_a_withdrawal_is_told_with_its_reason() -> None:
    entry = Entry(
        "withdrawal", "Dr Ada Madeup", "Medical director", DAY,
        handout="hfs-recovery", language="en", block="section/outlook", reason="A new study.",
    )  # fmt: skip
    register = Register((*approved(CLINIC).entries, entry))
    document = review_document(make_pack(register, CLINIC))
    assert "A new study." in said(document, "changes")
    assert "approval withdrawn" in said(document, "parts")


def test_when_all_is_approved_the_pack_says_so() -> None:
    document = review_document(make_pack(approved(CLINIC), CLINIC))
    assert "parts are approved, in exactly these words" in said(document, "start")
    assert list(rows(section(document, "changes"))) == []


def test_what_is_still_undecided_has_room_for_the_decision() -> None:
    clinic = make_clinic()
    points = [squeezed(point) for block in clinic.blocks for point in block.undecided]
    assert points
    document = review_document(make_pack(clinic=clinic))
    tables = [block for block in section(document, "undecided").blocks if isinstance(block, d.Table)]
    assert all(table.rows_for_writing for table in tables)
    assert [row[0] for row in rows(section(document, "undecided"))] == points
    assert points[0] not in said(first_pack(), "undecided")


def test_the_sheet_to_sign_has_a_box_for_every_part_with_the_hash_of_its_words() -> None:
    blocks = approvable_blocks(handout(), CLINIC)
    ticks = next(block for block in section(first_pack(), "signoff").blocks if isinstance(block, d.List))
    assert ticks.style == "check"
    assert len(ticks.items) == len(blocks)
    for block, item in zip(blocks, ticks.items, strict=True):
        assert f"({block.name})" in plain(item)
        assert plain(item).endswith(short(block.sha256))
    assert section(first_pack(), "signoff").start == "sheet"


def test_every_check_stands_in_the_pack_with_its_standard() -> None:
    pack, shown = make_pack(), said(first_pack(), "checks")
    for check in pack.report.checks:
        assert check.title in shown
        assert squeezed(check.standard).rstrip(".") in shown
    for finding in (finding for check in pack.report.checks for finding in check.findings):
        assert squeezed(finding.where) in shown


def test_what_the_source_leaves_open_and_what_is_not_used_stands_in_the_pack() -> None:
    pack = make_pack()
    assert pack.sources.ambiguities()
    assert pack.sources.unused()
    for claim in pack.sources.ambiguities():
        assert squeezed(claim.wording) in said(first_pack(), "open")
    for claim in pack.sources.unused():
        assert squeezed(claim.unused) in said(first_pack(), "unused")


def test_one_word_more_gives_another_pack() -> None:
    def louder(each: object) -> u.Words | None:
        known = isinstance(each, u.Words) and each.text == "Give your nerves time to heal."
        return u.Words("Give your nerves a lot of time to heal.") if known else None

    text = replace(handout(), nodes=changed(handout().nodes, louder))
    assert text != handout()
    other = review_document(make_pack(text=text))
    assert "Give your nerves a lot of time to heal." in everything(other)
    assert other.metadata.document_id != first_pack().metadata.document_id


def test_it_is_never_taken_for_a_patients_paper() -> None:
    document = first_pack()
    assert document.metadata.draft
    assert "Do not give to a patient" in document.furniture.draft
    assert document.identity == ()
    assert document.metadata.patient_key == ""


def test_wording_that_is_missing_is_an_error_that_names_it() -> None:
    with pytest.raises(ContentError, match="signoff"):
        Wording("en", {}).text("signoff.heading")
    with pytest.raises(ContentError, match=r"review/xx\.toml"):
        load_wording("xx")
