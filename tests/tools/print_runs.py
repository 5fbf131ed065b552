"""The checker of print runs: page by page, is the stack that comes out of the printer the patients' own papers?

Everything is read as a viewer shows it. What a page of the run must say is what the same page of the patient's own
file says; for a sample the pictures of both must be equal in every pixel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2

from tests.tools.canaries import Patient
from tests.tools.mixups import Fact, facts_in, words_in

_SCALE = 1.0


@dataclass(frozen=True)
class OwnPaper:
    """A patient with the patient's own file, in the order of the roster."""

    patient: Patient
    paper: str
    pdf: bytes


class Shown:
    """A PDF file as a viewer shows it."""

    def __init__(self, pdf: bytes) -> None:
        self._document = pypdfium2.PdfDocument(pdf)
        self.texts = tuple(_text(page) for page in self._document)

    def __len__(self) -> int:
        return len(self.texts)

    def picture(self, page: int) -> bytes:
        """Return a page as pixels, counted from 0."""
        return bytes(self._document[page].render(scale=_SCALE).to_pil().tobytes())

    def beside_the_pages(self) -> str:
        """Return what the file says about itself: metadata, bookmarks, page labels."""
        marks = [mark.get_title() for mark in self._document.get_toc()]
        labels = [self._document.get_page_label(page) for page in range(len(self))]
        return " ".join([*self._document.get_metadata_dict().values(), *marks, *labels])

    def close(self) -> None:
        """Let go of the file."""
        self._document.close()


def _text(page: pypdfium2.PdfPage) -> str:
    return " ".join(str(page.get_textpage().get_text_range()).replace("\ufffe", "").split())


def check_print_run(
    pdf: bytes,
    papers: Sequence[OwnPaper],
    *,
    separators: bool = False,
    hand_out_list: bool = True,
    look_at: int = 2,
) -> list[str]:
    """Return what is wrong with a print run of `papers` for both sides of the sheets."""
    run = Shown(pdf)
    try:
        return list(_problems(run, papers, separators, hand_out_list, look_at))
    finally:
        run.close()


def _problems(
    run: Shown, papers: Sequence[OwnPaper], separators: bool, hand_out_list: bool, look_at: int
) -> Iterator[str]:
    own = [Shown(each.pdf) for each in papers]
    lengths = [len(each) + len(each) % 2 + 2 * separators for each in own]
    first = len(run) - sum(lengths)
    if first < 0 or first % 2 or (first > 0) != hand_out_list:
        yield f"{len(run)} pages for {sum(lengths)} of patients"
        return
    if words := words_in(run.beside_the_pages().encode()):
        yield f"beside the pages: {sorted(words)}"
    if hand_out_list:
        yield from _list_problems(" ".join(run.texts[:first]), papers, [each - 2 * separators for each in lengths])
    step = max(1, len(papers) // look_at) if look_at else len(papers) + 1
    at = first
    for place, (each, mine) in enumerate(zip(papers, own, strict=True)):
        found = list(_patient_problems(run, at, each, mine, separators, place % step == 0))
        yield from (f"patient {place + 1}: {problem}" for problem in found)
        at += lengths[place]
        mine.close()


def _patient_problems(run: Shown, at: int, own: OwnPaper, mine: Shown, separators: bool, look: bool) -> Iterator[str]:
    """Yield what is wrong with the sheets of one patient, which begin with page `at`, counted from 0."""
    if separators:
        yield from _separator_problems(run.texts[at], own)
        if run.texts[at + 1]:
            yield "the back of the separator is not blank"
        at += 2
    for number, text in enumerate(mine.texts):
        if run.texts[at + number] != text:
            yield f"page {number + 1} says something else"
        if look and run.picture(at + number) != mine.picture(number):
            yield f"page {number + 1} looks otherwise"
    if len(mine) % 2 and run.texts[at + len(mine)]:
        yield "the last side is not blank"


def _separator_problems(text: str, own: OwnPaper) -> Iterator[str]:
    found = facts_in(text)
    names = {fact for fact in facts_in(own.patient.name) if fact.kind == "word"}
    for fact in sorted(found):
        if fact.kind in ("word", "record", "paper") and fact not in _identity(own):
            yield f"separator: foreign {fact.kind} {fact.value}"
    yield from (f"separator: lacks {fact.value}" for fact in sorted(names - found))


def _identity(own: OwnPaper) -> set[Fact]:
    names = {fact for fact in facts_in(own.patient.name) if fact.kind == "word"}
    return {*names, Fact("record", own.patient.record_number), Fact("paper", own.paper)}


def _list_problems(text: str, papers: Sequence[OwnPaper], lengths: Sequence[int]) -> Iterator[str]:
    """Yield where the hand-out list is not one row a patient, in order, with number, id and sheets."""
    rows = re.findall(r"(Rq\d+),? .*?([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}) (\d+)", text)
    wanted = [
        (own.patient.record_number, own.paper, str(length // 2)) for own, length in zip(papers, lengths, strict=True)
    ]
    if len(rows) != len(wanted):
        yield f"list: {len(rows)} rows for {len(wanted)} patients"
    for place, (row, right) in enumerate(zip(rows, wanted, strict=False), start=1):
        if row != right:
            yield f"list: row {place} is another's"
    if foreign := facts_in(text) - frozenset().union(*(_identity(own) for own in papers)):
        yield from (f"list: {fact.kind} {fact.value}" for fact in sorted(foreign) if fact.kind in ("word", "record"))
