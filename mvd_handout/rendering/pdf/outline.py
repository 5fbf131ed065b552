"""Bookmarks: the headings as a tree."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from mvd_handout.rendering.pdf import syntax
from mvd_handout.rendering.pdf.writer import Objects


class Entry(Struct, frozen=True):
    """A bookmark: its heading's level, its words, and the destination in PDF syntax."""

    level: int
    title: str
    destination: bytes


class _Node(Struct):
    number: int
    entry: Entry | None
    kids: list[_Node] = field(default_factory=list)

    def count(self) -> int:
        return sum(1 + kid.count() for kid in self.kids)


def add_outline(objects: Objects, entries: Sequence[Entry]) -> int:
    """Write the bookmarks, all open; return the number of their root."""
    root = _Node(objects.reserve(), None)
    path = [root]
    for entry in entries:
        while len(path) > 1 and _level(path[-1]) >= entry.level:
            path.pop()
        node = _Node(objects.reserve(), entry)
        path[-1].kids.append(node)
        path.append(node)
    _write(objects, root, None)
    return root.number


def _level(node: _Node) -> int:
    return node.entry.level if node.entry else 0


def _write(objects: Objects, node: _Node, parent: _Node | None) -> None:
    values: dict[str, bytes] = {}
    if node.entry is None:
        values["Type"] = b"/Outlines"
    else:
        values["Title"] = syntax.text(node.entry.title)
        values["Dest"] = node.entry.destination
    if parent is not None:
        values["Parent"] = syntax.reference(parent.number)
        values |= _neighbours(node, parent)
    if node.kids:
        values["First"] = syntax.reference(node.kids[0].number)
        values["Last"] = syntax.reference(node.kids[-1].number)
        values["Count"] = b"%d" % node.count()
    objects.add(syntax.dictionary(values), node.number)
    for kid in node.kids:
        _write(objects, kid, node)


def _neighbours(node: _Node, parent: _Node) -> dict[str, bytes]:
    at = next(index for index, kid in enumerate(parent.kids) if kid is node)
    values = {}
    if at:
        values["Prev"] = syntax.reference(parent.kids[at - 1].number)
    if at + 1 < len(parent.kids):
        values["Next"] = syntax.reference(parent.kids[at + 1].number)
    return values
