"""The print run: the papers of many patients in one file, for the printer alone.

Its pages are those of the patients' own files, but nothing is tagged: what a screen reader needs stays with the
patient's own file, which never passes through here. Fonts and common parts stand in the file once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from msgspec import Struct

from mvd_handout.domain.document import Document
from mvd_handout.rendering.pdf.geometry import Paper


class PrintItem(Struct, frozen=True):
    """One patient's paper. `row` is the number of its row in the roster; it labels the patient's pages.

    Its repr shows no patient.
    """

    row: int
    document: Document
    theme: str
    paper: Paper

    def __repr__(self) -> str:
        return f"PrintItem(row {self.row})"


class PrintRunOptions(Struct, frozen=True):
    """What a print run holds besides the papers, and how it is printed.

    `language` is that of the ward's own words (separators and list). `duplex` fills each patient up to whole sheets
    of two pages; without it a sheet is a page. `separators` puts a sheet with the patient's name before each paper.
    `hand_out_list` puts a list of all patients first: name, record number, document id, sheets, and room to tick and
    sign.
    """

    language: str = "en"
    duplex: bool = True
    separators: bool = False
    hand_out_list: bool = True


class PrintRunSummary(Struct, frozen=True):
    """How much was written: patients, pages and sheets of paper, with separators, list and blank pages."""

    patients: int
    pages: int
    sheets: int


def write_print_run(out: BinaryIO, items: Iterable[PrintItem], options: PrintRunOptions) -> PrintRunSummary:
    """Write the papers of `items`, in their order, to `out` as one PDF.

    `items` is read once and no paper is kept, so that a generator of any length needs little memory; `out` is only
    appended to. No patient stands in the file's metadata, outline or labels. The same items give the same bytes.
    When it raises, what was written is no PDF and must be thrown away.

    Raises:
        InputError: the items are of different paper sizes, or there is none.
        GlyphError: a character of a paper cannot be printed.
    """
    raise NotImplementedError
