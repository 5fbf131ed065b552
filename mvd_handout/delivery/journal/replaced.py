"""What was replaced, while papers are handed out: asked as often as one likes, read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.delivery.journal.reading import Marks, Notice
from mvd_handout.delivery.journal.search import Replacements


class Replaced:
    """The copies that stand for some papers, by the journal as it is now; without a journal, none.

    The first look reads the whole journal, each further one only what was added since. `notice` is told of lines that
    were changed.
    """

    def __init__(self, journal: Journal | None, document_ids: Iterable[str], notice: Notice) -> None:
        self._journal, self._notice = journal, notice
        self._found = Replacements(document_ids)
        self._marks: Marks = {}

    def look(self) -> Mapping[str, Entry]:
        """Return, by document id, the copy that stands for each paper that was replaced. Raises OutputError."""
        if self._journal is not None:
            for entry in self._journal.copies(self._notice, self._marks):
                self._found.add(entry)
        return self._found.latest
