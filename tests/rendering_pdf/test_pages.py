"""The page plan: everything once, in order, nothing cut off, and what belongs together stays together."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.domain.errors import InputError
from mvd_handout.rendering.pdf.fragments import Group, Slice
from mvd_handout.rendering.pdf.pages import Page, Sheet, Start, plan_pages

SHEET = Sheet(first=80.0, other=100.0, duplex=True)


def plan(*slices: Slice, groups: tuple[Group, ...] = (), starts: dict[int, Start] | None = None) -> list[list[int]]:
    return numbers(plan_pages(slices, groups, starts or {}, SHEET))


def numbers(pages: tuple[Page, ...]) -> list[list[int]]:
    return [[placed.number for placed in page.placed if placed.number is not None] for page in pages]


def lines(count: int, height: float = 20.0, joined: bool = False) -> list[Slice]:
    return [Slice(height, joined=joined) for _ in range(count)]


def test_pages_are_filled_from_the_top() -> None:
    assert plan(*lines(10)) == [[0, 1, 2, 3], [4, 5, 6, 7, 8], [9]]


def test_space_vanishes_at_the_top_of_a_page() -> None:
    pages = plan_pages([Slice(80), Slice(50, before=30)], (), {}, SHEET)
    assert [placed.top for page in pages for placed in page.placed] == [0, 0]


def test_space_counts_within_a_page() -> None:
    assert plan(Slice(50), Slice(25, before=10)) == [[0], [1]]
    assert plan(Slice(50), Slice(25, before=5)) == [[0, 1]]


def test_a_heading_goes_with_what_follows() -> None:
    assert plan(Slice(60), Slice(15), Slice(30, joined=True)) == [[0], [1, 2]]


def test_a_heading_goes_with_what_follows_even_if_much_stays_empty() -> None:
    assert plan(Slice(20), Slice(15), Slice(80, joined=True)) == [[0], [1, 2]]


def test_a_group_moves_to_the_next_page_whole() -> None:
    assert plan(Slice(56), *lines(3), groups=(Group(1, 3),)) == [[0], [1, 2, 3]]


def test_a_group_is_parted_where_it_would_leave_much_of_a_page_empty() -> None:
    assert plan(Slice(20), *lines(4), groups=(Group(1, 4),)) == [[0, 1, 2, 3], [4]]


def test_the_rows_of_a_parted_table_stay_whole() -> None:
    groups = (Group(1, 6), Group(1, 2), Group(3, 4), Group(5, 6))
    assert plan(Slice(20), *lines(6, 15.0), groups=groups) == [[0, 1, 2, 3, 4], [5, 6]]


def test_a_group_higher_than_its_share_flows() -> None:
    assert plan(Slice(50), *lines(3), groups=(Group(1, 3, share=0.5),)) == [[0, 1], [2, 3]]


def test_what_no_page_holds_is_parted_anywhere() -> None:
    assert plan(*lines(8, joined=True)) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_a_slice_higher_than_a_page_is_refused_and_never_cut_off() -> None:
    with pytest.raises(InputError, match="higher than a page"):
        plan(Slice(10), Slice(500), Slice(10))


def test_header_rows_come_again() -> None:
    head = Slice(10)
    body = [Slice(30, header=(head,)) for _ in range(4)]
    pages = plan_pages([head, *body], (), {}, SHEET)
    assert numbers(pages) == [[0, 1, 2], [3, 4]]
    assert [placed.top for placed in pages[1].placed] == [0, 10, 40]


def test_a_part_may_begin_a_page() -> None:
    assert plan(*lines(3), starts={1: "page"}) == [[0], [1, 2]]
    assert plan(*lines(2), starts={0: "page"}) == [[0, 1]]


def test_a_sheet_begins_on_an_odd_page() -> None:
    assert plan(*lines(2), starts={1: "sheet"}) == [[0], [], [1]]
    assert plan(*lines(6), starts={5: "sheet"}) == [[0, 1, 2, 3], [4], [5]]
    single = Sheet(80, 100, duplex=False)
    assert numbers(plan_pages(lines(2), (), {1: "sheet"}, single)) == [[0], [1]]


def spaced(count: int, height: float, before: float) -> list[Slice]:
    return [Slice(height, before=before) for _ in range(count)]


def tops(pages: tuple[Page, ...], number: int) -> list[float]:
    return [placed.top for placed in pages[number].placed]


def test_spaces_shrink_where_that_saves_a_nearly_empty_page() -> None:
    pages = plan_pages(spaced(4, 17, 5), (), {}, SHEET)
    assert numbers(pages) == [[0, 1, 2, 3]]
    assert tops(pages, 0) == pytest.approx([0, 17 + 4, 2 * 21, 3 * 21])


def test_spaces_shrink_no_more_than_it_takes_and_never_below_six_tenths() -> None:
    assert tops(plan_pages(spaced(4, 18, 2.9), (), {}, SHEET), 0)[1] == pytest.approx(18 + 0.9 * 2.9)
    assert numbers(plan_pages(spaced(4, 15.2, 10), (), {}, SHEET)) == [[0, 1, 2, 3]]
    assert numbers(plan_pages(spaced(4, 15.8, 10), (), {}, SHEET)) == [[0, 1, 2], [3]]


def test_spaces_stay_where_shrinking_saves_nothing() -> None:
    last_page_well_filled = plan_pages(spaced(6, 17, 5), (), {}, SHEET)
    assert tops(last_page_well_filled, 0)[1] == 22
    back_of_a_sheet = plan_pages([*spaced(4, 17, 5), Slice(90)], (), {4: "sheet"}, SHEET)
    assert numbers(back_of_a_sheet) == [[0, 1, 2], [3], [4]]


def test_a_page_that_would_stay_nearly_empty_takes_more_with_smaller_spaces() -> None:
    heading, chart = [Slice(10), Slice(10, before=10)], Slice(60, before=15)
    pages = plan_pages([Slice(80), *heading, chart, Slice(60)], (), {1: "page"}, SHEET)
    assert numbers(pages) == [[0], [1, 2, 3], [4]]
    assert tops(pages, 1) == pytest.approx([0, 18, 40])
    higher = Slice(66, before=15)
    assert plan(Slice(80), *heading, higher, Slice(60), starts={1: "page"}) == [[0], [1, 2], [3], [4]]


def test_what_begins_a_page_goes_on_below_what_would_fill_little_of_one() -> None:
    assert plan(Slice(80), Slice(20), Slice(40), Slice(45), starts={2: "page"}) == [[0], [1, 2], [3]]
    assert plan(Slice(80), Slice(20), Slice(40), Slice(40), starts={2: "page", 3: "page"}) == [[0], [1, 2], [3]]
    filled = plan(Slice(80), Slice(34), Slice(40), Slice(20), starts={2: "page"})
    assert filled == [[0], [1], [2, 3]]


def test_the_first_page_stands_for_itself_and_a_sheet_always_begins_one() -> None:
    assert plan(Slice(20), Slice(40), starts={1: "page"}) == [[0], [1]]
    assert plan(Slice(80), Slice(20), Slice(40), starts={2: "sheet"}) == [[0], [1], [2]]


def test_nothing_gives_one_empty_page() -> None:
    assert plan() == [[]]


SLICES = st.lists(
    st.builds(
        Slice,
        height=st.floats(1, 75),
        before=st.floats(0, 30),
        joined=st.booleans(),
        header=st.sampled_from([(), (Slice(5.0),)]),
    ),
    min_size=1,
    max_size=30,
)


@given(slices=SLICES, data=st.data())
def test_any_slices_come_once_in_order_and_inside_the_page(slices: list[Slice], data: st.DataObject) -> None:
    index = st.integers(0, len(slices) - 1)
    pairs = data.draw(st.lists(st.tuples(index, index), max_size=6))
    groups = tuple(Group(min(pair), max(pair), share) for pair, share in zip(pairs, [0.5, 1.0] * 3, strict=False))
    starts: dict[int, Start] = dict.fromkeys(data.draw(st.lists(index, max_size=2)), "page")
    pages = plan_pages(slices, groups, starts, SHEET)
    assert [number for page in numbers(pages) for number in page] == list(range(len(slices)))
    for count, page in enumerate(pages, start=1):
        bottom = 0.0
        for placed in page.placed:
            assert placed.top >= bottom - 0.001
            bottom = placed.top + placed.part.height
        assert bottom <= SHEET.height(count) + 0.02
    for start in starts:
        number, page = next((n, page) for n, page in enumerate(pages) if start in numbers((page,))[0])
        at = next(placed.top for placed in page.placed if placed.number == start)
        assert at == 0 or (number > 0 and at - 30 < SHEET.other / 3) or page.placed[0].number is None


@given(slices=SLICES)
def test_no_space_shrinks_below_six_tenths(slices: list[Slice]) -> None:
    for page in plan_pages(slices, (), {}, SHEET):
        for above, below in pairwise(page.placed):
            if above.number is not None:
                space = below.top - above.top - above.part.height
                assert 0.6 * below.part.before - 0.001 <= space <= below.part.before + 0.001
