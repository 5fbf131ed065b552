"""What stands on every page: draft band, identity strip, foot; and the letterhead on the first.

The draft notice, the identity strip and the letterhead are read once, first on page 1. Everywhere else they are
artifacts, and so is the foot. The band's room is always kept, so that approval moves no line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import structs

from mvd_handout.domain.document import Furniture, Identifier, Letterhead, Text
from mvd_handout.rendering.pdf import tags
from mvd_handout.rendering.pdf.blocks.words import Setting, baseline, lines, setting, text_mark
from mvd_handout.rendering.pdf.fragments import Fragment, Look, Mark, Slice, raised, shifted, stacked
from mvd_handout.rendering.pdf.geometry import Geometry
from mvd_handout.rendering.pdf.operators import image, rectangle, rule
from mvd_handout.rendering.wrapping import wrap

_LEADING: Final = 1.3
_GAP: Final = 18.0
_LOGO_HEIGHT: Final = 44.0
_LOGO_WIDTH: Final = 150.0
_WHITE: Final = (1.0, 1.0, 1.0)
_MOST_PAGES: Final = 999


def slices_height(slices: tuple[Slice, ...]) -> float:
    """Return the height of slices that stand right below each other."""
    return sum([part.height for part in slices])


def foot(furniture: Furniture, geometry: Geometry, look: Look) -> tuple[Slice, ...]:
    """Set the foot of all pages: version and document id. The page's label goes on its right."""
    how = _small(look, look.theme.colour.quiet)
    widest = furniture.page.format(page=_MOST_PAGES, pages=_MOST_PAGES)
    room = geometry.width - look.fonts.width(widest, how.size, strong=True) - _GAP
    return _about(furniture.version, furniture.document_id, room, how, look)


def page_label(text: str, width: float, look: Look) -> Mark:
    """Set the label of a page at the right end of the foot's first line."""
    number = structs.replace(_small(look, look.theme.colour.ink), strong=True)
    x = width - look.fonts.width(text, number.size, strong=True)
    return text_mark(text, x, baseline(number, look), number, look, None)


def blank_notice(text: str, width: float, look: Look) -> tuple[Slice, ...]:
    """Set what is said on a page that only fills up a sheet of paper."""
    return lines(
        (Text(text),), (None,), width, setting(look, look.theme.type.body, colour=look.theme.colour.quiet), look
    )


def _about(version: str, document_id: str, width: float, how: Setting, look: Look) -> tuple[Slice, ...]:
    """Set version and id beside each other, or the id below if there is no room."""
    first = look.memory(lines, (Text(version + " "),), (None,), width, how, look)
    at = look.fonts.width(version, how.size) + _GAP
    if at + look.fonts.width(document_id, how.size) > width:
        return (*first, *lines((Text(document_id),), (None,), width, how, look))
    mark = text_mark(document_id, at, baseline(how, look), how, look, None)
    return (structs.replace(first[0], marks=(*first[0].marks, mark)),)


def _small(look: Look, colour: tuple[float, float, float]) -> Setting:
    size = look.theme.type.furniture
    return structs.replace(setting(look, size, colour=colour), leading=size * _LEADING)


def band(notice: str, geometry: Geometry, look: Look) -> Fragment:
    """Set the draft notice: white words on the alarm colour, which black and white printers keep readable."""
    if not notice:
        return Fragment((), 0, ())
    how = structs.replace(_small(look, _WHITE), strong=True)
    count = len(wrap((Text(notice),), how.size, geometry.width, look.fonts, strong=True))
    pad = max(0.0, (geometry.band_height - count * how.leading) / 2)
    counter = tags.Counter()
    kids, pieces = tags.words((Text(notice),), counter)
    words = lines((Text(notice),), pieces, geometry.width - 16.0, structs.replace(how, x=8.0), look)
    tall = pad * 2 + sum(part.height for part in words)
    ground = Mark(
        0.0,
        0.0,
        rectangle((0.0, -tall, geometry.width, tall), look.theme.colour.alarm),
        (0.0, 0.0, geometry.width, tall),
    )
    slices = (Slice(pad, (ground,)), *words)
    return Fragment((tags.paragraph(kids),), counter.next, slices)


def strip(identity: tuple[Identifier, ...], width: float, look: Look) -> Fragment:
    """Set each identifier as a label with its value below, as many beside each other as fit; then a rule."""
    slices: list[Slice] = []
    for row in _rows(identity, width, look):
        slices += (structs.replace(row[0], before=3.0 if slices else 0.0), *row[1:])
    line = rule(width, 1.0, look.theme.colour.accent)
    slices.append(Slice(5.0, (Mark(0.0, 4.0, line, (0.0, 0.0, width, 0.0)),)))
    kids = tuple(range(len(identity)))
    return Fragment((tags.paragraph(kids),) if kids else (), len(kids), tuple(slices))


def _rows(identity: tuple[Identifier, ...], width: float, look: Look) -> Iterator[tuple[Slice, ...]]:
    row: list[tuple[int, Identifier, float]] = []
    for number, entry in enumerate(identity):
        natural = min(width, _natural(entry, look))
        if row and sum(each[2] + _GAP for each in row) + natural > width:
            yield _row(row, width, look)
            row = []
        row.append((number, entry, natural))
    if row:
        yield _row(row, width, look)


