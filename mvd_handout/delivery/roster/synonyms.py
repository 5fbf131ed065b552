"""The words that record systems use: for headings, and for the values below them."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from mvd_handout.content.resources import data_root
from mvd_handout.content.toml import read_toml
from mvd_handout.domain.case import CASE_FIELDS, MAX_VISITS, OPERATION_FIELDS, PATIENT_FIELDS, VISIT_FIELDS
from mvd_handout.domain.dates import DateOrder
from mvd_handout.domain.fields import Field

IGNORE: Final = "ignore"
GIVEN, FAMILY, NAME = "patient.given_name", "patient.family_name", "patient.name"
CONSENTS: Final = ("encrypted", "plain", "none")
ROSTER_FIELDS: Final = (
    Field(GIVEN, "text", "The patient's given name", "Alex", identifying=True),
    Field(FAMILY, "text", "The patient's family name", "Example", identifying=True),
    Field("hold", "text", "Why nothing is printed for the patient", "readmitted", identifying=True, limit=300),
    Field("email", "text", "The patient's e-mail address", "alex@example.org", identifying=True, limit=254),
    Field("email_consent", "choice", "What the patient agreed to", "encrypted", choices=CONSENTS, default="none"),
    Field("email_consent_date", "date", "The day on which the patient agreed", "2026-03-04"),
    Field("email_consent_by", "text", "Who took the consent down", "Sam Invented", default=""),
)
"""What only a roster has, besides the fields of a case."""

FIELDS: Final[Mapping[str, Field]] = {
    **{field.path: field for field in (*PATIENT_FIELDS, *OPERATION_FIELDS, *CASE_FIELDS, *ROSTER_FIELDS)},
    **{f"visit.{field.path}": field for field in VISIT_FIELDS},
}

_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TOKEN: Final = re.compile(r"[^\W\d_]+|[0-9]+")
_BRACKET: Final = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*$")
_ORDINAL: Final = frozenset({"st", "nd", "rd", "th"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading stands for: a field, the number of the visit it belongs to (0: none), a stated date order."""

    path: str
    visit: int = 0
    order: DateOrder | None = None


@dataclass(frozen=True, slots=True)
class Synonyms:
    """The shipped words, folded: headings of fields and of visits, words for values, remarks in brackets."""

    fields: Mapping[str, str]
    visits: Mapping[str, str]
    numbers: Mapping[str, int]
    values: Mapping[str, Mapping[str, str]]
    hints: Mapping[str, DateOrder | None]

    def meaning(self, heading: str) -> Meaning | None:
        """Return what `heading` stands for, if these words know it."""
        if found := self._meaning(words(heading)):
            return found
        if (bracket := _BRACKET.search(heading)) and (hint := " ".join(words(bracket[1]))) in self.hints:
            found = self._meaning(words(heading[: bracket.start()]))
            return found and Meaning(found.path, found.visit, self.hints[hint])
        return None

    def _meaning(self, folded: list[str]) -> Meaning | None:
        if path := self.fields.get("".join(folded)):
            return Meaning(path)
        numbers = [self.numbers.get(word, 0) or _number(word) for word in folded]
        given = [number for number in numbers if number]
        rest = "".join(word for word, number in zip(folded, numbers, strict=True) if not number)
        path = self.visits.get(rest)
        if path is None or len(given) > 1:
            return None
        return Meaning(path, given[0] if given else 1)

    def headings(self) -> dict[str, str]:
        """Return every heading that a suggestion can name, folded, with how it is best written."""
        fields = {word: default_heading(path) for word, path in self.fields.items()}
        visits = [default_heading(path, 1) for path in FIELDS if path.startswith("visit.")]
        return fields | {squeeze(heading): heading for heading in visits}


def words(text: str) -> list[str]:
    """Split a heading into small words without accents or signs; "2nd" becomes "2"."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text))
    tokens = _TOKEN.findall("".join(c for c in plain if not unicodedata.combining(c)).casefold())
    return [t for i, t in enumerate(tokens) if not (t in _ORDINAL and i and tokens[i - 1].isdigit())]


def squeeze(text: str) -> str:
    """Return the words of a heading in one piece, for comparing."""
    return "".join(words(text))


def default_heading(path: str, visit: int = 0) -> str:
    """Return the heading that our own template gives to a field."""
    if path.startswith("visit."):
        return f"Visit {visit or 1} {path.removeprefix('visit.')}"
    return _HEADINGS[path]


@functools.cache
def load_synonyms() -> Synonyms:
    """Return the words that ship with the program."""
    name = "synonyms.toml"
    data = read_toml((data_root("templates") / "roster" / name).read_bytes(), name)
    visits = cast("dict[str, dict[str, list[str]]]", data["visits"])
    names = [squeeze(word) for word in cast("list[str]", visits["names"])]
    return Synonyms(
        fields=_field_words(cast("dict[str, list[str]]", data["fields"])),
        visits=_visit_words(names, visits["parts"]),
        numbers=cast("dict[str, int]", visits["numbers"]),
        values=_value_words(cast("dict[str, dict[str, list[str]]]", data["values"])),
        hints=_hints(cast("dict[str, list[str]]", data["hints"])),
    )


def _field_words(table: dict[str, list[str]]) -> dict[str, str]:
    own = {squeeze(path): path for path in FIELDS if not path.startswith("visit.") and path != "note"}
    given = {squeeze(word): path for path, synonyms in table.items() for word in synonyms}
    return own | given | {squeeze(heading): path for path, heading in _HEADINGS.items()}


def _visit_words(names: list[str], parts: Mapping[str, list[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, synonyms in parts.items():
        for part in map(squeeze, synonyms):
            for name in names:
                found |= {name + part: path, part + name: path, f"{part}of{name}": path}
    return found


def _value_words(table: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, str]]:
    return {
        path: {word: value for value, synonyms in values.items() for word in synonyms} for path, values in table.items()
    }


def _hints(table: dict[str, list[str]]) -> dict[str, DateOrder | None]:
    orders: dict[str, DateOrder | None] = {"day-first": "day-first", "month-first": "month-first", "plain": None}
    return {" ".join(words(word)): orders[order] for order, synonyms in table.items() for word in synonyms}


def _number(word: str) -> int:
    return int(word) if word.isdecimal() and 1 <= int(word) <= MAX_VISITS else 0


_HEADINGS: Final[Mapping[str, str]] = {
    NAME: "Name",
    GIVEN: "Given name",
    FAMILY: "Family name",
    "patient.record_number": "Record number",
    "patient.birth_date": "Date of birth",
    "patient.language": "Language",
    "patient.interpreter": "Interpreter",
    "patient.print_size": "Print size",
    "patient.carer": "Carer",
    "operation.date": "Operation date",
    "operation.side": "Side",
    "operation.kind": "First or repeat",
    "operation.status": "Operation status",
    "surgeon": "Surgeon",
    "discharge_date": "Discharge date",
    "note": "Note for the patient",
    "hold": "Hold",
    "email": "E-mail",
    "email_consent": "E-mail consent",
    "email_consent_date": "E-mail consent date",
    "email_consent_by": "E-mail consent by",
}
