"""The unfilled handout: every word and every branch, with slots where values will go.

A frozen tree that can be written down as JSON: the composer fills it, the cache keeps it,
provenance and approval read it. Each sentence still carries its provenance marks here.
"""

from __future__ import annotations

import hashlib
import re
from typing import Literal

import msgspec
from msgspec import Struct


class Words(Struct, frozen=True, tag=True):
    """Authored words."""

    text: str
    strong: bool = False


class Slot(Struct, frozen=True, tag=True):
    """A place for a value: its name, the filters it passes, the template line."""

    name: str
    filters: tuple[str, ...]
    line: int
    strong: bool = False


Part = Words | Slot


class Sentence(Struct, frozen=True, tag=True):
    """One sentence, heading or label with the provenance marks that stand behind it."""

    parts: tuple[Part, ...]
    marks: tuple[str, ...]
    line: int


Sentences = tuple[Sentence, ...]


class Condition(Struct, frozen=True, tag=True):
    """What a branch asks: a name, or `not`, `and`, `or` of other conditions."""

    operator: Literal["name", "not", "and", "or"]
    name: str = ""
    operands: tuple[Condition, ...] = ()


class Branch(Struct, frozen=True, tag=True):
    """Nodes under a condition; the `else` branch has none."""

    condition: Condition | None
    body: tuple[Node, ...]


class Choice(Struct, frozen=True, tag=True):
    """An `if`: the first branch whose condition holds is printed."""

    branches: tuple[Branch, ...]
    line: int


class Heading(Struct, frozen=True, tag=True):
    """A heading of level 1 to 3."""

    level: int
    content: Sentences
    line: int


class Paragraph(Struct, frozen=True, tag=True):
    """Running text."""

    content: Sentences
    line: int


class Item(Struct, frozen=True, tag=True):
    """One item of a list."""

    content: Sentences
    line: int


class List(Struct, frozen=True, tag=True):
    """A flat list; its items may stand under conditions."""

    style: Literal["bullet", "number", "check"]
    items: tuple[Node, ...]
    line: int


class Table(Struct, frozen=True, tag=True):
    """A table: a header row and the rows under it."""

    header: tuple[Sentences, ...]
    rows: tuple[tuple[Sentences, ...], ...]
    line: int


class Block(Struct, frozen=True, tag=True):
    """A named block (`::: name arguments`) and what stands in it."""

    name: str
    arguments: tuple[str, ...]
    body: tuple[Node, ...]
    line: int


# In JSON, a quotation mark within a text is never without a backslash before it, so no text looks like this.
_LINE = re.compile(rb',"line":[0-9]+')

Node = Heading | Paragraph | Item | List | Table | Block | Choice
Nodes = tuple[Node, ...]


def to_json(nodes: Nodes) -> bytes:
    """Return `nodes` as JSON."""
    return msgspec.json.encode(nodes)


def from_json(data: bytes) -> Nodes:
    """Return what `to_json` wrote down. Raises ValueError when it is something else."""
    return msgspec.json.decode(data, type=Nodes)


def content_hash(*parts: object) -> str:
    """Return the SHA-256 of texts and nodes: of what is said, not of the lines on which it stands."""
    return hashlib.sha256(_LINE.sub(b"", msgspec.json.encode(parts))).hexdigest()
