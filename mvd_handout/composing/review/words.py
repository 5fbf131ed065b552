"""The words of every part: each sentence, the claims behind it with their places, and for whom it is printed."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Final

from mvd_handout.composing.review.conditions import Place, guards, in_words
from mvd_handout.composing.review.pack import Pack, Part
from mvd_handout.composing.review.say import inlines, short, spaced
from mvd_handout.content.checks.passages import Guard
from mvd_handout.content.provenance import CLINIC, COMPUTED, FORM, NOTE
from mvd_handout.domain import document as d

_WIDTHS: Final = (0.44, 0.56)

Printed = Mapping[Place, tuple[Guard, ...]]
Words = tuple[str, tuple[str, ...]]
"""A sentence and its marks."""
_PROSE: Final = frozenset({"outline", "rules"})
"""Parts that are no sentences of a text: their canonical lines are shown."""


def part_sections(pack: Pack, found: Sequence[Part]) -> Iterator[d.Section]:
    """Yield a section for every part, named like the part; the first begins with what holds of all."""
    printed = guards(pack.handout, pack.clinic.blocks)
    for number, part in enumerate(found):
        opening = (pack.say.heading(2, "words.heading"), pack.say.paragraph("words.about")) if not number else ()
        yield d.Section(part.name, (*opening, *_part(part, pack, printed)), "flow" if number else "page")


def _part(part: Part, pack: Pack, printed: Printed) -> Iterator[d.Block]:
    values = {"title": part.title, "name": part.name, "hash": short(part.standing.block.sha256)}
    yield pack.say.heading(3, "words.part", **values)
    if part.name == "labels":
        yield _labels(part, pack)
    elif part.name in _PROSE:
        yield d.List(tuple(inlines(line) for line in _gathered(part.text)))
    else:
        yield from _tables(part, pack, printed)
        yield from _values(part, pack)
        yield from _clinic_sources(part, pack)


def _tables(part: Part, pack: Pack, printed: Printed) -> Iterator[d.Table]:
    """Yield the sentences of a part in the order of the text: a table for each run with one condition, which heads it.

    A sentence that stands in several branches is shown once, with all of their conditions.
    """
    found: dict[Words, list[Guard]] = {}
    for origin in part.origins:
        given = printed.get((origin.file, origin.line, origin.text), ((),))
        found.setdefault((origin.text, origin.marks), []).extend(given)
    worded = ((in_words(given, pack.say), words) for words, given in found.items())
    for when, run in itertools.groupby(worded, key=itemgetter(0)):
        say = pack.say
        head = say.words("words.only", when=when) if when else say.words("words.always")
        rows = tuple((inlines(text), spaced(*(_mark(mark, pack) for mark in marks))) for _, (text, marks) in run)
        yield d.Table((head, say.words("words.origin")), rows, row_headers=False, widths=_WIDTHS)


def _mark(mark: str, pack: Pack) -> d.Inlines:
    if mark in {FORM, COMPUTED, CLINIC, NOTE}:
        return pack.say.words(f"words.{mark}")
    claim = pack.sources.claims.get(mark)
    if claim is None:
        return spaced(inlines(mark, strong=True), pack.say.words("words.unknown"))
    name = "left_open" if claim.kind == "ambiguities" else "claim"
    return spaced(inlines(mark, strong=True), pack.say.words(f"words.{name}", says=claim.says, place=claim.place))


def _values(part: Part, pack: Pack) -> Iterator[d.Block]:
    """Yield the clinic's own figures in a part: they stand in its profile and belong to its words."""
    for name, value in pack.clinic.profile.values:
        if f"values.{name} is: " in part.text:
            yield pack.say.paragraph("words.value", name=name, value=value)


def _clinic_sources(part: Part, pack: Pack) -> Iterator[d.Block]:
    if block := pack.block(part.name):
        yield pack.say.paragraph("words.sources" if block.sources else "words.no_sources")
        if block.sources:
            yield d.List(tuple(inlines(each) for each in block.sources))


def _labels(part: Part, pack: Pack) -> d.Table:
    """Return the labels group by group: a row each would fill pages with single words."""
    groups: dict[str, list[d.Inlines]] = {}
    for line in part.text.splitlines():
        name, _, text = line.partition(": ")
        group, _, key = name.rpartition(".")
        groups.setdefault(group, []).append(spaced(inlines(key, strong=True), inlines(_unquoted(text))))
    rows = ((inlines(group), spaced(*labels)) for group, labels in groups.items())
    return pack.say.table("words.labels_columns", rows, (0.25, 0.75))


def _unquoted(text: str) -> str:
    """Return what stands in the quotation marks of a line of labels, in ours."""
    return f"“{json.loads(text)}”" if text.startswith('"') else text


def _gathered(text: str) -> Iterator[str]:
    """Yield the outer lines of a canonical text, each with the indented lines below it."""
    gathered = ""
    for line in text.splitlines():
        if not line.startswith(" "):
            if gathered:
                yield gathered
            gathered = line
        else:
            gathered += (" " if gathered.endswith(":") else "; ") + line.strip()
    if gathered:
        yield gathered
