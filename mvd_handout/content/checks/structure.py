"""Checks of what a handout is made of: its message, its parts, its lists and tables, the means to act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mvd_handout.content.checks import english
from mvd_handout.content.checks.numbers import denominators
from mvd_handout.content.checks.passages import Feature, Passage
from mvd_handout.content.checks.report import Check, Finding
from mvd_handout.content.checks.subject import Line, Subject, authored, filled, quoted
from mvd_handout.content.checks.wording import is_passive, speaks_to_reader
from mvd_handout.content.unfilled import Slot

_TOOLS: Final = ("diary", "lines")
_NUMBERS_TO_RING: Final = ("phone.day", "phone.out_of_hours", "phone.emergency")


def list_length(subject: Subject) -> Check:
    """No list has more items than a reader keeps in mind, whatever branches are printed."""
    limit = subject.rules.limit("list_items")
    lists = [each for each in subject.text.named("list") if each.owner != "record"]
    found = [
        Finding(each.place, f"a list of {each.length} items", "Two lists") for each in lists if each.length > limit
    ]
    longest = max((each.length for each in lists), default=0)
    return subject.judge("lists.length", f"longest {longest} items", found, f"at most {limit:.0f} items")


def title(subject: Subject) -> Check:
    """The first words are a heading of level 1 that says what the paper is about."""
    first = next(iter(subject.text.owned("handout")), None)
    good = first is not None and first.kind == "heading"
    found = [] if good else [_whole(subject, "the text does not begin with its title", "A heading with #")]
    return subject.judge("structure.title", quoted(first) if first else "none", found, "a heading first")


def main_message(subject: Subject) -> Check:
    """There is one main message, in a box of its own and in larger type."""
    boxes = subject.text.named("message")
    sections = {each.section for each in boxes}
    leads = [each for each in subject.text.named("lead") if "message" in each.inside]
    found: list[Finding] = []
    if len(sections) != 1:
        found.append(_whole(subject, f"{len(sections)} parts with a main message", "One box ::: message"))
    if len(leads) < len(boxes):
        found.append(_whole(subject, "a main message without emphasis", "A ::: lead in it"))
    return subject.judge("structure.message", f"{len(sections)} part", found, "one, in a box and in larger type")


def message_first(subject: Subject) -> Check:
    """The main message comes first; before it stand only whose paper this is, where to get help, and little else."""
    limit = subject.rules.limit("sentences_before_message")
    early = [
        line
        for line in subject.running
        if not {"identity", "alarm"} & set(line.passage.inside) and line.passage in set(_before(subject, "message"))
    ]
    found = [
        Finding(line.place, f"“{line.text}” stands before the main message", "Only help comes first") for line in early
    ]
    measured = f"{len(early)} sentences before it"
    return subject.judge(
        "structure.message-first", measured, found if len(early) > limit else (), f"at most {limit:.0f}"
    )


def message_active(subject: Subject) -> Check:
    """The main message and what to do are in the active voice."""
    lines = [line for line in subject.lines if {"message", "alarm"} & set(line.passage.inside)]
    passive = [line for line in lines if line.running and is_passive(line.text, subject.rules)]
    found = [Finding(line.place, f"passive: “{line.text}”", "Say who does it") for line in passive]
    return subject.judge("structure.message-active", f"{len(lines)} sentences", found, "all active")


def message_direct(subject: Subject) -> Check:
    """The main message speaks to the reader."""
    lines = [line for line in subject.lines if "message" in line.passage.inside]
    direct = [line for line in lines if speaks_to_reader(line.text, subject.rules)]
    found = [] if direct else [_whole(subject, "the main message does not say “you”", "Speak to the reader")]
    return subject.judge("structure.message-direct", f"{len(direct)} of {len(lines)} sentences", found, "at least one")


def headings(subject: Subject) -> Check:
    """Every section that holds running text has a heading of its own, and headings are short."""
    limit = subject.rules.limit("heading_words")
    there = [each for each in subject.text.owned("handout", "clinic") if each.kind == "heading"]
    found = [
        Finding(each.place, f"a heading of {len(_words(each, subject))} words: {quoted(each)}", "A shorter one")
        for each in there
        if len(_words(each, subject)) > limit
    ]
    headed = {each.section for each in there} | {each.section for each in subject.text.named("message")}
    for feature in subject.text.named("section"):
        if feature.owner == "handout" and (names := _sections_at(subject, feature) - headed):
            found.append(Finding(feature.place, f"the part {', '.join(names)} has no heading", "A heading with ##"))
    return subject.judge(
        "structure.headings", f"{len(there)} headings", found, f"every part; at most {limit:.0f} words"
    )


def chunks(subject: Subject) -> Check:
    """No paragraph has more sentences than our own limit."""
    limit = subject.rules.limit("paragraph_sentences")
    blocks: dict[int, list[Line]] = {}
    for line in subject.all_lines:
        if line.running and line.passage.kind == "paragraph":
            blocks.setdefault(line.passage.block, []).append(line)
    long = [lines for lines in blocks.values() if len(lines) > limit]
    found = [Finding(lines[0].place, f"a paragraph of {len(lines)} sentences", "Two paragraphs") for lines in long]
    longest = max((len(lines) for lines in blocks.values()), default=0)
    return subject.judge("structure.chunks", f"longest {longest} sentences", found, f"at most {limit:.0f} sentences")


def column_headings(subject: Subject) -> Check:
    """Tables are simple: short words head their columns."""
    limit = subject.rules.limit("column_heading_words")
    heads = [each for each in subject.passages("handout", "clinic") if each.kind == "header"]
    found = [
        Finding(each.place, f"a column headed {quoted(each)}", f"At most {limit:.0f} words", advice=True)
        for each in heads
        if len(_words(each, subject)) > limit
    ]
    return subject.judge("structure.columns", f"{len(heads)} column headings", found, f"at most {limit:.0f} words")


def chart(subject: Subject) -> Check:
    """The timeline is there, says how it is read, and says the same in a table."""
    charts = subject.text.named("timeline")
    explained = [each for each in _passages_in(subject, "timeline") if each.kind == "paragraph" and _is_strong(each)]
    tables = [each for each in subject.text.named("table") if "timeline" in each.inside]
    good = charts and len(explained) >= len(charts) and len(tables) >= len(charts)
    found = (
        [] if good else [_whole(subject, "a timeline that is not there or not explained", "See docs/handout-format.md")]
    )
    return subject.judge(
        "structure.chart", f"charts {len(charts)}, tables {len(tables)}", found, "with how to read it, and a table"
    )


def captions(subject: Subject) -> Check:
    """Every picture of numbers has words that say what it shows."""
    pictures = (*subject.text.named("icons"), *subject.text.named("qr"))
    with_words = [each for each in pictures if any(each.name in p.inside for p in _in_section(subject, each.section))]
    bare = [each for each in pictures if each not in with_words]
    found = [Finding(each.place, f"{each.name} without words", "Say what it shows") for each in bare]
    return subject.judge("structure.captions", f"{len(with_words)} of {len(pictures)}", found, "all")


def tools(subject: Subject) -> Check:
    """There is something to fill in, to tick or to write on."""
    there = [each.name for each in subject.text.features if each.name in _TOOLS and each.owner == "handout"]
    found = [] if there else [_whole(subject, "nothing to fill in", "A diary, a list to tick, lines for questions")]
    return subject.judge("structure.tools", ", ".join(dict.fromkeys(there)) or "none", found, "at least one")


def call_to_act(subject: Subject) -> Check:
    """There is a box for help with the numbers to ring, and it asks the reader to act."""
    boxes = subject.text.named("alarm")
    there = {part.name for each in subject.text.passages for part in each.sentence.parts if isinstance(part, Slot)}
    missing = [name for name in _NUMBERS_TO_RING if name not in there]
    found = [_whole(subject, f"{name} is not printed", "The reader needs a number to ring") for name in missing]
    if not boxes:
        found.append(_whole(subject, "no box for help", "::: alarm"))
    return subject.judge("structure.action", f"{len(boxes)} boxes for help", found, "a box, three numbers to ring")


def steps(subject: Subject) -> Check:
    """What to do stands in numbered steps or in a list."""
    lists = [each for each in subject.text.named("list") if each.owner == "handout"]
    asked = {
        each.passage.section
        for each in subject.lines
        if each.passage.kind == "item" and speaks_to_reader(each.text, subject.rules)
    }
    found = [] if asked else [_whole(subject, "no list says what to do", "Steps in a list")]
    return subject.judge(
        "structure.steps", f"{len(lists)} lists, {len(asked)} parts with steps", found, "at least one part"
    )


def silence(subject: Subject) -> Check:
    """The text says what its source knows and what it does not say."""
    pattern = subject.rules.patterns("silence", "patterns")
    said = [line for line in subject.lines if pattern.search(line.text)]
    found = [] if said else [_whole(subject, "nothing says what is not known", "“The article does not say …”")]
    return subject.judge("structure.silence", f"{len(said)} sentences", found, "at least one")


def numbers_shown(subject: Subject) -> Check:
    """A share of people is shown as a picture, too."""
    shares = [line for line in subject.lines if any(denominators(line.text, subject))]
    icons = subject.text.named("icons")
    found = [Finding(line.place, f"“{line.text}”: no picture", "::: icons") for line in shares if not icons]
    measured = f"shares {len(shares)}, pictures {len(icons)}"
    return subject.judge("structure.numbers-shown", measured, found, "a picture where there are shares")


def _whole(subject: Subject, found: str, wanted: str) -> Finding:
    return Finding(f"{subject.handout.name}/{subject.handout.language}.md", found, wanted)


def _passages_in(subject: Subject, name: str) -> list[Passage]:
    return [each for each in subject.text.passages if name in each.inside]


def _before(subject: Subject, name: str) -> Iterable[Passage]:
    """Yield the passages of the handout before the first block of that name."""
    for passage in subject.text.passages:
        if name in passage.inside:
            return
        yield passage


def _in_section(subject: Subject, name: str) -> list[Passage]:
    return [each for each in subject.text.passages if each.section == name]


def _sections_at(subject: Subject, feature: Feature) -> set[str]:
    """Return the names of sections that begin on the line of `feature` and hold running text."""
    return {
        line.passage.section
        for line in subject.all_lines
        if line.running and line.passage.where == feature.where and line.passage.section == feature.section
    }


def _words(passage: Passage, subject: Subject) -> list[str]:
    return english.words(filled(passage.sentence, subject.samples))


def _is_strong(passage: Passage) -> bool:
    return any(part.strong for part in passage.sentence.parts) and bool(authored(passage.sentence))
