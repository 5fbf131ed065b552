"""Which slices stand on which page, and how high.

Pages are filled from the top. A break is possible before every slice that is not joined to the one before and
does not stand inside a group that fits on a page. What cannot be kept together even on an empty page is broken
wherever a slice ends: content flows on, it is never cut off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final, Literal

from msgspec import Struct

from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.rendering.pdf.fragments import Group, Slice

Start = Literal["flow", "page", "sheet"]

_MOST_EMPTY: Final = 0.4
"""So much of a page may stay empty to keep a group together."""


class Placed(Struct, frozen=True, gc=False):
    """A slice `top` points below the top of a page's body; repeated header rows have no `number`."""

    part: Slice
    top: float
    number: int | None


class Page(Struct, frozen=True):
    """What stands on a page; an empty one fills up a sheet of paper."""

    placed: tuple[Placed, ...] = ()


class Sheet(Struct, frozen=True):
    """The room that pages have: the height of the body on the first page and on the others."""

    first: float
    other: float
    duplex: bool

    def height(self, page: int) -> float:
        """Return the height of the body on a page, counted from 1."""
        return self.first if page == 1 else self.other


def plan_pages(
    slices: Sequence[Slice], groups: Sequence[Group], starts: Mapping[int, Start], sheet: Sheet
) -> tuple[Page, ...]:
    """Place all slices. `starts` says which slice begins a new page or a new sheet of paper.

    Raises:
        InputError: one slice is higher than a page.
    """
    fitting = (group for group in groups if _height(_part(slices, group)) <= group.share * sheet.other)
    kept = tuple({(group.first, group.last): group for group in fitting}.values())
    planner = _Planner(slices, sheet)
    forced = sorted({0, len(slices), *(number for number, start in starts.items() if start != "flow")})
    for first, end in pairwise(forced):
        planner.start(starts.get(first, "flow"))
        planner.add(Group(first, end - 1), kept)
    return planner.pages()


def _part(slices: Sequence[Slice], group: Group) -> Sequence[Slice]:
    return slices[group.first : group.last + 1]


def _within(whole: Group, groups: Iterable[Group]) -> tuple[Group, ...]:
    """Return the groups inside `whole`."""
    return tuple(group for group in groups if whole.first <= group.first and group.last <= whole.last)


def _height(slices: Sequence[Slice]) -> float:
    """Return the height of slices at the top of a page."""
    return sum(part.before + part.height for part in slices) - (slices[0].before if slices else 0.0)


def _without_outermost(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Return the groups that stand inside another one."""
    return tuple(
        group
        for group in groups
        if any(other.first <= group.first and group.last <= other.last for other in groups if other is not group)
    )


class _Planner:
    def __init__(self, slices: Sequence[Slice], sheet: Sheet) -> None:
        self._slices, self._sheet = slices, sheet
        self._pages: list[list[Placed]] = [[]]
        self._at = 0.0

    def pages(self) -> tuple[Page, ...]:
        return tuple(Page(tuple(placed)) for placed in self._pages)

    def start(self, how: Start) -> None:
        """Turn the page if what comes next wants it."""
        if how != "flow" and self._pages[-1]:
            self._turn()
        if how == "sheet" and self._sheet.duplex and len(self._pages) % 2 == 0:
            self._turn()

    def add(self, whole: Group, kept: tuple[Group, ...]) -> None:
        """Place the slices of `whole`, breaking it where no kept group nor a joined slice forbids it."""
        inside = _within(whole, kept)
        fixed = {number for group in inside for number in range(group.first + 1, group.last + 1)}
        cuts = [n for n in range(whole.first + 1, whole.last + 1) if n not in fixed and not self._slices[n].joined]
        bounds = [whole.first, *cuts, whole.last + 1]
        for first, end in pairwise(bounds):
            self._add_chunk(Group(first, end - 1), inside)

    def _add_chunk(self, chunk: Group, kept: tuple[Group, ...]) -> None:
        """Place a chunk whole; or part it where it leaves too much of a page empty or no page holds it."""
        part = _part(self._slices, chunk)
        space = part[0].before if self._pages[-1] else 0.0
        if self._fits(space + _height(part)):
            self._place_all(chunk)
            return
        looser = _without_outermost(_within(chunk, kept))
        if len(looser) < len(_within(chunk, kept)) and not (self._nearly_full() and self._fits_a_page(part)):
            self.add(chunk, looser)
        else:
            if self._fits_a_page(part):
                self._turn()
            self._place_all(chunk)

    def _nearly_full(self) -> bool:
        height = self._sheet.height(len(self._pages))
        return height - self._at < _MOST_EMPTY * height

    def _fits_a_page(self, part: Sequence[Slice]) -> bool:
        return bool(self._pages[-1]) and _height(part) <= self._sheet.other

    def _place_all(self, chunk: Group) -> None:
        for number in range(chunk.first, chunk.last + 1):
            self._place(number)

    def _place(self, number: int) -> None:
        part = self._slices[number]
        if self._pages[-1] and not self._fits(part.before + part.height):
            self._turn()
        if not self._pages[-1] and not self._fits(part.height):
            # Rather no paper than one whose words run into each other. Type never shrinks, and no page is longer.
            raise InputError(Fault("page layout", "one part is higher than a page", "Shorter texts, or larger paper"))
        if self._pages[-1]:
            self._at += part.before
        elif part.header:
            for head in part.header:
                self._put(head, None)
        self._put(part, number)

    def _put(self, part: Slice, number: int | None) -> None:
        self._pages[-1].append(Placed(part, self._at, number))
        self._at += part.height

    def _turn(self) -> None:
        self._pages.append([])
        self._at = 0.0

    def _fits(self, height: float) -> bool:
        return self._at + height <= self._sheet.height(len(self._pages)) + 0.01
