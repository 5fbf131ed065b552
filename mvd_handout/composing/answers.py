"""What a part of a text asks for, and what one case answers.

A part is filled with these answers and nothing else, so what it becomes is a function of the part, the clinic, the
labels and the answers: patients who give the same answers get the very same blocks, and those are filled once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from msgspec import Struct

from mvd_handout.composing.fill import Filler
from mvd_handout.composing.formats import Formats
from mvd_handout.composing.values import Value, Values
from mvd_handout.content import unfilled as u
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.labels import Labels
from mvd_handout.domain.case import Visit
from mvd_handout.domain.memory import Memory
from mvd_handout.domain.schedule import Timeline

PICTURES: Final = "pictures"
"""The condition that holds where chart, icons and codes are drawn."""

_PAGE: Final = "page."
_SCHEDULED: Final = frozenset({"timeline", "diary"})
"""Named blocks that are made from the timeline itself."""
_VISITED: Final = frozenset({"timeline", "visits"})
"""Named blocks that are made from the visits themselves."""


class Asked(Struct, frozen=True):
    """What a part asks for: values and sections' titles by name, conditions, timeline, visits, the paper's id."""

    slots: tuple[str, ...]
    tests: tuple[str, ...]
    titles: tuple[str, ...]
    timeline: bool
    visits: bool
    document_id: bool


class Answers(Struct, frozen=True):
    """The answers, with the names of what was asked for. What has no value in a case is left out."""

    slots: tuple[tuple[str, Value], ...]
    tests: tuple[tuple[str, bool], ...]
    titles: tuple[tuple[str, str], ...]
    timeline: Timeline | None
    visits: tuple[Visit, ...]
    document_id: str

    def filler(self, clinic: Clinic, labels: Labels, memory: Memory, locale: str, where: str) -> Filler:
        """Return a filler that knows the answers and nothing else."""
        # A part that did not ask for the timeline has no use for it, and would fail rather than print another's.
        timeline = cast("Timeline", self.timeline)
        values = Values(dict(self.slots), dict(self.tests), self.visits, timeline, clinic.profile.day.number)
        return Filler(values, Formats(locale, labels), where, labels["page.reference"], dict(self.titles), memory)


def asked(node: u.Node, clinic: Clinic) -> Asked:
    """Return what a node asks for, with the clinic's own text where it stands for one."""
    found = list(_questions(node, clinic))
    return Asked(
        slots=_sorted(each for kind, each in found if kind == "slot" and not each.startswith(_PAGE)),
        tests=_sorted(each for kind, each in found if kind == "test"),
        titles=_sorted(each.removeprefix(_PAGE) for kind, each in found if kind == "slot" and each.startswith(_PAGE)),
        timeline=any(kind == "block" and each in _SCHEDULED for kind, each in found),
        visits=any(kind == "block" and each in _VISITED for kind, each in found),
        document_id=("block", "barcode") in found,
    )


def answers(what: Asked, filler: Filler, document_id: str) -> Answers:
    """Return what the values of a filler answer."""
    values, titles = filler.values, filler.titles
    slots, tests = values.slots, values.tests
    return Answers(
        slots=tuple([(name, slots[name]) for name in what.slots if name in slots]),
        tests=tuple([(name, tests[name]) for name in what.tests if name in tests]),
        titles=tuple([(name, titles[name]) for name in what.titles if name in titles]),
        timeline=values.timeline if what.timeline else None,
        visits=values.visits if what.visits else (),
        document_id=document_id if what.document_id else "",
    )


def _sorted(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _questions(node: u.Node, clinic: Clinic) -> Iterator[tuple[str, str]]:
    """Yield the kind and the name of everything that a node asks for: slots, tests, named blocks."""
    match node:
        case u.Heading() | u.Paragraph() | u.Item():
            yield from _slots(node.content)
        case u.List():
            yield from _all(node.items, clinic)
        case u.Table():
            for cell in (*node.header, *(cell for row in node.rows for cell in row)):
                yield from _slots(cell)
        case u.Choice():
            for branch in node.branches:
                yield from _tests(branch.condition)
                yield from _all(branch.body, clinic)
        case u.Block():
            yield "block", node.name
            if node.name == "timeline":
                yield "test", PICTURES
            yield from _all(node.body, clinic)
            if node.name == "clinic" and node.arguments and (own := clinic.block(node.arguments[0])):
                yield from _all(own.nodes, clinic)
            if node.name == "qr" and node.arguments:
                yield "slot", node.arguments[0]


def _all(nodes: u.Nodes, clinic: Clinic) -> Iterator[tuple[str, str]]:
    return (question for node in nodes for question in _questions(node, clinic))


def _slots(sentences: u.Sentences) -> Iterator[tuple[str, str]]:
    return (("slot", part.name) for each in sentences for part in each.parts if isinstance(part, u.Slot))


def _tests(condition: u.Condition | None) -> Iterator[tuple[str, str]]:
    if condition is not None:
        if condition.name:
            yield "test", condition.name
        for each in condition.operands:
            yield from _tests(each)
