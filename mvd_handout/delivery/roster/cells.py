"""From a cell to a value: what a spreadsheet or a CSV file holds, read as its field needs it, or refused."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final

from mvd_handout.delivery.mail.address import read_address
from mvd_handout.delivery.roster import damage
from mvd_handout.delivery.roster.headings import Column
from mvd_handout.delivery.roster.synonyms import CONSENTS, FAMILY, GIVEN, NAME, load_synonyms
from mvd_handout.domain.dates import WANTED_DATE, WANTED_TIME, DateOrder, read_date, read_time
from mvd_handout.domain.fields import read_value
from mvd_handout.domain.text import RefusedError, clean_text

_NAMES: Final = frozenset({NAME, GIVEN, FAMILY, "patient.carer"})
_DIGITS: Final = frozenset({"patient.record_number", "visit.phone"})
_MAY_SAY_NOTHING: Final = frozenset({GIVEN, FAMILY})
_NOT_HELD: Final = frozenset({"no", "n", "false", "0", "0.0"})
_AGREED: Final = frozenset({"yes", "y", "true", "1", "ok", "agreed", "x", "given"})
WANTED_CONSENT: Final = (
    "Write encrypted (a copy that only a passphrase opens), plain (one that others could read) or none (no e-mail)"
)
_TIME_OF_DAY: Final = re.compile(r"\d+[/.\-]\d+[/.\-]\d+[T ]\s*\d{1,2}[:.]\d{2}.*", re.DOTALL)
_SERIAL: Final = re.compile(r"\d{5}(?:[.,]\d+)?")


def is_blank(value: object) -> bool:
    """Whether nothing stands in a cell."""
    return value is None or (isinstance(value, str) and not value.strip())


def read_cell(column: Column, value: object, order: DateOrder | None, words: Mapping[str, str]) -> object:
    """Return what the cell means, in a form that `Case.parse` takes. Raises RefusedError.

    `order` is that of the column's dates, `words` the other words for its values.
    """
    if column.path == "email_consent":
        return _consent(value)
    match column.field.kind:
        case "date":
            return _date(value, order)
        case "time":
            return _time(value)
        case "flag" | "choice":
            return read_value(column.field, _word(value, words))
        case _:
            return _text(column, value, words)


def read_hold(value: object) -> str:
    """Return why a patient is on hold, "" for a patient who is not. Whatever is no clear "no" holds."""
    text = " ".join(str(value).split())
    if is_blank(value) or text.lower() in _NOT_HELD:
        return ""
    try:
        return clean_text(text, limit=300)
    except RefusedError:
        return "yes"


def value_words(path: str) -> Mapping[str, str]:
    """Return the words for values of a field, in small letters, and the value that each one means."""
    return load_synonyms().values.get(path, {})


def _date(value: object, order: DateOrder | None) -> dt.date:
    if isinstance(value, bool | int | float):
        raise RefusedError("a number, not a date", "Format the column as dates, or write 2026-03-05")
    if isinstance(value, dt.time | dt.timedelta):
        raise RefusedError("a time of day, not a date", WANTED_DATE)
    if isinstance(value, str):
        text = value.strip()
        if _TIME_OF_DAY.fullmatch(text):
            raise RefusedError("a date with a time of day", WANTED_DATE)
        if _SERIAL.fullmatch(text):
            raise RefusedError("the serial number by which spreadsheets count days", WANTED_DATE)
        damage.refuse_damage(text)
    return read_date(value, order)


def _time(value: object) -> dt.time:
    if isinstance(value, bool | int | float):
        raise RefusedError("a number, not a time of day", "Format the column as times, or write 10:30 as text")
    if isinstance(value, dt.datetime | dt.date):
        raise RefusedError("a date, not a time of day", WANTED_TIME)
    if isinstance(value, dt.timedelta):
        raise RefusedError("a duration, not a time of day", "Format the column as times, or write 10:30 as text")
    if isinstance(value, str):
        damage.refuse_damage(value)
    return read_time(value)


def _word(value: object, words: Mapping[str, str]) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(str(value).split()).lower()
    damage.refuse_damage(text)
    return words.get(text, text)


def _consent(value: object) -> str:
    """Return what a patient agreed to. A bare yes does not say to what, and no word is completed by guessing."""
    word = _word(value, value_words("email_consent"))
    if word is True or word in _AGREED:
        raise RefusedError("an agreement that does not say to what", WANTED_CONSENT)
    if word is False or word in _NOT_HELD:
        return "none"
    if word not in CONSENTS:
        raise RefusedError("not a consent to e-mail", WANTED_CONSENT)
    return str(word)


def _text(column: Column, value: object, words: Mapping[str, str]) -> str:
    if not isinstance(value, str):
        damage.refuse_number(value)
    text = str(value)
    damage.refuse_damage(text)
    if column.path not in _MAY_SAY_NOTHING:
        damage.refuse_placeholder(text)
    if column.path in _NAMES:
        damage.refuse_damaged_name(text)
    if column.path in _DIGITS:
        damage.refuse_damaged_number(text)
    if column.path == "email":
        return read_address(text)
    # What goes into the case is cleaned there.
    return clean_text(text) if column.path in _MAY_SAY_NOTHING else words.get(text.strip().lower(), text)
