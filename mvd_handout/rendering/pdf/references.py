"""Filling in page numbers: "see page 3" needs pages, and pages need words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import structs

from mvd_handout.domain.document import (
    Block,
    Box,
    Chart,
    Code,
    Heading,
    Icons,
    Inline,
    Inlines,
    Lane,
    Lines,
    List,
    PageRef,
    Paragraph,
    Table,
)
from mvd_handout.domain.errors import ContentError, Fault

Change = Callable[[Inlines], Inlines]


def with_pages(block: Block, pages: Mapping[str, int]) -> Block:
    """Return `block` with the page numbers of sections in its page references.

    Raises:
        ContentError: a reference points to a section that is not there.
    """
    return _changed(block, lambda content: _with_pages(content, pages))


def _with_pages(content: Inlines, pages: Mapping[str, int]) -> Inlines:
    if not any(isinstance(inline, PageRef) for inline in content):
        return content
    return tuple(_filled(inline, pages) for inline in content)


def _filled(inline: Inline, pages: Mapping[str, int]) -> Inline:
    if not isinstance(inline, PageRef):
        return inline
    if inline.section not in pages:
        raise ContentError(Fault("page reference", f'there is no section "{inline.section}"', "a section's name"))
    return structs.replace(inline, text=inline.text.replace("{page}", str(pages[inline.section])))


def _changed(block: Block, change: Change) -> Block:
    match block:
        case Heading() | Paragraph():
            return structs.replace(block, content=change(block.content))
        case List():
            return structs.replace(block, items=tuple(change(item) for item in block.items))
        case Table():
            rows = tuple(tuple(change(cell) for cell in row) for row in block.rows)
            return structs.replace(block, header=tuple(change(cell) for cell in block.header), rows=rows)
        case Lines():
            return structs.replace(block, label=change(block.label))
        case Code() | Icons():
            return structs.replace(block, caption=change(block.caption))
        case Box():
            return structs.replace(block, children=tuple(_changed(child, change) for child in block.children))
        case Chart():
            return _changed_chart(block, change)


def _changed_chart(chart: Chart, change: Change) -> Chart:
    """Change a chart; lanes and flags that stay as they are stay the same objects."""
    lanes = tuple(_changed_lane(lane, change) for lane in chart.lanes)
    flags = tuple(structs.replace(flag, label=change(flag.label)) for flag in chart.flags)
    return structs.replace(
        chart,
        lanes=chart.lanes if lanes == chart.lanes else lanes,
        flags=chart.flags if flags == chart.flags else flags,
        open_end=change(chart.open_end),
    )


def _changed_lane(lane: Lane, change: Change) -> Lane:
    before = (lane.label, lane.when, lane.text)
    label, when, text = after = tuple(map(change, before))
    return lane if after == before else structs.replace(lane, label=label, when=when, text=text)
