"""The register: a clinic's approvals in one readable file, entries chained by hashes, its length and end sealed.

Each entry holds the hash of the entry before it, so that none can be edited, left out or moved. The head holds how
many there are and the hash of the last, with an HMAC under the clinic's key, so that none can be cut off or added.
It proves that the file is as the program wrote it; it does not prove who sat at the keyboard.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeGuard, cast

from msgspec import Struct

from mvd_handout.content.approval.canonical import fingerprint
from mvd_handout.content.approval.entries import (
    CHAIN_START,
    EDITED,
    Entry,
    Kind,
    Table,
    from_table,
    table_hash,
    to_table,
)
from mvd_handout.content.toml import read_toml
from mvd_handout.domain.errors import ApprovalError, Fault, InputError

REGISTER_NAME: Final = "approvals.toml"
_PURPOSE: Final = b"mvd-handout register 1\0"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_PREFACE: Final = """\
# Who stands behind which words, and who rang which numbers. `mvd-handout approve` and `mvd-handout contacts` write it.
# Read it, keep it, back it up together with clinic.key. Do not edit it: a changed, moved or missing entry is noticed,
# and no patient copy is made until the file is as it was.
"""


class Register(Struct, frozen=True):
    """All entries, the oldest first."""

    entries: tuple[Entry, ...] = ()

    def latest(self, *kinds: Kind, **about: str) -> Entry | None:
        """Return the last entry of one of `kinds` whose fields have the values in `about`."""
        for entry in reversed(self.entries):
            if entry.kind in kinds and all(getattr(entry, name) == value for name, value in about.items()):
                return entry
        return None

    def with_entries(self, *entries: Entry) -> Register:
        """Return the register with more entries. Raises ApprovalError for one dated before the last there is."""
        last = self.entries[-1].date if self.entries else dt.date.min
        if early := [entry for entry in entries if entry.date < last]:
            raise ApprovalError(clock_fault(early[0].date, last))
        return Register((*self.entries, *entries))

    @property
    def number(self) -> str:
        """How many entries there are and the start of the hash of the last: to note down, so that an old copy shows."""
        return f"{len(self.entries)}-{_tail(_tables(self.entries))[:8]}"


def clock_fault(today: dt.date, last: dt.date) -> Fault:
    """Return what is wrong when today lies before the last entry."""
    return Fault(
        REGISTER_NAME,
        f"its last entry is of {last.isoformat()}, but today is {today.isoformat()}",
        "Time runs forward",
        "Check the date of this computer",
    )


def dump_register(register: Register, key: bytes) -> bytes:
    """Return the register's file. `key` is the clinic's key."""
    tables = _tables(register.entries)
    head: dict[str, object] = {"entries": len(tables), "last": _tail(tables)}
    head["seal"] = _seal(head, key)
    parts = [_PREFACE, _toml("[head]", head), *(_toml("[[entry]]", table) for table in tables)]
    return "\n".join(parts).encode()


def read_register(data: bytes, key: bytes) -> Register:
    """Return the register in its file. Raises ApprovalError with what was done to it since it was written."""
    try:
        root = read_toml(data, REGISTER_NAME)
    except InputError as error:
        raise ApprovalError(*(Fault(fault.where, fault.found, *EDITED) for fault in error.faults)) from None
    head, tables = root.pop("head", None), root.pop("entry", [])
    if root or not isinstance(head, Mapping) or not _is_tables(tables):
        raise ApprovalError(Fault(REGISTER_NAME, "it is not a register as the program writes it", *EDITED))
    if fault := _numbering(tables) or _chain(tables) or _ending(head, tables, key):
        raise ApprovalError(fault)
    return Register(tuple(from_table(table, _where(number)) for number, table in enumerate(tables, start=1)))


def _is_tables(value: object) -> TypeGuard[list[dict[str, object]]]:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _tables(entries: Sequence[Entry]) -> list[dict[str, object]]:
    tables: list[dict[str, object]] = []
    for number, entry in enumerate(entries, start=1):
        tables.append(to_table(entry, number, _tail(tables)))
    return tables


def _tail(tables: Sequence[Table]) -> str:
    return table_hash(tables[-1]) if tables else CHAIN_START


def _where(number: int) -> str:
    return f"{REGISTER_NAME}, entry {number}"


def _numbering(tables: Sequence[Table]) -> Fault | None:
    numbers = [table.get("number") for table in tables]
    wanted = list(range(1, len(tables) + 1))
    if numbers == wanted:
        return None
    if set(numbers) == set(wanted):
        return Fault(REGISTER_NAME, "its entries stand in another order", *EDITED)
    at = next(number for number in wanted if numbers[number - 1] != number)
    if isinstance(found := numbers[at - 1], int) and found > at:
        return Fault(_where(at), "it is missing", *EDITED)
    return Fault(_where(at), "its number was changed, or it stands there twice", *EDITED)


def _chain(tables: Sequence[Table]) -> Fault | None:
    before = CHAIN_START
    for number, table in enumerate(tables, start=1):
        if "text" in table and table.get("sha256") != fingerprint(str(table["text"])):
            return Fault(_where(number), "the words in it were edited", *EDITED)
        if table.get("before") != before:
            return Fault(_where(max(1, number - 1)), "it was edited after it was written", *EDITED)
        before = table_hash(table)
    return None


def _ending(head: Table, tables: Sequence[Table], key: bytes) -> Fault | None:
    count = head.get("entries")
    missing = count - len(tables) if isinstance(count, int) else 0
    if not hmac.compare_digest(str(head.get("seal")), _seal(head, key)):
        found = "its head was edited, or it belongs to another clinic.key"
    elif missing > 0:
        found = f"the last {missing} of its {count} entries were cut off"
    elif missing < 0:
        found = f"{-missing} entries were added to it by hand"
    elif head.get("last") != _tail(tables):
        found = "its last entry was edited"
    else:
        return None
    return Fault(REGISTER_NAME, found, *EDITED)


def _seal(head: Table, key: bytes) -> str:
    message = f"{head.get('entries')} {head.get('last')}".encode()
    return hmac.new(key, _PURPOSE + message, hashlib.sha256).hexdigest()


def _toml(title: str, table: Table) -> str:
    lines = [title, *(f"{name} = {_value(value)}" for name, value in table.items() if name != "text")]
    if text := cast("str", table.get("text", "")):
        lines.append(f"text = {_long(text)}")
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_value(each) for each in value)}]"
    return value.isoformat() if isinstance(value, dt.date) else _quoted(value)


def _long(text: str) -> str:
    """Return a text of several lines as it is; only one that TOML could not hold so is escaped."""
    if "'''" in text or text.endswith("'") or _CONTROL.search(text):
        return _quoted(text)
    return f"'''\n{text}'''"


def _quoted(value: object) -> str:
    # Strings of JSON are strings of TOML, but for one control character that JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
