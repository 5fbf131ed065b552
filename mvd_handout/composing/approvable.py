"""What a clinic approves: blocks, each with one readable text that holds every word and rule it can print.

A text depends on what is said only: not on line numbers, the look, or the version of handout and program.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from mvd_handout.composing.rules import rules_text
from mvd_handout.content import unfilled as u
from mvd_handout.content.approval.canonical import canonical_text, condition_text, fingerprint, pruned
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.email_words import EmailWords
from mvd_handout.content.library import Handout
from mvd_handout.domain.clinic import ClinicProfile

SECTION: Final = "section/"
CLINIC: Final = "clinic/"
EMAIL: Final = "email"
FIGURES_TEST: Final = "figures.withheld"
"""The condition by which a text leaves the source's figures out for groups that they were not approved for."""

_VALUE: Final = re.compile(r"\bvalues\.([a-z0-9_]+)")


class ApprovableBlock(Struct, frozen=True):
    """One block: its name ("section/timeline", "clinic/warning-signs", …) and all that it can print."""

    name: str
    text: str

    @property
    def sha256(self) -> str:
        """The hash that an approval is about."""
        return fingerprint(self.text)


def approvable_blocks(handout: Handout, clinic: Clinic) -> tuple[ApprovableBlock, ...]:
    """Return every block that somebody has to approve before a patient copy of `handout` can be made for `clinic`."""
    placed = set(placed_blocks(handout))
    parts = [
        *(_written(f"{SECTION}{name}", _section(handout, name), clinic) for name in section_names(handout.nodes)),
        *(_written(f"{CLINIC}{block.name}", block.nodes, clinic) for block in clinic.blocks if block.name in placed),
        _written("record", handout.record, clinic),
        ApprovableBlock("outline", _outline(handout)),
        ApprovableBlock("rules", rules_text(handout, clinic)),
        ApprovableBlock("labels", _named(handout.labels.words)),
    ]
    return tuple(parts)


def email_block(words: EmailWords) -> ApprovableBlock:
    """Return the block that has to be approved, too, before a copy goes out by e-mail; no paper needs it."""
    return ApprovableBlock(EMAIL, _named(words.words))


def section_names(nodes: u.Nodes) -> tuple[str, ...]:
    """Return the names of all sections, each once, in the order of the text."""
    return tuple(dict.fromkeys(block.arguments[0] for block in _blocks(nodes, "section") if block.arguments))


def placed_blocks(handout: Handout) -> tuple[str, ...]:
    """Return the names of the clinic's blocks that the handout has a place for."""
    names = (block.arguments[0] for block in _blocks(handout.nodes, "clinic") if block.arguments)
    return tuple(dict.fromkeys(names))


def missing_blocks(handout: Handout, clinic: Clinic) -> tuple[str, ...]:
    """Return the names of required blocks that would not be printed: the clinic has none, or the text no place."""
    placed = placed_blocks(handout)
    own = {block.name for block in clinic.blocks if block.nodes}
    return tuple(name for name in handout.required_blocks if name not in own or name not in placed)


def _section(handout: Handout, name: str) -> u.Nodes:
    return pruned(handout.nodes, lambda block: block.arguments[:1] == (name,))


def _blocks(nodes: u.Nodes, name: str) -> Iterator[u.Block]:
    for node in nodes:
        match node:
            case u.Block():
                if node.name == name:
                    yield node
                yield from _blocks(node.body, name)
            case u.Choice():
                for branch in node.branches:
                    yield from _blocks(branch.body, name)


def _written(name: str, nodes: u.Nodes, clinic: Clinic) -> ApprovableBlock:
    """Return a block of text; the clinic's own figures, which stand in its profile, are part of what it says."""
    text = canonical_text(nodes)
    return ApprovableBlock(name, text + _values(text, clinic.profile))


def _values(text: str, profile: ClinicProfile) -> str:
    known = dict(profile.values)
    used = sorted(set(_VALUE.findall(text)))
    return "".join(f"\nvalues.{name} is: {known.get(name, '(nothing)')}\n" for name in used)


def _named(words: Mapping[str, str]) -> str:
    return "".join(f"{name}: {json.dumps(text, ensure_ascii=False)}\n" for name, text in sorted(words.items()))


def _outline(handout: Handout) -> str:
    """Return what holds of the whole: title, source, what must be there, and the order of the parts."""
    source = handout.source
    lines = [
        f"handout: {handout.name}",
        f"title: {handout.title}",
        f"source: {source.title}",
        f"source's site: {source.site}",
        f"source's day: {source.published}",
        f"source's sha256: {source.sha256}",
        f"no copy without: {', '.join(handout.required_blocks)}",
        "parts in this order:",
        *(f"  {line}" for line in _order(handout.nodes)),
    ]
    return "".join(f"{line}\n" for line in lines)


def _order(nodes: u.Nodes) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, u.Block):
            yield node.arguments[0] if node.arguments else node.name
        elif isinstance(node, u.Choice):
            for number, branch in enumerate(node.branches):
                if branch.condition is None:
                    yield "else:"
                else:
                    yield f"{'else if' if number else 'if'} {condition_text(branch.condition)}:"
                yield from (f"  {line}" for line in _order(branch.body))
