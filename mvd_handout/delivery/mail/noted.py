"""What the journal notes of the patients of a list, as it is now: copies of papers, and e-mails of other accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.delivery.journal.reading import Marks, Notice
from mvd_handout.delivery.journal.search import Replacements, Standing
from mvd_handout.delivery.mail.ledger import was_sent_from
from mvd_handout.delivery.mail.outbox import LEFT, Outbox


class Noted:
    """Asked as often as one likes, before each message too; without a journal, nothing is noted.

    The first look reads the whole journal, each further one only what was added since. `notice` is told of lines that
    were changed. Only papers and e-mails with one handout count.
    """

    def __init__(
        self,
        journal: Journal | None,
        outbox: Outbox,
        handout: str,
        papers: Iterable[str],
        patients: Collection[str],
        notice: Notice,
    ) -> None:
        self._journal, self._outbox, self._handout, self._notice = journal, outbox, handout, notice
        self._patients = frozenset(patients)
        self._replaced, self._standing = Replacements(papers), Standing(patients, handout)
        self._papers: dict[str, Entry] = {}
        self._strange: dict[str, Entry] = {}
        self._news: dict[str, Entry] = {}
        self._marks: Marks = {}
        self._looks = 0

    def look(self) -> None:
        """Read what was added since the last look. Raises OutputError."""
        if self._journal is not None:
            for entry in self._journal.touching(self._patients, self._notice, self._marks):
                self._replaced.add(entry)
                self._standing.add(entry)
                self._sort(entry)
        self._looks += 1

    def copy_of(self, paper: str, patient: str) -> Entry | None:
        """Return the copy that stands for a paper today, or that which its patient has by now; None where none is.

        The patient's tells more than the paper's: a paper has another number on every day that it is dated.
        """
        if (copy := self._replaced.latest.get(paper)) is not None:
            return copy
        has = self.paper_of(patient)
        return has if has is not None and has.kind == "reissue" else None

    def paper_of(self, patient: str) -> Entry | None:
        """Return the last paper of a patient that no other replaced; an e-mail is none."""
        standing = self._standing.of(patient)
        return self._papers.get(standing.document_id) if standing else None

    def sent_elsewhere(self, patient: str) -> Entry | None:
        """Return the last e-mail to a patient that this outbox did not send."""
        return self._strange.get(patient)

    def is_later(self, entry: Entry) -> bool:
        """Whether an e-mail was sent after the last one that left this outbox for the same patient."""
        left = [each.changed for each in self._outbox.of_patient(entry.patient_key) if each.state in LEFT]
        return all(time is None or time < entry.time for time in left)

    def sent_meanwhile(self, patient: str) -> Entry | None:
        """Return the last of those that were noted after the first look."""
        return self._news.get(patient)

    def _sort(self, entry: Entry) -> None:
        if entry.handout != self._handout or entry.patient_key not in self._patients:
            return
        if entry.kind != "email":
            self._papers[entry.document_id] = entry
        elif not was_sent_from(self._outbox, entry):
            self._strange[entry.patient_key] = entry
            if self._looks:
                self._news[entry.patient_key] = entry
