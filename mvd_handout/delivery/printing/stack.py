"""The stack of a batch: its papers in the order of the roster, every one of them checked against the manifest."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct, structs

from mvd_handout.delivery.batch.audit import NOT_PLANNED, find_batch, not_planned
from mvd_handout.delivery.batch.folder import is_at_work
from mvd_handout.delivery.batch.manifest import Entry
from mvd_handout.delivery.batch.plan import file_name
from mvd_handout.delivery.printing.papers import ChangedError, PaperFile, read_paper
from mvd_handout.domain.errors import ApprovalError, ExitCode, Fault, HandoutError, InputError, OutputError
from mvd_handout.domain.ids import read_document_id

_ALL_OR_NOTHING: Final = "`mvd-handout verify` names everything that is not as it was made"

_WITH_PAPERS: Final = "A batch with its papers is wanted"


class Stack(Struct, frozen=True):
    """What is to be printed; the rest are numbers of rows whose patients get no paper from it.

    `lacking` papers are planned and not made, `held` and `left_out` rows get none, `replaced` papers were replaced by
    later ones, `changed` papers were made with words or numbers that were changed since. `at_work` says that a run of
    the batch is still making papers. `rows` are those of all papers by id.
    """

    papers: tuple[PaperFile, ...]
    lacking: tuple[int, ...] = ()
    held: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()
    replaced: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    at_work: bool = False
    rows: Mapping[str, int] = {}

    @property
    def code(self) -> ExitCode:
        """Whether every paper of the stack may be given out."""
        return ExitCode.SOME_FAILED if self.replaced or self.changed else ExitCode.DONE

    def without_replaced(self, document_ids: Collection[str]) -> Stack:
        """Return the stack without papers that were replaced."""
        return structs.replace(self, papers=self._but(document_ids), replaced=self._rows(document_ids))

    def without_changed(self, document_ids: Collection[str]) -> Stack:
        """Return the stack without papers whose words or numbers were changed since."""
        return structs.replace(self, papers=self._but(document_ids), changed=self._rows(document_ids))

    def _but(self, document_ids: Collection[str]) -> tuple[PaperFile, ...]:
        return tuple(paper for paper in self.papers if paper.document_id not in document_ids)

    def _rows(self, document_ids: Collection[str]) -> tuple[int, ...]:
        return tuple(row for document_id, row in self.rows.items() if document_id in document_ids)

    def starting_with(self, document_id: str) -> Stack:
        """Return the rest of the stack from that paper on. Raises InputError when it is not in it."""
        wanted = read_document_id(document_id)
        for place, paper in enumerate(self.papers):
            if paper.document_id == wanted:
                return structs.replace(self, papers=self.papers[place:])
        found, fix = "no paper of this batch has this id", "Take the one that the last run named"
        raise InputError(Fault("--from", found, "The id at the foot of a paper of this batch is wanted", fix))


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
        raise OutputError(Fault("batch folder", found, _WITH_PAPERS, "Make the batch again"))
    if plan.options.get("draft"):
        raise ApprovalError(
            Fault("batch folder", "its papers are DRAFTS", "No patient may have them", "Make it again without --draft")
        )
    if foreign := not_planned(plan, manifest):
        faults = [Fault(each, NOT_PLANNED, "Nothing is printed", _ALL_OR_NOTHING) for each in sorted(foreign)]
        raise ChangedError(*faults)
    papers, errors = [], list[HandoutError]()
    for entry in sorted(manifest.entries.values(), key=lambda entry: entry.row):
        try:
            papers.append(_paper(folder, entry, key))
        except HandoutError as error:
            errors.append(error)
    if errors:
        worst = max(errors, key=lambda error: error.exit_code)
        raise type(worst)(*(fault for error in errors for fault in error.faults))
    at_work = is_at_work(folder)
    if not papers:
        fix = "Wait: the batch is still at work" if at_work else "Run the same `batch` command again"
        raise OutputError(Fault("batch folder", "no paper was made yet", _WITH_PAPERS, fix))
    lacking = tuple(paper.row for paper in plan.papers if paper.document_id not in manifest.entries)
    rows = {entry.document_id: entry.row for entry in manifest.entries.values()}
    return Stack(tuple(papers), lacking, plan.held, plan.left_out, at_work=at_work, rows=rows)


def _paper(folder: Path, entry: Entry, key: bytes) -> PaperFile:
    path = folder / file_name(entry.document_id)
    if not os.path.lexists(path):
        fix = "The same `batch` command again makes it"
        raise OutputError(Fault(entry.document_id, "the file is missing", "Nothing is printed", fix))
    paper, _ = read_paper(path, entry.document_id, key)
    if (paper.document_id, paper.patient_key, paper.sha256) != (entry.document_id, entry.patient_key, entry.sha256):
        raise ChangedError(
            Fault(entry.document_id, "the file is not the one that was made", "Nothing is printed", _ALL_OR_NOTHING)
        )
    return paper
