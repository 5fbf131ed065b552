"""Texts that a spreadsheet or a wrong encoding has damaged: what they look like, and what to do."""

from __future__ import annotations

import re
from typing import Final

from mvd_handout.domain.text import RefusedError

_ERRORS: Final = frozenset(
    {"#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!", "#spill!", "#calc!", "#getting_data"}
)
_NOTHING: Final = frozenset(
    {"null", "(null)", "nan", "n/a", "na", "none", "nil", "undefined", "-", "--", "?", "unknown"}
)
_SHORTENED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+")
_DECIMAL: Final = re.compile(r"[0-9]+[.,]0+")
# One quick look at a text: without any of these, nothing below can be found.
_SUSPECT: Final = re.compile("[=#&ÂÃâÄÅÆÈÊÌÍÎÏÐÑØÙ×]")
_ENTITY: Final = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z]+[0-9]*);")

# UTF-8 that was read as Windows-1252: one of the letters that lead bytes turn into, then what a second byte becomes.
_SECOND: Final = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_SECOND_NO_LETTER: Final = "\u0080-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf€‚„…†‡ˆ‰‹•˜™›"
_MOJIBAKE: Final = re.compile(f"[ÂÃ][{_SECOND}]|â€|[ÄÅÆÈÊÌÍÎÏÐÑØÙ×][{_SECOND_NO_LETTER}]")
# What the letters of central European names become in a wrong Windows code page; no name holds one of these.
_NOT_IN_NAMES: Final = re.compile("[£¤¥¢¦§©«¬®¯°±²³µ¶¹»¼½¾¿¡×÷ƒ†‡‰€™•?]")


def refuse_damage(text: str) -> None:
    """Refuse a text that is not what somebody typed. Raises RefusedError."""
    if not _SUSPECT.search(text):
        return
    low = text.strip().lower()
    if low in _ERRORS:
        raise RefusedError("an error of the spreadsheet", "Mend its formula, or type the value")
    if low and not low.strip("#"):
        raise RefusedError("a cell that was too narrow when it was exported", "Make the column wider and export again")
    if text.lstrip().startswith("="):
        raise RefusedError("a formula", "Replace the formula by its value: copy, then paste as values")
    if _MOJIBAKE.search(text):
        raise RefusedError(
            "a text whose letters were damaged by a wrong encoding",
            "Export it again as UTF-8, or name the right encoding with --encoding",
        )
    if _ENTITY.search(text):
        raise RefusedError("a text with HTML codes in it", "Write the letters themselves")


def refuse_placeholder(text: str) -> None:
    """Refuse words by which a computer says that there is nothing: they would be printed. Raises RefusedError."""
    if text.strip().lower() in _NOTHING:
        raise RefusedError("a word for nothing", "Leave the cell empty when there is nothing to say")


def refuse_damaged_name(text: str) -> None:
    """Refuse a name with signs that stand where a letter was lost. Raises RefusedError."""
    if _NOT_IN_NAMES.search(text):
        raise RefusedError(
            "a name with a sign in the place of a letter",
            "Type the name again, or export the file as UTF-8, or name its encoding with --encoding",
        )


def refuse_damaged_number(text: str) -> None:
    """Refuse a record or telephone number that went through a spreadsheet as a quantity. Raises RefusedError."""
    plain = text.strip()
    if _SHORTENED.fullmatch(plain):
        raise RefusedError("a number that the spreadsheet has shortened: digits are lost", _AS_TEXT)
    if _DECIMAL.fullmatch(plain):
        raise RefusedError("a number with decimals", _AS_TEXT)
    if plain.startswith("'"):
        raise RefusedError("a number after an apostrophe", "Remove the apostrophe")


_AS_TEXT: Final = "Make this column text in the spreadsheet, then enter the number again"


def refuse_number(value: object) -> None:
    """Refuse a cell that holds a quantity, a date or a yes where a text is needed. Raises RefusedError."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RefusedError("not a text", _AS_TEXT)
    raise RefusedError("a number, so leading zeros and long numbers are lost", _AS_TEXT)
