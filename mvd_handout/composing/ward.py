"""The ward's own pages in a print run: the list of all papers, and the sheet before each one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, structs

from mvd_handout.composing.formats import Formats
from mvd_handout.content.labels import Labels
from mvd_handout.domain import document as d

_NAME = "patient.name"
_NUMBER = "patient.record_number"
_LISTED = ("paper", "sheets", "wristband", "given")
"""The list's columns after the patient."""
_SHARES = (0.3, 0.25, 0.11, 0.17, 0.17)
"""Widths of its columns. Where a name needs more lines for it, there is room to sign."""


class Entry(Struct, frozen=True):
    """Whose paper it is, as its own strip says, and of how many sheets it is. Its repr shows no patient.

    `others` are what tells patients apart besides the name: the record number first, then the date of birth, as far
    as the clinic's papers bear them.
    """

    name: str
    others: tuple[d.Identifier, ...]
    paper: str
    sheets: int

    def __repr__(self) -> str:
        return f"Entry({self.paper})"


class Stack(Struct, frozen=True):
    """What the list says of the whole stack: the days on the papers, and who has none.

    `without` are numbers of rows by why they have no paper: "held", "left_out" or "replaced". `formats` write days
    as the ward does.
    """

    formats: Formats
    issued: tuple[dt.date, ...] = ()
    without: tuple[tuple[str, tuple[int, ...]], ...] = ()


def entry(document: d.Document, sheets: int) -> Entry:
    """Return what the ward's pages say of a paper."""
    patient = [each for each in document.identity if each.field.startswith("patient.")]
    name = next((each.value for each in patient if each.field == _NAME), "")
    others = sorted((each for each in patient if each.field != _NAME), key=lambda each: each.field != _NUMBER)
    return Entry(name, tuple(others), document.metadata.document_id, sheets)


def separator(each: Entry, like: d.Document, words: Labels) -> d.Document:
    """Return the sheet before a paper, in the clinic's look as on `like`."""
    blocks: tuple[d.Block, ...] = (
        d.Heading(1, _text(words["separator.title"])),
        d.Box(
            "identity",
            (
                d.Paragraph(_text(each.name, strong=True), style="lead"),
                *(d.Paragraph(_labelled(other.label, other.value)) for other in each.others),
                d.Paragraph(_labelled(words["separator.paper"], each.paper)),
                d.Paragraph(_labelled(words["separator.sheets"], str(each.sheets))),
            ),
        ),
        d.Paragraph(_text(words["separator.lead"])),
    )
    return _page(blocks, words["separator.page"], like, words)


def hand_out_list(
    entries: Sequence[Entry], part: int, like: d.Document, words: Labels, stack: Stack, *, total: int, last: bool
) -> d.Document:
    """Return a part of the list of all papers, with room to tick and sign in every row.

    `total` is how many papers the stack has; below the `last` part stands who has none.
    """
    labels = (like.identity[0].label, *(other.label for other in entries[0].others))
    header = (_below_each_other(map(d.Text, labels)), *(_text(words[f"list.columns.{column}"]) for column in _LISTED))
    rows = tuple((_patient(each), _text(each.paper), _text(str(each.sheets)), (), ()) for each in entries)
    blocks = (
        d.Heading(1, _text(words["list.title"])),
        *_dated(stack, words, total),
        d.Paragraph(_text(words["list.lead"])),
        d.Table(header, rows, row_headers=False, rows_for_writing=True, widths=_SHARES),
        *(_without(stack, words) if last else ()),
    )
    return _page(blocks, words["list.page"].replace("{part}", str(part)), like, words)


def _patient(each: Entry) -> d.Inlines:
    return _below_each_other((d.Text(each.name, strong=True), *(d.Text(other.value) for other in each.others)))


def _below_each_other(texts: Iterable[d.Text]) -> d.Inlines:
    """Set each text on lines of its own, so that a date is not parted and a number is found at a glance."""
    return tuple(inline for each in texts if each.text for inline in (d.NEW_LINE, each))[1:]


def _dated(stack: Stack, words: Labels, total: int) -> Iterator[d.Block]:
    if stack.issued:
        first, last = (stack.formats.date(day) for day in (min(stack.issued), max(stack.issued)))
        days = first if first == last else words["list.dates_between"].format(first=first, last=last)
        yield d.Paragraph(_text(words["list.dates"].format(papers=total, dates=days), strong=True))


def _without(stack: Stack, words: Labels) -> Iterator[d.Block]:
    reasons = [(reason, rows) for reason, rows in stack.without if rows]
    if reasons:
        yield d.Heading(2, _text(words["without.lead"]))
    for reason, rows in reasons:
        every = ", ".join(map(str, rows))
        yield d.Paragraph(_text(words["without.rows"].format(reason=words[f"without.{reason}"], rows=every)))


def _page(blocks: tuple[d.Block, ...], number: str, like: d.Document, words: Labels) -> d.Document:
    return structs.replace(
        like,
        identity=(),
        furniture=d.Furniture(page=number, draft="", version=words["foot"], document_id=""),
        sections=(d.Section("ward", blocks),),
    )


def _text(text: str, strong: bool = False) -> d.Inlines:
    return (d.Text(text, strong),) if text else ()


def _labelled(label: str, value: str) -> d.Inlines:
    return (d.Text(f"{label}: "), d.Text(value, strong=True))
