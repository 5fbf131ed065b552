"""What the patients of a new batch have already, by the journal: a second paper can be wanted, so it is only said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct

from mvd_handout.commands.console import Console
from mvd_handout.commands.wording import count
from mvd_handout.delivery.batch.plan import PlannedPaper
from mvd_handout.delivery.journal.search import Standing
from mvd_handout.delivery.roster.model import SomeRows


class Already(Struct, frozen=True):
    """Rows whose patients have a paper that nothing replaced: the `same` as is planned, or `others` with their ids."""

    same: tuple[int, ...] = ()
    others: tuple[tuple[int, str], ...] = ()

    def warn(self, console: Console) -> None:
        """Say it before papers are made, and what to do."""
        if self.same:
            console.warn(
                f"by the journal, {_whose(self.same)} had this very paper made before. It is made again as it was, "
                "with the same number. Give each patient one only; if the list was printed already, stop (Ctrl-C) and "
                "print what is missing from the earlier folder."
            )
        if self.others:
            console.warn(
                f"by the journal, {_whose(self._rows)} had another paper of this handout made before, and nothing "
                "replaced it. Both would look valid: take the earlier one back, or take the row out and use "
                "`mvd-handout reissue`, whose copy says which one to throw away."
            )

    def in_words(self) -> Iterator[str]:
        """Yield the lines of a summary."""
        if self.same:
            yield f"Made before, too, by the journal: {_whose(self.same)}. Give each patient one only."
        if self.others:
            yield f"With another paper by the journal: {_whose(self._rows)}. Take the earlier one back."

    def for_programs(self) -> dict[str, object]:
        """Return it as plain values."""
        others = [{"row": row, "document_id": document_id} for row, document_id in self.others]
        return {"same": list(self.same), "others": others}

    @property
    def _rows(self) -> tuple[int, ...]:
        return tuple(row for row, _ in self.others)


def find_already(papers: Iterable[PlannedPaper], standing: Standing, known: Collection[str]) -> Already:
    """Return what the patients of these papers have; papers that are `known` to this folder are passed over."""
    same: list[int] = []
    others: list[tuple[int, str]] = []
    for paper in papers:
        if paper.document_id in known or (has := standing.of(paper.patient_key)) is None:
            continue
        if has.document_id == paper.document_id:
            same.append(paper.row)
        else:
            others.append((paper.row, has.document_id))
    return Already(tuple(same), tuple(others))


def _whose(rows: Sequence[int]) -> str:
    """Return "1 patient (row 4)", or "101 patients (rows 4, 9, 12, 15, 20 and 96 more)"."""
    return f"{count(len(rows), 'patient')} ({SomeRows.of(rows)})"
