"""Jinja2 templates, taken apart before any value is near.

Jinja2 reads the template; nothing of it is ever run. Its syntax tree is checked against a
short allow-list and turned into plain text in which every slot and every branch is one
private-use token, on the template's own lines. Patient data never meets a parser.
"""

from __future__ import annotations

import difflib
import functools
import re
from typing import Final

import jinja2
from jinja2 import nodes
from msgspec import Struct, field

from mvd_handout.content.unfilled import Condition, Slot
from mvd_handout.domain.errors import ContentError, Fault
from mvd_handout.domain.slots import FILTERS, SLOTS, TESTS

SLOT_TOKEN: Final = re.compile("\ue000([0-9]+)\ue001")
BRANCH_TOKEN: Final = re.compile("\ue002([0-9]+)\ue003")
_ENTITY: Final = re.compile(r"&#")
_PRIVATE: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


class BranchTag(Struct, frozen=True):
    """One `{% … %}` tag: it opens a branch (with its condition, or None for `else`) or ends the choice."""

    kind: str
    line: int
    condition: Condition | None = None


class Tokenised(Struct):
    """A template as text with tokens; the lists hold what each token stands for."""

    text: str = ""
    slots: list[Slot] = field(default_factory=list)
    tags: list[BranchTag] = field(default_factory=list)


def tokenise(source: str, where: str) -> Tokenised:
    """Take `source` apart. `where` names the file in errors. Raises ContentError with the template's own line."""
    if match := _PRIVATE.search(source):
        line = source.count("\n", 0, match.start()) + 1
        raise ContentError(
            Fault(f"{where}, line {line}", "a private-use character", "Plain letters only", "Type the line again")
        )
    if match := _ENTITY.search(source):
        line = source.count("\n", 0, match.start()) + 1
        raise ContentError(
            Fault(f"{where}, line {line}", "a character written as a number", "Type the character itself")
        )
    try:
        tree = _environment().parse(source)
    except jinja2.TemplateSyntaxError as error:
        raise ContentError(
            Fault(f"{where}, line {error.lineno}", "a tag that cannot be read", f"Jinja2 says: {error.message}")
        ) from None
    walker = _Walker(where)
    walker.body(tree.body)
    if walker.out.text.count("\n") != source.count("\n"):
        raise ContentError(
            Fault(
                where,
                "a tag over several lines, or one with a minus sign",
                "Each tag on one line, as {% if … %} or {{ … }}",
            )
        )
    _check_tag_lines(walker.out.text, where)
    return walker.out


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(keep_trailing_newline=True, autoescape=False)


def _check_tag_lines(text: str, where: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        if BRANCH_TOKEN.search(line) and not BRANCH_TOKEN.fullmatch(line.strip()):
            raise ContentError(
                Fault(
                    f"{where}, line {number}",
                    "a {% … %} tag inside a line",
                    "Tags stand on lines of their own, around whole blocks or list items",
                )
            )


class _Walker:
    """Walks the syntax tree of one template and writes the tokenised text."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.out = Tokenised()

    def fail(self, line: int, found: str, wanted: str, fix: str = "") -> ContentError:
        return ContentError(Fault(f"{self.where}, line {line}", found, wanted, fix))

    def body(self, body: list[nodes.Node]) -> None:
        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    self.output(part)
            elif isinstance(node, nodes.If):
                self.choice(node)
            else:
                raise self.fail(
                    node.lineno, f"the tag {type(node).__name__.lower()}", "Only if, elif, else and endif are used here"
                )

    def output(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.TemplateData):
            if "{{" in node.data or "{%" in node.data:
                raise self.fail(node.lineno, "braces that are no slot", "No {% raw %} here")
            self.out.text += node.data
            return
        self.out.text += f"\ue000{len(self.out.slots)}\ue001"
        self.out.slots.append(self.slot(node))

    def slot(self, node: nodes.Node) -> Slot:
        filters: list[str] = []
        while isinstance(node, nodes.Filter):
            if node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
                raise self.fail(node.lineno, f"a filter with arguments ({node.name})", "Filters take none here")
            filters.insert(0, node.name)
            if node.node is None:
                break
            node = node.node
        name = self.name(node)
        self.check_slot(name, filters, node.lineno)
        return Slot(name, tuple(filters), node.lineno)

    def check_slot(self, name: str, filters: list[str], line: int) -> None:
        if name.startswith("values.") or name.startswith("page."):
            kind = "page" if name.startswith("page.") else "text"
        elif name in SLOTS:
            kind = SLOTS[name]
        else:
            raise self.fail(
                line, f"the unknown slot {name}", "A slot from the list in docs/handout-format.md", _near(name, SLOTS)
            )
        for each in filters:
            if each not in FILTERS:
                raise self.fail(
                    line, f"the unknown filter {each}", f"One of these: {', '.join(FILTERS)}", _near(each, FILTERS)
                )
            if kind not in FILTERS[each]:
                raise self.fail(line, f"the filter {each} on {name}", f"{each} does not fit a value of type {kind}")
        if kind == "days" and not filters:
            raise self.fail(line, f"{name} without a filter", "A range of days needs | days or | months")

    def name(self, node: nodes.Node) -> str:
        if isinstance(node, nodes.Name):
            return node.name
        if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
            return f"{node.node.name}.{node.attr}"
        if isinstance(node, nodes.Sub) and (name := self._hyphenated(node)):
            return name
        raise self.fail(
            node.lineno,
            "something other than a name",
            "A slot or condition is a plain name such as patient.name: no text, sum or call",
        )

    def _hyphenated(self, node: nodes.Node) -> str:
        """Return "page.six-months", which Jinja2 reads as page.six minus months."""
        if isinstance(node, nodes.Sub):
            left, right = self._hyphenated(node.left), self._hyphenated(node.right)
            return f"{left}-{right}" if left.startswith(("page.", "blocks.")) and right else ""
        if isinstance(node, nodes.Name):
            return node.name
        if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
            return f"{node.node.name}.{node.attr}"
        return ""

    def choice(self, node: nodes.If) -> None:
        self.tag("if", node.lineno, self.condition(node.test))
        self.body(node.body)
        for each in node.elif_:
            self.tag("elif", each.lineno, self.condition(each.test))
            self.body(each.body)
        if node.else_:
            self.tag("else", node.lineno)
            self.body(node.else_)
        self.tag("endif", node.lineno)

    def tag(self, kind: str, line: int, condition: Condition | None = None) -> None:
        self.out.text += f"\ue002{len(self.out.tags)}\ue003"
        self.out.tags.append(BranchTag(kind, line, condition))

    def condition(self, node: nodes.Node) -> Condition:
        if isinstance(node, nodes.Not):
            return Condition("not", operands=(self.condition(node.node),))
        if isinstance(node, nodes.And | nodes.Or):
            return Condition(
                "and" if isinstance(node, nodes.And) else "or",
                operands=(self.condition(node.left), self.condition(node.right)),
            )
        name = self.name(node)
        if name not in TESTS and not name.startswith(("blocks.", "values.")):
            raise self.fail(
                node.lineno,
                f"the unknown condition {name}",
                f"One of these: {', '.join(sorted(TESTS))}",
                _near(name, TESTS),
            )
        return Condition("name", name)


def _near(name: str, known: object) -> str:
    hits = difflib.get_close_matches(name, list(known), n=1)  # type: ignore[call-overload]
    return f"Did you mean {hits[0]}?" if hits else ""
