"""Bookmarks: the headings as a tree."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from mvd_handout.rendering.pdf import syntax


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


def outline(entries: Sequence[Entry], first: int) -> list[bytes]:
    """Return the objects of the bookmarks, all open: their root, with the number `first`, and then each in order."""
    root = _Node(first, None)
    path, made = [root], dict[int, bytes]()
    for number, entry in enumerate(entries, start=first + 1):
        while len(path) > 1 and _level(path[-1]) >= entry.level:
            path.pop()
        node = _Node(number, entry)
        path[-1].kids.append(node)
        path.append(node)
    _write(made, root, None)
    return [made[number] for number in sorted(made)]


def _level(node: _Node) -> int:
    return node.entry.level if node.entry else 0


def _write(made: dict[int, bytes], node: _Node, parent: _Node | None) -> None:
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
    made[node.number] = syntax.dictionary(values)
    for kid in node.kids:
        _write(made, kid, node)


def _neighbours(node: _Node, parent: _Node) -> dict[str, bytes]:
    at = next(index for index, kid in enumerate(parent.kids) if kid is node)
    values = {}
    if at:
        values["Prev"] = syntax.reference(parent.kids[at - 1].number)
    if at + 1 < len(parent.kids):
        values["Next"] = syntax.reference(parent.kids[at + 1].number)
    return values
