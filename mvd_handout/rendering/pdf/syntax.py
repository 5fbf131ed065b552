"""The syntax of PDF: names, texts, numbers, dictionaries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_PLAIN = re.compile(r"[\x20-\x7e]*")
_DELIMITERS = frozenset({b"/", b"<", b"[", b"("})


def name(text: str) -> bytes:
    """Return a name such as /Page."""
    return b"/" + text.encode("ascii")


def text(value: str) -> bytes:
    """Return a text string: in brackets if it is plain ASCII, in UTF-16 otherwise."""
    if _PLAIN.fullmatch(value):
        return string(value.encode("ascii"))
    return b"<FEFF" + value.encode("utf-16-be").hex().upper().encode("ascii") + b">"


def string(data: bytes) -> bytes:
    """Return bytes as a string in brackets; a bare carriage return would read as a line feed (ISO 32000-1, 7.3.4.2)."""
    escaped = data.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"(%b)" % escaped.replace(b"\r", b"\\r")


def reference(number: int) -> bytes:
    """Return a reference to the object `number`."""
    return b"%d 0 R" % number


def references(numbers: Iterable[int]) -> bytes:
    """Return an array of references."""
    return b"[%s]" % b" ".join([b"%d 0 R" % number for number in numbers])


def number(value: float) -> bytes:
    """Return a number with at most three decimals: a thousandth of a point is nothing."""
    short = f"{value:.3f}".rstrip("0").rstrip(".")
    return b"0" if short in {"", "-0"} else short.encode("ascii")


def array(items: Iterable[bytes]) -> bytes:
    """Return an array."""
    return b"[" + b" ".join(items) + b"]"


def rectangle(box: tuple[float, float, float, float]) -> bytes:
    """Return a rectangle: left, bottom, right, top."""
    return array(number(value) for value in box)


def dictionary(entries: Mapping[str, bytes]) -> bytes:
    """Return a dictionary."""
    return b"<<%s>>" % b"".join([_entry(key.encode("ascii"), value) for key, value in entries.items()])


def _entry(key: bytes, value: bytes) -> bytes:
    """Return an entry; what begins with a delimiter needs no space before it."""
    return (b"/%s%s" if value[:1] in _DELIMITERS else b"/%s %s") % (key, value)
