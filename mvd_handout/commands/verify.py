"""`verify`: what a PDF is, who approved it, and whether a byte of it was changed; or all papers of a batch."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from mvd_handout.commands.console import Console
from mvd_handout.commands.places import config_folder, find_clinic
from mvd_handout.commands.wording import count, date_in_words
from mvd_handout.content.clinic import KEY_NAME, read_key
from mvd_handout.delivery.files import read_file
from mvd_handout.delivery.printing.run_seal import PrintRun, read_print_run
from mvd_handout.domain.errors import ExitCode, InputError
from mvd_handout.rendering.pdf.inspect import Seal, check_seal, is_locked, read_properties

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
_CODES: Final = {Seal.INTACT: ExitCode.DONE, Seal.BROKEN: ExitCode.VERIFY_MISMATCH}


def run(file: Path, clinic: Path | None, console: Console) -> int:
    """Print what `file` is and return the exit code. Raises OutputError when it cannot be read."""
    if file.is_dir():
        return _run_batch(file, clinic, console)
    data = read_file(file, "the file", _LIMIT)
    key = _key(clinic)
    if (found := read_print_run(data, key or b"")) is not None:
        return _run_print_run(found, key, console)
    properties = read_properties(data)
    if not properties and is_locked(data):
        console.show("This PDF is locked. Open it with its passphrase: the number of the paper stands at the foot.")
        return ExitCode.SOME_FAILED
    if not properties:
        console.show("This is not a PDF that mvd-handout made, or not as it made it.")
        return ExitCode.VERIFY_MISMATCH
    return _judge(check_seal(data, key) if key else None, _lines(properties), console)


def _run_print_run(found: PrintRun, key: bytes | None, console: Console) -> int:
    """Print what a print run is and return the exit code."""
    lines = (f"{'Print run':<21} {count(found.papers, 'paper')}", f"{'Pages':<21} {found.pages}")
    return _judge(found.seal if key else None, lines, console)


def _judge(seal: Seal | None, lines: Iterable[str], console: Console) -> int:
    """Print whether a file is unchanged and what it says about itself; return the exit code."""
    console.result(f"{'Unchanged':<21} {_judgement(seal)}")
    for line in lines:
        console.result(line)
    if seal in (None, Seal.OTHER_KEY, Seal.NONE):
        console.warn("whether the file was changed cannot be judged, nor whether what it says is true.")
    return _CODES.get(seal, ExitCode.SOME_FAILED) if seal else ExitCode.SOME_FAILED


def _run_batch(folder: Path, clinic: Path | None, console: Console) -> int:
    """Check every paper of a batch, name each that is not as it was made, and return the exit code."""
    from mvd_handout.delivery.batch.audit import audit

    found = audit(folder, _key(clinic))
    standing = found.standing
    console.result(f"Batch {standing.batch}, planned on {date_in_words(standing.made)}")
    if standing.purged:
        console.result(f"Its {count(standing.written, 'paper')} were removed on {date_in_words(standing.purged)}.")
    for each in found.mismatches:
        console.result(f"{each.document_id or 'WRONG PLACE'}: {each.found}")
    bad = len({each.document_id for each in found.mismatches if each.document_id})
    if not standing.purged:
        to_come = standing.planned - standing.written
        console.result(f"{count(standing.written - bad, 'paper')} as made, {bad} not; {to_come} still to be made.")
    if found.unjudged:
        console.warn(
            f"the seals of {count(found.unjudged, 'paper')} cannot be judged without the key they were made with."
        )
    if found.mismatches:
        return ExitCode.VERIFY_MISMATCH
    return ExitCode.DONE if standing.complete and not found.unjudged else ExitCode.SOME_FAILED


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


def _key(clinic: Path | None) -> bytes | None:
    """Return the clinic's key; None where there is none and none was asked for. Raises InputError otherwise."""
    try:
        return read_key(find_clinic(clinic, os.environ, Path.cwd(), config_folder()).path.parent / KEY_NAME)
    except InputError:
        if clinic is not None:
            raise
        return None
