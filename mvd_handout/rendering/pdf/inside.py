"""What a print run says of the papers in it: a list in its XMP packet, which tells nobody who the patients are.

By it, papers that were replaced, whose approval ended, or whose words were changed since, are found before the run is
printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final

from msgspec import Struct

from mvd_handout.rendering.pdf.metadata import escape

_BEGIN: Final = b"<mvd:papers><rdf:Seq>"
_END: Final = b"</rdf:Seq></mvd:papers>"
_KEYS_BEGIN: Final = b"<mvd:approvedKeys><rdf:Seq>"
_KEYS_END: Final = b"</rdf:Seq></mvd:approvedKeys>"
_KEY: Final = re.compile(r"<rdf:li>([0-9a-f]+)</rdf:li>")
_ITEM: Final = re.compile(r"<rdf:li>([^<;]+); (\S+) (\d{4}-\d{2}-\d{2}) (?:(\d+) )?([^<]+)</rdf:li>")
_PAPER: Final = re.compile(r"(\d+) ([^ ,]+)")


class Inside(Struct, frozen=True):
    """One paper in a file: what it is, and all by which it is known whether it may still be given out.

    `row` is the number of its row in the roster, 0 where there is none. `language` is that of its speech (en-GB),
    `issued` the date on it (ISO 8601). `approved_key` stands for what was approved when it was made; a draft has none,
    nor has what an earlier version wrote.
    """

    row: int
    document_id: str
    handout: str
    language: str
    issued: str
    approved_key: str = ""


def inside_of(about: Mapping[str, str]) -> Inside:
    """Return the one paper in a file that says that `about` itself (`inspect.read_properties`)."""
    names = ("documentId", "handout", "language", "issued", "approvedKey")
    return Inside(0, *(about.get(name, "") for name in names))


def listed(papers: Iterable[Inside]) -> str:
    """Return the list as it stands in an XMP packet.

    An item is "2 FK0B-WAWX-54DG, 3 7K3M-9QXA-2F4D; en-GB 2026-12-01 1 hfs-recovery", with rows and ids first; the 1
    is the place of their approved key in a list of its own, where each key stands once. Drafts have no such number.
    Papers that follow each other and differ in nothing else share an item, so that a paper takes 20 bytes.
    """
    papers = tuple(papers)
    approved = dict.fromkeys(each.approved_key for each in papers if each.approved_key)
    keys = {key: number for number, key in enumerate(approved, 1)}
    items = [
        f"{', '.join(f'{each.row} {each.document_id}' for each in alike)}; {' '.join(common)}"
        for common, alike in groupby(papers, lambda each: _common(each, keys))
    ]
    of_keys = _sequence(_KEYS_BEGIN, keys, _KEYS_END) if keys else []
    return "\n    ".join([*of_keys, *_sequence(_BEGIN, items, _END)])


def _common(paper: Inside, keys: Mapping[str, int]) -> tuple[str, ...]:
    """Return all that is said of a paper once for those that follow each other and are alike."""
    number = (str(keys[paper.approved_key]),) if paper.approved_key else ()
    return paper.language, paper.issued, *number, escape(paper.handout)


def _sequence(begin: bytes, items: Iterable[str], end: bytes) -> list[str]:
    return [begin.decode(), *(f"<rdf:li>{item}</rdf:li>" for item in items), end.decode()]


def read_inside(pdf: bytes) -> tuple[Inside, ...]:
    """Return the papers that a print run lists, in their order; none where it lists none."""
    from html import unescape  # not needed to write a list

    keys = ["", *_KEY.findall(_between(pdf, _KEYS_BEGIN, _KEYS_END))]
    return tuple(
        Inside(int(row), document_id, unescape(handout), language, issued, keys[number])
        for alike, language, issued, place, handout in _ITEM.findall(_between(pdf, _BEGIN, _END))
        for row, document_id in _PAPER.findall(alike)
        if (number := int(place or 0)) < len(keys)
    )


def _between(pdf: bytes, begin: bytes, end: bytes) -> str:
    """Return what stands between the last `begin` and the `end` after it; nothing where they do not stand there."""
    start = pdf.rfind(begin)
    stop = pdf.find(end, start)
    return pdf[start:stop].decode("utf-8", "replace") if start >= 0 and stop >= 0 else ""
