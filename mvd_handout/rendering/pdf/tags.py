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

from mvd_handout.domain.document import Inlines, Link, PageRef

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


def header_row(cells: Iterable[tuple[Element | int, ...]]) -> Element:
    """Return the header row of a table from the kids of its cells."""
    return Element("TR", tuple([Element("TH", kids, scope="Column") for kids in cells]))


def row(cells: Iterable[tuple[Element | int, ...]], headed: bool) -> Element:
    """Return a row from the kids of its cells; the first may be its heading."""
    return Element(
        "TR",
        tuple(
            [
                Element("TH", kids, scope="Row") if headed and column == 0 else Element("TD", kids)
                for column, kids in enumerate(cells)
            ]
        ),
    )


def table(header: Element, rows: Sequence[Element]) -> Element:
    """Return a table of rows."""
    return Element("Table", (Element("THead", (header,)), *([Element("TBody", tuple(rows))] if rows else [])))


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
    return structs.replace(element, kids=renumbered_kids(element.kids, by)) if by else element


def renumbered_kids(kids: tuple[Element | int, ...], by: int) -> tuple[Element | int, ...]:
    """Return the kids of an element with all piece numbers raised."""
    return tuple([kid + by if isinstance(kid, int) else renumbered(kid, by) for kid in kids])


def count_figures(elements: Iterable[Element | int]) -> int:
    """Return how many figures are among elements and inside them."""
    return sum(
        1 if element.tag == FIGURE else count_figures(element.kids)
        for element in elements
        if isinstance(element, Element)
    )
