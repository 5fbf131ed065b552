"""The entries of a clinic's register: what a named person did, and the one way in which each is written down."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from mvd_handout.content.approval.canonical import fingerprint
from mvd_handout.domain.errors import ApprovalError, Fault

Kind = Literal["approval", "withdrawal", "contacts", "override"]
Table = Mapping[str, object]

CHAIN_START: Final = "0" * 64


class Entry(Struct, frozen=True):
    """One act of a named person.

    `text` are the words that an approval or a check of contacts is about. `review_by` is the last day on which it
    holds; of an override, the last day of the leave that it gives.
    """

    kind: Kind
    name: str
    role: str
    date: dt.date
    review_by: dt.date | None = None
    handout: str = ""
    version: str = ""
    language: str = ""
    block: str = ""
    also_for: tuple[str, ...] = ()
    reason: str = ""
    text: str = ""

    @property
    def sha256(self) -> str:
        """The hash of its text."""
        return fingerprint(self.text)


_ALWAYS: Final = frozenset({"kind", "name", "role", "date"})
_TYPES: Final = {"date": dt.date, "review_by": dt.date, "also_for": list}
_NEEDED: Final[dict[str, frozenset[str]]] = {
    "approval": frozenset({"handout", "version", "language", "block", "review_by", "text"}),
    "withdrawal": frozenset({"handout", "language", "block", "reason"}),
    "contacts": frozenset({"review_by", "text"}),
    "override": frozenset({"handout", "language", "review_by", "reason"}),
}


def to_table(entry: Entry, number: int, before: str) -> dict[str, object]:
    """Return the entry as its TOML table; what is empty is left out. `before` is the hash of the entry before it."""
    table: dict[str, object] = {"number": number, "before": before}
    for name in entry.__struct_fields__:
        value = getattr(entry, name)
        if value not in ("", None, ()):
            table[name] = list(value) if isinstance(value, tuple) else value
    if entry.text:
        table["sha256"] = entry.sha256
    return table


def table_hash(table: Table) -> str:
    """Return the SHA-256 of everything that stands in an entry's table."""
    text = json.dumps(table, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def from_table(table: Table, where: str) -> Entry:
    """Return the entry in a table. Raises ApprovalError when it is none that this program writes."""
    fields = {key: value for key, value in table.items() if key not in {"number", "before", "sha256"}}
    known = Entry.__struct_fields__
    wrong = [key for key, value in fields.items() if key not in known or not _fits(key, value)]
    wrong += sorted(_ALWAYS - fields.keys())
    needed = _NEEDED.get(str(fields.get("kind")))
    wrong += ["kind"] if needed is None else sorted(needed - fields.keys())
    if wrong:
        raise ApprovalError(Fault(where, f"{wrong[0]} is missing or not as it was written", *EDITED))
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    return Entry(**values)  # type: ignore[arg-type]


def _fits(key: str, value: object) -> bool:
    if key == "also_for":
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return isinstance(value, _TYPES.get(key, str)) and not isinstance(value, dt.datetime)


EDITED: Final = (
    "Entries are only ever added, by the program",
    "Put back the copy of approvals.toml from your backup, or move it away and approve anew",
)
