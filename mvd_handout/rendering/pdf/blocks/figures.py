"""Figures: the chart, the icon array, QR and bar codes."""

from __future__ import annotations

from typing import Final

from msgspec import structs

from mvd_handout.domain.document import Chart, Code, Flag, Icons, Inlines, Lane, Tick
from mvd_handout.rendering.drawing import Drawing
from mvd_handout.rendering.pdf import tags
from mvd_handout.rendering.pdf.blocks.prose import measure
from mvd_handout.rendering.pdf.blocks.words import Setting, lines, setting
from mvd_handout.rendering.pdf.fragments import Fragment, Look, Mark, Slice, indented, shifted, stacked
from mvd_handout.rendering.pdf.operators import drawing_layers, drawing_others

_Words = tuple[tuple[tags.Element, ...], int, tuple[Slice, ...]]
"""Elements, how many pieces of content there are so far, and lines."""

_QR_SIZE: Final = 24 / 25.4 * 72
_BAR_HEIGHT: Final = 42.0
_BAR_MODULE: Final = 1.1
_ABOVE: Final = 10.3
"""What the first part of a chart leaves of a page, in type sizes: a heading and how to read it stand above."""

_BELOW: Final = 1.6
"""What every other part leaves: the line of words at the open end stands below the last."""

_LITTLE: Final = 1 / 3
"""Where the last part is no higher than that, as a share of the first, lanes are better shared out."""

_EVEN: Final = (0.65, 0.73, 0.81, 0.89, 1.0)
"""How much of their heights the parts may take then; the least that makes no more parts is best."""


def chart_fragment(block: Chart, width: float, look: Look) -> Fragment:
    """Draw the chart, with the words at its open end below."""
    return stacked([picture_fragment(block, width, look), open_end_fragment(block.open_end, width, look)])


def picture_fragment(block: Chart, width: float, look: Look) -> Fragment:
    """Draw the chart; one that is higher than a page continues on the next, with its axis drawn again."""
    days = (block.first_day, block.break_day, block.last_day)
    slices = look.memory.held(_chart_slices, (block.ticks, block.lanes, block.flags), days, width, look)
    element, before = tags.figure(0, block.alt), look.theme.space.block
    return Fragment((element,), 1, slices, before=before, keeps_next=True, keeps_previous=True)


def open_end_fragment(content: Inlines, width: float, look: Look) -> Fragment:
    """Set the words below the arrow of a chart's axis, at the right. They are words, since they lead on to a page."""
    how = setting(look, look.theme.type.chart, strong=True)
    counter = tags.Counter()
    kids, pieces = tags.words(content, counter)
    moved = [
        structs.replace(indented(part, width - max(mark.x + mark.box[2] for mark in part.marks)), joined=True)
        for part in lines(content, pieces, width, how, look)
    ]
    elements = (tags.paragraph(kids),) if moved else ()
    return Fragment(elements, counter.next, tuple(moved), after=look.theme.space.block, keeps_previous=True)


def _chart_slices(
    ticks: tuple[Tick, ...],
    lanes: tuple[Lane, ...],
    flags: tuple[Flag, ...],
    days: tuple[float, float, float],
    width: float,
    look: Look,
) -> tuple[Slice, ...]:
    """Draw a chart without the words at its open end."""
    from mvd_handout.rendering.chart import chart_parts
    from mvd_handout.rendering.chart.style import style_from_theme

    style, chart = style_from_theme(look.theme), Chart(*days, ticks, lanes, flags, (), "")

    first, other = (max(look.height / 2, look.height - each * look.theme.type.body) for each in (_ABOVE, _BELOW))

    def split(share: float) -> tuple[Drawing, ...]:
        return chart_parts(chart, width, (share * first, share * other), look.fonts, style, look.memory)

    parts = split(1.0)
    if parts[-1].height < _LITTLE * parts[0].height:
        parts = next(even for even in map(split, _EVEN) if len(even) <= len(parts))
    gap = look.theme.space.block
    return tuple(Slice(part.height, (_picture(part, 0, look),), gap if n else 0.0) for n, part in enumerate(parts))


def icons_fragment(block: Icons, width: float, look: Look) -> Fragment:
    """Draw the icon array with its caption below."""
    from mvd_handout.rendering.chart.style import style_from_theme
    from mvd_handout.rendering.icons import icons_drawing

    drawing = icons_drawing(block, width, style_from_theme(look.theme))
    return _captioned(drawing, block.alt, block.caption, width, look)


def code_fragment(block: Code, width: float, look: Look) -> Fragment:
    """Draw a QR code with words beside it, or a bar code with words below."""
    from mvd_handout.rendering.codes import code128_drawing, qr_drawing

    if block.symbology == "code128":
        drawing = code128_drawing(block.payload, _BAR_HEIGHT, _BAR_MODULE)
        if drawing.width > width:
            drawing = code128_drawing(block.payload, _BAR_HEIGHT, _BAR_MODULE * width / drawing.width)
        return _captioned(drawing, block.alt, block.caption, width, look)
    return _beside(qr_drawing(block.payload, _QR_SIZE), block.alt, block.caption, width, look)


def _captioned(drawing: Drawing, alt: str, caption: Inlines, width: float, look: Look) -> Fragment:
    how = setting(look, look.theme.type.body)
    elements, pieces, words = _caption(caption, measure(width, how.size), how, look)
    below = tuple(structs.replace(part, joined=True, before=6.0 if n == 0 else 0.0) for n, part in enumerate(words))
    picture = Slice(drawing.height, (_picture(drawing, 0, look),))
    space = look.theme.space.block
    return Fragment(
        (tags.figure(0, alt), *elements),
        pieces,
        (picture, *below),
        before=space,
        after=space,
        keeps_previous=True,
    )


def _beside(drawing: Drawing, alt: str, caption: Inlines, width: float, look: Look) -> Fragment:
    """One slice: the picture on the left, the caption in the middle of its height."""
    left = drawing.width + look.theme.space.box
    how = setting(look, look.theme.type.body)
    elements, pieces, words = _caption(caption, measure(width - left, how.size), how, look)
    words_height = sum(part.height for part in words)
    height = max(drawing.height, words_height)
    at = (height - words_height) / 2
    marks = [_picture(drawing, 0, look)]
    for part in words:
        marks += shifted(part.marks, left, at)
        at += part.height
    space = look.theme.space.block
    return Fragment((tags.figure(0, alt), *elements), pieces, (Slice(height, tuple(marks)),), before=space, after=space)


def _caption(caption: Inlines, width: float, how: Setting, look: Look) -> _Words:
    counter = tags.Counter()
    counter.take()  # the picture is piece 0
    kids, pieces = tags.words(caption, counter)
    words = lines(caption, pieces, width, how, look)
    return ((tags.paragraph(kids),) if words else ()), counter.next, words


def _picture(drawing: Drawing, piece: int, look: Look) -> Mark:
    return Mark(
        0.0,
        0.0,
        b"",
        (0.0, 0.0, drawing.width, drawing.height),
        piece,
        others=drawing_others(drawing, look.fonts, look.memory),
        layers=drawing_layers(drawing, look.fonts, look.memory),
    )
