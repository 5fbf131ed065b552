"""Where everything stands: which slices of which fragment on which page, how high, and with which numbers.

All of it follows from shapes, so that it is worked out once for all documents of the same shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, chain
from typing import Final

from msgspec import Struct

from mvd_handout.rendering.pdf.fragments import Bookmark, stacked
from mvd_handout.rendering.pdf.geometry import Geometry
from mvd_handout.rendering.pdf.pages import Page, Sheet, Start, plan_pages
from mvd_handout.rendering.pdf.shapes import Shape
from mvd_handout.rendering.pdf.tags import Element

BODY_GAP: Final = 9.0
FOOT_GAP: Final = 9.0
OPENING: Final = 3
"""So many shapes stand above the body: band, strip, letterhead."""
BAND, STRIP, LETTERHEAD = range(OPENING)

SectionStart = tuple[str, int, Start]
"""A section: its name, how many blocks it has, and where it may begin."""


class Part(Struct, frozen=True, cache_hash=True, gc=False):
    """The slices of a fragment that stand on one page, from number `first` on, by the y of their tops.

    `header_tops` are those of the header row of a table that is drawn again above them.
    """

    first: int
    tops: tuple[float, ...]
    header_tops: tuple[float, ...] = ()


class Run(Struct, frozen=True):
    """Parts behind each other that are drawn at once: of which fragments, and their first marked-content number."""

    at: tuple[int, ...]
    parts: tuple[Part, ...]
    mcid: int


class PagePlan(Struct, frozen=True):
    """A page: its runs, and among their parts those that hold links."""

    runs: tuple[Run, ...]
    linked: tuple[tuple[int, Part], ...]

    def parts(self) -> Iterator[tuple[int, Part]]:
        """Yield the parts, each with the number of its fragment."""
        for run in self.runs:
            yield from zip(run.at, run.parts, strict=True)


class PageTags(Struct, frozen=True):
    """The tagged content of a page, part by part, each with the number of its fragment.

    `content` are the pieces of content in the order of their marked-content numbers, `links` those of links.
    """

    content: tuple[tuple[int, tuple[int, ...]], ...]
    links: tuple[tuple[int, tuple[int, ...]], ...]

    def owners(self) -> Iterator[tuple[int, int]]:
        """Yield fragment and piece for each marked-content number."""
        return ((at, piece) for at, pieces in self.content for piece in pieces)

    def link_owners(self) -> Iterator[tuple[int, int]]:
        """Yield fragment and piece of each link."""
        return ((at, piece) for at, pieces in self.links for piece in pieces)


class Tagging(Struct, frozen=True, cache_hash=True):
    """All that the structure tree is made from. It is the same for many paginations: heights have no part in it.

    `elements` are those of each fragment, `sections` how many fragments stand in each section.
    """

    elements: tuple[tuple[Element, ...], ...]
    pages: tuple[PageTags, ...]
    sections: tuple[int, ...]


class Place(Struct, frozen=True):
    """A page, counted from 0, and a y on it."""

    page: int
    top: float


class Pagination(Struct, frozen=True, eq=False):
    """A document on its pages. It is only equal to itself; `shapes` are those of the opening and then of the body."""

    pages: tuple[PagePlan, ...]
    tagging: Tagging
    shapes: tuple[Shape, ...]
    starts: Mapping[str, Place]
    bookmarks: tuple[tuple[Bookmark, Place], ...]
    tops: tuple[float, float]
    """Where the body begins on the first page and on the others."""

    def section_pages(self) -> dict[str, int]:
        """Return the page, counted from 1, on which each section begins."""
        return {name: place.page + 1 for name, place in self.starts.items()}


def paginate(
    opening: tuple[Shape, ...], body: tuple[Shape, ...], sections: tuple[SectionStart, ...], room: Geometry, foot: float
) -> Pagination:
    """Share the body out among pages with a foot of that height.

    Raises:
        InputError: one slice is higher than a page.
    """
    band, strip, letterhead = opening
    other_top = room.top + height(strip) + BODY_GAP
    first_top = other_top + height(letterhead)
    lower = room.foot_bottom - foot - FOOT_GAP
    whole = stacked([shape.bare() for shape in body])
    firsts = list(accumulate((len(shape.slices) for shape in body), initial=0))
    starts = _section_slices(sections, firsts)
    turns: dict[int, Start] = {starts[name]: how for name, _, how in sections if how != "flow"}
    sheet = Sheet(lower - first_top, lower - other_top, room.duplex)
    pages = plan_pages(whole.slices, whole.groups, turns, sheet)
    tops = (first_top, other_top)
    placed = [
        tuple(_parts(page, firsts, tops[min(number, 1)], [len(shape.slices) for shape in body]))
        for number, page in enumerate(pages)
    ]
    placed[0] = (*_opening_parts(opening, room), *placed[0])
    shapes = (band, strip, letterhead, *body)
    where = _places({*starts.values(), *(each.at for each in whole.bookmarks)}, pages, tops)
    planned = [_page_plan(parts, shapes) for parts in placed]
    return Pagination(
        pages=tuple(plan for plan, _ in planned),
        tagging=Tagging(
            elements=tuple(shape.elements for shape in shapes),
            pages=tuple(tags for _, tags in planned),
            sections=tuple(count for _, count, _ in sections),
        ),
        shapes=shapes,
        starts={name: where[at] for name, at in starts.items()},
        bookmarks=tuple((each, where[each.at]) for each in whole.bookmarks),
        tops=tops,
    )


def height(shape: Shape) -> float:
    """Return the height of what is never parted."""
    return sum([part.before + part.height for part in shape.slices])


def stack_tops(shape: Shape, top: float) -> tuple[float, ...]:
    """Return the tops of slices that stand below each other from `top` on."""
    tops = []
    for part in shape.slices:
        top += part.before
        tops.append(top)
        top += part.height
    return tuple(tops)


def _section_slices(sections: tuple[SectionStart, ...], firsts: list[int]) -> dict[str, int]:
    """Return the slice at which each section begins."""
    blocks = accumulate((count for _, count, _ in sections), initial=0)
    last = max(0, firsts[-1] - 1)
    return {name: min(firsts[block], last) for (name, _, _), block in zip(sections, blocks, strict=False)}


def _opening_parts(opening: tuple[Shape, ...], room: Geometry) -> Iterator[tuple[int, Part]]:
    """Yield band, strip and letterhead of the first page, in reading order; the letterhead stands above the strip."""
    tops = (room.band_top, room.top + height(opening[LETTERHEAD]), room.top)
    for number, (shape, top) in enumerate(zip(opening, tops, strict=True)):
        if shape.slices:
            yield number, Part(0, stack_tops(shape, top))


def _parts(page: Page, firsts: list[int], top: float, counts: list[int]) -> Iterator[tuple[int, Part]]:
    """Yield the parts on a page, each with the number of its fragment."""
    headers: list[float] = []
    tops: list[float] = []
    block, first = 0, -1
    for each in page.placed:
        if each.number is None:
            headers.append(top + each.top)
            continue
        if first < 0 or each.number >= firsts[block] + counts[block]:
            if tops:
                yield OPENING + block, Part(first, tuple(tops), tuple(headers))
                headers, tops = [], []
            while each.number >= firsts[block] + counts[block]:
                block += 1
            first = each.number - firsts[block]
        tops.append(top + each.top)
    if tops:
        yield OPENING + block, Part(first, tuple(tops), tuple(headers))


def _places(wanted: set[int], pages: Sequence[Page], tops: tuple[float, float]) -> dict[int, Place]:
    """Return the places of slices."""
    return {
        each.number: Place(number, tops[min(number, 1)] + each.top)
        for number, page in enumerate(pages)
        for each in page.placed
        if each.number in wanted and each.number is not None
    }


def _page_plan(parts: tuple[tuple[int, Part], ...], shapes: tuple[Shape, ...]) -> tuple[PagePlan, PageTags]:
    runs: list[Run] = []
    content: list[tuple[int, tuple[int, ...]]] = []
    links: list[tuple[int, tuple[int, ...]]] = []
    linked: list[tuple[int, Part]] = []
    mcid = 0
    for at, part in parts:
        shape, numbers = shapes[at], slice(part.first, part.first + len(part.tops))
        if runs and shape.common and shapes[runs[-1].at[-1]].common:
            last = runs.pop()
            runs.append(Run((*last.at, at), (*last.parts, part), last.mcid))
        else:
            runs.append(Run((at,), (part,), mcid))
        pieces = tuple(sorted({*chain.from_iterable(shape.owned[numbers])}))
        content.append((at, pieces))
        mcid += len(pieces)
        found = tuple(sorted(chain.from_iterable(shape.links[numbers])))
        if found:
            linked.append((at, part))
            links.append((at, found))
    return PagePlan(tuple(runs), tuple(linked)), PageTags(tuple(content), tuple(links))
