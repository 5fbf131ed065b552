"""Unfilled nodes, named blocks among them, into the blocks of the document."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal, TypeVar, cast

from msgspec import Struct, field, structs

from mvd_handout.composing.answers import PICTURES, Answers, answers, asked
from mvd_handout.composing.chart import LANES, ChartWords, build_chart
from mvd_handout.composing.fill import Filler
from mvd_handout.content import unfilled as u
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.labels import Labels
from mvd_handout.domain import document as d
from mvd_handout.domain.memory import Memory
from mvd_handout.domain.phone import Phone

T = TypeVar("T")
Fill = Callable[[u.Node, Clinic, Labels, Memory, str, str, Answers], T]

_OWN: Final = "blocks/"
_REMEMBERED: Final = 512
"""Results that are kept of every step; four times as many by identity."""
_BOXES: Final = frozenset({"identity", "alarm", "message", "plain", "note"})


@functools.cache
def shared_memory() -> Memory:
    """Return the memory of this process: what the parts of texts became for the answers of earlier cases."""
    return Memory(_REMEMBERED)


def _lists_joined(blocks: Iterable[d.Block]) -> Iterator[d.Block]:
    """Yield the blocks; lists that follow each other are one, so that items from several texts read as one list.

    Numbered lists stay apart: each counts from one.
    """
    last: d.Block | None = None
    for block in blocks:
        if isinstance(block, d.List) and isinstance(last, d.List) and block.style == last.style != "number":
            last = d.List((*last.items, *block.items), block.style)
            continue
        if last is not None:
            yield last
        last = block
    if last is not None:
        yield last


class Composer(Struct, frozen=True):
    """Turns the nodes of one text into blocks. `document_id` is what a bar code carries."""

    filler: Filler
    clinic: Clinic
    document_id: str
    memory: Memory = field(default_factory=shared_memory)

    def blocks(self, nodes: u.Nodes) -> tuple[d.Block, ...]:
        """Return the blocks that `nodes` print in this case."""
        made = (block for node in self.filler.chosen(nodes) for block in self.filled(filled_node, node))
        return tuple(_lists_joined(made))

    def filled(self, fill: Fill[T], node: u.Node) -> T:
        """Return what `fill` makes of a node and of what this case answers to it, from memory if it is known."""
        filler, memory = self.filler, self.memory
        told = answers(memory.held(asked, (node, self.clinic)), filler, self.document_id)
        formats = filler.formats
        return memory.held(fill, (node, self.clinic, formats.labels, memory), formats.locale, filler.where, told)

    def block(self, node: u.Node) -> Iterator[d.Block]:
        """Yield the blocks of one node (a named block may make several)."""
        inlines = self.filler.inlines
        match node:
            case u.Heading():
                yield d.Heading(node.level, inlines(node.content))
            case u.Paragraph():
                yield d.Paragraph(inlines(node.content))
            case u.List():
                items = (item for item in self.filler.chosen(node.items) if isinstance(item, u.Item))
                yield d.List(tuple(inlines(item.content) for item in items), node.style)
            case u.Table():
                yield self.table(node, lambda row: [self.row(row, self.filler)])
            case u.Block():
                yield from self.named(node)

    def named(self, node: u.Block) -> Iterator[d.Block]:
        """Yield what a named block makes."""
        if node.name in _BOXES:
            yield d.Box(cast("Literal['plain']", node.name), self.blocks(node.body))
        elif node.name in {"lead", "small"}:
            yield from self.styled(node)
        elif node.name == "clinic":
            yield from self.clinic_block(node)
        elif node.name == "section":
            raise self.filler.fail(node.line, "a section inside another block", "Sections stand side by side")
        else:
            yield from _MAKERS[node.name](self, node)

    def styled(self, node: u.Block) -> Iterator[d.Block]:
        """Yield the paragraphs inside in the lead or the small-print style."""
        for block in self.blocks(node.body):
            if isinstance(block, d.Paragraph):
                block = structs.replace(block, style=cast("Literal['lead', 'small']", node.name))
            yield block

    def clinic_block(self, node: u.Block) -> Iterator[d.Block]:
        """Yield the clinic's own block, or the words that hold its place in a draft."""
        own = self.clinic.block(self.argument(node))
        if own is None:
            yield from self.blocks(node.body)
            return
        filler = structs.replace(self.filler, where=f"{_OWN}{own.name}.md")
        if self.filler.where.startswith(_OWN):
            raise self.filler.fail(node.line, "a clinic's text inside a clinic's text", "One after the other")
        made = structs.replace(self, filler=filler).blocks(own.nodes)
        if not made:
            raise filler.fail(1, "this text prints nothing in this case", "Words for every patient, or no such file")
        yield from made

    def visits(self, node: u.Block) -> Iterator[d.Block]:
        """Yield the table of visits, its one row repeated for each."""
        yield self.table(self.inner_table(node), self.visit_rows, self.shares(node))

    def visit_rows(self, row: tuple[u.Sentences, ...]) -> list[tuple[d.Inlines, ...]]:
        """Return a row for each visit."""
        values = self.filler.values
        return [
            self.row(row, self.filler.with_values(values.with_visit(visit, number)))
            for number, visit in enumerate(values.visits, start=1)
        ]

    def diary(self, node: u.Block) -> Iterator[d.Block]:
        """Yield the diary: a row to write in for each week, with this patient's dates."""
        values = self.filler.values

        def rows(row: tuple[u.Sentences, ...]) -> list[tuple[d.Inlines, ...]]:
            return [self.row(row, self.filler.with_values(values.with_week(week))) for week in values.timeline.weeks]

        table = self.table(self.inner_table(node), rows, self.shares(node))
        yield structs.replace(table, rows_for_writing=True)

    def shared_table(self, node: u.Block) -> Iterator[d.Block]:
        """Yield a table whose columns have the widths that the block names."""
        yield self.table(self.inner_table(node), lambda row: [self.row(row, self.filler)], self.shares(node))

    def timeline(self, node: u.Block) -> Iterator[d.Block]:
        """Yield how to read the chart, the chart, and the same in a table; without pictures all but the chart."""
        body = tuple(self.filler.chosen(node.body))
        index = next((at for at, each in enumerate(body) if isinstance(each, u.Table)), None)
        after = [each for each in body[index + 1 :] if isinstance(each, u.Paragraph)] if index is not None else []
        table = body[index] if index is not None else None
        if not isinstance(table, u.Table) or len(table.rows) != len(LANES) or not 1 <= len(after) <= 2:
            raise self.filler.fail(
                node.line,
                "a timeline of another shape",
                f"A table of {len(LANES)} rows, then the open end, then the flag",
            )
        yield from self.blocks(body[:index])
        *lanes, visit = table.rows
        cells = tuple([self.row(row, self.filler) for row in lanes])
        # The visits' row is repeated, and left out of an information copy.
        visits = () if self.filler.values.timeline.planned else self.visit_rows(visit)
        lines = d.Table(self.row(table.header, self.filler), (*cells, *visits), widths=self.shares(node))
        if self.filler.values.tests.get(PICTURES, False):
            flag = after[1].content if len(after) == 2 else None
            yield build_chart(ChartWords(cells, visit, after[0].content, flag), self.filler)
            yield lines
        else:
            yield lines
            yield from self.blocks(tuple(after))

    def icons(self, node: u.Block) -> Iterator[d.Block]:
        """Yield the icon array."""
        marked, total = (int(each) for each in node.arguments)
        caption = self.caption(node)
        alt = self.filler.formats.labels["icons.alt"].format(marked=marked, total=total)
        yield d.Icons(total, marked, alt, caption)

    def qr(self, node: u.Block) -> Iterator[d.Block]:
        """Yield the QR code that dials a number."""
        phone = self.filler.value(u.Slot(self.argument(node), (), node.line))
        if not isinstance(phone, Phone):
            raise self.filler.fail(node.line, "a QR code of something else", "The slot of a telephone number")
        alt = self.filler.formats.labels["code.phone"].format(number=phone.text)
        yield d.Code("qr", phone.target, alt, self.caption(node))

    def barcode(self, node: u.Block) -> Iterator[d.Block]:
        """Yield the document id as a bar code."""
        alt = self.filler.formats.labels["record.barcode"].format(id=self.document_id)
        yield d.Code("code128", self.document_id, alt, self.caption(node))

    def lines(self, node: u.Block) -> Iterator[d.Block]:
        """Yield lines to write on."""
        yield d.Lines(int(self.argument(node)), self.caption(node))

    def caption(self, node: u.Block) -> d.Inlines:
        """Return the words inside a named block as one run."""
        parts = [block.content for block in self.blocks(node.body) if isinstance(block, d.Paragraph)]
        joined: d.Inlines = ()
        for part in parts:
            joined = (*joined, d.Text(" "), *part) if joined else part
        return joined

    def table(
        self,
        node: u.Table,
        rows: Callable[[tuple[u.Sentences, ...]], list[tuple[d.Inlines, ...]]],
        widths: tuple[float, ...] = (),
    ) -> d.Table:
        """Return a table; `rows` says which rows one authored row makes."""
        header = tuple(self.filler.inlines(cell) for cell in node.header)
        return d.Table(header, tuple(made for row in node.rows for made in rows(row)), widths=widths)

    def row(self, row: tuple[u.Sentences, ...], filler: Filler) -> tuple[d.Inlines, ...]:
        """Return one filled row."""
        return tuple(filler.inlines(cell) for cell in row)

    def inner_table(self, node: u.Block) -> u.Table:
        """Return the table inside a named block."""
        tables = [each for each in self.filler.chosen(node.body) if isinstance(each, u.Table)]
        if len(tables) != 1 or (node.name in {"visits", "diary"} and len(tables[0].rows) != 1):
            raise self.filler.fail(
                node.line, f"{node.name} without its table", "One table; for visits and diary with one row"
            )
        return tables[0]

    def shares(self, node: u.Block) -> tuple[float, ...]:
        """Return the column widths that a block names, as shares of the line."""
        widths = [float(each) for each in node.arguments]
        columns = len(self.inner_table(node).header) if node.name != "timeline" else len(widths)
        if widths and len(widths) != columns:
            raise self.filler.fail(node.line, f"{len(widths)} widths", f"As many as there are columns: {columns}")
        return tuple(width / sum(widths) for width in widths)

    def argument(self, node: u.Block) -> str:
        """Return the first word after a block's name."""
        if not node.arguments:
            raise self.filler.fail(node.line, f"{node.name} without a name", "A word after it, such as warning-signs")
        return node.arguments[0]


def filled_node(
    node: u.Node, clinic: Clinic, labels: Labels, memory: Memory, locale: str, where: str, told: Answers
) -> tuple[d.Block, ...]:
    """Return the blocks of a node, filled with answers."""
    return tuple(composer(clinic, labels, memory, locale, where, told).block(node))


def composer(clinic: Clinic, labels: Labels, memory: Memory, locale: str, where: str, told: Answers) -> Composer:
    """Return a composer that knows answers and nothing else."""
    return Composer(told.filler(clinic, labels, memory, locale, where), clinic, told.document_id, memory)


_MAKERS: Final[dict[str, Callable[[Composer, u.Block], Iterator[d.Block]]]] = {
    "visits": Composer.visits,
    "diary": Composer.diary,
    "table": Composer.shared_table,
    "timeline": Composer.timeline,
    "icons": Composer.icons,
    "qr": Composer.qr,
    "barcode": Composer.barcode,
    "lines": Composer.lines,
}