def _natural(entry: Identifier, look: Look) -> float:
    size = look.theme.type.furniture
    return max(look.fonts.width(entry.label, size), look.fonts.width(entry.value, _value_size(size), strong=True)) + 0.1


def _value_size(size: float) -> float:
    return size + 1.5


def _row(row: list[tuple[int, Identifier, float]], width: float, look: Look) -> tuple[Slice, ...]:
    """Spread the entries of a row; the first stands at the left edge, the last ends near the right one."""
    spare = width - sum(natural for _, _, natural in row)
    gap = min(3 * _GAP, spare / (len(row) - 1)) if len(row) > 1 else 0.0
    columns, x = [], 0.0
    for number, entry, natural in row:
        columns.append(
            tuple(
                [
                    structs.replace(part, marks=shifted(part.marks, x))
                    for part in _entry(number, entry, natural, width, look)
                ]
            )
        )
        x += natural + gap
    return tuple(_side_by_side(columns))


def _entry(piece: int, entry: Identifier, natural: float, width: float, look: Look) -> tuple[Slice, ...]:
    """Set an entry in its `natural` width; its label fits into that, or else has all the width that there is."""
    label = _small(look, look.theme.colour.quiet)
    value = structs.replace(_small(look, look.theme.colour.ink), strong=True, size=_value_size(label.size))
    value = structs.replace(value, leading=value.size * _LEADING)
    return (
        *look.memory(lines, (Text(entry.label + " "),), (piece,), width, label, look),
        *lines((Text(entry.value + " "),), (piece,), natural, value, look),
    )


def _side_by_side(columns: list[tuple[Slice, ...]]) -> Iterator[Slice]:
    """Merge columns level by level."""
    for level in range(max(len(column) for column in columns)):
        parts = [column[level] for column in columns if level < len(column)]
        yield Slice(max(part.height for part in parts), tuple(mark for part in parts for mark in part.marks))


def letterhead(head: Letterhead, width: float, look: Look) -> Fragment:
    """Set the logo with the clinic's lines beside it; the first line is the strong one."""
    logo, left, tall = head.logo, 0.0, 0.0
    marks: list[Mark] = []
    elements: list[tags.Element] = []
    if logo is not None:
        scale = min(_LOGO_HEIGHT / logo.height, _LOGO_WIDTH / logo.width)
        size = logo.width * scale, logo.height * scale
        marks.append(Mark(0.0, 0.0, image(*size), (0.0, 0.0, *size), 0))
        elements.append(tags.figure(0, logo.alt))
        left, tall = size[0] + 12.0, size[1]
    words = _letterhead_words(head.lines, left, width, look)
    words_height = sum(part.height for part in words.slices)
    at, first = max(0.0, (tall - words_height) / 2), len(elements)
    for part in words.slices:
        marks += raised(shifted(part.marks, part.x, at), part.first_piece + first)
        at += part.height
    elements += [tags.renumbered(element, first) for element in words.elements]
    gap = 6.0 if elements else 0.0
    return Fragment(tuple(elements), first + words.pieces, (Slice(max(tall, words_height) + gap, tuple(marks)),))


def _letterhead_words(texts: tuple[str, ...], left: float, width: float, look: Look) -> Fragment:
    """Set hospital and unit on the left and the address on the right, or all below each other if that is too wide."""
    made = [_letterhead_line(n, text, left, width, look) for n, text in enumerate(texts)]
    near, far = made[:2], [_to_the_right(fragment, width) for fragment in made[2:]]
    if far and _right(near) + _GAP <= min(mark.x for fragment in far for mark in _marks(fragment)):
        return _beside(stacked(near), stacked(far))
    return stacked(made)


def _beside(near: Fragment, far: Fragment) -> Fragment:
    left = tuple(_numbered(part, 0) for part in near.slices)
    right = tuple(_numbered(part, near.pieces) for part in far.slices)
    elements = (*near.elements, *(tags.renumbered(element, near.pieces) for element in far.elements))
    return Fragment(elements, near.pieces + far.pieces, tuple(_side_by_side([left, right])))


def _numbered(part: Slice, by: int) -> Slice:
    """Return a slice whose marks carry their full numbers, so that it can be merged with others."""
    return structs.replace(part, marks=raised(part.marks, part.first_piece + by), first_piece=0)


def _to_the_right(fragment: Fragment, width: float) -> Fragment:
    return structs.replace(fragment, slices=tuple(_at_right(part, width) for part in fragment.slices))


def _at_right(part: Slice, width: float) -> Slice:
    return structs.replace(part, marks=shifted(part.marks, width - _right_edge(part.marks)))


def _right(fragments: list[Fragment]) -> float:
    return max(_right_edge(_marks(fragment)) for fragment in fragments)


def _marks(fragment: Fragment) -> tuple[Mark, ...]:
    return tuple(mark for part in fragment.slices for mark in part.marks)


def _right_edge(marks: tuple[Mark, ...]) -> float:
    return max((mark.x + mark.box[2] for mark in marks), default=0.0)


def _letterhead_line(number: int, line: str, left: float, width: float, look: Look) -> Fragment:
    how = _small(look, look.theme.colour.ink if number == 0 else look.theme.colour.quiet)
    if number == 0:
        how = structs.replace(how, size=how.size + 3.0, leading=(how.size + 3.0) * _LEADING, strong=True)
    slices = lines((Text(line),), (0,), width - left, structs.replace(how, x=left), look)
    return Fragment((tags.paragraph((0,)),), 1, slices)
