"""Which texts can be printed faithfully, and how they are written down once.

Typed text reaches paper exactly as `clean_text` returns it, or it is refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

_SPACES: Final = " \u00a0"
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})


class RefusedError(ValueError):
    """A value cannot be used. Never carries the value itself: `found` describes it, `wanted` says what would do."""

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(found, wanted)
        self.found = found
        self.wanted = wanted


def clean_text(value: str, limit: int = 200) -> str:
    """Return `value` in composed form (NFC), trimmed, with single spaces.

    Raises RefusedError for an empty or too long text and for every character that would not
    come out as typed: line breaks, control and invisible characters, marks that do not
    compose, and right-to-left letters (their order is not drawn right yet).
    """
    text = unicodedata.normalize("NFC", value)
    if not (text.isascii() and text.isprintable()):  # nothing in those is refused, and most texts are such
        for character in text:
            _refuse_unprintable(character)
    text = " ".join(text.split(" ")).strip(_SPACES)
    while "  " in text:
        text = text.replace("  ", " ")
    if not text:
        raise RefusedError("there is nothing here", "A text is wanted")
    if len(text) > limit:
        raise RefusedError(f"{len(text)} characters", f"At most {limit} characters fit")
    return text


def code_point(character: str) -> str:
    """Return the code point as people look it up: "U+1EC5"."""
    return f"U+{ord(character):04X}"


def close_matches(word: str, known: Iterable[str]) -> list[str]:
    """Return what of `known` somebody who wrote `word` most likely meant, or nothing."""
    import difflib  # only mistakes need it

    return difflib.get_close_matches(word, list(known), n=1)


def shape(value: str) -> str:
    """Describe a text without quoting it: digits become 9, letters x. Safe to print in an error."""
    masked = "".join("9" if c.isdigit() else "x" if c.isalpha() else c if c in " -/.:+()@,'" else "?" for c in value)
    return masked if len(masked) <= 30 else f"{masked[:30]}..."


def _refuse_unprintable(character: str) -> None:
    category = unicodedata.category(character)
    if character in _SPACES:
        return
    if character in "\r\n\t\v\f\u2028\u2029\u0085":
        raise RefusedError(f"a line break or tab ({code_point(character)})", "Write it as one line")
    if category[0] == "C" or category in {"Zs", "Zl", "Zp"} or character in "\ufffc\ufffd":
        raise RefusedError(
            f"an invisible or damaged character ({code_point(character)})", "Type the text again by hand"
        )
    if category[0] == "M":
        raise RefusedError(
            f"a mark that does not join its letter ({code_point(character)})", "Use the letter that already carries it"
        )
    if unicodedata.bidirectional(character) in _RIGHT_TO_LEFT:
        raise RefusedError(
            f"a right-to-left letter ({code_point(character)})",
            "Write it in Latin, Greek or Cyrillic letters, as in the passport",
        )
