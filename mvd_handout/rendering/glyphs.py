"""Refusing what cannot be printed faithfully, before anything is drawn."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from mvd_handout.domain.document import (
    NEW_LINE,
    Block,
    Box,
    Chart,
    Code,
    Document,
    Heading,
    Icons,
    Inline,
    Inlines,
    Lines,
    List,
    PageRef,
    Paragraph,
    Section,
    Table,
)
from mvd_handout.domain.errors import Fault, GlyphError
from mvd_handout.domain.memory import NO_MEMORY, Memory
from mvd_handout.domain.text import code_point
from mvd_handout.rendering.fonts import FontSet

_AUTHORED: Final = "the text of the handout"
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})


def check_glyphs(document: Document, fonts: FontSet, memory: Memory = NO_MEMORY) -> None:
    """Check that our fonts can print every character of `document`.

    Raises:
        GlyphError: with one fault for each character and field that cannot be printed: no font has it, it needs
            joining or reordering that we do not do, or it is a mark that composes with no letter.
    """
    found = [fault for field, text in _texts_around(document) for fault in _faults(field, text, fonts)]
    for section in document.sections:
        found += memory.held(_section_faults, (section,), fonts, memory)
    if found:
        raise GlyphError(*dict.fromkeys(found))


def _texts_around(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the texts outside the sections."""
    for entry in document.identity:
        yield entry.field, entry.label
        yield entry.field, entry.value
    for line in document.letterhead.lines:
        yield "letterhead", line
    furniture = document.furniture
    for text in (furniture.page, furniture.draft, furniture.version, furniture.document_id, furniture.blank):
        yield "", text


def _section_faults(section: Section, fonts: FontSet, memory: Memory) -> list[Fault]:
    return [fault for block in section.blocks for fault in memory.held(_block_faults, (block,), fonts)]


def _block_faults(block: Block, fonts: FontSet) -> tuple[Fault, ...]:
    texts = _block_texts(block)
    if fonts.plain.issuperset("".join([text for _, text in texts])):
        return ()
    return tuple(fault for field, text in texts for fault in _faults(field, text, fonts))


def _block_texts(block: Block) -> list[tuple[str, str]]:
    """Return the texts of a block, each with the name of its field."""
    texts = [
        ("" if isinstance(inline, PageRef) else inline.field, inline.text)
        for inline in block_inlines(block)
        if inline.text != NEW_LINE.text or inline != NEW_LINE
    ]
    if isinstance(block, Chart):
        texts += [("", tick.label) for tick in block.ticks]
        texts += [("", mark.label) for lane in block.lanes for mark in lane.marks]
    return texts


def block_inlines(block: Block) -> list[Inline]:
    """Return the inlines of a block in reading order."""
    if isinstance(block, Box):
        return [inline for child in block.children for inline in block_inlines(child)]
    return [inline for content in _contents(block) for inline in content]


def _contents(block: Heading | Paragraph | List | Table | Lines | Code | Icons | Chart) -> Iterator[Inlines]:
    match block:
        case Heading() | Paragraph():
            yield block.content
        case List():
            yield from block.items
        case Table():
            yield from block.header
            yield from (cell for row in block.rows for cell in row)
        case Lines():
            yield block.label
        case Code() | Icons():
            yield block.caption
        case Chart():
            yield from (part for lane in block.lanes for part in (lane.label, lane.when, lane.text))
            yield from (flag.label for flag in block.flags)
            yield block.open_end


def _faults(field: str, text: str, fonts: FontSet) -> Iterator[Fault]:
    if fonts.plain.issuperset(text):
        return
    for character in fonts.missing(text):
        yield Fault(field or _AUTHORED, f'the character "{character}" ({code_point(character)})', *_advice(character))
    for character in dict.fromkeys(text):
        if unicodedata.category(character)[0] == "M" and not fonts.missing(character):
            yield Fault(field or _AUTHORED, f"the mark {code_point(character)}", *_advice(character))


def _advice(character: str) -> tuple[str, str]:
    category = unicodedata.category(character)
    if category[0] == "M":
        return "A mark cannot be set on its own", "Type the letter that already carries the mark"
    if category[0] in "CZ":
        return "It cannot be seen on paper", "Type the text again by hand"
    if unicodedata.bidirectional(character) in _RIGHT_TO_LEFT:
        return "Letters that run from right to left cannot be printed yet", "Write it in Latin letters"
    return "None of our fonts can print it", "Write it in Latin, Greek or Cyrillic letters"
