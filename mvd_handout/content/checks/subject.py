"""What a check looks at: the passages of a handout, the rules, and how each sentence reads with sample values."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from mvd_handout.content import unfilled as u
from mvd_handout.content.checks import english
from mvd_handout.content.checks.passages import Owner, Passage, Text, as_written
from mvd_handout.content.checks.report import Check, Finding, Outcome
from mvd_handout.content.checks.rules import Rules
from mvd_handout.content.library import Handout
from mvd_handout.content.provenance import Provenance
from mvd_handout.domain.slots import SLOTS

UNSCORED: Final = "\ufffc"
"""Stands for a name, a place, a contact or the nurse's note."""

_UNSCORED: Final = re.compile(f"{UNSCORED}(?:['’]s)?")
_SENTENCE_END: Final = re.compile(r"[.!?:][\"”’)]*$")
_LEAD_IN: Final = re.compile(r"(?<=:)\s+(?=[A-Z])")
"""Between "At your next visit:" and the sentence that it leads in."""

_LEAST: Final = 4
"""A list item or lead-in of fewer words is a label, not running text: it would only make the text look easier."""

_QUOTED: Final = 90


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence with sample values, as it is scored; names and contacts are left out of `text`."""

    passage: Passage
    text: str
    words: tuple[str, ...]
    running: bool

    @property
    def place(self) -> str:
        """Where its passage begins."""
        return self.passage.place


@dataclass(frozen=True)
class Subject:
    """One handout in one language, with a clinic's blocks in their places, ready to be checked.

    `own_blocks` says that the blocks are a clinic's own and not our starter kit: what the source's rules find in them
    is advice.
    """

    handout: Handout
    text: Text
    rules: Rules
    sources: Provenance
    own_blocks: bool = False

    @functools.cached_property
    def all_lines(self) -> tuple[Line, ...]:
        """Every sentence that a patient can read, in the order of reading; what two branches share stands twice."""
        return tuple(line for passage in self.text.owned("handout", "clinic") for line in split(passage, self.samples))

    @functools.cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every different sentence that a patient can read, once."""
        found: dict[str, Line] = {}
        for line in self.all_lines:
            found.setdefault(line.text, line)
        return tuple(found.values())

    @property
    def running(self) -> tuple[Line, ...]:
        """The sentences of running text: no headings, labels or table heads."""
        return tuple(line for line in self.lines if line.running)

    @property
    def samples(self) -> Mapping[str, str]:
        """What stands for a slot, by its kind and filter."""
        return cast("Mapping[str, str]", self.rules.part("samples"))

    def passages(self, *owners: Owner) -> Iterator[Passage]:
        """Yield the passages of these owners (all, if none is named), the same words on the same line only once."""
        seen = set()
        for passage in self.text.owned(*owners) if owners else self.text.passages:
            key = (passage.where, passage.sentence.line, passage.sentence.parts)
            if key not in seen:
                seen.add(key)
                yield passage

    def advice(self, passage: Passage) -> bool:
        """Whether what the source's rules find here is for the clinic to judge."""
        return passage.owner == "clinic" and self.own_blocks

    def judge(
        self, name: str, measured: str, findings: Iterable[Finding] = (), limit: str = "", person: bool = False
    ) -> Check:
        """Return the check `name`: failed by a finding, for a person if there is only advice or if `person` says so."""
        found = tuple(dict.fromkeys(findings))
        outcome: Outcome = "for a person" if person or found else "pass"
        if any(not finding.advice for finding in found):
            outcome = "fail"
        said = self.rules.standards[name]
        return Check(name, said.title, said.standard, said.source, measured, limit, outcome, found)


def authored(sentence: u.Sentence) -> str:
    """Return the words of a sentence with plain apostrophes; every slot is one sign that is no letter."""
    return english.plain_marks("".join(part.text if isinstance(part, u.Words) else UNSCORED for part in sentence.parts))


def filled(sentence: u.Sentence, samples: Mapping[str, str]) -> str:
    """Return a sentence with sample values; what is not scored is one sign that is no letter."""
    return "".join(part.text if isinstance(part, u.Words) else _sample(part, samples) for part in sentence.parts)


def split(passage: Passage, samples: Mapping[str, str]) -> Iterator[Line]:
    """Yield the sentences of a passage. A clinic may write several under one mark."""
    text = " ".join(_UNSCORED.sub("", filled(passage.sentence, samples)).split())
    for part in (piece for each in english.sentences(text) for piece in _LEAD_IN.split(each)):
        if words := tuple(english.words(part)):
            yield Line(passage, part, words, _is_running(passage, part, len(words)))


def quoted(passage: Passage) -> str:
    """Return the words of a passage in quotation marks, cut where they are long."""
    text = as_written(passage.sentence)
    return f"“{text if len(text) <= _QUOTED else f'{text[:_QUOTED]}…'}”"


def _is_running(passage: Passage, text: str, words: int) -> bool:
    ended = _SENTENCE_END.search(text) is not None
    match passage.kind:
        case "paragraph":
            return ended and (words >= _LEAST or not text.endswith(":"))
        case "item":
            return words >= _LEAST
        case "cell":
            return ended and not text.endswith(":")
        case _:
            return False


def _sample(slot: u.Slot, samples: Mapping[str, str]) -> str:
    kind = slot.name.split(".")[0] if slot.name.startswith("page.") else SLOTS.get(slot.name, "text")
    for key in (" ".join((kind, *slot.filters)), f"{kind} {slot.name}"):
        if key in samples:
            return samples[key]
    return UNSCORED
