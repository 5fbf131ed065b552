"""`verify`: what a PDF is, who approved it, whether it was changed or replaced; or all papers of a batch."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from mvd_handout.commands.console import Console
from mvd_handout.commands.places import config_folder, find_clinic
from mvd_handout.commands.print_report import every_row
from mvd_handout.commands.wording import count, date_in_words
from mvd_handout.content.clinic import KEY_NAME, read_key
from mvd_handout.delivery.files import read_file
from mvd_handout.delivery.printing.run_seal import PrintRun, read_print_run
from mvd_handout.domain.errors import ExitCode, HandoutError, InputError
from mvd_handout.domain.ids import read_document_id
from mvd_handout.rendering.pdf.inside import Inside, inside_of
from mvd_handout.rendering.pdf.inspect import Seal, check_seal, is_locked, read_properties

if TYPE_CHECKING:
    from mvd_handout.delivery.journal.entry import Entry

_LIMIT: Final = 100_000_000
_LABELS: Final = {
    "title": "Title",
    "handout": "Handout",
    "handoutVersion": "Version",
    "language": "Language",
    "publisher": "Given by",
    "issued": "Issued",
    "documentId": "Paper",
    "status": "Status",
    "approver": "Approved by",
    "approvedOn": "Approved on",
    "reviewBy": "Review by",
    "override": "Overdue, by leave of",
}
_ENDED: Final = "made under an approval that no longer holds"
_CHANGED: Final = "made with words or telephone numbers that were changed since"
_UNTOLD: Final = "made by an earlier version, so it is not known with which words and numbers"
_CODES: Final = {Seal.INTACT: ExitCode.DONE, Seal.BROKEN: ExitCode.VERIFY_MISMATCH}


class Judge(Struct, frozen=True):
    """The clinic that files are judged by: its profile, and its key."""

    profile: Path
    key: bytes


class Later(Struct, frozen=True):
    """Which copies replaced some papers; `trouble` is the exit code when the journal could not be asked."""

    copies: Mapping[str, Entry] = {}
    trouble: ExitCode = ExitCode.DONE

    @property
    def code(self) -> ExitCode:
        """The exit code as far as replacement goes."""
        return self.trouble or (ExitCode.SOME_FAILED if self.copies else ExitCode.DONE)


def run(file: Path, clinic: Path | None, console: Console) -> int:
    """Print what `file` is and return the exit code. Raises OutputError when it cannot be read."""
    if file.is_dir():
        return _run_batch(file, _find_judge(clinic), console)
    data = read_file(file, "the file", _LIMIT)
    judge = _find_judge(clinic)
    key = judge.key if judge else None
    if (found := read_print_run(data, key or b"")) is not None:
        return _run_print_run(found, judge, console)
    properties = read_properties(data)
    if not properties and is_locked(data):
        console.show("This PDF is locked. Open it with its passphrase: the number of the paper stands at the foot.")
        return ExitCode.SOME_FAILED
    if not properties:
        console.show("This is not a PDF that mvd-handout made, or not as it made it.")
        return ExitCode.VERIFY_MISMATCH
    seal = check_seal(data, key) if key else None
    code = _judge(seal, _lines(properties), console)
    document_id = read_document_id(properties.get("documentId", "")) or ""
    later = _replaced([document_id], judge, console)
    if copy := later.copies.get(document_id):
        console.result(f"{'Replaced':<21} yes: {_by(copy)}; do not give this one")
    elif later.trouble:
        console.result(f"{'Replaced':<21} unknown: the journal could not be asked")
    ours = seal is Seal.INTACT and properties.get("status") == "approved"
    if ours and (words := _overtaken([inside_of(properties)], judge)):
        console.result(f"{'Words and numbers':<21} {', '.join(words.values())}; do not give this one")
    return code or later.code


def _run_print_run(found: PrintRun, judge: Judge | None, console: Console) -> int:
    """Print what a print run is, which of its papers were replaced, and whose words changed; return the exit code."""
    lines = (f"{'Print run':<21} {count(found.papers, 'paper')}", f"{'Pages':<21} {found.pages}")
    code = _judge(found.seal if judge else None, lines, console)
    later = _replaced([each.document_id for each in found.inside], judge, console)
    for each in found.inside:
        if copy := later.copies.get(each.document_id):
            console.result(f"row {each.row}: {each.document_id} was replaced {_by(copy)}; do not print this run")
    words = _overtaken(found.inside, judge)
    for what in dict.fromkeys(words.values()):
        rows = every_row([each.row for each in found.inside if words.get(each.document_id) == what])
        console.result(f"{rows}: {what}; do not print this run")
    return code or later.code


def _judge(seal: Seal | None, lines: Iterable[str], console: Console) -> int:
    """Print whether a file is unchanged and what it says about itself; return the exit code."""
    console.result(f"{'Unchanged':<21} {_judgement(seal)}")
    for line in lines:
        console.result(line)
    if seal in (None, Seal.OTHER_KEY, Seal.NONE):
        console.warn("whether the file was changed cannot be judged, nor whether what it says is true.")
    return _CODES.get(seal, ExitCode.SOME_FAILED) if seal else ExitCode.SOME_FAILED


def _run_batch(folder: Path, judge: Judge | None, console: Console) -> int:
    """Check every paper of a batch, name each that is not as it was made, and return the exit code."""
    from mvd_handout.delivery.batch.audit import audit, find_batch

    found = audit(folder, judge.key if judge else None)
    standing = found.standing
    console.result(f"Batch {standing.batch}, planned on {date_in_words(standing.made)}")
    if standing.purged:
        some = f"{standing.written - standing.there} of its" if standing.there else "Its"
        removed = f"{some} {count(standing.written, 'paper')}"
        console.result(f"{removed} were removed on {date_in_words(standing.purged)}.")
    for each in found.mismatches:
        console.result(f"{each.document_id or each.name}: {each.found}")
    bad = len({each.document_id for each in found.mismatches if each.document_id})
    later = Later()
    if not standing.purged:
        later = _replaced(find_batch(folder)[1].entries, judge, console)
        for document_id, copy in later.copies.items():
            console.result(f"{document_id}: replaced {_by(copy)}; do not give this one")
        for document_id, words in _overtaken(found.inside, judge).items():
            console.result(f"{document_id}: {words}; do not give this one")
        bad -= standing.written - standing.there  # what is missing is made by the same command again
        made = count(standing.there - bad, "paper")
        console.result(f"{made} as made, {bad} not; {standing.lacking} still to be made.")
    if found.unjudged:
        console.warn(
            f"the seals of {count(found.unjudged, 'paper')} cannot be judged without the key they were made with."
        )
    if found.mismatches:
        return ExitCode.VERIFY_MISMATCH
    return later.code or (ExitCode.DONE if standing.complete and not found.unjudged else ExitCode.SOME_FAILED)


def _replaced(document_ids: Iterable[str], judge: Judge | None, console: Console) -> Later:
    """Return what replaced these papers by the clinic's journal; what keeps it from being asked is said."""
    from mvd_handout.commands.journalling import replaced_papers

    if judge is None:
        return Later()
    try:
        return Later(replaced_papers(judge.profile, judge.key, document_ids, console))
    except HandoutError as error:
        console.warn("the journal could not be asked, so it is not known which papers were replaced.")
        for fault in error.faults:
            console.warn(str(fault))
        return Later(trouble=error.exit_code)


