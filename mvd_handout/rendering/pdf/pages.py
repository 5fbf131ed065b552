"""Which slices stand on which page, and how high.

Pages are filled from the top. A break is possible before every slice that is not joined to the one before and
does not stand inside a group that fits on a page. What cannot be kept together even on an empty page is broken
wherever a slice ends: content flows on, it is never cut off.

A page that would stay nearly empty is worth some trouble. Spaces may shrink, on that page or, to save the last one, in
a whole part; and what wants to begin a page goes on below what little there is. Type never shrinks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, Literal

from msgspec import Struct

from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.rendering.pdf.fragments import Group, Slice

Start = Literal["flow", "page", "sheet"]

_MOST_EMPTY: Final = 1 / 3
"""So much of a page may stay empty to keep a group together."""

_LIGHT: Final = 1 / 3
"""A page that is filled less than that is nearly empty."""

_SHARES: Final = (1.0, 0.9, 0.8, 0.7, 0.6)
"""What may be left of the spaces, the best first."""

_ALMOST: Final = 0.01


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
    forced = sorted({0, len(slices), *(number for number, start in starts.items() if start != "flow")})
    done = _Done(((),), 0.0)
    for first, end in pairwise(forced):
        run = Group(first, end - 1)
        ways = _ways(starts.get(first, "flow"), done, sheet)
        plans = (_Planner(slices, sheet, done, share).run(run, start, kept) for start, share in ways)
        done = _best(plans, sheet, len(done.pages), turned=sheet.duplex and starts.get(end) == "sheet")
    return tuple(Page(placed) for placed in done.pages)


class _Done(Struct, frozen=True):
    """Pages so far, and how far down the last one is filled."""

    pages: tuple[tuple[Placed, ...], ...]
    at: float

    def light(self, sheet: Sheet, since: int) -> tuple[int, ...]:
        """Return the numbers of nearly empty pages, the first being `since`; one without anything is none."""
        filled = ((number, page[-1]) for number, page in enumerate(self.pages[since - 1 :], start=since) if page)
        return tuple(n for n, last in filled if last.top + last.part.height < _LIGHT * sheet.height(n))


def _ways(start: Start, done: _Done, sheet: Sheet) -> Iterator[tuple[Start, float]]:
    """Yield how a part could be started, and with what share of its spaces, the best first."""
    last = len(done.pages)
    soft = start == "page" and last > 1 and bool(done.light(sheet, last))
    starts: tuple[Start, ...] = (start, "flow") if soft else (start,)
    return ((each, share) for share in _SHARES for each in starts)


def _best(plans: Iterator[_Done], sheet: Sheet, since: int, turned: bool) -> _Done:
    """Return the first plan without a nearly empty page from page `since` on, or else one of the fewest pages.

    Pages count by sheets where the next part begins a sheet (`turned`): then nobody saves one of an even number. The
    last page may be nearly empty; of others that are, the fewest are best.
    """
    best, least = None, (0, 0)
    for plan in plans:
        count, light = len(plan.pages), plan.light(sheet, since)
        cost = (count + count % 2 if turned else count, len(set(light) - {count}))
        if best is None or cost < least:
            best, least = plan, cost
        if not light:
            break
    assert best is not None
    return best


def _part(slices: Sequence[Slice], group: Group) -> Sequence[Slice]:
    return slices[group.first : group.last + 1]


def _within(whole: Group, groups: Iterable[Group]) -> tuple[Group, ...]:
    """Return the groups inside `whole`."""
    return tuple(group for group in groups if whole.first <= group.first and group.last <= whole.last)


def _height(slices: Sequence[Slice]) -> float:
    """Return the height of slices at the top of a page."""
    return _solid(slices) + _spaces(slices) - (slices[0].before if slices else 0.0)


def _solid(slices: Sequence[Slice]) -> float:
    return sum([part.height for part in slices])


def _spaces(slices: Sequence[Slice]) -> float:
    return sum([part.before for part in slices])


def _without_outermost(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Return the groups that stand inside another one."""
    return tuple(
        group
        for group in groups
        if any(other.first <= group.first and group.last <= other.last for other in groups if other is not group)
    )


class _Planner:
    """Places slices with `share` of their spaces, on some pages with less."""

    def __init__(self, slices: Sequence[Slice], sheet: Sheet, done: _Done, share: float) -> None:
        self._slices, self._sheet = slices, sheet
        self._pages = [list(placed) for placed in done.pages]
        self._at = done.at
        self._usual = self._share = share

    def run(self, whole: Group, start: Start, kept: tuple[Group, ...]) -> _Done:
        """Return what is done when the slices of `whole` are placed, too."""
        self.start(start)
        self.add(whole, kept)
        return _Done(tuple(tuple(placed) for placed in self._pages), self._at)

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
        if self._fits(self._needs(part)) or self._squeezed(part):
            self._place_all(chunk)
            return
        looser = _without_outermost(_within(chunk, kept))
        if len(looser) < len(_within(chunk, kept)) and not (self._nearly_full() and self._fits_a_page(part)):
            self.add(chunk, looser)
        else:
            if self._fits_a_page(part):
                self._turn()
            self._place_all(chunk)

    def _needs(self, part: Sequence[Slice]) -> float:
        """Return how much of this page slices need."""
        first = 0.0 if self._pages[-1] else part[0].before
        return _solid(part) + self._share * (_spaces(part) - first)

    def _squeezed(self, part: Sequence[Slice]) -> bool:
        """Shrink the spaces of a page that would stay nearly empty so that slices fit on it, and say if they do."""
        height, placed = self._sheet.height(len(self._pages)), self._pages[-1]
        if not placed or self._at >= _LIGHT * height:
            return False
        solid = _solid([each.part for each in placed])
        spaces = self._at - solid + self._share * _spaces(part)
        left = (height - solid - _solid(part)) / spaces if spaces else 0.0
        if left >= 1.0 or self._share * left < _SHARES[-1]:
            return False
        self._share *= left
        self._pages[-1], self._at = [], 0.0
        bottom = 0.0
        for each in placed:
            self._at += left * (each.top - bottom)
            self._put(each.part, each.number)
            bottom = each.top + each.part.height
        return True

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
        if self._pages[-1] and not self._fits(self._needs((part,))):
            self._turn()
        if not self._pages[-1] and not self._fits(part.height):
            # Rather no paper than one whose words run into each other. Type never shrinks, and no page is longer.
            raise InputError(Fault("page layout", "one part is higher than a page", "Shorter texts, or larger paper"))
        if self._pages[-1]:
            self._at += self._share * part.before
        elif part.header:
            for head in part.header:
                self._put(head, None)
        self._put(part, number)

    def _put(self, part: Slice, number: int | None) -> None:
        self._pages[-1].append(Placed(part, self._at, number))
        self._at += part.height

    def _turn(self) -> None:
        self._pages.append([])
        self._at, self._share = 0.0, self._usual

    def _fits(self, height: float) -> bool:
        return self._at + height <= self._sheet.height(len(self._pages)) + _ALMOST
