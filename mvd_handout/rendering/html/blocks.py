"""Blocks as HTML: one method a block type, one element a method."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from mvd_handout.domain.document import (
    Block,
    Box,
    Chart,
    Code,
    Heading,
    Icons,
    Inlines,
    Lines,
    List,
    Paragraph,
    Section,
    Table,
)
from mvd_handout.rendering.html.inlines import Anchors
from mvd_handout.rendering.html.markup import Html, element, join
from mvd_handout.rendering.reading_order import block_texts, plain

_LANDMARKS: Final = frozenset({"alarm", "identity"})

_LONGEST_COLUMN_WORD: Final = 18
"""Four columns with words so long stand beside each other where tables have columns."""


class Pictures(Protocol):
    """What draws the pictures; `name` begins their ids and is unique in the page."""

    def chart(self, chart: Chart, name: str) -> Html:
        """Return the timeline."""

    def icons(self, icons: Icons, name: str) -> Html:
        """Return the icon array."""

    def code(self, code: Code, name: str) -> Html:
        """Return the QR code or bar code."""


class BlockWriter:
    """Writes the blocks of one page in order; it only remembers which ids and which heading came last."""

    def __init__(self, anchors: Anchors, pictures: Pictures) -> None:
        """Begin a page; a writer serves one page only."""
        self._say = anchors.write
        self._anchors = anchors
        self._pictures = pictures
        self._numbers = itertools.count(1)
        self._heading: str | None = None

    def section(self, section: Section) -> Html:
        """Return a section with all its blocks."""
        start = None if section.start == "flow" else section.start
        blocks = self._blocks(section.blocks)
        return element("section", blocks, id=self._anchors.ids[section.name], class_=start)

    def _blocks(self, blocks: Sequence[Block]) -> Html:
        return join(*map(self._block, blocks), separator="\n")

    def _block(self, block: Block) -> Html:
        match block:
            case Heading():
                return self._write_heading(block)
            case Paragraph():
                kind = None if block.style == "body" else block.style
                return element("p", self._say(block.content), class_=kind)
            case List():
                return self._list(block)
            case Table():
                return self._table(block)
            case Lines():
                return self._lines(block)
            case Box():
                return self._box(block)
            case Chart() | Icons() | Code():
                return self._figure(block)

    def _new_id(self, kind: str) -> str:
        return f"{kind}-{next(self._numbers)}"

    def _write_heading(self, heading: Heading) -> Html:
        self._heading = self._new_id("heading")
        return element(f"h{heading.level}", self._say(heading.content), id=self._heading)

    def _list(self, block: List) -> Html:
        items = join(*(element("li", self._say(item)) for item in block.items))
        if block.style == "number":
            return element("ol", items)
        # Safari drops a list without bullets from the accessibility tree unless its role is written out.
        check = block.style == "check"
        return element("ul", items, class_="check" if check else None, role="list" if check else None)

    def _box(self, box: Box) -> Html:
        """Return a box; one to be found fast is a landmark that bears the words of its first heading."""
        outer = self._heading
        first = self._blocks(box.children[:1])
        name = self._heading if box.children and isinstance(box.children[0], Heading) else None
        children = join(first, self._blocks(box.children[1:]), separator="\n")
        self._heading = outer
        if name and box.kind in _LANDMARKS:
            return element("section", children, class_=f"box {box.kind}", aria_labelledby=name)
        return element("div", children, class_=f"box {box.kind}")

    def _lines(self, lines: Lines) -> Html:
        label = element("p", self._say(lines.label)) if lines.label else Html()
        rules = itertools.repeat(element("div", class_="line"), lines.count)
        return element("div", label, *rules, class_="lines")

    def _figure(self, block: Chart | Icons | Code) -> Html:
        match block:
            case Chart():
                # The words at the open end stand below the picture, where a finger can follow them.
                kind, words = "chart", block.open_end
                picture = self._pictures.chart(block, self._new_id("chart"))
            case Icons():
                kind, words = "icons", block.caption
                picture = self._pictures.icons(block, self._new_id("icons"))
            case Code():
                kind, words = f"code {block.symbology}", block.caption
                picture = self._pictures.code(block, self._new_id("code"))
        caption = element("figcaption", self._say(words)) if words else Html()
        return element("figure", picture, caption, class_=kind)

    def _table(self, table: Table) -> Html:
        # Roles are written out because a narrow screen shows the rows as blocks, which would end the table for AT.
        head = element("thead", self._header(table), role="rowgroup")
        rows = (self._row(table, row) for row in table.rows)
        body = element("tbody", join(*rows, separator="\n"), role="rowgroup")
        columns = element("colgroup", *map(_column, table.widths)) if table.widths else Html()
        return element(
            "table", columns, head, body, class_=_table_kind(table), role="table", aria_labelledby=self._heading
        )

    def _header(self, table: Table) -> Html:
        return element("tr", *map(self._header_cell, table.header), role="row")

    def _header_cell(self, cell: Inlines) -> Html:
        if not plain(cell).strip():
            return element("td", role="cell")
        return element("th", self._say(cell), scope="col", role="columnheader")

    def _row(self, table: Table, row: Sequence[Inlines]) -> Html:
        return element("tr", *self._cells(table, row), role="row")

    def _cells(self, table: Table, row: Sequence[Inlines]) -> Iterator[Html]:
        for number, (label, cell) in enumerate(zip(table.header, row, strict=True)):
            content = self._say(cell)
            name = plain(label)
            if number == 0 and table.row_headers and plain(cell).strip():
                yield element("th", content, scope="row", role="rowheader", data_label=name)
            else:
                blank = "blank" if table.rows_for_writing and not cell else None
                yield element("td", content, class_=blank, role="cell", data_label=name)


def _table_kind(table: Table) -> str | None:
    words = (word for text in block_texts(table) for word in text.split())
    breaking = any(len(word) > _LONGEST_COLUMN_WORD for word in words)
    kinds = [kind for kind, holds in (("writing", table.rows_for_writing), ("breaking", breaking)) if holds]
    return " ".join(kinds) or None


def _column(share: float) -> Html:
    return element("col", style=f"width: {share * 100:.1f}%")