def _overtaken(papers: Collection[Inside], judge: Judge | None) -> Mapping[str, str]:
    """Return, by document id, what became of a paper's approval since it was made, as far as the clinic can tell.

    It says nothing about whether the file is as it was made.
    """
    from mvd_handout.commands.print_gate import ask, kind

    with contextlib.suppress(HandoutError):
        if judge is not None and papers:
            asked = ask(papers, judge.profile, Console(quiet=True))
            ended = {each.document_id: _ENDED for each in papers if kind(each) in asked.refused}
            changed = {each.document_id: _CHANGED if each.approved_key else _UNTOLD for each in asked.changed(papers)}
            return ended | changed
    return {}


def _by(copy: Entry) -> str:
    return f"by {copy.document_id} of {date_in_words(copy.issued)}"


def _lines(properties: Mapping[str, str]) -> Iterator[str]:
    for name, label in _LABELS.items():
        if value := properties.get(name):
            shown = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in value)
            yield f"{label:<21} {'DRAFT, not for patients' if value == 'draft' and name == 'status' else shown}"


def _judgement(seal: Seal | None) -> str:
    match seal:
        case Seal.INTACT:
            return "yes: every byte is as it was made with this clinic's key"
        case Seal.BROKEN:
            return "NO: it was changed after it was made"
        case Seal.OTHER_KEY:
            return "unknown: it was made with another clinic's key, or changed"
        case Seal.NONE:
            return "unknown: it was made without a seal, or changed"
        case _:
            return "unknown: there is no clinic.key here to judge by"


def _find_judge(clinic: Path | None) -> Judge | None:
    """Return the clinic; None where it has no key and none was asked for. Raises InputError otherwise."""
    try:
        profile = find_clinic(clinic, os.environ, Path.cwd(), config_folder()).path
        return Judge(profile, read_key(profile.parent / KEY_NAME))
    except InputError:
        if clinic is not None:
            raise
        return None
