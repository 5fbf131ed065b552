"""What a print run says of the papers in it: a list in its XMP packet, which tells nobody who the patients are.

By it, papers that were replaced, or whose approval ended, are found before the run is printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Final

from msgspec import Struct

from mvd_handout.rendering.pdf.metadata import escape

_BEGIN: Final = b"<mvd:papers><rdf:Seq>"
_END: Final = b"</rdf:Seq></mvd:papers>"
_ITEM: Final = re.compile(r"<rdf:li>([^<;]+); (\S+) (\d{4}-\d{2}-\d{2}) ([^<]+)</rdf:li>")
_PAPER: Final = re.compile(r"(\d+) ([^ ,]+)")


class Inside(Struct, frozen=True):
    """One paper in a file: what it is, and all by which it is known whether it may still be given out.

    `row` is the number of its row in the roster, 0 where there is none. `language` is that of its speech (en-GB),
    `issued` the date on it (ISO 8601).
    """

    row: int
    document_id: str
    handout: str
    language: str
    issued: str


def listed(papers: Iterable[Inside]) -> str:
    """Return the list as it stands in an XMP packet.

    An item is "2 FK0B-WAWX-54DG, 3 7K3M-9QXA-2F4D; en-GB 2026-12-01 hfs-recovery", with rows and ids first.
    Papers that follow each other and differ in nothing else share one, so that a paper takes 20 bytes.
    """
    items = (
        f"{', '.join(f'{each.row} {each.document_id}' for each in alike)}; {language} {issued} {escape(handout)}"
        for (language, issued, handout), alike in groupby(
            papers, lambda each: (each.language, each.issued, each.handout)
        )
    )
    return "\n    ".join([_BEGIN.decode(), *(f"<rdf:li>{item}</rdf:li>" for item in items), _END.decode()])


def read_inside(pdf: bytes) -> tuple[Inside, ...]:
    """Return the papers that a print run lists, in their order; none where it lists none."""
    from html import unescape  # not needed to write a list

    start = pdf.rfind(_BEGIN)
    end = pdf.find(_END, start)
    if start < 0 or end < 0:
        return ()
    return tuple(
        Inside(int(row), document_id, unescape(handout), language, issued)
        for alike, language, issued, handout in _ITEM.findall(pdf[start:end].decode("utf-8", "replace"))
        for row, document_id in _PAPER.findall(alike)
    )
