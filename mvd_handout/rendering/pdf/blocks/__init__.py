"""Laying out blocks: one function for every block type, all of the same shape."""

from __future__ import annotations

from mvd_handout.domain.document import (
    Block,
    Box,
    Chart,
    Code,
    Heading,
    Icons,
    Lines,
    List,
    Paragraph,
    Table,
)
from mvd_handout.rendering.pdf.blocks.boxes import box_fragment
from mvd_handout.rendering.pdf.blocks.figures import chart_fragment, code_fragment, icons_fragment
from mvd_handout.rendering.pdf.blocks.lists import list_fragment
from mvd_handout.rendering.pdf.blocks.prose import heading_fragment, lines_fragment, paragraph_fragment
from mvd_handout.rendering.pdf.blocks.tables import table_fragment
from mvd_handout.rendering.pdf.fragments import Fragment, Look


def block_fragment(block: Block, width: float, look: Look) -> Fragment:
    """Lay out one block in a column of `width` points."""
    match block:
        case Heading():
            return heading_fragment(block, width, look)
        case Paragraph():
            return paragraph_fragment(block, width, look)
        case List():
            return list_fragment(block, width, look)
        case Table():
            return table_fragment(block, width, look)
        case Lines():
            return lines_fragment(block, width, look)
        case Code():
            return code_fragment(block, width, look)
        case Icons():
            return icons_fragment(block, width, look)
        case Chart():
            return chart_fragment(block, width, look)
        case Box():
            return box_fragment(block, width, look, block_fragment)
