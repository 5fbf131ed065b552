"""The ward's own pages in a print run: the list of all papers, and the sheet before each one."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, structs

from mvd_handout.content.labels import Labels
from mvd_handout.domain import document as d

_NAME = "patient.name"
_NUMBER = "patient.record_number"
_LISTED = ("paper", "sheets", "wristband", "given")
"""The list's columns after the patient."""
_SHARES = (0.29, 0.27, 0.12, 0.16, 0.16)
"""Widths of its columns."""


class Entry(Struct, frozen=True):
    """Whose paper it is, as its own strip says, and of how many sheets it is. Its repr shows no patient.

    `number` is the record number or, if the clinic's papers do not bear it, what else tells patients apart.
    """

    name: str
    number_label: str
    number: str
    paper: str
    sheets: int

    def __repr__(self) -> str:
        return f"Entry({self.paper})"


def entry(document: d.Document, sheets: int) -> Entry:
    """Return what the ward's pages say of a paper."""
    patient = [each for each in document.identity if each.field.startswith("patient.")]
    name = next((each.value for each in patient if each.field == _NAME), "")
    others = sorted((each for each in patient if each.field != _NAME), key=lambda each: each.field != _NUMBER)
    other = others[0] if others else d.Identifier("", "", "")
    return Entry(name, other.label, other.value, document.metadata.document_id, sheets)


def separator(each: Entry, like: d.Document, words: Labels) -> d.Document:
    """Return the sheet before a paper, in the clinic's look as on `like`."""
    blocks: tuple[d.Block, ...] = (
        d.Heading(1, _text(words["separator.title"])),
        d.Box(
            "identity",
            (
                d.Paragraph(_text(each.name, strong=True), style="lead"),
                d.Paragraph(_labelled(each.number_label, each.number)),
                d.Paragraph(_labelled(words["separator.paper"], each.paper)),
                d.Paragraph(_labelled(words["separator.sheets"], str(each.sheets))),
            ),
        ),
        d.Paragraph(_text(words["separator.lead"])),
    )
    return _page(blocks, words["separator.page"], like, words)


def hand_out_list(entries: Sequence[Entry], part: int, like: d.Document, words: Labels) -> d.Document:
    """Return a part of the list of all papers, with room to tick and sign in every row."""
    name = f"{like.identity[0].label}, {entries[0].number_label}"
    header = (name, *(words[f"list.columns.{column}"] for column in _LISTED))
    rows = tuple(
        (
            (d.Text(f"{each.name}, ", strong=True), d.Text(each.number)),
            _text(each.paper),
            _text(str(each.sheets)),
            (),
            (),
        )
        for each in entries
    )
    blocks = (
        d.Heading(1, _text(words["list.title"])),
        d.Paragraph(_text(words["list.lead"])),
        d.Table(tuple(map(_text, header)), rows, row_headers=False, rows_for_writing=True, widths=_SHARES),
    )
    return _page(blocks, words["list.page"].replace("{part}", str(part)), like, words)


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
