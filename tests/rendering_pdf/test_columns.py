"""Columns of tables share the width, and words fit where they can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.content.theme import load_theme
from mvd_handout.domain.document import Inlines, Link, Table, Text
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


def test_a_word_wider_than_the_table_leaves_room_for_the_others() -> None:
    columns = column_widths(table(("a", "b"), ("W" * 300, "word")), 400, LOOK)
    assert columns[1] >= PADDING + LOOK.fonts.width("word", LOOK.theme.type.table) - 0.01
