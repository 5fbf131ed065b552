"""Columns of tables share the width, and words fit where they can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from mvd_handout.content.theme import load_theme
from mvd_handout.domain.document import NEW_LINE, Inlines, Link, Table, Text
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.pdf.blocks.columns import PADDING, WRITING, column_widths
from mvd_handout.rendering.pdf.fragments import Look

LOOK = Look(load_theme("standard"), load_fonts(), 700.0)


def table(*rows: tuple[str, ...], widths: tuple[float, ...] = (), writing: bool = False) -> Table:
    cells: list[tuple[Inlines, ...]] = [tuple((Text(text),) if text else () for text in row) for row in rows]
    return Table(cells[0], tuple(cells[1:]), widths=widths, rows_for_writing=writing)


CELLS = st.text(st.sampled_from("abc WW"), max_size=40)


@given(
    rows=st.integers(1, 5).flatmap(lambda n: st.lists(st.tuples(*[CELLS] * n), min_size=2, max_size=5)),
    width=st.floats(200, 600),
    writing=st.booleans(),
)
def test_columns_sum_to_the_width(rows: list[tuple[str, ...]], width: float, writing: bool) -> None:
    columns = column_widths(table(*rows, writing=writing), width, LOOK)
    assert sum(columns) == pytest.approx(width)
    assert min(columns) > PADDING


def test_shares_are_kept_where_words_fit() -> None:
    assert column_widths(table(("a", "b"), ("c", "d"), widths=(0.7, 0.3)), 400, LOOK) == pytest.approx((280, 120))


def test_a_long_word_takes_what_it_needs() -> None:
    word = "Otorhinolaryngology"
    columns = column_widths(table(("a", "b"), (word, "d"), widths=(0.2, 0.8)), 400, LOOK)
    assert columns[0] == pytest.approx(PADDING + LOOK.fonts.width(word, LOOK.theme.type.table, strong=True))


def test_a_telephone_number_is_one_word() -> None:
    number = Link("01632 960 123", "tel:+441632960123")
    made = Table(((Text("a"),), (Text("b"),)), (((Text("long words " * 20),), (number,)),))
    needed = PADDING + LOOK.fonts.width(number.text, LOOK.theme.type.table)
    assert column_widths(made, 300, LOOK)[1] >= needed - 0.01


def test_an_empty_column_is_left_room_to_write() -> None:
    columns = column_widths(table(("Week", "Notes", "How"), ("1", "", "none / a little"), writing=True), 400, LOOK)
    assert columns[1] > max(columns[0], columns[2])
    assert columns[1] >= WRITING


@pytest.mark.parametrize("theme", ["standard", "large-print"])
@pytest.mark.parametrize("width", [493, 510])  # of A4 and Letter
def test_no_date_of_a_diary_is_parted_in_any_month(width: float, theme: str) -> None:
    look = Look(load_theme(theme), load_fonts(), 700.0)
    longest, circled = "28 September 2026", "none / a little / a lot"
    header = ("Week", "Starts on", "Notes", "My face twitched (circle one)")
    diary = table(header, ("26", longest, "", circled), widths=(0.09, 0.25, 0.37, 0.29), writing=True)
    columns = column_widths(diary, width, look)
    for column, words in ((columns[1], longest), (columns[3], circled)):
        assert column >= PADDING + look.fonts.width(words, look.theme.type.table) - 0.01
    assert columns[2] >= 69.9


@pytest.mark.parametrize("letters", [40, 80, 300])
@pytest.mark.parametrize("theme", ["standard", "large-print"])
def test_a_word_that_is_broken_in_any_case_leaves_dates_their_room(letters: int, theme: str) -> None:
    look = Look(load_theme(theme), load_fonts(), 700.0)
    rows = [("What", "When", "What may happen"), ("Visit 1", "Tuesday 8 December 2026, 9am", "Level 2")]
    usual = column_widths(table(*rows, widths=(0.17, 0.38, 0.45)), 493, look)
    rows.append(("Visit 2", "Tuesday 8 December 2026, 9am", "Q" * letters))
    assert column_widths(table(*rows, widths=(0.17, 0.38, 0.45)), 493, look) == pytest.approx(usual)


def test_the_words_of_two_columns_ask_for_more_than_an_even_share() -> None:
    word = "Otorhinolaryngology" * 2
    needed = PADDING + LOOK.fonts.width(word, LOOK.theme.type.table, strong=True)
    assert column_widths(table(("a", "b"), (word, "d"), widths=(0.2, 0.8)), 560, LOOK)[0] == pytest.approx(needed)


def test_a_long_telephone_number_stays_whole() -> None:
    number = Link("+44 1632 960 123, extension 4567", "tel:+441632960123")
    made = Table(((Text("a"),), (Text("b"),), (Text("c"),)), (((Text("words "),), (Text("words"),), (number,)),))
    needed = PADDING + LOOK.fonts.width(number.text, LOOK.theme.type.table)
    assert needed > 0.4 * 400
    assert column_widths(structs.replace(made, widths=(0.4, 0.4, 0.2)), 400, LOOK)[2] >= needed - 0.01


LISTED = ("Name", "Paper", "Sheets", "Checked", "Given by")


def hand_out_list(patient: Inlines) -> Table:
    cells = (patient, (Text("FK0B-WAWX-54DG"),), (Text("4"),), (), ())
    header = tuple((Text(label),) for label in LISTED)
    return Table(header, (cells,), False, rows_for_writing=True, widths=(0.3, 0.25, 0.11, 0.17, 0.17))


@pytest.mark.parametrize("name", ["Ann Other", "Maximiliane " * 12, "TEST-1003-LONG-0000-77-" * 4, "W" * 200])
def test_only_the_first_column_of_a_list_to_sign_gives_way(name: str) -> None:
    columns = column_widths(hand_out_list((Text(name, strong=True),)), 493, LOOK)
    size = LOOK.theme.type.table
    assert columns[1] >= PADDING + LOOK.fonts.width("FK0B-WAWX-54DG", size) - 0.01
    assert columns[2] >= PADDING + LOOK.fonts.width("Sheets", size, strong=True) - 0.01
    assert min(columns[3:]) >= WRITING - 0.01
    assert columns[0] >= PADDING + LOOK.fonts.width("30 September 1949", size)


def test_lines_of_a_cell_are_measured_one_by_one() -> None:
    lines = (Text("Ann Other-Example", strong=True), NEW_LINE, Text("TEST-1003"), NEW_LINE, Text("31 December 1949"))
    one = column_widths(hand_out_list((lines[0],)), 493, LOOK)
    assert column_widths(hand_out_list(lines), 493, LOOK) == pytest.approx(one)


def test_a_word_wider_than_the_table_leaves_room_for_the_others() -> None:
    columns = column_widths(table(("a", "b"), ("W" * 300, "word")), 400, LOOK)
    assert columns[1] >= PADDING + LOOK.fonts.width("word", LOOK.theme.type.table) - 0.01
