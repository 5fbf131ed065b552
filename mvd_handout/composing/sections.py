"""The sections of a handout: which this case prints, what they are called, where they begin."""

from __future__ import annotations

from collections.abc import Iterator

from mvd_handout.composing.answers import Answers
from mvd_handout.composing.blocks import Composer, composer
from mvd_handout.composing.fill import Filler, plain
from mvd_handout.content import unfilled as u
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.labels import Labels
from mvd_handout.domain import document as d
from mvd_handout.domain.memory import Memory


def chosen_sections(nodes: u.Nodes, filler: Filler) -> Iterator[u.Block]:
    """Yield the sections that this case prints. Raises ContentError for words outside, and for a name twice."""
    seen: set[str] = set()
    for node in filler.chosen(nodes):
        if not isinstance(node, u.Block) or node.name != "section" or not node.arguments:
            raise filler.fail(node.line, "words outside a section", "Everything stands in a ::: section NAME")
        if node.arguments[0] in seen:
            raise filler.fail(node.line, f"a second section {node.arguments[0]}", "Each name once")
        seen.add(node.arguments[0])
        yield node


def section_titles(sections: tuple[u.Block, ...], composing: Composer) -> dict[str, str]:
    """Return the first heading of each section: its title where there are no pages to point to."""
    return {node.arguments[0]: composing.filled(filled_title, node) for node in sections}


def filled_title(
    node: u.Node, clinic: Clinic, labels: Labels, memory: Memory, locale: str, where: str, told: Answers
) -> str:
    """Return the first heading of a section, filled with answers, or its name."""
    assert isinstance(node, u.Block)
    filler = told.filler(clinic, labels, memory, locale, where)
    heading = next((each for each in _walk(node.body, filler) if isinstance(each, u.Heading)), None)
    return plain(filler.inlines(heading.content)) if heading else node.arguments[0]


def _walk(nodes: u.Nodes, filler: Filler) -> Iterator[u.Node]:
    for node in filler.chosen(nodes):
        yield node
        if isinstance(node, u.Block):
            yield from _walk(node.body, filler)


def section(node: u.Block, composing: Composer) -> d.Section:
    """Return a section with its blocks filled."""
    return composing.filled(filled_section, node)


def filled_section(
    node: u.Node, clinic: Clinic, labels: Labels, memory: Memory, locale: str, where: str, told: Answers
) -> d.Section:
    """Return a section with its blocks filled with answers."""
    assert isinstance(node, u.Block)
    filling = composer(clinic, labels, memory, locale, where, told)
    name, *options = node.arguments
    starts = {"start=page": "page", "start=sheet": "sheet"}
    if any(option not in starts for option in options):
        raise filling.filler.fail(node.line, f"the option {' '.join(options)}", "start=page or start=sheet")
    start = starts[options[0]] if options else "flow"
    return d.Section(name, filling.blocks(node.body), start)  # type: ignore[arg-type]
