"""Unfilled text as one readable form that people approve: every word, slot, mark and branch; no line, no look.

Two texts read the same here only if they print the same words under the same conditions. Where a part begins on the
page, how wide a column is and how many lines there are to write on is look, and left out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Final

from mvd_handout.content import unfilled as u

_STEP: Final = "  "
_SPECIAL: Final = re.compile(r"[\\*{}]")
_STARTS: Final = ("#", "-", "|", ":")
_LISTS: Final = {"bullet": "points:", "number": "numbered points:", "check": "points to tick:"}
_MEANING: Final[dict[str, int | None]] = {"section": 1, "clinic": None, "icons": None, "qr": None}
"""How many of a named block's arguments decide what is said (None: all); of other blocks, none do."""


def canonical_text(nodes: u.Nodes) -> str:
    """Return the text of `nodes`, a sentence a line, each with its marks. It ends with a line break."""
    return "".join(f"{line}\n" for line in _lines(nodes))


def sentence_text(sentence: u.Sentence) -> str:
    """Return "Call us on {{ phone.day }}. [form]"; what stands out is set in asterisks."""
    runs = ((strong, "".join(map(_part, run))) for strong, run in groupby(sentence.parts, lambda part: part.strong))
    words = "".join(f"**{text}**" if strong else text for strong, text in runs)
    start = "\\" if words.startswith(_STARTS) else ""
    return f"{start}{words} [{' '.join(sentence.marks)}]"


def condition_text(condition: u.Condition) -> str:
    """Return "patient.minor or (note and not visits)"."""
    if condition.operator == "name":
        return condition.name
    operands = [_operand(each, condition.operator) for each in condition.operands]
    return f"not {operands[0]}" if condition.operator == "not" else f" {condition.operator} ".join(operands)


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a text, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _operand(condition: u.Condition, inside: str) -> str:
    """Return one side of a condition, in brackets where it would read otherwise without; `not` binds closest."""
    text = condition_text(condition)
    plain = condition.operator in ("name", "not") if inside != "not" else condition.operator == "name"
    return text if plain or condition.operator == inside != "not" else f"({text})"


def _part(part: u.Part) -> str:
    if isinstance(part, u.Slot):
        return f"{{{{ {' | '.join((part.name, *part.filters))} }}}}"
    return _SPECIAL.sub(r"\\\g<0>", part.text)


def _lines(nodes: u.Nodes) -> Iterator[str]:
    for number, node in enumerate(nodes):
        if number and not isinstance(node, u.Item):
            yield ""
        yield from _node(node)


def _node(node: u.Node) -> Iterator[str]:
    match node:
        case u.Heading():
            yield from (f"{'#' * node.level} {sentence_text(each)}" for each in node.content)
        case u.Paragraph():
            yield from (sentence_text(each) for each in node.content)
        case u.Item():
            yield from _hanging("- ", node.content)
        case u.List():
            yield _LISTS[node.style]
            yield from _indented(_lines(node.items))
        case u.Table():
            yield from _table(node)
        case u.Block():
            yield " ".join([":::", node.name, *node.arguments[: _MEANING.get(node.name, 0)]])
            yield from _indented(_lines(node.body))
        case u.Choice():
            yield from _choice(node)


def _table(table: u.Table) -> Iterator[str]:
    for name, row in (("heads:", table.header), *(("row:", row) for row in table.rows)):
        yield name
        for cell in row:
            yield from _indented(_hanging("| ", cell))


def _hanging(first: str, content: u.Sentences) -> Iterator[str]:
    if not content:
        yield first.strip()
    for number, sentence in enumerate(content):
        yield (_STEP if number else first) + sentence_text(sentence)


def _choice(choice: u.Choice) -> Iterator[str]:
    for number, branch in enumerate(choice.branches):
        if branch.condition is None:
            yield "else:"
        else:
            yield f"{'else if' if number else 'if'} {condition_text(branch.condition)}:"
        yield from _indented(_lines(branch.body))


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"{_STEP}{line}" if line else "" for line in lines)


def pruned(nodes: u.Nodes, keep: Callable[[u.Block], bool]) -> u.Nodes:
    """Return those named blocks of `nodes` that `keep` wants, with the conditions under which they are printed."""
    kept: list[u.Node] = []
    for node in nodes:
        if isinstance(node, u.Choice):
            branches = tuple(u.Branch(branch.condition, pruned(branch.body, keep)) for branch in node.branches)
            if any(branch.body for branch in branches):
                kept.append(u.Choice(branches, node.line))
        elif not isinstance(node, u.Block) or keep(node):
            kept.append(node)
    return tuple(kept)
