"""Composing: the right words, this patient's dates, every branch, and nothing blank."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator

import pytest
from msgspec import Struct, structs

from mvd_handout.content.clinic import ClinicBlock
from mvd_handout.content.library import parse_text
from mvd_handout.domain import document as d
from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import ContentError, InputError
from tests.samples import APPROVAL, handout, make_case, make_clinic, make_document, planned_case, visit_data


def blocks(value: object) -> Iterator[d.Block]:
    """Yield every block, boxes opened."""
    if isinstance(value, d.Document):
        for section in value.sections:
            yield from blocks(section.blocks)
    elif isinstance(value, tuple):
        for each in value:
            yield from blocks(each)
    elif isinstance(value, d.Block):
        yield value
        if isinstance(value, d.Box):
            yield from blocks(value.children)


def inlines(value: object) -> Iterator[d.Inline]:
    """Yield every inline of a value, wherever it stands."""
    if isinstance(value, d.Inline):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from inlines(each)
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from inlines(getattr(value, name))


def words(value: object) -> str:
    return "".join(each.title if isinstance(each, d.PageRef) else each.text for each in inlines(value))


def page_one(document: d.Document) -> str:
    """Return the words before the timeline, which begins a new page."""
    before = [section.blocks for section in document.sections]
    names = [section.name for section in document.sections]
    return words(tuple(before[: names.index("timeline")]))


def charts(document: d.Document) -> list[d.Chart]:
    return [block for block in blocks(document) if isinstance(block, d.Chart)]


def test_one_heading_of_level_one_and_no_level_skipped() -> None:
    for document in (make_document(), make_document(planned_case()), make_document(record=True)):
        levels = [block.level for block in blocks(document) if isinstance(block, d.Heading)]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_page_one_holds_help_message_visit_and_numbers_in_this_order() -> None:
    first = page_one(make_document())
    marks = ["999", "Your face may still twitch", "Monday 16 March 2026", "Nights, weekends and holidays"]
    places = [first.index(mark) for mark in marks]
    assert places == sorted(places)


def test_without_a_visit_it_says_by_when_and_whom_to_call() -> None:
    first = page_one(make_document(make_case(visits=[])))
    assert "Thursday 19 March 2026" in first
    assert "No visit is booked yet." in first


def test_a_paper_made_again_later_promises_no_day_that_has_passed() -> None:
    first = page_one(make_document(make_case(visits=[]), issued=dt.date(2026, 6, 1)))
    assert "Monday 15 June 2026" in first


def test_a_paper_is_not_dated_before_the_patient_goes_home() -> None:
    with pytest.raises(InputError, match="goes home after"):
        make_document(issued=dt.date(2026, 3, 4))
    with pytest.raises(InputError, match="two years"):
        make_document(issued=dt.date(2029, 3, 4))


def test_a_clinics_text_that_prints_nothing_is_an_error_and_not_an_empty_box() -> None:
    nodes = parse_text("{% if note %}\nCall us.\n{% endif %}\n", "blocks/warning-signs.md", default_marks=("clinic",))
    clinic = make_clinic()
    others = tuple(block for block in clinic.blocks if block.name != "warning-signs")
    clinic = structs.replace(clinic, blocks=(*others, ClinicBlock("warning-signs", "x", nodes, content_hash="x")))
    with pytest.raises(ContentError, match="prints nothing in this case"):
        make_document(clinic=clinic)
    assert "Call us." in words(make_document(make_case(note="x"), clinic))


def test_lists_below_each_other_are_one_list_and_numbered_ones_are_not() -> None:
    living = next(section for section in make_document().sections if section.name == "living")
    [items] = (block for block in living.blocks if isinstance(block, d.List))
    assert [words(item).split(":")[0] for item in items.items][:4] == [
        "Wound",
        "Medicines",
        "Driving and flying",
        "Rest",
    ]


def lists_at_home(**texts: str) -> int:
    """Return how many lists a clinic with these texts prints about living at home."""
    own = tuple(
        ClinicBlock(
            name, "x", parse_text(f"{text}\n", f"blocks/{name}.md", default_marks=("clinic",)), content_hash=text
        )
        for name, text in texts.items()
    )
    made = make_document(clinic=structs.replace(make_clinic(), blocks=own))
    living = next(section for section in made.sections if section.name == "living")
    return sum(isinstance(block, d.List) for block in blocks(living.blocks))


def test_only_lists_that_follow_each_other_are_joined_and_no_numbered_ones() -> None:
    assert lists_at_home(medicines="- one", driving="- two\n\n{% if note %}\nNo.\n{% endif %}\n\n- three") == 1
    assert lists_at_home(medicines="- one\n\nWords.\n\n- two") == 2
    assert lists_at_home(medicines="- one", driving="::: plain\n- in a box\n:::") == 2
    assert lists_at_home(medicines="- one", driving="1. two") == 2
    assert lists_at_home(medicines="1. one", driving="1. two") == 2


def test_past_visits_are_no_next_visit() -> None:
    first = page_one(make_document(issued=dt.date(2026, 3, 17)))
    assert "Monday 8 June 2026" in first
    assert "16 March" not in first


def test_a_draft_says_so_and_an_approved_copy_does_not() -> None:
    draft, approved = make_document(), make_document(approval=APPROVAL)
    assert draft.furniture.draft
    assert draft.metadata.draft
    assert approved.furniture.draft == ""
    assert not approved.metadata.draft
    assert "Dr Robin Fictional" in words(approved)
    assert "Dr Robin Fictional" not in words(draft)


def test_the_identity_strip_is_what_the_clinic_chose_and_shouts_the_side() -> None:
    strip = make_document(clinic=make_clinic(handout={"identifiers": ["name", "birth_date"]})).identity
    assert [(each.label, each.value) for each in strip] == [
        ("Name", "Alex Example"),
        ("Date of birth", "17 April 1958"),
        ("Operation", "2 March 2026, LEFT side"),
    ]


def test_the_chart_is_drawn_on_the_patients_own_dates() -> None:
    (chart,) = charts(make_document())
    assert [lane.marks for lane in chart.lanes if lane.marks] == [
        (d.Mark(0, "", "surgery"),),
        (d.Mark(14, "1", "visit"), d.Mark(98, "2", "visit")),
    ]
    whens = [words(lane.when) for lane in chart.lanes]
    assert whens[0].startswith("Monday 2 March 2026")
    assert whens[1].startswith("Tuesday 3 to Thursday 5 March 2026")
    assert whens[4].startswith("June to September 2026")
    assert [flag.day for flag in chart.flags] == [3]
    assert "Thursday 5 March 2026" in words(chart.flags)


def test_no_end_that_the_source_does_not_give_is_drawn_as_certain() -> None:
    (chart,) = charts(make_document())
    _, early, returning, settling, relief, _ = chart.lanes
    assert not early.bands[0].fade_out
    assert returning.bands[0].fade_in
    assert returning.bands[0].fade_out
    assert settling.bands[0].fade_out
    assert relief.bands[0].fade_in
    assert returning.bands[0].end == chart.last_day


def test_the_chart_and_its_table_say_the_same() -> None:
    document = make_document()
    (chart,) = charts(document)
    section = next(section for section in document.sections if chart in section.blocks)
    table = next(block for block in section.blocks if isinstance(block, d.Table))
    rows = [tuple(words(cell) for cell in row) for row in table.rows]
    lanes = [(words(lane.label), words(lane.when), words(lane.text)) for lane in chart.lanes]
    assert rows[:5] == lanes[:5]
    assert all(row[1] in lanes[5][1] for row in rows[5:])
    assert all(line in chart.alt for lane in lanes for line in lane[1].split("\n"))


def test_many_visits_are_numbered_in_the_chart_and_named_in_the_table() -> None:
    visits = [visit_data(dt.date(2026, 4, day)) for day in range(1, 9)]
    document = make_document(make_case(visits=visits))
    (chart,) = charts(document)
    assert [mark.label for mark in chart.lanes[5].marks] == [str(number) for number in range(1, 9)]
    assert words(chart.lanes[5].when) == "See the table below"
    assert "Wednesday 8 April 2026" in words(document.sections)


def test_no_number_of_people_stands_in_the_chart() -> None:
    (chart,) = charts(make_document(make_case(visits=[])))
    assert "30" not in words(chart)
    assert "100" not in words(chart)


@pytest.mark.parametrize(
    ("surgery", "window"),
    [(dt.date(2025, 8, 31), "November 2025 to February 2026"), (dt.date(2026, 1, 31), "April to July 2026")],
)
def test_month_ends_are_clamped_in_what_is_printed(surgery: dt.date, window: str) -> None:
    case = make_case(operation={"date": surgery}, discharge_date=surgery, visits=[])
    assert window in words(make_document(case, issued=surgery))


def test_a_planned_operation_has_counts_and_no_calendar() -> None:
    case = planned_case(visits=[visit_data(dt.date(2026, 5, 4))])
    document = make_document(case)
    text = words(document)
    assert "consent" in text
    (chart,) = charts(document)
    assert chart.flags == ()
    assert not any(mark.symbol == "visit" for lane in chart.lanes for mark in lane.marks)
    assert "2026" not in words(chart) + chart.alt
    assert not any(isinstance(block, d.Table) and block.rows_for_writing for block in blocks(document))


@pytest.mark.parametrize(
    "changes",
    [
        {"patient": {"birth_date": dt.date(2010, 1, 1)}},
        {"operation": {"kind": "repeat"}},
        {"operation": {"side": "both"}},
    ],
    ids=["under 18", "repeat", "both sides"],
)
def test_the_articles_figures_are_not_given_to_whom_it_does_not_speak_of(changes: dict[str, object]) -> None:
    document = make_document(make_case(**changes))
    assert charts(document) == []
    assert not any(isinstance(block, d.Icons) for block in blocks(document))
    text = words([document.sections])
    assert "30 out of" not in text
    assert "does not say" in words(tuple(section.blocks for section in document.sections))


def test_the_nurses_note_is_boxed_and_exact() -> None:
    note = "Bring <b>all</b> *tablets* & {{ letters }}."
    document = make_document(make_case(note=note))
    boxes = [block for block in blocks(document) if isinstance(block, d.Box) and block.kind == "note"]
    assert len(boxes) == 1
    assert d.Text(note, field="note") in tuple(inlines(boxes[0].children))
    assert not any(isinstance(block, d.Box) and block.kind == "note" for block in blocks(make_document()))


def test_the_diary_has_this_patients_weeks() -> None:
    tables = [block for block in blocks(make_document()) if isinstance(block, d.Table) and block.rows_for_writing]
    assert len(tables) == 1
    rows = tables[0].rows
    assert len(rows) == handout().milestones.diary_weeks
    assert [words(cell) for cell in rows[1][:2]] == ["2", "9 March 2026"]


def test_every_phone_is_a_link_that_dials_it() -> None:
    links = {each.text: each.target for each in inlines(make_document()) if isinstance(each, d.Link)}
    assert links["01632\u00a0960100"] == "tel:01632960100"
    assert links["999"] == "tel:999"


def test_a_clinic_without_blocks_gets_words_that_hold_their_place() -> None:
    text = words(make_document(clinic=make_clinic(blocks=False)))
    assert "has not yet written its list of warning signs" in text


def test_a_value_that_the_clinic_never_gave_is_an_error_with_the_blocks_line() -> None:
    with pytest.raises(ContentError, match=r"blocks/warning-signs.md, line \d+: values.fever has no value") as caught:
        make_document(clinic=make_clinic(values={"fever": None}))
    assert "Add fever under [values]" in str(caught.value)


def test_a_pointer_to_a_part_that_is_not_printed_is_an_error() -> None:
    clinic = make_clinic()
    nodes = parse_text("See {{ page.diary }}.", "blocks/six-months.md", default_marks=("clinic",))
    others = tuple(block for block in clinic.blocks if block.name != "six-months")
    clinic = structs.replace(clinic, blocks=(*others, ClinicBlock("six-months", "x", nodes, content_hash="x")))
    with pytest.raises(ContentError, match="which is not printed here"):
        make_document(planned_case(), clinic)


def test_an_unknown_surgeon_or_language_is_refused() -> None:
    with pytest.raises(InputError, match="surgeon"):
        make_document(make_case(surgeon="Dr Nobody"))
    with pytest.raises(ContentError, match="plan for an interpreter"):
        make_document(make_case(patient={"language": "pl"}))


def test_the_document_id_changes_with_everything_that_is_printed() -> None:
    base = make_document().metadata.document_id
    others = [
        make_document(make_case(patient={"name": "Alex Exampel"})),
        make_document(make_case(note="Hello.")),
        make_document(issued=dt.date(2026, 3, 6)),
        make_document(theme="large-print"),
        make_document(paper="Letter"),
        make_document(approval=APPROVAL),
        make_document(clinic=make_clinic(blocks=False)),
        make_document(clinic=make_clinic(values={"fever": "38.5 °C"})),
    ]
    ids = {other.metadata.document_id for other in others}
    assert len(ids) == len(others)
    assert base not in ids
    assert base == make_document().metadata.document_id
    assert base in words(make_document()) or base in make_document().furniture.document_id


def test_metadata_names_no_patient() -> None:
    metadata = repr(make_document().metadata)
    for secret in ("Alex", "TEST", "1958"):
        assert secret not in metadata


def test_the_record_sheet_bears_the_papers_id() -> None:
    record = make_document(record=True)
    assert record.metadata.document_id == make_document().metadata.document_id
    codes = [block for block in blocks(record) if isinstance(block, d.Code)]
    assert [(code.symbology, code.payload) for code in codes] == [("code128", record.metadata.document_id)]
    assert not record.duplex


@pytest.mark.parametrize(
    ("approved_until", "due"),
    [(dt.date(2027, 1, 10), "10 January 2027"), (dt.date(2029, 1, 10), "22 November 2027")],
)
def test_a_patient_reads_one_date_of_the_next_review_the_earlier_one(approved_until: dt.date, due: str) -> None:
    approval = structs.replace(APPROVAL, review_by=approved_until)
    about = [section for section in make_document(approval=approval).sections if section.name == "about"]
    said = words(about[0].blocks)
    assert f"approved these words on 10 January 2026. Their next review is due by {due}." in said
    assert said.count("review is due") == 1
    assert "Check again" not in said
    dates = {each.text for each in inlines(about[0]) if isinstance(each, d.Text) and each.field.startswith("approval.")}
    assert dates <= {APPROVAL.name, APPROVAL.role, "10 January 2026"}


def test_a_draft_names_the_day_of_the_handouts_own_review() -> None:
    assert "Its next review is due by 22 November 2027." in words(make_document())


PICTURES = (d.Chart, d.Icons, d.Code)


@pytest.mark.parametrize(
    "case", [make_case(), planned_case(), make_case(visits=[]), make_case(operation={"side": "both"})]
)
def test_without_pictures_there_are_none_and_no_words_about_any(case: Case) -> None:
    document = make_document(case, pictures=False)
    assert [block for block in blocks(document) if isinstance(block, PICTURES)] == []
    said = words(document)
    for about_a_picture in ("How to read this chart", "left to right", "bar is faint", "Scan this", "Marked:"):
        assert about_a_picture not in said


def test_without_pictures_everything_else_is_said_in_the_same_order() -> None:
    drawn, told = make_document(), make_document(pictures=False)
    assert told.metadata == drawn.metadata
    names = [[section.name for section in each.sections] for each in (told, drawn)]
    assert [*names[0], "diary"] == names[1], "nobody writes on a sheet that is not there"
    assert "You can note your twitching each week." in words(told)
    assert "You can note your twitching each week: see" in words(drawn)
    tables = [[block for block in blocks(each) if isinstance(block, d.Table)] for each in (drawn, told)]
    assert [each for each in tables[0] if each in tables[1]] == tables[1]
    assert tables[1]
    said = words(next(section for section in told.sections if section.name == "timeline"))
    after = ("The day of your operation is day 0.", "Full relief (many)", "Still twitching?", "You got this paper on")
    places = [said.index(each) for each in after]
    assert places == sorted(places)
    assert "You can call the ward by day: 01632 960100." in words(told).replace("\u00a0", " ")


def test_what_one_copy_says_of_pictures_never_gets_into_another() -> None:
    drawn, told = make_document(), make_document(pictures=False)
    assert make_document() == drawn
    assert make_document(pictures=False) == told
    assert drawn != told
