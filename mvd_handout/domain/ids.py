"""The two ids that stand for a patient and for a paper. Neither can be guessed back without the clinic's key."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to misread
_DIGITS: Final = 12
_MISREAD: Final = str.maketrans("OIL", "011")
KEY_BYTES: Final = 32


def patient_key(key: bytes, record_number: str, birth_date: dt.date) -> str:
    """Return the id of a patient: 24 hexadecimal digits, the same for every handout of this clinic."""
    number = "".join(record_number.split()).casefold()
    return _mac(key, "patient", number, birth_date.isoformat()).hex()[:24]


def document_id(key: bytes, *parts: str) -> str:
    """Return the id of a paper from everything that makes it what it is, as "7K3M-9QXA-2F4D" (60 bits)."""
    number = int.from_bytes(_mac(key, "document", *parts)[:8], "big") >> 4
    digits = "".join(_ALPHABET[number >> shift & 31] for shift in range(55, -1, -5))
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def read_document_id(text: str) -> str | None:
    """Return the id of a paper that somebody typed, or None when it is none.

    Small letters, spaces and a missing hyphen do not matter, nor does an O for the digit 0, or an I or L for 1.
    """
    digits = re.sub(r"[\s\u2010-\u2014-]", "", text).upper().translate(_MISREAD)
    if len(digits) != _DIGITS or not set(digits) <= set(_ALPHABET):
        return None
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def keyed_hash(key: bytes, purpose: str, *parts: str) -> str:
    """Return 64 hexadecimal digits that stand for `parts` and do not give them away; every purpose has its own."""
    return _mac(key, purpose, *parts).hex()


def _mac(key: bytes, *parts: str) -> bytes:
    """Return the HMAC of `parts`, each with its length before it, so that no two lists read the same."""
    message = b"".join(len(data).to_bytes(8, "big") + data for data in (part.encode() for part in parts))
    return hmac.digest(key, message, "sha256")


def canonical(value: object) -> str:
    """Return one text for one value: structs with their field names, dates as ISO 8601, nothing left out."""
    return json.dumps(_plain(value), ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def _plain(value: object) -> object:
    if isinstance(value, Struct):
        fields = {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
        return [type(value).__name__, fields]
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return value
