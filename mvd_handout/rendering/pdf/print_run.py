"""The print run: the papers of many patients in one file, for the printer alone.

Its pages are those of the patients' own files, but nothing is tagged: what a screen reader needs stays with the
patient's own file, which never passes through here. Fonts and common parts stand in the file once.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby
from typing import BinaryIO, Final

from msgspec import Struct

from mvd_handout.composing.formats import Formats
from mvd_handout.composing.ward import Entry, Stack, entry, hand_out_list, separator
from mvd_handout.content.labels import load_labels, load_ward_words
from mvd_handout.content.theme import load_theme
from mvd_handout.domain.document import Document
from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.glyphs import check_glyphs
from mvd_handout.rendering.pdf import metadata, syntax
from mvd_handout.rendering.pdf.binding import add_logo, add_other_fonts, logo_pixels, page_pieces, resources
from mvd_handout.rendering.pdf.deflate import BEST, Piece, stream
from mvd_handout.rendering.pdf.font_objects import add_font, embed
from mvd_handout.rendering.pdf.geometry import Paper
from mvd_handout.rendering.pdf.inside import Inside, listed
from mvd_handout.rendering.pdf.layout import Layout, lay_out
from mvd_handout.rendering.pdf.render import memory
from mvd_handout.rendering.pdf.skeleton import ALWAYS, viewer_preferences
from mvd_handout.rendering.pdf.streaming import WIDTH, FileStream, page_tree

_WARD_THEME: Final = "standard"
_LISTED: Final = 200
"""Patients in one part of the list, so that no list is laid out at once that fills a ream."""
_WORTH: Final = 100
"""Pieces of so many bytes stand in the file on their own, so that pages can share them."""
_KNOWN: Final = 4096
"""Streams in the file that are known again by their contents."""


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
    `hand_out_list` puts a list of all patients first: name, record number, date of birth, document id, sheets, and
    room to tick and sign. The list also says the days in `issued`, which stand on the papers, in the words of
    `locale`, and, below, the rows `without` a paper, by the reason: "held", "left_out" or "replaced".
    """

    language: str = "en"
    locale: str = "en-GB"
    duplex: bool = True
    separators: bool = False
    hand_out_list: bool = True
    issued: tuple[dt.date, ...] = ()
    without: tuple[tuple[str, tuple[int, ...]], ...] = ()


class PrintRunSummary(Struct, frozen=True):
    """How much was written: patients, pages and sheets of paper, with separators, list and blank pages."""

    patients: int
    pages: int
    sheets: int


def write_print_run(out: BinaryIO, items: Iterable[PrintItem], options: PrintRunOptions) -> PrintRunSummary:
    """Write the papers of `items`, in their order, to `out` as one PDF.

    `items` is read once and no paper is kept, so that a generator of any length needs little memory; `out` is only
    appended to. No patient stands in the file's metadata, outline or labels; the metadata list the papers by their ids
    (`inside.read_inside`), for which some 300 bytes a paper are kept. The same items give the same bytes.
    When it raises, what was written is no PDF and must be thrown away.

    Raises:
        InputError: the items are of different paper sizes, or there is none.
        GlyphError: a character of a paper cannot be printed.
        ContentError: the ward's own words are not there in this language.
    """
    rest = iter(items)
    first = next(rest, None)
    if first is None:
        raise InputError(Fault("print run", "there is no paper", "At least one"))
    run = _Run(out, options, first)
    for item in chain([first], rest):
        run.add(item)
    return run.finish()


class _Pages:
    """Pages in their order: the leaves of the page tree, and the labels of stretches of pages."""

    def __init__(self, file: FileStream) -> None:
        self._file = file
        self.leaves: list[tuple[int, list[int]]] = []
        self.labels: list[tuple[int, bytes]] = []
        self.count = 0

    def label(self, words: str, numbered: bool = True) -> None:
        """Label the pages that follow."""
        self.labels.append((self.count, b"<</P %s%s>>" % (syntax.text(words), b"/S/D" if numbered else b"")))

    def add(self, entries: dict[str, bytes]) -> None:
        """Add a page."""
        if not self.leaves or len(self.leaves[-1][1]) == WIDTH:
            self.leaves.append((self._file.reserve(), []))
        parent, kids = self.leaves[-1]
        head = {"Type": b"/Page", "Parent": syntax.reference(parent)}
        kids.append(self._file.add(syntax.dictionary({**head, **entries})))
        self.count += 1


