"""What one of our PDF files says about itself, and whether a byte of it was changed since it was made.

The XMP packet stands in the file as plain text, so that no PDF library is needed to read it. The seal in it is an
HMAC under the clinic's key over the whole file with zeros in the seal's own place: who has no key can neither make
one nor mend it after a change. Its first 16 digits only say which key it was made with.
"""

from __future__ import annotations

import enum
import hmac
import re
from collections.abc import Mapping
from typing import Final

from mvd_handout.rendering.pdf.metadata import PRODUCER, SEAL_DIGITS

_PURPOSE: Final = b"mvd-handout seal 1\0"
_KEY_DIGITS: Final = 16
_PACKET: Final = re.compile(rb"<\?xpacket begin=.*?<\?xpacket end=", re.DOTALL)
_OWN: Final = re.compile(r"<mvd:([A-Za-z]+)>([^<]*)</mvd:\1>")
_STANDARD: Final = {
    "title": re.compile(r"<dc:title><rdf:Alt><rdf:li [^>]*>([^<]*)<"),
    "language": re.compile(r"<dc:language><rdf:Bag><rdf:li>([^<]*)<"),
    "publisher": re.compile(r"<dc:publisher><rdf:Bag><rdf:li>([^<]*)<"),
    "issued": re.compile(r"<dc:date><rdf:Seq><rdf:li>([^<]*)<"),
}
_LOCKED: Final = re.compile(rb"/Encrypt\s+\d+\s+\d+\s+R")
_SEAL_BEGINS: Final = b"<mvd:seal>"
_SEAL: Final = re.compile(rb"<mvd:seal>([0-9a-f]{%d})</mvd:seal>" % SEAL_DIGITS)


class Seal(enum.Enum):
    """What the seal of a file says."""

    INTACT = "unchanged since it was made"
    BROKEN = "changed since it was made"
    OTHER_KEY = "sealed with another clinic's key"
    NONE = "not sealed"


def read_properties(pdf: bytes) -> Mapping[str, str]:
    """Return what the file says about itself, by name; nothing when it is not one of ours."""
    from html import unescape  # not needed to seal a file

    packet = _PACKET.search(pdf)
    text = packet[0].decode("utf-8", "replace") if packet else ""
    if not pdf.startswith(b"%PDF-") or f"<pdf:Producer>{PRODUCER}</pdf:Producer>" not in text:
        return {}
    standard = {name: match[1] for name, pattern in _STANDARD.items() if (match := pattern.search(text))}
    return {name: unescape(value) for name, value in {**standard, **dict(_OWN.findall(text))}.items()}


def is_locked(pdf: bytes) -> bool:
    """Whether the file is encrypted, so that it tells nothing about itself."""
    return pdf.startswith(b"%PDF-") and _LOCKED.search(pdf) is not None


def sealed(pdf: bytes, key: bytes) -> bytes:
    """Return the file with its seal, of the same length. Raises ValueError when it has no place for one."""
    blank, place = _blank(pdf)
    return pdf[: place.start] + _seal(blank, key) + pdf[place.stop :]


def check_seal(pdf: bytes, key: bytes) -> Seal:
    """Return what the seal says to the owner of `key`. A file without exactly one seal counts as changed."""
    try:
        blank, place = _blank(pdf)
    except ValueError:
        return Seal.BROKEN
    found, wanted = pdf[place], _seal(blank, key)
    if not found.strip(b"0"):
        return Seal.NONE
    if found[:_KEY_DIGITS] != wanted[:_KEY_DIGITS]:
        return Seal.OTHER_KEY
    return Seal.INTACT if hmac.compare_digest(found, wanted) else Seal.BROKEN


def _blank(pdf: bytes) -> tuple[bytes, slice]:
    start = pdf.find(_SEAL_BEGINS) + len(_SEAL_BEGINS)
    match = _SEAL.match(pdf, start - len(_SEAL_BEGINS)) if start >= len(_SEAL_BEGINS) else None
    if match is None or pdf.find(_SEAL_BEGINS, start) >= 0:
        raise ValueError("the file has not exactly one seal")
    return b"".join((pdf[:start], b"0" * SEAL_DIGITS, pdf[match.end(1) :])), slice(*match.span(1))


def _seal(blank: bytes, key: bytes) -> bytes:
    return _which(key) + hmac.digest(key, _PURPOSE + blank, "sha256").hex().encode("ascii")


def _which(key: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + b"key", "sha256").hex()[:_KEY_DIGITS].encode("ascii")
