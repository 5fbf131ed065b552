"""Inline Markdown into sentences, each with the provenance marks that end it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token

from mvd_handout.content import unfilled as u
from mvd_handout.content.template import SLOT_TOKEN
from mvd_handout.domain.errors import ContentError, Fault

_ONE_MARK: Final = r"(?:[CX]\d\d?[a-c]?|M\d|form|clinic|computed)"
_MARK: Final = re.compile(rf"\s*\[({_ONE_MARK}(?:[ ,]+{_ONE_MARK})*)\]")
_BRACKET: Final = re.compile(r"\[[^\]]*\]?")
_SENTENCE_END: Final = re.compile(r"[.!?][\"')\u201d\u2019]*\s+[A-Z\"'\u201c\u2018]")


def split_sentences(
    inline: Token,
    slots: Sequence[u.Slot],
    where: str,
    default_marks: tuple[str, ...] = (),
    *,
    skip: int = 0,
    lenient: bool = False,
) -> u.Sentences:
    """Return the sentences of one inline token.

    `skip` leaves out that many leading characters (a tick box); `lenient` lets a table cell be unmarked,
    because its row may carry the mark. Raises ContentError with the line of the sentence.
    """
    splitter = _Splitter(slots, where, (inline.map or [0])[0] + 1)
    splitter.feed(inline.children or (), skip)
    splitter.end(default_marks, lenient)
    return tuple(splitter.sentences)


class _Splitter:
    """Gathers words and slots until a mark ends the sentence."""

    def __init__(self, slots: Sequence[u.Slot], where: str, line: int) -> None:
        self.slots = slots
        self.where = where
        self.line = line
        self.started = line
        self.strong = False
        self.parts: list[u.Part] = []
        self.sentences: list[u.Sentence] = []

    def fail(self, found: str, wanted: str) -> ContentError:
        return ContentError(Fault(f"{self.where}, line {self.line}", found, wanted))

    def feed(self, children: Sequence[Token], skip: int) -> None:
        for child in children:
            match child.type:
                case "text" | "text_special":
                    self.text(child.content[skip:])
                    skip = 0
                case "softbreak":
                    self.text(" ")
                    self.line += 1
                case "strong_open" | "strong_close":
                    self.strong = child.type == "strong_open"
                case _:
                    raise self.fail(
                        f"{child.type.removesuffix('_open').replace('_', ' ')}",
                        "Plain words, **strong** words and slots only",
                    )

    def text(self, text: str) -> None:
        at = 0
        for match in _MARK.finditer(text):
            self.words(text[at : match.start()])
            self.finish(tuple(re.split(r"[ ,]+", match[1])))
            at = match.end()
        self.words(text[at:])

    def words(self, text: str) -> None:
        if match := _BRACKET.search(text):
            raise self.fail(
                f"{match[0][:30]} is no provenance mark",
                "Marks such as [C01], [X3 C16], [form], [clinic] or [computed]",
            )
        at = 0
        for match in SLOT_TOKEN.finditer(text):
            self._add(text[at : match.start()])
            self._add_slot(int(match[1]))
            at = match.end()
        self._add(text[at:])

    def _add(self, text: str) -> None:
        if not self.parts:
            text = text.lstrip()
            self.started = self.line
        if not text:
            return
        last = self.parts[-1] if self.parts else None
        if isinstance(last, u.Words) and last.strong == self.strong:
            self.parts[-1] = u.Words(last.text + text, self.strong)
        else:
            self.parts.append(u.Words(text, self.strong))

    def _add_slot(self, index: int) -> None:
        slot = self.slots[index]
        if not self.parts:
            self.started = self.line
        self.parts.append(u.Slot(slot.name, slot.filters, slot.line, self.strong))

    def finish(self, marks: tuple[str, ...]) -> None:
        """End the sentence that was gathered."""
        if self.parts and isinstance(last := self.parts[-1], u.Words):
            self.parts[-1] = u.Words(last.text.rstrip(), last.strong)
        if not self.parts:
            raise self.fail("a provenance mark with no sentence before it", "The mark stands after its sentence")
        flat = "".join(part.text if isinstance(part, u.Words) else "x" for part in self.parts)
        if "clinic" not in marks and _SENTENCE_END.search(flat):
            raise self.fail("two sentences under one provenance mark", "Every sentence ends with its own mark")
        self.sentences.append(u.Sentence(tuple(self.parts), marks, self.started))
        self.parts = []

    def end(self, default_marks: tuple[str, ...], lenient: bool) -> None:
        """End the text: what is left must be marked by default, by its row, or be nothing."""
        if not self.parts or all(isinstance(part, u.Words) and not part.text.strip() for part in self.parts):
            return
        if not default_marks and not lenient:
            raise self.fail(
                "a sentence without a provenance mark", "A mark such as [C01], [X3], [form] or [clinic] at its end"
            )
        self.finish(default_marks)
