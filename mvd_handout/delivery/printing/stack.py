"""The stack of a batch: its papers in the order of the roster, every one of them checked against the manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from msgspec import Struct

from mvd_handout.delivery.batch.audit import find_batch
from mvd_handout.delivery.batch.manifest import Entry
from mvd_handout.delivery.batch.plan import file_name
from mvd_handout.delivery.printing.papers import ChangedError, PaperFile, read_paper
from mvd_handout.domain.errors import ApprovalError, Fault, HandoutError, InputError, OutputError
from mvd_handout.domain.ids import read_document_id

_ALL_OR_NOTHING: Final = "`mvd-handout verify` names everything that is not as it was made"


class Stack(Struct, frozen=True):
    """What a batch holds for the printer. `lacking` papers are planned and not made; `held` rows get none."""

    papers: tuple[PaperFile, ...]
    lacking: int
    held: int

    def starting_with(self, document_id: str) -> Stack:
        """Return the rest of the stack from that paper on. Raises InputError when it is not in it."""
        wanted = read_document_id(document_id)
        for place, paper in enumerate(self.papers):
            if paper.document_id == wanted:
                return Stack(self.papers[place:], self.lacking, self.held)
        raise InputError(Fault("--from", "no paper of this batch has this id", "The id at the foot of a paper"))


def read_stack(folder: Path, key: bytes) -> Stack:
    """Return the papers of the batch in `folder`. Every file is read and checked, and all faults are told at once.

    Raises:
        OutputError: there is no batch in the folder, or no more, or a file cannot be read.
        ApprovalError: the batch made drafts.
        ChangedError: papers that are not as they were made.
        InputError: papers that this clinic's `key` cannot judge.
    """
    plan, manifest = find_batch(folder)
    if manifest.purged or plan is None:
        found = "its papers were removed" if manifest.purged else "its plan is missing"
        raise OutputError(Fault("batch folder", found, "A batch with its papers", "Make the batch again"))
    if plan.options.get("draft"):
        raise ApprovalError(
            Fault("batch folder", "its papers are DRAFTS", "No patient may have them", "Make it again without --draft")
        )
    papers, errors = [], list[HandoutError]()
    for entry in sorted(manifest.entries.values(), key=lambda entry: entry.row):
        try:
            papers.append(_paper(folder, entry, key))
        except HandoutError as error:
            errors.append(error)
    if errors:
        worst = max(errors, key=lambda error: error.exit_code)
        raise type(worst)(*(fault for error in errors for fault in error.faults))
    if not papers:
        raise OutputError(Fault("batch folder", "no paper was made yet", "A batch with its papers", "Run it again"))
    return Stack(tuple(papers), len(plan.papers) - len(papers), len(plan.held))


def _paper(folder: Path, entry: Entry, key: bytes) -> PaperFile:
    paper, _ = read_paper(folder / file_name(entry.document_id), entry.document_id, key)
    if (paper.document_id, paper.patient_key, paper.sha256) != (entry.document_id, entry.patient_key, entry.sha256):
        raise ChangedError(
            Fault(entry.document_id, "the file is not the one that was made", "Nothing is printed", _ALL_OR_NOTHING)
        )
    return paper
