"""Which files may go to a printer: patients' papers of ours, finished, and as they were made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

from msgspec import Struct

from mvd_handout.delivery.files import read_plain_file
from mvd_handout.delivery.printing.run_seal import PrintRun, read_print_run
from mvd_handout.domain.errors import ApprovalError, ExitCode, Fault, HandoutError, InputError
from mvd_handout.rendering.pdf.inside import Inside, inside_of
from mvd_handout.rendering.pdf.inspect import Seal, check_seal, read_properties
from mvd_handout.rendering.pdf.paper_size import paper_size

MAX_BYTES: Final = 1_000_000_000

_AGAIN: Final = "Make the paper again, and throw this file away"
_NO_LIST: Final = (
    "this print run does not say whose papers are in it: an earlier version wrote it",
    "Papers that were replaced must be found before they are printed",
    "Write it again with the same `batch` command and --force",
)


class ChangedError(HandoutError):
    """A file is not as it was made."""

    exit_code: ClassVar[ExitCode] = ExitCode.VERIFY_MISMATCH


class PaperFile(Struct, frozen=True):
    """A file that was read and may be printed. Neither its repr nor `label` tells who the patient is.

    `label` names it in messages; `title` is what the print server, and everybody who looks there, may read. `inside`
    is the paper itself or, of a print run, which has no id of its own, every paper in it.
    """

    path: Path
    label: str
    document_id: str
    patient_key: str
    sha256: str
    title: str
    pages: int
    media: str
    inside: tuple[Inside, ...]

    def __repr__(self) -> str:
        return f"PaperFile({self.label})"


def read_paper(path: Path, label: str, key: bytes) -> tuple[PaperFile, bytes]:
    """Return the paper in the file `path`, and its bytes: those that were checked are those to print.

    Whether it may still be given out is not asked here.

    Raises:
        InputError: it is not a paper of ours, or cannot be judged with this `key`.
        ApprovalError: it is a draft.
        ChangedError: a byte of it was changed.
        OutputError: it cannot be read.
    """
    pdf = read_plain_file(path, label, MAX_BYTES, links=True) or b""
    if run := read_print_run(pdf, key):
        _check_seal(run.seal, label)
        return _run(path, label, run, pdf), pdf
    about = read_properties(pdf)
    if not about:
        raise InputError(
            Fault(
                label,
                "this is not a PDF that mvd-handout made",
                "A paper of this program, as it made it, is wanted",
                "Print other files from a PDF viewer",
            )
        )
    _check_seal(check_seal(pdf, key), label)
    _check_finished(about, label)
    return _paper(path, label, about, pdf), pdf


def _check_seal(seal: Seal, label: str) -> None:
    match seal:
        case Seal.BROKEN:
            raise ChangedError(Fault(label, "it was changed after it was made", "It must not be given out", _AGAIN))
        case Seal.OTHER_KEY:
            raise InputError(
                Fault(
                    label,
                    "it was made with another clinic's key, or was changed",
                    "Only the clinic that made a paper can tell whether it is unchanged",
                    "Name the clinic it was made for with --clinic",
                )
            )
        case Seal.NONE:
            raise InputError(Fault(label, "it has no seal", "It cannot be told whether it is unchanged", _AGAIN))
        case Seal.INTACT:
            return


def _check_finished(about: Mapping[str, str], label: str) -> None:
    if about.get("status") != "approved":
        raise ApprovalError(
            Fault(
                label,
                "it is a DRAFT",
                "No patient may have it, so it is not sent to a printer",
                "To read it on paper, print it from a PDF viewer. docs/approval.md leads to copies for patients",
            )
        )


def _paper(path: Path, label: str, about: Mapping[str, str], pdf: bytes) -> PaperFile:
    document_id, pages = about.get("documentId", ""), about.get("pages", "")
    if not document_id or not pages.isdecimal():
        raise InputError(Fault(label, "its pages cannot be told", "A paper of this version is wanted", _AGAIN))
    return PaperFile(
        path=path,
        label=label,
        document_id=document_id,
        patient_key=about.get("patientKey", ""),
        sha256=hashlib.sha256(pdf).hexdigest(),
        title=f"handout {document_id}",
        pages=int(pages),
        media=_media(pdf, label),
        inside=(inside_of(about),),
    )


def _run(path: Path, label: str, run: PrintRun, pdf: bytes) -> PaperFile:
    if not run.inside:
        raise InputError(Fault(label, *_NO_LIST))
    title = f"handouts, {run.papers} paper{'' if run.papers == 1 else 's'}"
    sha256 = hashlib.sha256(pdf).hexdigest()
    return PaperFile(path, label, "", "", sha256, title, run.pages, _media(pdf, label), run.inside)


def _media(pdf: bytes, label: str) -> str:
    if media := paper_size(pdf):
        return media
    raise InputError(
        Fault(label, "its paper size cannot be told", "All pages in A4, or all in Letter, are wanted", _AGAIN)
    )
