"""The unfilled handout: every word and every branch, with slots where values will go.

A frozen tree that can be written down as JSON: the composer fills it, the cache keeps it,
provenance and approval read it. Each sentence still carries its provenance marks here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Literal

from msgspec import Struct


class Words(Struct, frozen=True):
    """Authored words."""

    text: str
    strong: bool = False


class Slot(Struct, frozen=True):
    """A place for a value: its name, the filters it passes, the template line."""

    name: str
    filters: tuple[str, ...]
    line: int
    strong: bool = False


Part = Words | Slot


class Sentence(Struct, frozen=True):
    """One sentence, heading or label with the provenance marks that stand behind it."""

    parts: tuple[Part, ...]
    marks: tuple[str, ...]
    line: int


Sentences = tuple[Sentence, ...]


class Condition(Struct, frozen=True):
    """What a branch asks: a name, or `not`, `and`, `or` of other conditions."""

    operator: Literal["name", "not", "and", "or"]
    name: str = ""
    operands: tuple[Condition, ...] = ()


class Branch(Struct, frozen=True):
    """Nodes under a condition; the `else` branch has none."""

    condition: Condition | None
    body: tuple[Node, ...]


class Choice(Struct, frozen=True):
    """An `if`: the first branch whose condition holds is printed."""

    branches: tuple[Branch, ...]
    line: int


class Heading(Struct, frozen=True):
    """A heading of level 1 to 3."""

    level: int
    content: Sentences
    line: int


class Paragraph(Struct, frozen=True):
    """Running text."""

    content: Sentences
    line: int


class Item(Struct, frozen=True):
    """One item of a list."""

    content: Sentences
    line: int


class List(Struct, frozen=True):
    """A flat list; its items may stand under conditions."""

    style: Literal["bullet", "number", "check"]
    items: tuple[Node, ...]
    line: int


class Table(Struct, frozen=True):
    """A table: a header row and the rows under it."""

    header: tuple[Sentences, ...]
    rows: tuple[tuple[Sentences, ...], ...]
    line: int


class Block(Struct, frozen=True):
    """A named block (`::: name arguments`) and what stands in it."""

    name: str
    arguments: tuple[str, ...]
    body: tuple[Node, ...]
    line: int


Node = Heading | Paragraph | Item | List | Table | Block | Choice
Nodes = tuple[Node, ...]

_TYPES: dict[str, Callable[..., object]] = {
    kind.__name__: kind
    for kind in (Words, Slot, Sentence, Condition, Branch, Choice, Heading, Paragraph, Item, List, Table, Block)
}


def to_data(value: object, lines: bool = True) -> object:
    """Return `value` (a node, or a tuple of nodes) as JSON data.

    Without `lines` every line number is 0, so that the data depends on what is said and not on how it is laid out.
    """
    if isinstance(value, tuple):
        return [to_data(each, lines) for each in value]
    if isinstance(value, Struct):
        fields = [
            to_data(getattr(value, name), lines) if lines or name != "line" else 0 for name in value.__struct_fields__
        ]
        return {type(value).__name__: fields}
    return value


def from_data(data: object) -> object:
    """Return what `to_data` wrote down. Raises KeyError, TypeError or ValueError when it is something else."""
    if isinstance(data, list):
        return tuple(from_data(each) for each in data)
    if isinstance(data, dict):
        ((name, fields),) = data.items()
        return _TYPES[name](*(from_data(field) for field in fields))
    return data


def content_hash(*parts: object) -> str:
    """Return the SHA-256 of texts and nodes: of what is said, not of the lines on which it stands."""
    data = json.dumps([to_data(part, lines=False) for part in parts], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(data.encode()).hexdigest()
