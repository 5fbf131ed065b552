"""The checks read what patients read: every printed sentence is scored, and every scored sentence can be printed."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator

import pytest

from mvd_handout.composing.formats import Formats
from mvd_handout.composing.reissue import Reissue
from mvd_handout.content.approval import Approval, Override
from mvd_handout.content.checks.check import prepare
from mvd_handout.content.checks.passages import Passage
from mvd_handout.content.checks.subject import UNSCORED, authored
from mvd_handout.content.library import Library
from mvd_handout.domain import document as d
from mvd_handout.domain.schedule import DateRange, NumberRange
from tests.content_checks.subjects import NAME, shipped
from tests.samples import APPROVAL, handout, make_case, make_clinic, make_document, planned_case, starter_kit

CARER = {"carer": "Sam Example", "interpreter": True}
CASES = (
    make_case(note="Bring your list.", patient=CARER),
    make_case(visits=[]),
    make_case(visits=[], patient=CARER),
    make_case(patient={"birth_date": dt.date(2012, 1, 5)}),
    make_case(operation={"kind": "repeat"}),
    make_case(operation={"side": "both"}),
    planned_case(),
    planned_case(patient=CARER),
    planned_case(visits=[{"date": dt.date(2026, 4, 1), "time": dt.time(9), "place": "Level 3"}]),
)
OVERRIDE = Override(
    "Dr Kim Invented", "Medical director", "Review is booked.", dt.date(2026, 3, 1), dt.date(2026, 3, 20)
)
APPROVALS = (
    None,
    APPROVAL,
    Approval(APPROVAL.name, APPROVAL.role, APPROVAL.date, APPROVAL.review_by, APPROVAL.content_hash, (), OVERRIDE),
)
REISSUES = (
    None,
    Reissue(2, "7K3M-9QXA-2F4D", dt.date(2026, 3, 4), ("visits",)),
    Reissue(3, "7K3M-9QXA-2F4D", dt.date(2026, 3, 4)),
)


def runs(value: object) -> Iterator[str]:
    """Yield each run of words in a document, with one sign for every value filled in."""
    match value:
        case d.Document():
            yield from (run for section in value.sections for block in section.blocks for run in runs(block))
        case d.Box():
            yield from (run for child in value.children for run in runs(child))
        case d.Heading() | d.Paragraph():
            yield plain(value.content)
        case d.List():
            yield from map(plain, value.items)
        case d.Table():
            yield from (plain(cell) for row in (value.header, *value.rows) for cell in row)
        case d.Lines():
            yield plain(value.label)
        case d.Code() | d.Icons():
            yield plain(value.caption)
        case d.Chart():
            yield plain(value.open_end)
            yield from (plain(flag.label) for flag in value.flags)


def plain(content: d.Inlines) -> str:
    """Return the words as `authored` does."""
    text = "".join(UNSCORED if isinstance(each, d.PageRef) or each.field else each.text for each in content)
    return text.replace("\u2019", "'")


def written(passages: tuple[Passage, ...]) -> set[str]:
    """Return the words of each paragraph, item and cell that the checks read."""
    grouped = itertools.groupby(passages, lambda passage: passage.block)
    return {" ".join(authored(each.sentence) for each in group) for _, group in grouped}


@pytest.fixture(scope="module")
def printed() -> set[str]:
    found: set[str] = set()
    for case, approval, blocks in itertools.product(CASES, APPROVALS, (True, False)):
        clinic = make_clinic(blocks=blocks)
        for record in (False, True):
            for reissue in REISSUES:
                found.update(runs(make_document(case, clinic, record=record, approval=approval, reissue=reissue)))
        found.update(runs(make_document(case, clinic, approval=approval, pictures=False)))
    return found - {""}


def test_every_printed_sentence_is_read_by_the_checks(printed: set[str]) -> None:
    assert len(printed) > 150
    assert printed - written(shipped().text.passages) == set()


def test_every_sentence_that_the_checks_read_can_be_printed(printed: set[str]) -> None:
    assert written(shipped().text.passages) - printed == set()


def test_a_clinics_own_blocks_take_the_place_of_the_starter_kit() -> None:
    library = Library.shipped()
    subject = prepare(library, library.handout(NAME), starter_kit()[:1])
    names = {passage.where for passage in subject.text.owned("clinic")}
    assert names == {f"blocks/{starter_kit()[0].name}.md"}
    assert subject.own_blocks


def test_sample_values_look_as_they_are_printed() -> None:
    formats, samples = Formats("en-GB", handout().labels), shipped().samples
    day = dt.date(2026, 3, 5)
    assert samples["date"] == formats.date(day)
    assert samples["date weekday"] == formats.weekday(day)
    assert samples["date month"] == formats.month(day)
    assert samples["time"] == formats.time(dt.time(10, 30))
    assert samples["days days"] == formats.days(DateRange(dt.date(2026, 3, 6), dt.date(2026, 3, 8)))
    assert samples["days months"] == formats.months(DateRange(dt.date(2026, 6, 5), dt.date(2026, 9, 5)))
    milestones = handout().milestones
    assert samples["numbers timeline.early_days"] == formats.numbers(NumberRange(*milestones.early_days))
    assert samples["numbers timeline.relief_months"] == formats.numbers(NumberRange(*milestones.relief_months))
