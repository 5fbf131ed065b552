"""The words of a document in the order in which they are read, whatever the format.

One definition serves the plain text, the HTML page and the tests that walk a PDF's structure tree:
the draft notice, who the paper is for, who gives it, then block after block. A picture is read as
its alternative text, a table cell by cell from the header row on. List numbers, bullets and what
stands at the foot of every page are not part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mvd_handout.domain.document import (
    Block,
    Box,
    Chart,
    Code,
    Document,
    Heading,
    Icons,
    Inlines,
    Lines,
    List,
    PageRef,
    Paragraph,
    Table,
)

Refer = Callable[[PageRef], str]
"""How a format words a pointer to another part of the document."""


def by_title(reference: PageRef) -> str:
    """Name the part in quotation marks: right in every language, where there are no pages."""
    return f"“{reference.title}”"


def plain(inlines: Inlines, refer: Refer = by_title) -> str:
    """Return the text of `inlines` without any style."""
    return "".join(refer(inline) if isinstance(inline, PageRef) else inline.text for inline in inlines)


def opening_texts(document: Document) -> Iterator[str]:
    """Yield what stands before the first block: draft notice, identifiers, letterhead."""
    if document.furniture.draft:
        yield document.furniture.draft
    for entry in document.identity:
        yield entry.label
        yield entry.value
    logo = document.letterhead.logo
    if logo is not None:
        yield logo.alt
    yield from document.letterhead.lines


def block_texts(block: Block, refer: Refer = by_title) -> Iterator[str]:
    """Yield the texts of one block, a paragraph, list item or table cell at a time."""
    match block:
        case Heading() | Paragraph():
            yield plain(block.content, refer)
        case List():
            yield from (plain(item, refer) for item in block.items)
        case Table():
            yield from (plain(cell, refer) for row in (block.header, *block.rows) for cell in row)
        case Lines():
            yield plain(block.label, refer)
        case Code() | Icons():
            yield from (block.alt, plain(block.caption, refer))
        case Chart():
            yield from (block.alt, plain(block.open_end, refer))
        case Box():
            for child in block.children:
                yield from block_texts(child, refer)


def reading_order(document: Document, refer: Refer = by_title) -> list[str]:
    """Return every word of `document` in reading order.

    For paper, pass a `refer` that puts the page number into `PageRef.text`.
    """
    words = [word for text in opening_texts(document) for word in text.split()]
    for section in document.sections:
        for block in section.blocks:
            words.extend(word for text in block_texts(block, refer) for word in text.split())
    return words