class _Sheets:
    """Puts documents on pages of the file; what several pages share stands in it once."""

    def __init__(self, file: FileStream, paper: Paper, duplex: bool) -> None:
        self._file, self._paper, self.duplex = file, paper, duplex
        fonts = load_fonts()
        self._fonts = tuple((key, add_font(file, embed(fonts, key, frozenset()))) for key in ALWAYS)
        self._known: OrderedDict[tuple[str, bytes], int] = OrderedDict()

    def count(self, pages: int) -> int:
        """Return how many sheets so many pages take."""
        return -(-pages // 2) if self.duplex else pages

    def lay_out(self, document: Document, theme: str) -> Layout:
        """Lay out a document as the patient's own file has it."""
        fonts, look = load_fonts(), load_theme(theme)
        check_glyphs(document, fonts, memory())
        return lay_out(document, look, self._paper, fonts, memory())

    def put(self, layout: Layout, pages: _Pages, blank: str) -> None:
        """Add a document's pages, and one labelled `blank` if the last sheet has another side."""
        room, used = layout.geometry, self._resources(layout)
        box = syntax.rectangle((0.0, 0.0, room.paper_width, room.paper_height))
        for pieces in page_pieces(layout, BEST):
            contents = syntax.references([self._stream(each) for each in _grouped(pieces)])
            pages.add({"MediaBox": box, "Resources": syntax.reference(used), "Contents": contents})
        if self.duplex and len(layout.plan.pages) % 2:
            pages.label(blank, numbered=False)
            pages.add({"MediaBox": box, "Resources": b"<<>>"})

    def _stream(self, pieces: tuple[Piece, ...]) -> int:
        return self._shared("content", stream(pieces), lambda packed: self._file.add_stream({}, b"", packed))

    def _resources(self, layout: Layout) -> int:
        logo = layout.document.letterhead.logo
        image = None
        if logo is not None:
            image = self._shared(
                "image", memory()(logo_pixels, logo), lambda packed: add_logo(self._file, logo, packed)
            )
        fonts = (*self._fonts, *add_other_fonts(self._file, layout))
        return self._shared("resources", resources(fonts, image), self._file.add)

    def _shared(self, kind: str, content: bytes, add: Callable[[bytes], int]) -> int:
        """Return the number of the object of this kind and content, added if it is not known to be there."""
        key = (kind, content)
        number = self._known.pop(key, None) or add(content)
        if len(self._known) == _KNOWN:
            self._known.popitem(last=False)
        self._known[key] = number
        return number


class _Run:
    """A print run on its way."""

    def __init__(self, out: BinaryIO, options: PrintRunOptions, first: PrintItem) -> None:
        self._options, self._words = options, load_ward_words(options.language)
        self._like = first.document
        self._paper = first.paper
        self._file = FileStream(out)
        self._sheets = _Sheets(self._file, first.paper, options.duplex)
        self._pages, self._lists = _Pages(self._file), _Pages(self._file)
        self._entries: list[Entry] = []
        self._inside: list[Inside] = []

    def add(self, item: PrintItem) -> None:
        """Write a patient's pages, and the separator before them."""
        if item.paper != self._paper:
            raise InputError(_another_size(item, self._paper))
        layout = self._sheets.lay_out(item.document, item.theme)
        listed = entry(item.document, self._sheets.count(len(layout.plan.pages)))
        blank = self._words["blank_label"].format(row=item.row)
        if self._options.separators:
            sheet = separator(listed, item.document, self._words)
            self._pages.label(self._words["separator_label"].format(row=item.row), numbered=False)
            self._sheets.put(self._sheets.lay_out(sheet, _WARD_THEME), self._pages, blank)
        self._pages.label(self._words["row_label"].format(row=item.row))
        self._sheets.put(layout, self._pages, blank)
        self._inside.append(_inside(item))
        if self._options.hand_out_list:
            self._entries.append(listed)

    def finish(self) -> PrintRunSummary:
        """Write the list, which comes first, and the end of the file."""
        options, total = self._options, len(self._entries)
        stack = Stack(Formats(options.locale, load_labels(options.language)), options.issued, options.without)
        for part, at in enumerate(range(0, total, _LISTED), start=1):
            some, last = self._entries[at : at + _LISTED], at + _LISTED >= total
            listed = hand_out_list(some, part, self._like, self._words, stack, total=total, last=last)
            label = self._words["list_label"].format(part=part)
            self._lists.label(label)
            self._sheets.put(self._sheets.lay_out(listed, _WARD_THEME), self._lists, label)
        root = self._file.add(self._catalogue())
        self._file.finish(root, metadata.add_info(self._file, self._words["title"]))
        pages = self._lists.count + self._pages.count
        return PrintRunSummary(len(self._inside), pages, self._sheets.count(pages))

    def _catalogue(self) -> bytes:
        words, lists, pages = self._words, self._lists, self._pages
        labels = [*lists.labels, *((lists.count + at, label) for at, label in pages.labels)]
        packet = metadata.plain_xmp(words["title"], words["subject"], words.language, listed(self._inside))
        number = self._file.add_raw_stream({"Type": b"/Metadata", "Subtype": b"/XML"}, packet)
        return syntax.dictionary(
            {
                "Type": b"/Catalog",
                "Pages": syntax.reference(page_tree(self._file, [*lists.leaves, *pages.leaves])),
                "PageLabels": b"<</Nums[%s]>>" % b" ".join([b"%d %s" % each for each in labels]),
                "ViewerPreferences": viewer_preferences(self._options.duplex),
                "Metadata": syntax.reference(number),
            }
        )


def _grouped(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, ...]]:
    """Yield a page's pieces as streams: great ones alone, small ones with their neighbours."""
    for great, group in groupby(pieces, lambda piece: len(piece.packed) >= _WORTH):
        if great:
            yield from ((piece,) for piece in group)
        else:
            yield tuple(group)


def _inside(item: PrintItem) -> Inside:
    about = item.document.metadata
    return Inside(
        item.row, about.document_id, about.handout, about.language, about.issued.isoformat(), about.approved_key
    )


def _another_size(item: PrintItem, paper: Paper) -> Fault:
    return Fault(
        f"row {item.row}",
        f"a paper on {item.paper}, after others on {paper}",
        "All papers of a print run are of one size, since a printer takes them from one tray",
        "Make a print run for each size",
    )
