"""What `review` gathers and renders: the clinic with its register, the samples, the pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from mvd_handout.commands import places
from mvd_handout.commands.console import Console
from mvd_handout.commands.outputs import SUFFIXES, Format, Outputs
from mvd_handout.commands.places import cache_folder, clinic_profile
from mvd_handout.commands.press import Press
from mvd_handout.commands.preview import Sample, samples
from mvd_handout.composing.compose import compose, compose_record_sheet
from mvd_handout.composing.formats import Formats
from mvd_handout.composing.review import Pack, SampleFile, review_document
from mvd_handout.composing.review.say import Say
from mvd_handout.content.approval import Approval, Override
from mvd_handout.content.approval.register import Register
from mvd_handout.content.checks.check import prepare, report, running_text
from mvd_handout.content.clinic import Clinic, load_clinic
from mvd_handout.content.library import Handout, Library
from mvd_handout.content.plan import PlanCache
from mvd_handout.content.provenance import provenance
from mvd_handout.content.review import load_wording
from mvd_handout.delivery.approvals import load_register
from mvd_handout.delivery.files import FOR_COLLEAGUES, NewFile
from mvd_handout.domain.case import Case
from mvd_handout.domain.document import Document
from mvd_handout.rendering.legibility import looks
from mvd_handout.rendering.pdf.inspect import sealed
from mvd_handout.rendering.render import DRAWN, render

_FORMATS: tuple[Format, ...] = ("pdf", "html")
_SAMPLES: tuple[Format, ...] = (*_FORMATS, "text")


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """Everything that lies on the desk: the words, the clinic, its register, and the day."""

    profile: Path
    library: Library
    handout: Handout
    clinic: Clinic
    register: Register
    say: Say
    today: dt.date

    @classmethod
    def open(cls, clinic: Path | None, name: str, language: str, console: Console) -> ReviewDesk:
        """Read all of it. Raises HandoutError."""
        profile, cache = clinic_profile(clinic, console), PlanCache(cache_folder())
        library = Library.shipped(profile.parent, cache)
        handout, own = library.handout(name, language), load_clinic(profile, cache)
        register = load_register(profile.parent, own.key)
        say = Say(load_wording(language), Formats(own.profile.locale, handout.labels))
        return cls(profile, library, handout, own, register, say, places.today(own.profile.time_zone))


@dataclass(frozen=True, slots=True)
class Shown:
    """A sample with the approval that it shows; most show none."""

    sample: Sample
    name: str
    shows: str
    approval: Approval | None = None


def sample_files(desk: ReviewDesk, folder: Path, console: Console) -> tuple[tuple[SampleFile, ...], list[NewFile]]:
    """Return what the samples show, and their files, not yet written."""
    listed, files = [], []
    for shown in _shown(desk):
        made = [NewFile(folder / name, data, name, FOR_COLLEAGUES) for name, data in _sample(shown, desk)]
        listed.append(SampleFile(shown.name, shown.shows))
        files += made
        console.say(f"{shown.name}: {shown.shows}")
    return tuple(listed), files


def pack_files(desk: ReviewDesk, listed: tuple[SampleFile, ...], folder: Path) -> list[NewFile]:
    """Return review.pdf and review.html, not yet written."""
    document, paper = review_document(_pack(desk, listed)), desk.clinic.profile.paper
    return [
        NewFile(folder / name, _rendered(document, format, desk, "standard", paper), name, FOR_COLLEAGUES)
        for format in _FORMATS
        if (name := f"review{SUFFIXES[format]}")
    ]


def _pack(desk: ReviewDesk, listed: tuple[SampleFile, ...]) -> Pack:
    blocks = desk.clinic.blocks
    subject = prepare(desk.library, desk.handout, blocks)
    return Pack(
        handout=desk.handout,
        clinic=desk.clinic,
        register=desk.register,
        sources=provenance(desk.library, desk.handout, blocks),
        report=report(subject, looks(running_text(subject))),
        samples=listed,
        say=desk.say,
        today=desk.today,
    )


def _shown(desk: ReviewDesk) -> Iterator[Shown]:
    """Yield every sample, then the first one again with the small print of an approved copy."""
    found = samples()
    yield from (Shown(each, each.name, each.shows) for each in found)
    text, day = desk.say.text, found[0].issued
    approval = Approval(
        text("samples.name"), text("samples.role"), day - dt.timedelta(365), day + dt.timedelta(365), "0" * 64
    )
    leave = Override(
        text("samples.leave_name"), text("samples.leave_role"), text("samples.reason"), day, day + dt.timedelta(14)
    )
    overdue = replace(approval, review_by=day - dt.timedelta(7), override=leave)
    for number, (name, each) in enumerate((("approved", approval), ("overdue", overdue)), start=len(found) + 1):
        yield Shown(found[0], f"{number:02}-{name}", text(f"samples.{name}"), each)


def _sample(shown: Shown, desk: ReviewDesk) -> Iterator[tuple[str, bytes]]:
    sample, clinic = shown.sample, desk.clinic
    clinic = clinic if sample.own_texts else replace(clinic, blocks=())
    case = _case(sample, desk)
    theme, paper = _look(case, sample, desk)

    def made(function: Callable[..., Document], **more: bool) -> Document:
        return _as_draft(
            function(
                case,
                clinic,
                desk.handout,
                issued=sample.issued,
                theme=theme,
                paper=paper,
                approval=shown.approval,
                reissue=sample.reissue,
                **more,
            ),
            desk,
        )

    for format in _SAMPLES:
        document = made(compose, pictures=format in DRAWN)
        yield f"{shown.name}{SUFFIXES[format]}", _rendered(document, format, desk, theme, paper)
    yield f"{shown.name}-record.pdf", _rendered(made(compose_record_sheet), "pdf", desk, "standard", paper)


def _rendered(document: Document, format: Format, desk: ReviewDesk, theme: str, paper: str) -> bytes:
    """Return the bytes of one file; a PDF bears the clinic's seal, by which `verify` knows it again."""
    data = render(document, format, theme, paper)
    return sealed(data, desk.clinic.key) if format == "pdf" else data


def _case(sample: Sample, desk: ReviewDesk) -> Case:
    tables = {"surgeon": desk.clinic.profile.surgeons[0].name, **sample.case}
    case = Case.parse(tables, sample.name)
    return replace(case, patient=replace(case.patient, language=desk.handout.language))


def _look(case: Case, sample: Sample, desk: ReviewDesk) -> tuple[str, str]:
    """Return theme and paper, chosen as for a patient."""
    return Press(desk.profile, Outputs((), None), sample.issued, paper=sample.paper).look(case, desk.clinic)


def _as_draft(document: Document, desk: ReviewDesk) -> Document:
    """Return a sample with the notice of a draft on every page, also one that shows an approval: that is made up."""
    furniture = replace(document.furniture, draft=desk.handout.labels["page.draft"])
    about = replace(document.metadata, draft=True, approver="", approved=None, review_by=None, override="")
    return replace(document, furniture=furniture, metadata=about)
