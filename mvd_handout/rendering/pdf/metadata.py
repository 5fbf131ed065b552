"""What the file says about itself: XMP, information dictionary, output intent."""

from __future__ import annotations

import functools
import hashlib
import zlib
from typing import Final

from mvd_handout.content.resources import data_root
from mvd_handout.domain.document import Metadata
from mvd_handout.rendering.pdf import syntax
from mvd_handout.rendering.pdf.deflate import LEVEL
from mvd_handout.rendering.pdf.writer import Objects, ObjectSink

PRODUCER: Final = "mvd-handout"
_NAMESPACE: Final = "tag:mvd-handout.example,2026:handout/"
_OWN: Final = {
    "handout": "Name of the handout in the library",
    "handoutVersion": "Version of the handout's text",
    "contentHash": "Hash of the words before they were filled in",
    "documentId": "Keyed hash of this document",
    "patientKey": "Keyed hash of the patient",
    "status": "draft or approved",
    "approver": "Who approved the words",
    "approvedOn": "Day of the approval",
    "approvedKey": "Keyed hash of the approved words and the checked telephone numbers",
    "reviewBy": "Day by which the words must be read again",
    "pages": "How many pages the file has",
    "override": "By whose leave, until when and why words are used whose review is overdue",
    "seal": "Keyed hash of this file, with zeros in its own place",
}
_NUMBERS: Final = frozenset({"part", "pages"})
SEAL_DIGITS: Final = 80
"""How many hexadecimal digits a seal has; without one there are as many zeros."""


def add_metadata(objects: Objects, packet: bytes, number: int) -> None:
    """Write an XMP packet. It says that the file is PDF/UA-1 and PDF/A-2a."""
    objects.add_raw_stream({"Type": b"/Metadata", "Subtype": b"/XML"}, packet, number)


def add_info(objects: ObjectSink, title: str) -> int:
    """Write the information dictionary; return its number."""
    return objects.add(syntax.dictionary({"Title": syntax.text(title), "Producer": syntax.text(PRODUCER)}))


def add_output_intent(objects: Objects) -> int:
    """Write the sRGB output intent; return its number."""
    profile = objects.add_stream({"N": b"3"}, b"", _profile())
    return objects.add(
        syntax.dictionary(
            {
                "Type": b"/OutputIntent",
                "S": b"/GTS_PDFA1",
                "OutputConditionIdentifier": b"(sRGB IEC61966-2.1)",
                "Info": b"(sRGB IEC61966-2.1)",
                "DestOutputProfile": syntax.reference(profile),
            }
        )
    )


def file_id(document_id: str, *content: bytes) -> tuple[bytes, bytes]:
    """Return the file's two ids: which document it is, and with which content."""
    digest = hashlib.sha256()
    for part in content:
        digest.update(part)
    return hashlib.sha256(document_id.encode()).digest()[:16], digest.digest()[:16]


@functools.cache
def _profile() -> bytes:
    return zlib.compress((data_root("templates") / "pdf" / "sRGB.icc").read_bytes(), LEVEL)


def xmp(about: Metadata, pages: int) -> bytes:
    """Return the XMP packet of a file with so many pages."""
    own = {
        "handout": about.handout,
        "handoutVersion": about.handout_version,
        "contentHash": about.content_hash,
        "documentId": about.document_id,
        "patientKey": about.patient_key,
        "status": "draft" if about.draft else "approved",
        "approver": about.approver,
        "approvedOn": about.approved.isoformat() if about.approved else "",
        "approvedKey": about.approved_key,
        "reviewBy": about.review_by.isoformat() if about.review_by else "",
        "pages": str(pages),
        "override": about.override,
        "seal": "0" * SEAL_DIGITS,
    }
    return _XMP.format(
        title=escape(about.title),
        language=escape(about.language),
        publisher=escape(about.publisher),
        date=about.issued.isoformat(),
        producer=PRODUCER,
        namespace=_NAMESPACE,
        own="\n".join(f"   <mvd:{key}>{escape(value)}</mvd:{key}>" for key, value in own.items() if value),
        schema=_schemas(),
    ).encode("utf-8")


@functools.cache
def _schemas() -> str:
    """Return the description of the properties that no standard names, as PDF/A wants it."""
    return _schema(_NAMESPACE, "mvd", "Handout", _OWN) + _schema(*_PDFUA)


# As `html.escape` does, whose module brings a table of all entities with it.
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


def escape(text: str) -> str:
    """Return `text` as it stands between the tags of XML."""
    return text.translate(_ESCAPES)


_PDFUA: Final = (
    "http://www.aiim.org/pdfua/ns/id/",
    "pdfuaid",
    "PDF/UA Universal Accessibility Schema",
    {"part": "Which part of ISO 14289 the file follows"},
)


def _schema(namespace: str, prefix: str, title: str, properties: dict[str, str]) -> str:
    described = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        f"<pdfaProperty:valueType>{'Integer' if name in _NUMBERS else 'Text'}</pdfaProperty:valueType>"
        "<pdfaProperty:category>internal</pdfaProperty:category>"
        f"<pdfaProperty:description>{escape(description)}</pdfaProperty:description></rdf:li>"
        for name, description in properties.items()
    )
    return (
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaSchema:schema>{title}</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{namespace}</pdfaSchema:namespaceURI>"
        f"<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{described}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )


_XMP: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
    xmlns:mvd="{namespace}"
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
   <pdfaid:part>2</pdfaid:part>
   <pdfaid:conformance>A</pdfaid:conformance>
   <pdfuaid:part>1</pdfuaid:part>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
   <dc:publisher><rdf:Bag><rdf:li>{publisher}</rdf:li></rdf:Bag></dc:publisher>
   <dc:date><rdf:Seq><rdf:li>{date}</rdf:li></rdf:Seq></dc:date>
   <pdf:Producer>{producer}</pdf:Producer>
{own}
   <pdfaExtension:schemas><rdf:Bag>{schema}</rdf:Bag></pdfaExtension:schemas>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def plain_xmp(title: str, description: str, language: str, own: str) -> bytes:
    """Return the XMP packet of a file that follows no standard and says what it is for; `own` is XML of ours."""
    return _PLAIN_XMP.format(
        title=escape(title),
        description=escape(description),
        language=escape(language),
        producer=PRODUCER,
        namespace=_NAMESPACE,
        own=own,
    ).encode("utf-8")


_PLAIN_XMP: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:mvd="{namespace}">
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{description}</rdf:li></rdf:Alt></dc:description>
   <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
   <pdf:Producer>{producer}</pdf:Producer>
   {own}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
