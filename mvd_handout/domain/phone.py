"""Telephone numbers: printed as the clinic writes them, dialled by their digits."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from mvd_handout.domain.text import RefusedError, clean_text

_NUMBER: Final = re.compile(r"(\+?[0-9() \u00a0.\-]+?)(?:\s*(?:ext\.?|extension|x)\s*([0-9]{1,8}))?", re.IGNORECASE)
WANTED_PHONE: Final = "Write the number as it is dialled, such as 01632 960123 or 01632 960123 ext 45"


class Phone(Struct, frozen=True):
    """A telephone number: `text` for the eye, `target` for the finger (RFC 3966)."""

    text: str
    target: str


def read_phone(value: object) -> Phone:
    """Return the phone that `value` means. Raises RefusedError when there is nothing that could be dialled."""
    text = clean_text(str(value), limit=40)
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise RefusedError("not a telephone number", WANTED_PHONE)
    # A bracketed zero after a country code, +44 (0)1632, is not dialled from abroad.
    body = re.sub(r"\(0\)", "", match[1]) if match[1].startswith(("+", "00")) else match[1]
    digits = re.sub(r"\D", "", body)
    if not 3 <= len(digits) <= 15:
        raise RefusedError(f"{len(digits)} digits", WANTED_PHONE)
    if not digits.strip("0"):
        raise RefusedError("only zeros", WANTED_PHONE)
    plus = "+" if match[1].startswith("+") else ""
    extension = f";ext={match[2]}" if match[2] else ""
    return Phone(text.replace(" ", "\u00a0"), f"tel:{plus}{digits}{extension}")
