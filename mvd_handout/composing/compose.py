"""Composing: one case, one clinic and one unfilled handout become the document that the patient receives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from mvd_handout.composing.blocks import Composer
from mvd_handout.composing.fill import Filler, plain
from mvd_handout.composing.formats import Formats
from mvd_handout.composing.values import gather
from mvd_handout.content import unfilled as u
from mvd_handout.content.approval import Approval, Override
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.library import Handout
from mvd_handout.domain import document as d
from mvd_handout.domain.case import Case, check_issue, check_today
from mvd_handout.domain.errors import ContentError, Fault
from mvd_handout.domain.ids import canonical, document_id, patient_key
from mvd_handout.domain.schedule import schedule


def compose(
    case: Case,
    clinic: Clinic,
    handout: Handout,
    *,
    issued: dt.date,
    theme: str,
    paper: str,
    approval: Approval | None = None,
) -> d.Document:
    """Return the document of `case`, given on `issued`. Without `approval` it is a draft and says so.

    `theme` and `paper` only enter the document id, since they change what is printed.
    Raises InputError for the case, ContentError for the words.
    """
    check_today(case, issued)
    check_issue(case, issued)
    paper_id = _document_id(case, clinic, handout, issued, theme, paper, approval)
    title = handout.title
    return _document(case, clinic, handout, issued, approval, paper_id, title, handout.nodes, duplex=True)


def compose_record_sheet(
    case: Case,
    clinic: Clinic,
    handout: Handout,
    *,
    issued: dt.date,
    theme: str,
    paper: str,
    approval: Approval | None = None,
) -> d.Document:
    """Return the ward's record sheet for the paper that `compose` makes of the same arguments; both bear one id."""
    paper_id = _document_id(case, clinic, handout, issued, theme, paper, approval)
    title = handout.labels["record.title"]
    return _document(case, clinic, handout, issued, approval, paper_id, title, handout.record, duplex=False)


def _document(
    case: Case,
    clinic: Clinic,
    handout: Handout,
    issued: dt.date,
    approval: Approval | None,
    paper_id: str,
    title: str,
    nodes: u.Nodes,
    duplex: bool,
) -> d.Document:
    profile, labels = clinic.profile, handout.labels
    timeline = schedule(case, handout.milestones, issued, profile.hear_within_days)
    values = gather(case, clinic, handout, timeline, approval)
    formats = Formats(profile.locale, labels)
    text = f"{handout.language}.md" if duplex else f"{handout.language}.record.md"
    filler = Filler(values, formats, f"{handout.name}/{text}", labels["page.reference"], {})
    sections = tuple(_chosen_sections(nodes, filler))
    filler.titles.update(_titles(sections, filler))
    composer = Composer(filler, clinic, paper_id)
    return d.Document(
        metadata=_metadata(case, clinic, handout, issued, approval, paper_id, title),
        letterhead=d.Letterhead((profile.hospital, profile.unit, *profile.address), clinic.logo),
        identity=_identity(case, clinic, formats),
        furniture=d.Furniture(
            page=labels["page.number"],
            draft="" if approval else labels["page.draft"],
            version=_version(handout, approval),
            document_id=labels["page.document"].format(id=paper_id),
        ),
        sections=tuple(_section(section, composer) for section in sections),
        duplex=duplex,
    )


def _chosen_sections(nodes: u.Nodes, filler: Filler) -> Iterator[u.Block]:
    seen: set[str] = set()
    for node in filler.chosen(nodes):
        if not isinstance(node, u.Block) or node.name != "section" or not node.arguments:
            raise filler.fail(node.line, "words outside a section", "Everything stands in a ::: section NAME")
        if node.arguments[0] in seen:
            raise filler.fail(node.line, f"a second section {node.arguments[0]}", "Each name once")
        seen.add(node.arguments[0])
        yield node


def _titles(sections: tuple[u.Block, ...], filler: Filler) -> dict[str, str]:
    """Return the first heading of each section: its title where there are no pages to point to."""
    titles = {}
    for section in sections:
        heading = next((node for node in _walk(section.body, filler) if isinstance(node, u.Heading)), None)
        titles[section.arguments[0]] = plain(filler.inlines(heading.content)) if heading else section.arguments[0]
    return titles


def _walk(nodes: u.Nodes, filler: Filler) -> Iterator[u.Node]:
    for node in filler.chosen(nodes):
        yield node
        if isinstance(node, u.Block):
            yield from _walk(node.body, filler)


def _section(section: u.Block, composer: Composer) -> d.Section:
    name, *options = section.arguments
    starts = {"start=page": "page", "start=sheet": "sheet"}
    if any(option not in starts for option in options):
        raise composer.filler.fail(section.line, f"the option {' '.join(options)}", "start=page or start=sheet")
    start = starts[options[0]] if options else "flow"
    return d.Section(name, composer.blocks(section.body), start)  # type: ignore[arg-type]


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


def _metadata(
    case: Case,
    clinic: Clinic,
    handout: Handout,
    issued: dt.date,
    approval: Approval | None,
    paper_id: str,
    title: str,
) -> d.Metadata:
    return d.Metadata(
        title=title,
        language=clinic.profile.locale if clinic.profile.locale.startswith(handout.language) else handout.language,
        publisher=clinic.profile.hospital,
        handout=handout.name,
        handout_version=handout.version,
        content_hash=handout.content_hash,
        document_id=paper_id,
        patient_key=patient_key(clinic.key, case.patient.record_number, case.patient.birth_date),
        issued=issued,
        draft=approval is None,
        approver=f"{approval.name}, {approval.role}" if approval else "",
        approved=approval.date if approval else None,
        review_by=approval.review_by if approval else None,
        override=_override(approval.override) if approval and approval.override else "",
    )


def _version(handout: Handout, approval: Approval | None) -> str:
    """Return the line at the foot of every page; it says so when a review is overdue."""
    name = "page.version_overdue" if approval and approval.override else "page.version"
    return handout.labels[name].format(title=handout.title, version=handout.version)


def _override(override: Override) -> str:
    return f"{override.name}, {override.role}, {override.date} to {override.until}: {override.reason}"


def _document_id(
    case: Case,
    clinic: Clinic,
    handout: Handout,
    issued: dt.date,
    theme: str,
    paper: str,
    approval: Approval | None,
) -> str:
    if case.patient.language != handout.language:
        raise ContentError(
            Fault(
                "case, patient.language",
                f'the handout is in "{handout.language}"',
                f"Languages of this handout: {', '.join(handout.languages)}",
                "Choose one of these, and plan for an interpreter",
            )
        )
    blocks = tuple(block.content_hash for block in clinic.blocks)
    parts = (case, clinic.profile, clinic.logo, blocks, issued, approval)
    options = (handout.content_hash, theme, paper)
    return document_id(clinic.key, *(canonical(part) for part in parts), *options)
