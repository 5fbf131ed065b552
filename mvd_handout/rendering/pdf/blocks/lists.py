"""Lists: a label that hangs beside each item."""

from __future__ import annotations

from msgspec import structs

from mvd_handout.domain.document import List
from mvd_handout.rendering.pdf import tags
from mvd_handout.rendering.pdf.blocks.prose import measure
from mvd_handout.rendering.pdf.blocks.words import Setting, baseline, lines, setting, text_mark
from mvd_handout.rendering.pdf.fragments import Fragment, Look, Mark, Slice
from mvd_handout.rendering.pdf.operators import rounded


def list_fragment(block: List, width: float, look: Look) -> Fragment:
    """Set a list: the bodies of the items line up, numbers stand to the right against them.

    No single item stays behind on a page or goes to the next alone.
    """
    how = setting(look, look.theme.type.body)
    labels = [_label_text(block, number) for number in range(1, len(block.items) + 1)]
    indent = _indent(block, labels, how, look)
    room = measure(width - indent, how.size)
    counter = tags.Counter()
    slices: list[Slice] = []
    items: list[tuple[int, tuple[tags.Element | int, ...]]] = []
    for label, item in zip(labels, block.items, strict=True):
        piece = counter.take()
        kids, pieces = tags.words(item, counter)
        body = list(lines(item, pieces, room, structs.replace(how, x=indent), look)) or [Slice(how.leading)]
        mark = _box(piece, how, look) if block.style == "check" else _label(label, piece, indent, how, look)
        gap = look.theme.space.item if slices else 0.0
        near_an_end = len(items) in {1, len(block.items) - 1}
        body[0] = structs.replace(body[0], marks=(mark, *body[0].marks), before=gap, joined=bool(items) and near_an_end)
        slices += body
        items.append((piece, kids))
    element = tags.list_element(block.style, items)
    return Fragment((element,), counter.next, tuple(slices), after=look.theme.space.paragraph)


def _label_text(block: List, number: int) -> str:
    return f"{number}." if block.style == "number" else "•"


def _indent(block: List, labels: list[str], how: Setting, look: Look) -> float:
    if block.style == "check":
        return 1.75 * how.size
    widest = max((look.fonts.width(label, how.size, strong=True) for label in labels), default=0.0)
    return max(1.3 * how.size, widest + 0.5 * how.size)


def _label(text: str, piece: int, indent: float, how: Setting, look: Look) -> Mark:
    """A number ends half a type size before the body; a bullet stands in the middle of its room."""
    strong = structs.replace(how, strong=True, colour=look.theme.colour.accent)
    width = look.fonts.width(text, how.size, strong=True)
    room = indent - 0.45 * how.size
    x = max(0.0, room - width) if text != "•" else (room - width) / 2
    return text_mark(text + " ", x, baseline(how, look), strong, look, piece)


def _box(piece: int, how: Setting, look: Look) -> Mark:
    """An empty box to tick, as high as the capitals and a little more."""
    side = look.fonts.cap_height(how.size) * 1.25
    y = baseline(how, look) + 0.1 * side
    operators = rounded((0.0, 0.0, side, side), 1.5, None, look.theme.colour.ink, 1.1)
    return Mark(0.6, y, operators, (0.0, -side, side, 0.0), piece)
