"""The ward's own pages: whose paper it is at a glance, and who has none."""

from __future__ import annotations

from msgspec import structs

from mvd_handout.composing.formats import Formats
from mvd_handout.composing.ward import Entry, Stack, entry, hand_out_list
from mvd_handout.content.labels import load_labels, load_ward_words
from mvd_handout.domain import document as d
from tests.samples import make_document

WITHOUT = (("held", (6, 9)), ("left_out", (7,)), ("replaced", ()))


def listed(*entries: Entry, last: bool = True) -> tuple[d.Block, ...]:
    """Return the blocks of the list."""
    stack = Stack(Formats("en-GB", load_labels("en")), (), WITHOUT)
    like, words = make_document(), load_ward_words("en")
    [section] = hand_out_list(entries, 1, like, words, stack, total=len(entries), last=last).sections
    return section.blocks


def lines(cell: d.Inlines) -> list[str]:
    """Return the lines of a cell."""
    return "".join(inline.text for inline in cell).split(d.NEW_LINE.text)


def test_name_record_number_and_birth_date_stand_on_lines_of_their_own() -> None:
    made = entry(make_document(), 4)
    [table] = (block for block in listed(made) if isinstance(block, d.Table))
    [row] = table.rows
    assert lines(table.header[0]) == ["Name", "Record number", "Date of birth"]
    assert lines(row[0]) == [made.name, *(other.value for other in made.others)]
    assert [inline.text for inline in row[0] if inline.strong] == [made.name]


def test_a_paper_without_a_name_has_no_empty_line() -> None:
    nameless = structs.replace(entry(make_document(), 4), name="")
    [table] = (block for block in listed(nameless) if isinstance(block, d.Table))
    assert lines(table.rows[0][0]) == [other.value for other in nameless.others]


def test_rows_without_a_paper_stand_below_a_heading_at_the_end() -> None:
    made = entry(make_document(), 4)
    *_, table, heading, held, left_out = listed(made)
    assert isinstance(table, d.Table)
    assert isinstance(heading, d.Heading)
    assert heading.level == 2
    texts = [block.content[0].text for block in (held, left_out) if isinstance(block, d.Paragraph)]
    assert texts == ["On hold: 6, 9", "Left out because of faults: 7"]
    assert isinstance(listed(made, last=False)[-1], d.Table)
