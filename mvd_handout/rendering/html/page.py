"""The page around the blocks: head, draft notice, whose paper it is, and the foot."""

from __future__ import annotations

from typing import Final

from mvd_handout.content.theme import Theme
from mvd_handout.domain.document import Document, Identifier, Letterhead, Metadata
from mvd_handout.rendering.drawing import Metrics
from mvd_handout.rendering.html.blocks import BlockWriter
from mvd_handout.rendering.html.figures import figures, logo_image
from mvd_handout.rendering.html.inlines import Anchors
from mvd_handout.rendering.html.markup import Html, element, join
from mvd_handout.rendering.html.style import style_sheet
from mvd_handout.rendering.reading_order import reading_order

_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "font-src data:",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
)


def page(document: Document, theme: Theme, metrics: Metrics) -> str:
    """Return the whole page of `document` as HTML."""
    anchors = Anchors({section.name: f"part-{n}" for n, section in enumerate(document.sections, start=1)})
    writer = BlockWriter(anchors, figures(theme, metrics))
    body = element(
        "body",
        _draft(document.furniture.draft),
        _header(document),
        element("main", join(*map(writer.section, document.sections), separator="\n")),
        _footer(document),
    )
    head = element("head", *_head(document.metadata), style_sheet(document, theme, _shown(document)))
    return f"<!DOCTYPE html>\n{element('html', head, body, lang=document.metadata.language)}\n"


def _shown(document: Document) -> list[str]:
    return [*reading_order(document), document.furniture.version, document.furniture.document_id]


def _head(metadata: Metadata) -> tuple[Html, ...]:
    return (
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("title", metadata.title),
        _meta("viewport", "width=device-width, initial-scale=1"),
        _meta("color-scheme", "light dark"),
        # A phone that guesses numbers would dial a record number.
        _meta("format-detection", "telephone=no, date=no, address=no, email=no"),
        _meta("referrer", "no-referrer"),
        _meta("robots", "noindex, nofollow"),
        _meta("dcterms.identifier", metadata.document_id),
        _meta("dcterms.publisher", metadata.publisher),
        _meta("dcterms.issued", metadata.issued.isoformat()),
        _meta("mvd-handout.handout", f"{metadata.handout} {metadata.handout_version}"),
        _meta("mvd-handout.content", metadata.content_hash),
        _meta("mvd-handout.patient-key", metadata.patient_key),
    )


def _meta(name: str, content: str) -> Html:
    return join(element("meta", name=name, content=content), Html("\n"))


def _draft(notice: str) -> Html:
    """Return the draft notice; it stands outside the header so that it can stay in view down the whole page."""
    if not notice:
        return Html()
    return element("aside", element("p", notice, id="draft"), class_="draft", aria_labelledby="draft")


def _header(document: Document) -> Html:
    identity = element("dl", *map(_identifier, document.identity), class_="who") if document.identity else Html()
    return element("header", identity, _letterhead(document.letterhead))


def _identifier(entry: Identifier) -> Html:
    return element("div", element("dt", entry.label), element("dd", entry.value))


def _letterhead(letterhead: Letterhead) -> Html:
    picture = logo_image(letterhead.logo) if letterhead.logo else Html()
    lines = element("div", *(element("p", line) for line in letterhead.lines))
    return element("div", picture, lines, class_="letterhead")


def _footer(document: Document) -> Html:
    furniture = document.furniture
    return element("footer", element("p", furniture.version), element("p", furniture.document_id))
