"""Filling in page numbers: "see page 3" needs pages, and pages need words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import is_

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
    return _changed(block, lambda content: filled_in(content, pages))


def filled_in(content: Inlines, pages: Mapping[str, int]) -> Inlines:
    """Return `content` with page numbers, or `content` itself if it names none. Raises ContentError."""
    for inline in content:
        if isinstance(inline, PageRef):
            return tuple([_filled(inline, pages) for inline in content])
    return content


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
    lanes = tuple([_changed_lane(lane, change) for lane in chart.lanes])
    labels = tuple([change(flag.label) for flag in chart.flags])
    flags = tuple([structs.replace(flag, label=label) for flag, label in zip(chart.flags, labels, strict=True)])
    return structs.replace(
        chart,
        lanes=chart.lanes if all(map(is_, lanes, chart.lanes)) else lanes,
        flags=chart.flags
        if all(label is flag.label for label, flag in zip(labels, chart.flags, strict=True))
        else flags,
        open_end=change(chart.open_end),
    )


def _changed_lane(lane: Lane, change: Change) -> Lane:
    label, when, text = change(lane.label), change(lane.when), change(lane.text)
    same = label is lane.label and when is lane.when and text is lane.text
    return lane if same else structs.replace(lane, label=label, when=when, text=text)
