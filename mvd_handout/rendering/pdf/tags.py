"""Blocks to structure elements: the one table, and the elements as values.

A kid of an element is another element, or the number of a piece of content. Numbers rise in reading order.

| block | element | inside |
|---|---|---|
| section | Sect | its blocks |
| heading 1, 2, 3 | H1, H2, H3 | |
| paragraph, label of lines to write on | P | |
| list | L | LI, each with Lbl and LBody |
| table | Table | THead and TBody, TR, TH with scope, TD |
| box | Div | its blocks |
| chart, icon array, code, logo | Figure | alternative text and bounding box |
| caption of a figure | P | |
| telephone number, address, page reference | Link | |

Frames, rules, lines to write on, running heads and feet are artifacts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from msgspec import Struct, structs

from mvd_handout.domain.document import Inlines, Link, PageRef, Table

FIGURE: Final = "Figure"
CHECK_BOX: Final = "\u2610"
_NUMBERING: Final = {"bullet": "Disc", "number": "Decimal", "check": "None"}


class Element(Struct, frozen=True, cache_hash=True, gc=False):
    """A structure element; `alt` and `actual` stand in for what cannot be read aloud."""

    tag: str
    kids: tuple[Element | int, ...] = ()
    alt: str = ""
    actual: str = ""
    scope: Literal["", "Row", "Column"] = ""
    numbering: str = ""


class Counter:
    """Hands out the numbers of pieces of content, from `first` on."""

    def __init__(self, first: int = 0) -> None:
        self.next = first

    def take(self) -> int:
        """Return the next number."""
        self.next += 1
        return self.next - 1


def words(content: Inlines, counter: Counter) -> tuple[tuple[Element | int, ...], tuple[int, ...]]:
    """Return the kids that `content` makes, and for each inline the number of its piece of content."""
    kids: list[Element | int] = []
    pieces: list[int] = []
    for inline in content:
        if isinstance(inline, Link | PageRef):
            pieces.append(counter.take())
            kids.append(Element("Link", (pieces[-1],)))
        elif kids and isinstance(kids[-1], int):
            pieces.append(pieces[-1])
        else:
            pieces.append(counter.take())
            kids.append(pieces[-1])
    return tuple(kids), tuple(pieces)


def paragraph(kids: tuple[Element | int, ...]) -> Element:
    """Return a paragraph."""
    return Element("P", kids)


def heading(level: int, kids: tuple[Element | int, ...]) -> Element:
    """Return a heading."""
    return Element(f"H{level}", kids)


def list_element(style: str, items: Iterable[tuple[int, tuple[Element | int, ...]]]) -> Element:
    """Return a list; an item is the piece of content that labels it, and the kids of its body."""
    actual = CHECK_BOX if style == "check" else ""
    rows = (Element("LI", (Element("Lbl", (label,), actual=actual), Element("LBody", body))) for label, body in items)
    return Element("L", tuple(rows), numbering=_NUMBERING[style])


def table(block: Table, rows: Sequence[Sequence[tuple[Element | int, ...]]]) -> Element:
    """Return a table from the kids of its cells, the header row first."""
    head = Element("TR", tuple(Element("TH", kids, scope="Column") for kids in rows[0]))
    body = tuple(Element("TR", tuple(_cell(block, n, kids) for n, kids in enumerate(row))) for row in rows[1:])
    return Element("Table", (Element("THead", (head,)), *([Element("TBody", body)] if body else [])))


def _cell(block: Table, column: int, kids: tuple[Element | int, ...]) -> Element:
    if block.row_headers and column == 0:
        return Element("TH", kids, scope="Row")
    return Element("TD", kids)


def figure(piece: int, alt: str) -> Element:
    """Return a figure."""
    return Element(FIGURE, (piece,), alt=alt)


def group(kids: Iterable[Element]) -> Element:
    """Return the element of a box."""
    return Element("Div", tuple(kids))


def section(kids: Iterable[Element]) -> Element:
    """Return the element of a section."""
    return Element("Sect", tuple(kids))


def renumbered(element: Element, by: int) -> Element:
    """Return `element` with all piece numbers raised."""
    if not by:
        return element
    kids = tuple(kid + by if isinstance(kid, int) else renumbered(kid, by) for kid in element.kids)
    return structs.replace(element, kids=kids)


def count_figures(elements: Iterable[Element | int]) -> int:
    """Return how many figures are among elements and inside them."""
    return sum(
        1 if element.tag == FIGURE else count_figures(element.kids)
        for element in elements
        if isinstance(element, Element)
    )
