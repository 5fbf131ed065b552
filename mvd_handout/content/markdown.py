"""Markdown with tokens into the unfilled tree; whatever we do not draw is an error with file and line."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from mvd_handout.content import unfilled as u
from mvd_handout.content.sentences import split_sentences
from mvd_handout.content.template import BRANCH_TOKEN, BranchTag, Tokenised
from mvd_handout.domain.errors import ContentError, Fault

_NOTHING: Final = re.compile("")
_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")
_WIDTHS: Final = re.compile(r"(?:[1-9]\d?(?: [1-9]\d?)*)?")
BLOCKS: Final[dict[str, re.Pattern[str]]] = {
    "section": re.compile(r"[a-z][a-z0-9-]*(?: start=(?:page|sheet))?"),
    **dict.fromkeys(("identity", "alarm", "message", "plain", "note", "lead", "small", "barcode"), _NOTHING),
    "clinic": _NAME,
    **dict.fromkeys(("visits", "diary", "table", "timeline"), _WIDTHS),
    "icons": re.compile(r"[1-9]\d? 100"),
    "qr": re.compile(r"[a-z_]+\.[a-z_]+"),
    "lines": re.compile(r"[1-9]|[12]\d"),
}
"""The named blocks, each with what may stand after its name; icons are so many of 100, the one denominator."""

_READABLE: Final = {
    "html_block": "HTML",
    "fence": "a code block",
    "code_block": "an indented block (too many spaces at the start of the line?)",
    "blockquote_open": "a quotation",
    "hr": "a ruled line",
}


def parse_blocks(template: Tokenised, where: str, default_marks: tuple[str, ...] = ()) -> u.Nodes:
    """Return the unfilled blocks of a tokenised template.

    `default_marks` stand behind sentences that carry none of their own (a clinic's blocks). Raises ContentError.
    """
    reader = _Reader(_markdown().parse(template.text), template, where, default_marks)
    nodes = reader.nodes_until("")
    return nodes


@functools.cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table").disable(["reference", "lheading"])
    container_plugin(markdown, "named", validate=lambda *_: True)
    markdown.block.ruler.before(
        "fence", "branch", _branch_rule, {"alt": ["paragraph", "reference", "blockquote", "list", "table"]}
    )
    return markdown


def _branch_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a line that holds one branch token, also in the middle of a list."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    match = BRANCH_TOKEN.fullmatch(line.strip())
    if match is None:
        return False
    if not silent:
        token = state.push("branch", "", 0)
        token.meta = {"tag": int(match[1])}
        token.map = [start, start + 1]
        state.line = start + 1
    return True


class _Reader:
    """Reads the flat tokens of markdown-it, one after the other."""

    def __init__(self, tokens: Sequence[Token], template: Tokenised, where: str, marks: tuple[str, ...]) -> None:
        self.tokens = tokens
        self.template = template
        self.where = where
        self.default_marks = marks
        self.at = 0

    def fail(self, line: int, found: str, wanted: str, fix: str = "") -> ContentError:
        return ContentError(Fault(f"{self.where}, line {line}", found, wanted, fix))

    def next(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def nodes_until(self, closing: str) -> u.Nodes:
        """Read nodes up to the token type `closing`, which is taken too; "" reads to the end."""
        nodes: list[u.Node] = []
        while self.at < len(self.tokens):
            if self.tokens[self.at].type == closing:
                self.at += 1
                return _merge_lists(nodes)
            if tag := self._tag_ahead():
                if tag.kind != "if":
                    break
                nodes.append(self.choice())
                continue
            nodes.append(self.node())
        if closing:
            tag = self._tag_ahead()
            raise self.fail(
                tag.line if tag else 1, "a branch and a block that cross", "A branch ends in the block where it begins"
            )
        if self.at < len(self.tokens):
            raise self.fail(
                self._line(self.tokens[self.at]),
                "a branch and a block that cross",
                "A branch ends in the block where it begins",
            )
        return _merge_lists(nodes)

    def _tag_ahead(self) -> BranchTag | None:
        if self.at < len(self.tokens) and self.tokens[self.at].type == "branch":
            index: int = self.tokens[self.at].meta["tag"]
            return self.template.tags[index]
        return None

    def _line(self, token: Token) -> int:
        return token.map[0] + 1 if token.map else 1

    def choice(self) -> u.Choice:
        """Read from `{% if %}` to its `{% endif %}`."""
        branches: list[u.Branch] = []
        line = self._line(self.tokens[self.at])
        tag = self._tag_ahead()
        while tag is not None and tag.kind != "endif":
            self.at += 1
            branches.append(u.Branch(tag.condition, self.branch_body()))
            tag = self._tag_ahead()
        if tag is None:
            raise self.fail(line, "a branch and a block that cross", "A branch ends in the block where it begins")
        self.at += 1
        return u.Choice(tuple(branches), line)

    def branch_body(self) -> u.Nodes:
        nodes: list[u.Node] = []
        while self.at < len(self.tokens):
            if tag := self._tag_ahead():
                if tag.kind != "if":
                    break
                nodes.append(self.choice())
            elif self.tokens[self.at].nesting == -1:
                break
            else:
                nodes.append(self.node())
        return _merge_lists(nodes)

    def node(self) -> u.Node:
        token = self.next()
        line = self._line(token)
        match token.type:
            case "heading_open":
                return self.heading(token, line)
            case "paragraph_open":
                content = self.sentences(self.next())
                self.at += 1
                return u.Paragraph(content, line)
            case "bullet_list_open" | "ordered_list_open":
                return self.list(token, line)
            case "table_open":
                return self.table(line)
            case "container_named_open":
                return self.block(token, line)
        raise self.fail(
            line,
            _READABLE.get(token.type, token.type),
            "Headings, paragraphs, flat lists, tables and named blocks only",
        )

    def heading(self, token: Token, line: int) -> u.Heading:
        level = int(token.tag[1])
        if level > 3:
            raise self.fail(line, f"a heading of level {level}", "Three levels are enough: #, ## and ###")
        if level == 1 and self.default_marks:
            raise self.fail(line, "a title", "The handout has its own: write ## or ###")
        content = self.sentences(self.next())
        self.at += 1
        return u.Heading(level, content, line)

    def list(self, opening: Token, line: int) -> u.List:
        closing = opening.type.replace("open", "close")
        if opening.attrs.get("start", 1) != 1:
            raise self.fail(line, f"a list that starts with {opening.attrs['start']}", "Lists count from 1")
        items: list[u.Node] = []
        style = "bullet" if opening.type.startswith("bullet") else "number"
        while (token := self.next()).type != closing:
            item, checked = self.item(token)
            style = "check" if checked else style
            items.append(item)
        return u.List(style, tuple(items), line)  # type: ignore[arg-type]

    def item(self, opening: Token) -> tuple[u.Item, bool]:
        line = self._line(opening)
        if self.next().type != "paragraph_open":
            raise self.fail(line, "an empty list item, or a block in one", "A list item is one paragraph")
        inline = self.next()
        checked = inline.content.startswith("[ ] ")
        content = self.sentences(inline, skip=4 if checked else 0)
        self.at += 1
        if self.next().type != "list_item_close":
            raise self.fail(line, "a list in a list, or two paragraphs in one item", "A list item is one paragraph")
        return u.Item(content, line), checked

    def table(self, line: int) -> u.Table:
        rows: list[tuple[u.Sentences, ...]] = []
        cells: list[Token] = []
        self.check_columns(line)
        while (token := self.next()).type != "table_close":
            if token.type == "inline":
                cells.append(token)
            elif token.type == "tr_close":
                rows.append(self.row(cells))
                cells = []
        return u.Table(rows[0], tuple(rows[1:]), line)

    def check_columns(self, line: int) -> None:
        """Refuse a row with more cells than there are columns: Markdown would leave the last ones out."""
        lines = self.template.text.split("\n")[line - 1 :]
        columns = _columns(lines[0])
        for number, text in enumerate(lines, start=line):
            if "|" not in text:
                break
            if _columns(text) > columns:
                raise self.fail(number, "more cells than columns", f"{columns} columns, as in the first row")

    def row(self, cells: Sequence[Token]) -> tuple[u.Sentences, ...]:
        """Read a row; a mark in its last cell stands behind the whole row."""
        last = self.sentences(cells[-1], lenient=True)
        marks = last[-1].marks if last else ()
        row = (*(self.sentences(cell, marks=marks, lenient=True) for cell in cells[:-1]), last)
        if not all(sentence.marks for cell in row for sentence in cell):
            raise self.fail(
                self._line(cells[0]),
                "a table row without a provenance mark",
                "A mark such as [C03] or [form] at its end",
            )
        return row

    def block(self, token: Token, line: int) -> u.Block:
        name, *arguments = token.info.split() or [""]
        if name not in BLOCKS:
            raise self.fail(line, f"the unknown block {name}", f"One of these: {', '.join(sorted(BLOCKS))}")
        if not BLOCKS[name].fullmatch(" ".join(arguments)):
            raise self.fail(line, f"{name} with arguments that do not fit", "See the table in docs/handout-format.md")
        return u.Block(name, tuple(arguments), self.nodes_until("container_named_close"), line)

    def sentences(
        self, inline: Token, skip: int = 0, marks: tuple[str, ...] = (), lenient: bool = False
    ) -> u.Sentences:
        return split_sentences(
            inline, self.template.slots, self.where, marks or self.default_marks, skip=skip, lenient=lenient
        )


def _merge_lists(nodes: list[u.Node]) -> u.Nodes:
    """Join list pieces that a branch tag cut apart, so that conditional items stay in one list."""
    merged: list[u.Node] = []
    for node in nodes:
        before = merged[-1] if merged else None
        if isinstance(before, u.List) and (items := _list_items(node, before)) is not None:
            merged[-1] = u.List(before.style, (*before.items, *items), before.line)
        else:
            merged.append(node)
    return tuple(merged)


def _list_items(node: u.Node, before: u.List) -> u.Nodes | None:
    """Return the items that `node` adds to the list before it, or None when it is no part of that list."""
    if isinstance(node, u.List):
        return node.items if node.style == before.style and _touches(node, before) else None
    if not isinstance(node, u.Choice) or not _touches(node, before):
        return None
    branches = []
    for branch in node.branches:
        if len(branch.body) != 1 or not isinstance(branch.body[0], u.List) or branch.body[0].style != before.style:
            return None
        branches.append(u.Branch(branch.condition, branch.body[0].items))
    return (u.Choice(tuple(branches), node.line),)


def _touches(node: u.List | u.Choice, before: u.List) -> bool:
    """Whether `node` starts on the line after the last item of `before` (or after the tag that follows it)."""
    return node.line - _last_line(before.items[-1]) <= 2


def _last_line(node: u.Node) -> int:
    if isinstance(node, u.Choice):
        return max((_last_line(each) for branch in node.branches for each in branch.body), default=node.line)
    if isinstance(node, u.Item) and node.content:
        return node.content[-1].line
    return node.line


def _columns(line: str) -> int:
    """Return how many cells a line of a table has; a bar after a backslash is part of a cell."""
    return len(re.split(r"(?<!\\)\|", line.strip().strip("|")))
