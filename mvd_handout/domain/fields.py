"""Fields: what can be asked of a person or read from a file, described once.

The same description reads a TOML file, an answer at the prompt and (later) a cell of a roster,
and words every fault the same way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal, cast

from msgspec import Struct

from mvd_handout.domain.dates import DateOrder, read_date, read_time
from mvd_handout.domain.errors import Fault
from mvd_handout.domain.phone import read_phone
from mvd_handout.domain.text import RefusedError, clean_text, close_matches, shape

Kind = Literal["text", "date", "time", "phone", "choice", "flag", "number"]

_YES: Final = frozenset({"yes", "y", "true", "1"})
_NO: Final = frozenset({"no", "n", "false", "0"})


class Field(Struct, frozen=True):
    """One field. `path` is its place in a file ("patient.name"), `label` its name for people.

    An `identifying` field tells who the patient is: faults never quote it, and no command-line option carries it.
    """

    path: str
    kind: Kind
    label: str
    example: str
    required: bool = False
    identifying: bool = False
    choices: tuple[str, ...] = ()
    default: object = None
    limit: int = 200

    @property
    def key(self) -> str:
        """The last part of the path: the key in its TOML table."""
        return self.path.rpartition(".")[2]


def read_value(field: Field, raw: object, order: DateOrder | None = None) -> object:
    """Return the value of `field` that `raw` means. Raises RefusedError."""
    match field.kind:
        case "date":
            return read_date(raw, order)
        case "time":
            return read_time(raw)
        case "flag":
            return _flag(raw)
        case "choice":
            return _choice(field, raw)
        case "number":
            return _number(raw)
        case "phone":
            return read_phone(_string(raw))
        case "text":
            return clean_text(_string(raw), field.limit)


def _string(raw: object) -> str:
    if not isinstance(raw, str):
        raise RefusedError("it stands without quotation marks", 'Put it in quotation marks: "..."')
    return raw


def _flag(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in _YES | _NO:
        return word in _YES
    raise RefusedError("neither yes nor no", "Write yes or no (true or false in a file)")


def _choice(field: Field, raw: object) -> str:
    word = str(raw).strip().lower()
    spelled = {choice.lower(): choice for choice in field.choices}
    if word in spelled:
        return spelled[word]
    hits = [choice for low, choice in spelled.items() if word and low.startswith(word)]
    if len(hits) == 1:
        return hits[0]
    raise RefusedError("not one of the choices", f"One of these is wanted: {', '.join(field.choices)}")


def _number(raw: object) -> int:
    if isinstance(raw, bool) or not (isinstance(raw, int) or (isinstance(raw, str) and raw.strip().isdecimal())):
        raise RefusedError("not a whole number", "A whole number is wanted, such as 14")
    return int(raw)


class TableReader:
    """Reads the fields of one table and gathers every fault instead of stopping at the first.

    `where` says which file (and which table) it is, as a person would.
    """

    def __init__(self, table: object, where: str, faults: list[Fault], order: DateOrder | None = None) -> None:
        self.where = where
        self.faults = faults
        self.order = order
        self._unread: dict[str, object] = {}
        if isinstance(table, Mapping):
            self._unread.update(cast("Mapping[str, object]", table))
        elif table is not None:
            faults.append(
                Fault(
                    where,
                    "not a table of fields",
                    "A table is wanted",
                    "See the example that `mvd-handout demo` writes",
                )
            )
        self._known: list[str] = []

    def read(self, field: Field) -> object:
        """Return the field's value, its default when it is absent, or None after noting a fault."""
        key = field.key
        self._known.append(key)
        raw = self._unread.pop(key, None)
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            if field.required:
                self.fault(field, "nothing is here", f"{field.label} is needed", _example(field))
            return field.default
        try:
            return read_value(field, raw, self.order)
        except RefusedError as refused:
            self.fault(field, _found(field, raw, refused), refused.wanted)
            return field.default

    def fault(self, field: Field, found: str, wanted: str, fix: str = "") -> None:
        """Note that `field` is wrong."""
        self.faults.append(Fault(f"{self.where}, {field.path}", found, wanted, fix))

    def table(self, key: str) -> object:
        """Return the sub-table `key` for another reader."""
        self._known.append(key)
        return self._unread.pop(key, None)

    def tables(self, key: str) -> Sequence[object]:
        """Return the list of sub-tables `[[key]]`."""
        value = self.table(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.faults.append(
                Fault(f"{self.where}, {key}", "not a list of tables", f"Write [[{key}]] before each one")
            )
            return ()
        return value

    def refuse_unknown(self) -> None:
        """Note every key that nothing reads: a typing mistake must not lose a field without a word."""
        for key in self._unread:
            near = close_matches(key, self._known)
            fix = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(sorted(self._known))}"
            plain = near or _PLAIN_KEY.fullmatch(key)
            name = key if plain else f'"{shape(key)}"'  # a patient's name may stand where a field should
            self.faults.append(Fault(f"{self.where}, {name}", "an unknown field", "Remove it or mend its name", fix))


def _example(field: Field) -> str:
    """Say what to add; of choices none before the others, so that nobody copies a side that is not the patient's."""
    if field.choices:
        return f"Add {field.key} = {' or '.join(json.dumps(choice) for choice in field.choices)}"
    return f"Add {field.key}, for example {field.example}"


def _found(field: Field, raw: object, refused: RefusedError) -> str:
    text = str(raw).strip()
    if not text:
        return refused.found
    if _may_quote(field, text):
        return f'"{text}": {refused.found}'
    return f'"{shape(text)}" (9 stands for a digit, x for a letter): {refused.found}'


_PLAIN_KEY: Final = re.compile("[a-z][a-z_]{0,24}")
_DATE_OR_TIME: Final = re.compile(r"\d{1,4}[-/.:]\d{1,2}(?:[-/.:]\d{1,4})?(?: ?[ap]\.?m\.?)?", re.ASCII | re.IGNORECASE)


def _may_quote(field: Field, text: str) -> bool:
    """Whether a refused value can be shown: never what identifies, nor what slipped in from another field."""
    if field.identifying:
        return False
    if field.kind == "choice":
        return bool(close_matches(text.lower(), [each.lower() for each in field.choices]))
    return field.kind in {"date", "time"} and bool(_DATE_OR_TIME.fullmatch(text))
