"""Which slices stand on which page, and how high.

Pages are filled from the top. A break is possible before every slice that is not joined to the one before and
does not stand inside a group that fits on a page. What cannot be kept together even on an empty page is broken
wherever a slice ends: content flows on, it is never cut off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from mvd_handout.rendering.pdf.fragments import Group, Slice

Start = Literal["flow", "page", "sheet"]


@dataclass(frozen=True, slots=True)
class Placed:
    """A slice `top` points below the top of a page's body; repeated header rows have no `number`."""

    part: Slice
    top: float
    number: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page; an empty one fills up a sheet of paper."""

    placed: tuple[Placed, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
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
    """Place all slices. `starts` says which slice begins a new page or a new sheet of paper."""
    planner = _Planner(slices, sheet)
    for first, last in _chunks(slices, groups, starts, sheet):
        planner.start(starts.get(first, "flow"))
        planner.add(first, last)
    return planner.pages()


def _chunks(
    slices: Sequence[Slice], groups: Sequence[Group], starts: Mapping[int, Start], sheet: Sheet
) -> Iterator[tuple[int, int]]:
    """Yield the first and last slice of what stays together."""
    fixed = {number for number, part in enumerate(slices) if part.joined} | set(_inside_groups(slices, groups, sheet))
    cuts = [n for n in range(len(slices)) if n == 0 or n not in fixed or starts.get(n, "flow") != "flow"]
    yield from zip(cuts, (cut - 1 for cut in [*cuts[1:], len(slices)]), strict=True)


def _inside_groups(slices: Sequence[Slice], groups: Sequence[Group], sheet: Sheet) -> Iterator[int]:
    for group in groups:
        if _height(slices[group.first : group.last + 1]) <= group.share * sheet.other:
            yield from range(group.first + 1, group.last + 1)


def _height(slices: Sequence[Slice]) -> float:
    """Return the height of slices at the top of a page."""
    return sum(part.before + part.height for part in slices) - (slices[0].before if slices else 0.0)


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

    def add(self, first: int, last: int) -> None:
        """Place slices together, on a new page if need be, or one by one if no page holds them."""
        part = self._slices[first : last + 1]
        if not self._fits(_height(part) + (part[0].before if self._pages[-1] else 0.0)) and self._pages[-1]:
            self._turn()
        for number in range(first, last + 1):
            self._place(number)

    def _place(self, number: int) -> None:
        part = self._slices[number]
        if self._pages[-1] and not self._fits(part.before + part.height):
            self._turn()
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
