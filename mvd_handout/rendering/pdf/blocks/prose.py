"""Headings, paragraphs, and lines to write on."""

from __future__ import annotations

from typing import Final

from msgspec import structs

from mvd_handout.domain.document import Heading, Inlines, Lines, Paragraph
from mvd_handout.rendering.pdf import tags
from mvd_handout.rendering.pdf.blocks.words import Setting, lines, setting
from mvd_handout.rendering.pdf.fragments import Bookmark, Fragment, Group, Look, Mark, Slice, shifted
from mvd_handout.rendering.pdf.operators import rule

MEASURE: Final = 30.0
"""The widest line of running text, in type sizes: about 70 characters."""

HANDWRITING: Final = 2.05
"""Height of a line to write on, in type sizes: 10 mm in the standard theme."""

_BESIDE: Final = 0.42
"""A label may take so much of the width and still leave room to write beside it."""

_HEADING_LEADING: Final = 1.2


def measure(width: float, size: float) -> float:
    """Return how wide lines of running text may be in a column of `width`."""
    return min(width, MEASURE * size)


def heading_fragment(block: Heading, width: float, look: Look) -> Fragment:
    """Set a heading; it stays with what follows."""
    theme = look.theme
    size = (theme.type.heading1, theme.type.heading2, theme.type.heading3)[block.level - 1]
    colour = theme.colour.ink if block.level == 3 else theme.colour.accent
    how = structs.replace(setting(look, size, strong=True, colour=colour), leading=size * _HEADING_LEADING)
    kids, slices = prose(block.content, width, how, look)
    title = "".join(inline.text for inline in block.content)
    joined = tuple(structs.replace(part, joined=number > 0) for number, part in enumerate(slices))
    return Fragment(
        (tags.heading(block.level, kids[0]),),
        kids[1],
        joined,
        before=theme.space.heading_before,
        after=theme.space.heading_after,
        keeps_next=True,
        bookmarks=(Bookmark(0, block.level, title),),
    )


def paragraph_fragment(block: Paragraph, width: float, look: Look) -> Fragment:
    """Set running text."""
    sizes = look.theme.type
    size = {"body": sizes.body, "lead": sizes.lead, "small": sizes.small}[block.style]
    how = setting(look, size, colour=look.theme.colour.quiet if block.style == "small" else None)
    kids, slices = prose(block.content, measure(width, size), how, look)
    space = look.theme.space
    introduces = "".join(inline.text for inline in block.content).rstrip().endswith(":")
    after = space.item if introduces else space.paragraph
    return Fragment((tags.paragraph(kids[0]),), kids[1], slices, after=after, keeps_next=introduces)


def lines_fragment(block: Lines, width: float, look: Look) -> Fragment:
    """Set a label and below it `count` rules to write on; a single rule stands beside a short label."""
    how = setting(look, look.theme.type.body)
    if block.count == 1 and _label_width(block, how, look) <= _BESIDE * width:
        return _line_beside(block, width, how, look)
    kids, label = prose(block.label, measure(width, how.size), how, look)
    height = HANDWRITING * how.size
    mark = Mark(0.0, height, rule(width, 0.75, look.theme.colour.rule), (0.0, 0.0, width, 0.0))
    ruled = tuple(Slice(height, (mark,), joined=bool(label) and number == 0) for number in range(block.count))
    elements = (tags.paragraph(kids[0]),) if label else ()
    slices, space = label + ruled, look.theme.space
    groups = (Group(0, len(slices) - 1, share=0.5),)
    return Fragment(elements, kids[1], slices, before=space.paragraph, after=space.block, groups=groups)


def _label_width(block: Lines, how: Setting, look: Look) -> float:
    return sum(look.fonts.width(inline.text, how.size, inline.strong) for inline in block.label)


def _line_beside(block: Lines, width: float, how: Setting, look: Look) -> Fragment:
    """Set the label at the foot of a line to write on, and the rule from its end to the right edge."""
    kids, label = prose(block.label, width, how, look)
    height = HANDWRITING * how.size
    start = _label_width(block, how, look) + (0.5 * how.size if label else 0.0)
    ruled = Mark(start, height, rule(width - start, 0.75, look.theme.colour.rule), (0.0, 0.0, width - start, 0.0))
    words = tuple(mark for part in label for mark in shifted(part.marks, y=height - how.leading * 0.86))
    elements = (tags.paragraph(kids[0]),) if label else ()
    space = look.theme.space
    return Fragment(elements, kids[1], (Slice(height, (*words, ruled)),), before=space.item, after=space.block)


def prose(
    content: Inlines, width: float, how: Setting, look: Look
) -> tuple[tuple[tuple[tags.Element | int, ...], int], tuple[Slice, ...]]:
    """Set `content`; return its kids with how many pieces they count, and its lines."""
    counter = tags.Counter()
    kids, pieces = tags.words(content, counter)
    return (kids, counter.next), lines(content, pieces, width, how, look)
