"""A handout as a flat list: every sentence of every branch, with where it stands and when it is printed."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from mvd_handout.content import unfilled as u
from mvd_handout.content.clinic import ClinicBlock
from mvd_handout.content.library import Handout

Kind = Literal["heading", "paragraph", "item", "header", "cell"]
Owner = Literal["handout", "record", "clinic"]
Guard = tuple[tuple[u.Condition, bool], ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence in its place. `inside` names the blocks about it, `block` numbers its paragraph, item or cell."""

    where: str
    section: str
    inside: tuple[str, ...]
    kind: Kind
    block: int
    sentence: u.Sentence
    guard: Guard = ()
    owner: Owner = "handout"

    @property
    def place(self) -> str:
        """Where a person finds it: "hfs-recovery/en.md, line 12"."""
        return f"{self.where}, line {self.sentence.line}"

    @property
    def marks(self) -> tuple[str, ...]:
        """The provenance marks behind it."""
        return self.sentence.marks

    @property
    def of_source(self) -> bool:
        """Whether a claim or an ambiguity of the source stands behind it."""
        return any(mark[0] in "CX" for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Feature:
    """A block or a list: its name ("alarm", "list"), where it stands, and the most items or rows that it can have."""

    name: str
    where: str
    section: str
    line: int
    inside: tuple[str, ...]
    owner: Owner
    length: int = 0

    @property
    def place(self) -> str:
        """Where a person finds it."""
        return f"{self.where}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Text:
    """All passages and features of a handout, in the order of reading."""

    passages: tuple[Passage, ...]
    features: tuple[Feature, ...]

    def named(self, name: str) -> tuple[Feature, ...]:
        """Return the blocks of that name."""
        return tuple(feature for feature in self.features if feature.name == name)

    def owned(self, *owners: Owner) -> tuple[Passage, ...]:
        """Return the passages of these owners."""
        return tuple(passage for passage in self.passages if passage.owner in owners)


def read_passages(handout: Handout, blocks: Iterable[ClinicBlock] = ()) -> Text:
    """Return the passages of a handout and its record sheet, with a clinic's own blocks in their places."""
    own = {block.name: block for block in blocks}
    numbers = itertools.count(1)
    sheet = _Walker(f"{handout.name}/{handout.language}.md", "handout", own, numbers)
    sheet.walk(handout.nodes)
    record = _Walker(f"{handout.name}/{handout.language}.record.md", "record", own, numbers)
    record.walk(handout.record)
    return Text((*sheet.passages, *record.passages), (*sheet.features, *record.features))


def as_written(sentence: u.Sentence) -> str:
    """Return a sentence as its file has it, slots and all, without marks and bold type."""
    return "".join(part.text if isinstance(part, u.Words) else _slot(part) for part in sentence.parts)


def holds(condition: u.Condition, truth: Mapping[str, bool]) -> bool:
    """Return whether a condition holds where `truth` gives every name in it."""
    match condition.operator:
        case "name":
            return truth[condition.name]
        case "not":
            return not holds(condition.operands[0], truth)
        case "and":
            return all(holds(each, truth) for each in condition.operands)
        case "or":
            return any(holds(each, truth) for each in condition.operands)


def names(guard: Guard) -> set[str]:
    """Return the names that a guard asks for."""
    return {name for condition, _ in guard for name in _names(condition)}


def _names(condition: u.Condition) -> Iterator[str]:
    if condition.operator == "name":
        yield condition.name
    for each in condition.operands:
        yield from _names(each)


def _slot(slot: u.Slot) -> str:
    return f"{{{{ {' | '.join((slot.name, *slot.filters))} }}}}"


@dataclass(slots=True)
class _Walker:
    """Walks the tree of one text and gathers what stands in it."""

    where: str
    owner: Owner
    own: Mapping[str, ClinicBlock]
    numbers: Iterator[int]
    section: str = ""
    inside: tuple[str, ...] = ()
    guard: Guard = ()
    passages: list[Passage] = dataclasses.field(default_factory=list)
    features: list[Feature] = dataclasses.field(default_factory=list)

    def walk(self, nodes: u.Nodes) -> None:
        for node in nodes:
            match node:
                case u.Heading() | u.Paragraph() | u.Item():
                    self.sentences(type(node).__name__.lower(), node.content)  # type: ignore[arg-type]
                case u.List():
                    self.feature("list", node.line, length=most_items(node.items))
                    self.walk(node.items)
                case u.Table():
                    self.table(node)
                case u.Block():
                    self.block(node)
                case u.Choice():
                    self.choice(node)

    def sentences(self, kind: Kind, content: u.Sentences) -> None:
        number = next(self.numbers)
        for each in content:
            self.passages.append(
                Passage(self.where, self.section, self.inside, kind, number, each, self.guard, self.owner)
            )

    def feature(self, name: str, line: int, length: int = 0) -> None:
        self.features.append(Feature(name, self.where, self.section, line, self.inside, self.owner, length))

    def table(self, table: u.Table) -> None:
        self.feature("table", table.line, length=len(table.rows))
        for cell in table.header:
            self.sentences("header", cell)
        for row in table.rows:
            for cell in row:
                self.sentences("cell", cell)

    def block(self, node: u.Block) -> None:
        if node.name == "section" and node.arguments:
            self.section = node.arguments[0]
        self.feature(node.name, node.line)
        if node.name == "clinic":
            self.clinic(node)
        else:
            self.within(lambda: self.walk(node.body), inside=(*self.inside, node.name))

    def clinic(self, node: u.Block) -> None:
        """Walk the words that hold the place of a clinic's block, and the block itself where the clinic has it."""
        name = node.arguments[0] if node.arguments else ""
        asked = u.Condition("name", f"blocks.{name}")
        inside = (*self.inside, "clinic")
        self.within(lambda: self.walk(node.body), inside=inside, guard=(*self.guard, (asked, False)))
        if own := self.own.get(name):
            place = f"blocks/{name}.md"
            guard = (*self.guard, (asked, True))
            self.within(lambda: self.walk(own.nodes), inside=inside, guard=guard, where=place, owner="clinic")

    def choice(self, node: u.Choice) -> None:
        """Walk every branch, each under its own condition and the failure of those before it."""
        failed: Guard = ()
        for branch in node.branches:
            taken: Guard = ((branch.condition, True),) if branch.condition else ()
            guard = (*self.guard, *failed, *taken)
            body = branch.body
            self.within(lambda body=body: self.walk(body), guard=guard)  # type: ignore[misc]
            failed = (*failed, *((condition, False) for condition, _ in taken))

    def within(self, walk: Callable[[], None], **changes: object) -> None:
        """Run `walk` with some attributes changed, and set them back."""
        before = {name: getattr(self, name) for name in changes}
        for name, value in changes.items():
            setattr(self, name, value)
        walk()
        for name, value in before.items():
            setattr(self, name, value)


def most_items(items: u.Nodes) -> int:
    """Return how many items a list can print at most: of each choice, the longest branch."""
    return sum(
        max((most_items(branch.body) for branch in item.branches), default=0) if isinstance(item, u.Choice) else 1
        for item in items
    )
