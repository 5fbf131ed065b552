"""Locking a PDF: AES-256, opened by a passphrase alone. Screen readers keep what they need."""

from __future__ import annotations

import io
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from mvd_handout.domain.errors import Fault, OutputError
from mvd_handout.rendering.pdf.inspect import read_properties

if TYPE_CHECKING:
    import pikepdf

_CLAIMS: Final = ("pdfaid:part", "pdfaid:conformance")
_OWN: Final = "{tag:mvd-handout.example,2026:handout/}"


def lock(pdf: bytes, passphrase: str) -> bytes:
    """Return the PDF so that only `passphrase` opens it, checked by opening it again.

    Its words, tags and pictures are those of `pdf`. It no longer claims to be PDF/A, which forbids encryption, and
    bears no seal: the seal is over the bytes of the file that it was made from. The password that would lift its
    restrictions is random and kept nowhere. Raises OutputError when it would not open as it must.
    """
    import pikepdf

    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        with opened.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as about:
            for name in (*_CLAIMS, f"{_OWN}seal"):
                if name in about:
                    del about[name]
        allowed = pikepdf.Permissions(accessibility=True, extract=True, print_lowres=True, print_highres=True)
        encryption = pikepdf.Encryption(user=passphrase, owner=secrets.token_urlsafe(32), R=6, allow=allowed)
        opened.save(target, encryption=encryption, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    _check(pdf, target.getvalue(), passphrase)
    return target.getvalue()


def read_locked(pdf: bytes, passphrase: str) -> Mapping[str, str]:
    """Return what a locked file says about itself, see `inspect.read_properties`; nothing if it does not open."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(pdf), password=passphrase) as opened:
            # The packet as it stands in a file that is not locked.
            return read_properties(b"%PDF-" + opened.Root.Metadata.read_bytes())
    except (pikepdf.PdfError, pikepdf.PasswordError, AttributeError):
        return {}


def _check(pdf: bytes, locked: bytes, passphrase: str) -> None:
    """Refuse a locked file that opens without its passphrase, or shows other pages with it."""
    import pikepdf

    try:
        pikepdf.open(io.BytesIO(locked)).close()
    except pikepdf.PasswordError:
        pass
    else:
        raise _failed("it opens without its passphrase")
    with (
        pikepdf.open(io.BytesIO(locked), password=passphrase) as opened,
        pikepdf.open(io.BytesIO(pdf)) as original,
    ):
        if _contents(opened) != _contents(original):
            raise _failed("its pages are not those of the paper")


def _contents(opened: pikepdf.Pdf) -> list[bytes]:
    return [b"\n".join(part.read_bytes() for part in _streams(page)) for page in opened.pages]


def _streams(page: pikepdf.Page) -> list[pikepdf.Object]:
    contents = page.obj["/Contents"]
    return list(contents.as_list()) if contents._type_name == "array" else [contents]


def _failed(found: str) -> OutputError:
    return OutputError(Fault("locked PDF", found, "It has to be locked, and the same inside", "Nothing was sent"))
