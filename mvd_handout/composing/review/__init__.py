"""The review pack as a document: what a clinical lead needs to judge and sign the words of one handout."""

from __future__ import annotations

from mvd_handout.composing.review.checks import checks_section
from mvd_handout.composing.review.front import parts_section, samples_section, start_section, undecided_section
from mvd_handout.composing.review.history import changes_section
from mvd_handout.composing.review.pack import Pack, SampleFile, parts
from mvd_handout.composing.review.signoff import signoff_section
from mvd_handout.composing.review.source import source_sections
from mvd_handout.composing.review.words import part_sections
from mvd_handout.domain import document as d
from mvd_handout.domain.ids import canonical, document_id

__all__ = ["Pack", "SampleFile", "review_document"]


def review_document(pack: Pack) -> d.Document:
    """Return the review pack. It is marked as a draft on every page: no patient may be given it.

    Raises ContentError for a wording that is missing.
    """
    found = parts(pack)
    title = pack.say.text("title", title=pack.handout.title)
    sections = (
        start_section(pack, found, title),
        parts_section(pack, found),
        samples_section(pack),
        undecided_section(pack),
        changes_section(pack, found),
        *part_sections(pack, found),
        *source_sections(pack),
        checks_section(pack.report, pack.say),
    )
    # The id stands on the sheet to sign, so it is taken from everything before that.
    register = pack.register.number
    pack_id = document_id(pack.clinic.key, "review", pack.today.isoformat(), register, canonical(sections))
    return _document(pack, title, pack_id, (*sections, signoff_section(pack, found, pack_id)))


def _document(pack: Pack, title: str, pack_id: str, sections: tuple[d.Section, ...]) -> d.Document:
    say, profile = pack.say, pack.clinic.profile
    return d.Document(
        metadata=_metadata(pack, title, pack_id),
        letterhead=d.Letterhead((profile.hospital, profile.unit), pack.clinic.logo),
        identity=(),
        furniture=d.Furniture(
            page=say.text("page"),
            draft=say.text("band"),
            version=say.text("foot", date=pack.today),
            document_id=say.text("id", id=pack_id),
        ),
        sections=sections,
    )


def _metadata(pack: Pack, title: str, pack_id: str) -> d.Metadata:
    handout = pack.handout
    return d.Metadata(
        title=title,
        language=handout.language,
        publisher=pack.clinic.profile.hospital,
        handout=handout.name,
        handout_version=handout.version,
        content_hash=handout.content_hash,
        document_id=pack_id,
        patient_key="",
        issued=pack.today,
        draft=True,
    )
