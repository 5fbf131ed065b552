"""The document: one frozen value that PDF, HTML and plain text are drawn from.

It holds words, never looks: no size, no colour, no page. Every block type maps
to one structure element (`rendering.pdf.tags`), one HTML element and one way of
writing it in plain text, and all three are read in the same order.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

from msgspec import Struct

# --- inlines ---------------------------------------------------------------


class Text(Struct, frozen=True):
    """A run of words. `field` names the input it came from; authored words have none."""

    text: str
    strong: bool = False
    field: str = ""


class Link(Struct, frozen=True):
    """Words that lead somewhere: `target` is a `tel:` or `https:` address that we made ourselves."""

    text: str
    target: str
    strong: bool = False
    field: str = ""


class PageRef(Struct, frozen=True):
    """A pointer to a section: "page 3" on paper, a link elsewhere.

    `text` holds `{page}` where the number goes; `title` names the section for formats without pages.
    """

    section: str
    text: str
    title: str
    strong: bool = False


Inline = Text | Link | PageRef
Inlines = tuple[Inline, ...]

NEW_LINE: Final = Text("\n")
"""Begins a new line. It stands only in the `when` of a chart's lane, between visits, and in the ward's list."""

# --- blocks ----------------------------------------------------------------


class Heading(Struct, frozen=True):
    """A heading; level 1 stands once in a document, and levels never skip."""

    level: int
    content: Inlines


class Paragraph(Struct, frozen=True):
    """Running text. `lead` is the one message to remember, `small` the small print (12 pt or more)."""

    content: Inlines
    style: Literal["body", "lead", "small"] = "body"


class List(Struct, frozen=True):
    """A flat list; `check` draws an empty box to tick before each item."""

    items: tuple[Inlines, ...]
    style: Literal["bullet", "number", "check"] = "bullet"


class Table(Struct, frozen=True):
    """A table with a header row. With `row_headers` the first cell of each row heads that row.

    `rows_for_writing` gives every row the height of handwriting. `widths` are shares of the line
    (they sum to 1); without them the columns share the line by their content.
    """

    header: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    row_headers: bool = True
    rows_for_writing: bool = False
    widths: tuple[float, ...] = ()


class Lines(Struct, frozen=True):
    """Ruled lines to write on, after an optional label (a signature, "My questions")."""

    count: int
    label: Inlines = ()


class Code(Struct, frozen=True):
    """A QR code or a Code 128 bar code, with words beside it and a text alternative."""

    symbology: Literal["qr", "code128"]
    payload: str
    alt: str
    caption: Inlines


class Icons(Struct, frozen=True):
    """An array of `total` figures of which `marked` are marked; the caption says what that means."""

    total: int
    marked: int
    alt: str
    caption: Inlines


class Box(Struct, frozen=True):
    """A framed group that stays together: `alarm` for help now, `message` for the one thing to remember."""

    kind: Literal["identity", "alarm", "message", "note", "plain"]
    children: tuple[Block, ...]


class Tick(Struct, frozen=True):
    """A mark on the chart's axis, `day` days after surgery. `major` ticks are drawn across the lanes."""

    day: float
    label: str
    major: bool = False


class Band(Struct, frozen=True):
    """A span of a lane in days after surgery.

    `fade_in` and `fade_out` say that the source gives no such end: it is drawn as uncertain.
    """

    start: float
    end: float
    pattern: Literal["solid", "hatch", "dots"]
    fade_in: bool = False
    fade_out: bool = False


class Mark(Struct, frozen=True):
    """A point on a lane, `day` days after surgery; `label` is a short key such as "1"."""

    day: float
    label: str
    symbol: Literal["surgery", "visit"]


class Lane(Struct, frozen=True):
    """One line of the chart: what it is about, when it is, what may happen."""

    label: Inlines
    when: Inlines
    text: Inlines
    bands: tuple[Band, ...] = ()
    marks: tuple[Mark, ...] = ()


class Flag(Struct, frozen=True):
    """A labelled upright line through all lanes, `day` days after surgery ("You got this paper on ...")."""

    day: float
    label: Inlines


class Chart(Struct, frozen=True):
    """The recovery timeline: two linear scales joined by a visible break, open at the right end.

    The first scale runs in days from `first_day` to `break_day`, the second in months from there to `last_day`.
    """

    first_day: float
    break_day: float
    last_day: float
    ticks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    flags: tuple[Flag, ...]
    open_end: Inlines
    alt: str


Block = Heading | Paragraph | List | Table | Lines | Code | Icons | Box | Chart


class Section(Struct, frozen=True):
    """Blocks that belong together. `start` says where it may begin: in the flow, on a new page, on a new sheet."""

    name: str
    blocks: tuple[Block, ...]
    start: Literal["flow", "page", "sheet"] = "flow"


class Identifier(Struct, frozen=True):
    """One entry of the identity strip: "Name", the value, and the field that it came from."""

    label: str
    value: str
    field: str


class Logo(Struct, frozen=True):
    """The clinic's picture: opaque sRGB pixels, 3 bytes each, row by row, and what it shows."""

    width: int
    height: int
    pixels: bytes
    alt: str


class Letterhead(Struct, frozen=True):
    """Who gives the paper: hospital, unit and address lines, with an optional logo."""

    lines: tuple[str, ...]
    logo: Logo | None = None


class Furniture(Struct, frozen=True):
    """What stands on every page, in the document's language.

    `page` holds `{page}` and `{pages}`. `draft` is empty on an approved copy, but its place stays reserved. `blank` is
    what stands on a page that only fills up a sheet of paper.
    """

    page: str
    draft: str
    version: str
    document_id: str
    blank: str = ""


class Metadata(Struct, frozen=True):
    """What the file says about itself. No patient data: the title is the handout's, ids are keyed hashes.

    A draft has no approver and no dates of one. `override` says by whose leave, and why, words are used whose review
    date has passed. `approved_key` stands for all that was approved (`composing.approved`).
    """

    title: str
    language: str
    publisher: str
    handout: str
    handout_version: str
    content_hash: str
    document_id: str
    patient_key: str
    issued: dt.date
    draft: bool
    approver: str = ""
    approved: dt.date | None = None
    review_by: dt.date | None = None
    override: str = ""
    approved_key: str = ""


class Document(Struct, frozen=True):
    """Everything that one patient receives, or the ward's record sheet."""

    metadata: Metadata
    letterhead: Letterhead
    identity: tuple[Identifier, ...]
    furniture: Furniture
    sections: tuple[Section, ...]
    duplex: bool = True
