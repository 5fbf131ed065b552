"""Composing: one case, one clinic and one unfilled handout become the document that the patient receives."""

from __future__ import annotations

import datetime as dt
import functools
from typing import TypeAlias

import msgspec
from msgspec import Struct

from mvd_handout.composing.approved import approved_key
from mvd_handout.composing.blocks import Composer
from mvd_handout.composing.fill import Filler
from mvd_handout.composing.formats import Formats
from mvd_handout.composing.reissue import Reissue
from mvd_handout.composing.sections import chosen_sections, section, section_titles
from mvd_handout.composing.values import gather
from mvd_handout.content import unfilled as u
from mvd_handout.content.approval import Approval, Override
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.labels import Labels
from mvd_handout.content.library import Handout
from mvd_handout.domain import document as d
from mvd_handout.domain.case import Case, check_issue, check_today
from mvd_handout.domain.clinic import ClinicProfile
from mvd_handout.domain.errors import ContentError, Fault
from mvd_handout.domain.ids import canonical, document_id, patient_key
from mvd_handout.domain.schedule import schedule

_Shared: TypeAlias = tuple[ClinicProfile, d.Logo | None, tuple[str, ...], Approval | None]


def compose(
    case: Case,
    clinic: Clinic,
    handout: Handout,
    *,
    issued: dt.date,
    theme: str,
    paper: str,
    approval: Approval | None = None,
    reissue: Reissue | None = None,
    pictures: bool = True,
) -> d.Document:
    """Return the document of `case`, given on `issued`. Without `approval` it is a draft and says so.

    A `reissue` says at its top which copy it replaces and what changed. `theme` and `paper` only enter the document
    id, since they change what is printed. Without `pictures` it is the same paper for plain text and the body of an
    e-mail, under the same id: no chart, icons and codes, and no words about them.
    Raises InputError for the case, ContentError for the words.
    """
    order = _Order(case, clinic, handout, issued, theme, paper, approval, reissue, pictures)
    return _document(order, handout.title, handout.nodes, f"{handout.language}.md", duplex=True)


def compose_record_sheet(
    case: Case,
    clinic: Clinic,
    handout: Handout,
    *,
    issued: dt.date,
    theme: str,
    paper: str,
    approval: Approval | None = None,
    reissue: Reissue | None = None,
) -> d.Document:
    """Return the ward's record sheet for the paper that `compose` makes of the same arguments; both bear one id."""
    order = _Order(case, clinic, handout, issued, theme, paper, approval, reissue)
    title = handout.labels["record.title"]
    return _document(order, title, handout.record, f"{handout.language}.record.md", duplex=False)


def identify(
    case: Case,
    clinic: Clinic,
    handout: Handout,
    *,
    issued: dt.date,
    theme: str,
    paper: str,
    approval: Approval | None = None,
) -> tuple[str, str]:
    """Return document id and patient key of the paper that `compose` makes of the same arguments, at little cost.

    Raises InputError for a case that cannot have this paper on that day.
    """
    order = _Order(case, clinic, handout, issued, theme, paper, approval)
    return order.document_id(), order.patient_key()


class _Order(Struct, frozen=True):
    """Everything that makes a paper what it is."""

    case: Case
    clinic: Clinic
    handout: Handout
    issued: dt.date
    theme: str
    paper: str
    approval: Approval | None
    reissue: Reissue | None = None
    pictures: bool = True

    def __post_init__(self) -> None:
        check_today(self.case, self.issued)
        check_issue(self.case, self.issued)
        if self.case.patient.language != self.handout.language:
            raise ContentError(
                Fault(
                    "case, patient.language",
                    f'the handout is in "{self.handout.language}"',
                    f"Languages of this handout: {', '.join(self.handout.languages)}",
                    "Choose one of these, and plan for an interpreter",
                )
            )

    def document_id(self) -> str:
        """Return the id of the paper, which changes with everything that is printed."""
        clinic = self.clinic
        blocks = tuple(block.content_hash for block in clinic.blocks)
        *own, approval = _written_out(msgspec.msgpack.encode((clinic.profile, clinic.logo, blocks, self.approval)))
        options = (self.handout.content_hash, self.theme, self.paper)
        again = (canonical(self.reissue),) if self.reissue else ()
        return document_id(clinic.key, canonical(self.case), *own, canonical(self.issued), approval, *options, *again)

    def patient_key(self) -> str:
        """Return the id of the patient, which is the same on every paper of this clinic."""
        patient = self.case.patient
        return patient_key(self.clinic.key, patient.record_number, patient.birth_date)


