"""Run every check on a handout in one language, with a clinic's blocks or the starter kit in their places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from mvd_handout.content.checks import dates, numbers, outcomes, provenance, structure, terms, wording
from mvd_handout.content.checks.layout import Look, layout_checks
from mvd_handout.content.checks.passages import read_passages
from mvd_handout.content.checks.report import Check, Report
from mvd_handout.content.checks.rules import load_rules
from mvd_handout.content.checks.scales import items
from mvd_handout.content.checks.subject import Subject
from mvd_handout.content.clinic import ClinicBlock, read_block
from mvd_handout.content.library import Handout, Library
from mvd_handout.content.provenance import provenance as provenance_of
from mvd_handout.content.resources import data_root

CHECKS: Final[tuple[Callable[[Subject], Check], ...]] = (
    wording.grade,
    wording.smog,
    wording.sentence_length,
    wording.sentence_length_advised,
    structure.list_length,
    wording.active_voice,
    wording.direct_address,
    wording.third_person,
    wording.plain_words,
    wording.capitals,
    terms.explained,
    numbers.percent,
    numbers.denominator,
    numbers.ranges,
    numbers.derived,
    numbers.of_source,
    numbers.vague_words,
    wording.sums,
    dates.formats,
    dates.written,
    outcomes.never,
    outcomes.kept_apart,
    provenance.resolved,
    provenance.form_is_not_medical,
    provenance.listed,
    structure.title,
    structure.main_message,
    structure.message_first,
    structure.message_active,
    structure.message_direct,
    structure.headings,
    structure.chunks,
    structure.column_headings,
    structure.chart,
    structure.captions,
    structure.numbers_shown,
    structure.tools,
    structure.call_to_act,
    structure.steps,
    structure.silence,
)
"""Every check of the text, in the order of the report."""


def check_content(
    library: Library, handout: Handout, blocks: Iterable[ClinicBlock] | None = None, looks: Sequence[Look] = ()
) -> Report:
    """Return what every check finds in `handout`, which came from `library`.

    `blocks` are a clinic's own; without them our starter kit is read in their places. `looks` are themes as rendering
    measures them (`mvd_handout.rendering.legibility.looks`); without them the layout is for a person. Raises
    ContentError for a register or rules that cannot be read, or a language without rules.
    """
    return report(prepare(library, handout, blocks), looks)


def report(subject: Subject, looks: Sequence[Look] = ()) -> Report:
    """Return what every check finds in `subject`."""
    handout = subject.handout
    checks = (*(check(subject) for check in CHECKS), *layout_checks(subject, looks))
    return Report(
        handout=handout.name,
        version=handout.version,
        language=handout.language,
        content_hash=handout.content_hash,
        checks=checks,
        scores=wording.scores(subject),
        items=items(checks),
    )


def prepare(library: Library, handout: Handout, blocks: Iterable[ClinicBlock] | None = None) -> Subject:
    """Return what the checks look at. Raises ContentError as `check_content` does."""
    own = tuple(blocks) if blocks is not None else starter_kit(handout.language)
    return Subject(
        handout=handout,
        text=read_passages(handout, own),
        rules=load_rules(handout.language, library.folder_of(handout.name)),
        sources=provenance_of(library, handout, own),
        own_blocks=blocks is not None,
    )


def running_text(subject: Subject) -> str:
    """Return all running text as one, for measuring how many characters fit into a line."""
    return " ".join(line.text for line in subject.running)


def starter_kit(language: str) -> tuple[ClinicBlock, ...]:
    """Return the blocks that we ship for clinics to start from."""
    folder = data_root("templates") / "starter-kit" / language
    return tuple(read_block(path) for path in sorted(folder.glob("*.md")))
