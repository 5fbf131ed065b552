"""Filling: an unfilled node and values become a block of the document.

Nothing here parses: values become whole inlines, so no name can turn into markup.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from msgspec import Struct

from mvd_handout.composing.formats import Formats
from mvd_handout.composing.values import Value, Values
from mvd_handout.content import unfilled as u
from mvd_handout.domain import document as d
from mvd_handout.domain.errors import ContentError, Fault
from mvd_handout.domain.memory import NO_MEMORY, Memory
from mvd_handout.domain.phone import Phone
from mvd_handout.domain.schedule import DateRange, NumberRange


class Filler(Struct, frozen=True):
    """Fills the nodes of one text. `where` names its file in errors; `page_reference` is the label "page {page}"."""

    values: Values
    formats: Formats
    where: str
    page_reference: str
    titles: dict[str, str]
    memory: Memory = NO_MEMORY

    def with_values(self, values: Values) -> Filler:
        """Return a filler of the same text with other values (one visit, one week)."""
        return Filler(values, self.formats, self.where, self.page_reference, self.titles, self.memory)

    def fail(self, line: int, found: str, wanted: str, fix: str = "") -> ContentError:
        """Return the error for a line of this text."""
        return ContentError(Fault(f"{self.where}, line {line}", found, wanted, fix))

    def chosen(self, nodes: u.Nodes) -> Iterator[u.Node]:
        """Yield the nodes that this case prints: of every choice, the branch that holds."""
        for node in nodes:
            if isinstance(node, u.Choice):
                for branch in node.branches:
                    if branch.condition is None or self.holds(branch.condition):
                        yield from self.chosen(branch.body)
                        break
            else:
                yield node

    def holds(self, condition: u.Condition) -> bool:
        """Return whether `condition` holds; a clinic's block or value that is not there is false."""
        match condition.operator:
            case "name":
                return self.values.tests.get(condition.name, False)
            case "not":
                return not self.holds(condition.operands[0])
            case "and":
                return all(self.holds(each) for each in condition.operands)
            case "or":
                return any(self.holds(each) for each in condition.operands)

    def inlines(self, sentences: u.Sentences) -> d.Inlines:
        """Return the filled sentences, joined by spaces."""
        return self.memory.held(_without_slots, (sentences,)) or self._filled(sentences)

    def _filled(self, sentences: u.Sentences) -> d.Inlines:
        inlines: list[d.Inline] = []
        for sentence in sentences:
            if inlines:
                inlines.append(d.Text(" "))
            inlines.extend(self._part(part) for part in sentence.parts)
        return _joined(inlines)

    def _part(self, part: u.Part) -> d.Inline:
        if isinstance(part, u.Words):
            return d.Text(part.text, part.strong)
        if part.name.startswith("page."):
            return self._page_ref(part)
        value = self.value(part)
        if isinstance(value, Phone):
            return d.Link(value.text, value.target, strong=True, field=part.name)  # a number must be found at a glance
        return d.Text(self._format(value, part.filters), part.strong, part.name)

    def value(self, slot: u.Slot) -> Value:
        """Return the value of a slot. Raises ContentError when this case has none: nothing blank is ever printed."""
        value = self.values.slots.get(slot.name)
        if value is None:
            raise self.fail(
                slot.line,
                f"{slot.name} has no value in this case",
                "Every slot that is printed needs one",
                _missing_fix(slot.name),
            )
        return value

    def _page_ref(self, slot: u.Slot) -> d.PageRef:
        section = slot.name.removeprefix("page.")
        if section not in self.titles:
            raise self.fail(
                slot.line, f"it points to the part {section}, which is not printed here", "Point to a part that is"
            )
        return d.PageRef(section, self.page_reference, self.titles[section], slot.strong)

    def _format(self, value: Value, filters: tuple[str, ...]) -> str:
        formats = self.formats
        match value:
            case str():
                return value
            case dt.date():
                return getattr(formats, filters[-1] if filters else "date")(value)  # type: ignore[no-any-return]
            case dt.time():
                return formats.time(value)
            case DateRange():
                return formats.months(value) if filters[-1] == "months" else formats.days(value)
            case NumberRange():
                return formats.numbers(value)
            case int():
                return str(value)
        raise TypeError(type(value).__name__)


def _without_slots(sentences: u.Sentences) -> d.Inlines:
    """Return the words of sentences that have no slot; nothing if one has."""
    if any(isinstance(part, u.Slot) for sentence in sentences for part in sentence.parts):
        return ()
    words = [[d.Text(part.text, part.strong) for part in each.parts if isinstance(part, u.Words)] for each in sentences]
    return _joined([inline for each in words for inline in ([d.Text(" "), *each] if each is not words[0] else each)])


def plain(content: d.Inlines) -> str:
    """Return the words of filled inlines, without links; a pointer to a part is its title."""
    return "".join(each.title if isinstance(each, d.PageRef) else each.text for each in content)


def _missing_fix(name: str) -> str:
    if name.startswith("values."):
        return f"Add {name.removeprefix('values.')} under [values] in the clinic profile"
    return "Fill it in, or put the sentence under an {% if %}"


def _joined(inlines: list[d.Inline]) -> d.Inlines:
    """Join neighbouring authored words of one weight."""
    joined: list[d.Inline] = []
    for inline in inlines:
        last = joined[-1] if joined else None
        if (
            isinstance(inline, d.Text)
            and isinstance(last, d.Text)
            and not inline.field
            and not last.field
            and (inline.strong == last.strong or not inline.text.strip())
        ):
            joined[-1] = d.Text(last.text + inline.text, last.strong)
        else:
            joined.append(inline)
    return tuple(joined)