@functools.lru_cache(8)
def _written_out(packed: bytes) -> tuple[str, ...]:
    """Return the canonical text of each part that the papers of a clinic share; the key is their whole content."""
    return tuple(canonical(part) for part in msgspec.msgpack.decode(packed, type=_Shared))


def _document(order: _Order, title: str, nodes: u.Nodes, text: str, duplex: bool) -> d.Document:
    """Compose `nodes`, which stand in the file `text` of the handout."""
    profile, handout, labels = order.clinic.profile, order.handout, order.handout.labels
    timeline = schedule(order.case, handout.milestones, order.issued, profile.hear_within_days)
    values = gather(order.case, order.clinic, handout, timeline, order.approval, order.reissue, order.pictures)
    formats, paper_id = Formats(profile.locale, labels), order.document_id()
    filler = Filler(values, formats, f"{handout.name}/{text}", labels["page.reference"], {})
    chosen = tuple(chosen_sections(nodes, filler))
    composer = Composer(filler, order.clinic, paper_id)
    filler.titles.update(section_titles(chosen, composer))
    return d.Document(
        metadata=_metadata(order, paper_id, title),
        letterhead=d.Letterhead((profile.hospital, profile.unit, *profile.address), order.clinic.logo),
        identity=_identity(order.case, order.clinic, formats),
        furniture=d.Furniture(
            page=labels["page.number"],
            draft="" if order.approval else labels["page.draft"],
            version=_version(handout, order.approval),
            # The record sheet has no line to spare; it is the paper's own number that it is about.
            document_id=_paper(labels, paper_id, order.reissue if duplex else None),
            blank=labels["page.blank"],
        ),
        sections=tuple(section(each, composer) for each in chosen),
        duplex=duplex,
    )


def _identity(case: Case, clinic: Clinic, formats: Formats) -> tuple[d.Identifier, ...]:
    """Return the identity strip: the identifiers that the clinic prints, then the operation with its side."""
    labels, patient, operation = formats.labels, case.patient, case.operation
    shown = {
        "name": patient.name,
        "record_number": patient.record_number,
        "birth_date": formats.date(patient.birth_date),
    }
    entries = [
        d.Identifier(labels[f"identity.{name}"], shown[name], f"patient.{name}") for name in clinic.profile.identifiers
    ]
    pattern = labels["identity.operation_planned" if operation.planned else "identity.operation_done"]
    text = pattern.format(date=formats.date(operation.date), side=labels[f"side_strip.{operation.side}"])
    return (*entries, d.Identifier(labels["identity.operation"], text, "operation.date"))


def _metadata(order: _Order, paper_id: str, title: str) -> d.Metadata:
    handout, profile, approval = order.handout, order.clinic.profile, order.approval
    return d.Metadata(
        title=title,
        language=profile.locale if profile.locale.startswith(handout.language) else handout.language,
        publisher=profile.hospital,
        handout=handout.name,
        handout_version=handout.version,
        content_hash=handout.content_hash,
        document_id=paper_id,
        patient_key=order.patient_key(),
        issued=order.issued,
        draft=approval is None,
        approver=f"{approval.name}, {approval.role}" if approval else "",
        approved=approval.date if approval else None,
        review_by=approval.review_by if approval else None,
        override=_override(approval.override) if approval and approval.override else "",
        approved_key=approved_key(order.clinic, approval) if approval else "",
    )


def _version(handout: Handout, approval: Approval | None) -> str:
    """Return the line at the foot of every page; it says so when a review is overdue."""
    name = "page.version_overdue" if approval and approval.override else "page.version"
    return handout.labels[name].format(title=handout.title, version=handout.version)


def _paper(labels: Labels, paper_id: str, reissue: Reissue | None) -> str:
    if reissue is None:
        return labels["page.document"].format(id=paper_id)
    return labels["page.document_copy"].format(id=paper_id, copy=reissue.copy)


def _override(override: Override) -> str:
    return f"{override.name}, {override.role}, {override.date} to {override.until}: {override.reason}"
