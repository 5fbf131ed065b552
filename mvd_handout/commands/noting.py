"""Noting a paper that `make` or `reissue` made, and what the patient has already."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from mvd_handout.commands.wording import date_in_words

if TYPE_CHECKING:
    from mvd_handout.commands.console import Console
    from mvd_handout.commands.press import Papers
    from mvd_handout.delivery.journal.entry import Entry, Kind, Reason
    from mvd_handout.delivery.journal.journal import Append, Journal
    from mvd_handout.delivery.journal.reading import Notice
    from mvd_handout.delivery.journal.search import Paper


class Before(Struct, frozen=True):
    """What the journal says of a new paper `number`: which one the patient has, and which one replaced the new one."""

    number: str
    standing: Paper | None = None
    replaced_by: Entry | None = None

    def in_words(self) -> str:
        """Return what a nurse has to know of it, or nothing."""
        if (copy := self.replaced_by) is not None:
            by = f"by paper {copy.document_id} of {date_in_words(copy.issued)}"
            return f"paper {self.number} was replaced {by}: do not give it to the patient"
        if (paper := self.standing) is None:
            return ""
        if paper.document_id == self.number:
            return f"paper {self.number} is made again: it is the one that this patient has"
        has = f"this patient has paper {paper.document_id} of {date_in_words(paper.issued)} already"
        return f"{has}; `mvd-handout reissue {paper.document_id}` makes a copy that replaces it"

    def tell(self, console: Console) -> None:
        """Say it: as a warning where the patient would have two papers, or an old one."""
        if not (words := self.in_words()):
            return
        if self.standing and self.standing.document_id == self.number:
            console.say(f"Note: {words}.")
        else:
            console.warn(f"{words}.")


class Ledger(Struct):
    """Where a paper is noted once it is made, and as what. Without a journal, it is noted nowhere.

    `notice` is told of what is amiss in the journal when it is asked; without it, that raises OutputError.
    `allow` raises InputError when the paper may not be made any more, by the journal as it is at the last moment.
    """

    journal: Journal | None = None
    kind: Kind = "make"
    reason: Reason | None = None
    notice: Notice | None = None
    allow: Callable[[], None] | None = None

    def before(self, papers: Papers) -> Before:
        """Return what the patient of a first copy has; of a draft or a reissued copy, nothing. Raises OutputError."""
        about = papers.about
        if self.journal is None or self.kind != "make" or papers.draft:
            return Before(about.document_id)
        from mvd_handout.delivery.journal.search import replacements, standing_paper

        entries = list(self.journal.about(about.patient_key, self.notice))
        return Before(
            about.document_id,
            standing_paper(entries, about.patient_key, about.handout),
            replacements(entries, [about.document_id]).get(about.document_id),
        )

    @contextlib.contextmanager
    def turn(self, papers: Papers) -> Iterator[Callable[[], None]]:
        """Yield what notes the papers, to be called as soon as they are in somebody's hands; a draft is for no patient.

        Where `allow` is asked, nobody else can note anything from then until this ends: of two who replace the same
        paper at once, the second is refused before there is a file. The paper still comes before its line, so who is
        killed between the two leaves a paper without a line, and never a line that replaces the only paper by none.
        But a copy on standard output comes after its line: nobody else waits until somebody reads it.

        Raises InputError and OutputError; what the caller raises passes.
        """
        if self.journal is None or papers.draft:
            yield lambda: None
        elif self.allow is None:
            add = self.journal.append
            yield lambda: self._note(papers, add)
        else:
            with self.journal.turn() as append:
                self.allow()
                yield lambda: self._note(papers, append)

    def _note(self, papers: Papers, append: Append) -> None:
        from mvd_handout.commands.journalling import as_given, entry_of

        with as_given(f"Paper {papers.about.document_id}"):
            append([entry_of(papers, self.kind, self.reason)])
