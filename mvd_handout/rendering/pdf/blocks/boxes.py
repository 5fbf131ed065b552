"""Boxes: a frame about blocks that stay together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final

from msgspec import structs

from mvd_handout.domain.document import Block, Box, List, Paragraph
from mvd_handout.rendering.drawing import Colour
from mvd_handout.rendering.pdf import tags
from mvd_handout.rendering.pdf.fragments import Fragment, Frame, Group, Look, Slice, indented, stacked

Layer = Callable[[Block, float, Look], Fragment]

_BAR: Final = 6.0


def box_fragment(block: Box, width: float, look: Look, lay: Layer) -> Fragment:
    """Lay out the children inside the padding and put a frame about them."""
    padding = look.theme.space.box
    bar = _BAR if block.kind in {"alarm", "message"} else 0.0
    left = bar + padding + (3.0 if bar else 0.0)
    laid = [lay(child, width - left - padding, _inner_look(block, look)) for child in block.children]
    inner = stacked(_with_words_again(block.children, laid))
    slices = (Slice(padding), *(_joined_first(inner.slices, left)), Slice(padding, joined=True))
    return structs.replace(
        inner,
        elements=(tags.group(inner.elements),),
        slices=slices,
        before=look.theme.space.block,
        after=look.theme.space.block,
        frames=(_frame(block, len(slices) - 1, width, bar, look), *(_inside(frame, left) for frame in inner.frames)),
        groups=(
            Group(0, len(slices) - 1),
            *_lists_with_their_words(block.children, laid),
            *(structs.replace(g, first=g.first + 1, last=g.last + 1) for g in inner.groups),
        ),
        bookmarks=tuple(structs.replace(bookmark, at=bookmark.at + 1) for bookmark in inner.bookmarks),
        keeps_next=False,
        keeps_previous=False,
    )


def _lists_with_their_words(children: Sequence[Block], laid: Sequence[Fragment]) -> Iterator[Group]:
    """Keep a list with the paragraph before it: a box that must be parted is parted where a new list begins.

    "Call this number for:" on one page and half of the signs on the next would leave them without a number.
    """
    starts = list(accumulate((len(fragment.slices) for fragment in laid), initial=1))
    for number, (words, items) in enumerate(pairwise(children)):
        if isinstance(words, Paragraph) and isinstance(items, List):
            yield Group(starts[number], starts[number + 2] - 1)


def _with_words_again(children: Sequence[Block], laid: Sequence[Fragment]) -> Iterator[Fragment]:
    """Yield the children; what goes on over the page of a list begins there with the words that lead to it."""
    words: tuple[Slice, ...] = ()
    for child, fragment in zip(children, laid, strict=True):
        again = words if isinstance(child, List) else ()
        yield structs.replace(fragment, slices=tuple(_below(part, n, again) for n, part in enumerate(fragment.slices)))
        words = _spaced(fragment) if isinstance(child, Paragraph) and fragment.keeps_next else ()


def _spaced(fragment: Fragment) -> tuple[Slice, ...]:
    """Return the slices of a fragment with the space after it."""
    *others, last = fragment.slices
    return (*others, structs.replace(last, height=last.height + fragment.after))


def _below(part: Slice, number: int, words: tuple[Slice, ...]) -> Slice:
    return structs.replace(part, header=words) if words and number else part


def _inner_look(block: Box, look: Look) -> Look:
    """In an alarm box the headings take the colour of its frame."""
    if block.kind != "alarm":
        return look
    colours = structs.replace(look.theme.colour, accent=look.theme.colour.alarm)
    return structs.replace(look, theme=structs.replace(look.theme, colour=colours))


def _joined_first(slices: tuple[Slice, ...], left: float) -> tuple[Slice, ...]:
    moved = tuple(indented(part, left) for part in slices)
    return tuple(structs.replace(part, joined=True, before=0.0) if n == 0 else part for n, part in enumerate(moved))


def _inside(frame: Frame, left: float) -> Frame:
    return structs.replace(frame, first=frame.first + 1, last=frame.last + 1, x=frame.x + left)


def _frame(block: Box, last: int, width: float, bar: float, look: Look) -> Frame:
    colour = look.theme.colour
    looks: dict[str, tuple[Colour | None, Colour, float]] = {
        "alarm": (colour.alarm_tint, colour.alarm, 2.0),
        "message": (colour.tint, colour.accent, 0.0),
        "identity": (None, colour.ink, 1.2),
        "note": (None, colour.accent, 1.0),
        "plain": (None, colour.rule, 0.75),
    }
    fill, stroke, line = looks[block.kind]
    return Frame(0, last, 0.0, width, fill, stroke, line, bar)
