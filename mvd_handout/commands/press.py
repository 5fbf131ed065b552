"""The press: a case becomes the files of one patient. Everything heavy is loaded here, and only when it is needed."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from mvd_handout.commands.outputs import Format, Outputs
from mvd_handout.commands.places import cache_folder
from mvd_handout.composing.reissue import Fingerprints, Reissue
from mvd_handout.content.approval import Approval
from mvd_handout.content.clinic import Clinic, load_clinic
from mvd_handout.content.library import Handout, Library
from mvd_handout.content.plan import PlanCache
from mvd_handout.delivery.files import NewFile
from mvd_handout.domain.case import Case
from mvd_handout.domain.clinic import ClinicProfile
from mvd_handout.domain.document import Document, Metadata
from mvd_handout.domain.errors import ApprovalError, Fault

DEFAULT_HANDOUT: Final = "hfs-recovery"
LABELS: Final[Mapping[str, str]] = {"pdf": "PDF", "html": "web page", "text": "plain text"}
NO_COPY: Final = Fault(
    "copy for a patient",
    "it cannot be made yet",
    "Somebody stands behind every word that a patient gets",
    "docs/approval.md leads there on one page. For a draft to read, add --draft",
)
_RECORD_THEME: Final = "standard"  # it is for the ward, on one page
_THEME_OF: Final = {"standard": "standard", "large": "large-print"}


class Papers(Struct, frozen=True):
    """What one run makes, complete and not yet written: files, or the bytes for standard output.

    `language` is that of the text, `parts` are fingerprints of what it says; `reissue` says which copy it replaces.
    """

    files: tuple[NewFile, ...]
    stream: bytes
    about: Metadata
    language: str
    parts: Fingerprints
    reissue: Reissue | None = None
    warnings: tuple[Fault, ...] = ()

    @property
    def draft(self) -> bool:
        """Whether no patient may have it."""
        return self.about.draft


class Press(Struct):
    """Makes papers for one clinic. `theme` and `paper` may be empty: the case and the profile decide then.

    On a day `today` it makes copies for patients, and only if the clinic approved them; without one, drafts.
    `replaces` says which copy a paper of this case and these parts replaces, or raises InputError. `tell` is told how
    long each file took. `checked` is the clinic's profile as the case was checked against it.
    """

    profile: Path
    outputs: Outputs
    issued: dt.date
    handout: str = DEFAULT_HANDOUT
    theme: str = ""
    paper: str = ""
    today: dt.date | None = None
    replaces: Callable[[Case, Fingerprints], Reissue] | None = None
    tell: Callable[[str], None] | None = None
    checked: ClinicProfile | None = None
    _clinic: Clinic | None = None
    _texts: dict[str, Handout] = field(default_factory=dict)

    def make(self, case: Case) -> Papers:
        """Return the papers of `case`. Raises HandoutError; nothing is written."""
        from mvd_handout.composing.compose import compose, compose_record_sheet
        from mvd_handout.composing.fingerprints import fingerprints
        from mvd_handout.rendering.render import DRAWN

        approval, warnings = self.permit(case.patient.language)
        clinic, handout = self.clinic(), self.text(case.patient.language)
        theme, paper = self.look(case, clinic)
        parts = fingerprints(case, clinic, handout, issued=self.issued, theme=theme, approval=approval)
        reissue = self.replaces(case, parts) if self.replaces else None

        def composed(function: Callable[..., Document], **more: bool) -> Document:
            options = {"issued": self.issued, "theme": theme, "paper": paper, "approval": approval, "reissue": reissue}
            return function(case, clinic, handout, **options, **more)

        document = composed(compose)
        paper_id = document.metadata.document_id
        told = composed(compose, pictures=False) if "text" in self.outputs.formats else document
        rendered = {
            each: self._rendered(document if each in DRAWN else told, each, theme, paper)
            for each in self.outputs.formats
        }
        if past := len(case.visits) - len(case.visits_from(self.issued)):
            warnings = (*warnings, Fault("visits", f"{past} are before the issue date", "They are not printed"))
        if self.outputs.place is None:
            return Papers(
                (), next(iter(rendered.values())), document.metadata, handout.language, parts, reissue, warnings
            )
        files = [
            self._file(self.outputs.handout(each, paper_id), data, f"handout ({LABELS[each]})")
            for each, data in rendered.items()
        ]
        if self.outputs.record_sheet:
            data = self._rendered(composed(compose_record_sheet), "pdf", _RECORD_THEME, paper)
            files.append(self._file(self.outputs.record(paper_id), data, "record sheet (PDF)"))
        return Papers(tuple(files), b"", document.metadata, handout.language, parts, reissue, warnings)

    def permit(self, language: str) -> tuple[Approval | None, tuple[Fault, ...]]:
        """Return the approval under which copies for patients are made, and what will soon stand in its way.

        None when drafts are made. Raises ApprovalError with everything that stands in the way today.
        """
        if self.today is None:
            return None, ()
        from mvd_handout.delivery.approvals import judge

        verdict = judge(self.profile.parent, self.clinic(), self.text(language), self.today, self.issued)
        if verdict.approval is None:
            raise ApprovalError(NO_COPY, *verdict.refusals)
        return verdict.approval, verdict.warnings

    def _rendered(self, document: Document, format: Format, theme: str, paper: str) -> bytes:
        """Return the bytes of one file; a PDF bears the clinic's seal, by which `verify` knows it again."""
        from mvd_handout.rendering.render import render

        start = time.perf_counter()
        data = render(document, format, theme, paper)
        if self.tell:
            self.tell(f"Made the {LABELS[format]} in {time.perf_counter() - start:.2f} s, {len(data)} bytes")
        if format != "pdf":
            return data
        from mvd_handout.rendering.pdf.inspect import sealed

        return sealed(data, self.clinic().key)

    def _file(self, path: Path, data: bytes, kind: str) -> NewFile:
        """Return a file to write; a name that the user chose may tell who the patient is, so no message says it."""
        return NewFile(path, data, kind if self.outputs.named else path.name)

    def look(self, case: Case, clinic: Clinic) -> tuple[str, str]:
        """Return the theme and the paper."""
        return self.theme or _THEME_OF[case.patient.print_size], self.paper or clinic.profile.paper

    def clinic(self) -> Clinic:
        """Return the clinic with its blocks, read once."""
        if self._clinic is None:
            self._clinic = load_clinic(self.profile, PlanCache(cache_folder()), self.checked)
        return self._clinic

    def use(self, clinic: Clinic) -> None:
        """Use another state of the clinic than that of its folder."""
        self._clinic = clinic

    def text(self, language: str) -> Handout:
        """Return the handout's text in `language`, read once: what is judged is what is printed."""
        if language not in self._texts:
            library = Library.shipped(self.profile.parent, PlanCache(cache_folder()))
            self._texts[language] = library.handout(self.handout, language)
        return self._texts[language]
