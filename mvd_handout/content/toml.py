"""TOML files, read so that a person who is no programmer can mend them."""

from __future__ import annotations

import re
import tomllib

from mvd_handout.domain.errors import Fault, InputError

_POSITION = re.compile(r" \(at (.*)\)$")


def read_toml(data: bytes, where: str) -> dict[str, object]:
    """Return the table in `data`; `where` names the file in faults. Raises InputError with the line."""
    try:
        # Windows editors put a byte order mark first, which TOML does not know.
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            Fault(f"{where}, line {line}", "a letter that is not UTF-8", "Save the file as UTF-8")
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(_fault(str(error), where)) from None


def _fault(message: str, where: str) -> Fault:
    """Word the decoder's message for people. It never quotes more than one character of the file."""
    position = _POSITION.search(message)
    place = f"{where}, {position[1]}" if position else where
    reason = _POSITION.sub("", message)
    if "hex value" in reason or "escaped character" in reason or "Unescaped '\\'" in reason:
        return Fault(place, "a backslash inside double quotes", "Write / instead, or use single quotes")
    if "Cannot overwrite" in reason or "Cannot declare" in reason or "twice" in reason:
        return Fault(place, "the same field or table stands here twice", "Each one once", "Remove one")
    if "Illegal character" in reason or "Unterminated" in reason or reason.startswith('Expected "\'"'):
        return Fault(
            place, "a quotation mark seems to be missing", "A text stands between two quotation marks, in one line"
        )
    return Fault(
        place,
        "this line is not written as the format needs",
        'A field is written as name = "text", with quotation marks at both ends; a date as 2026-03-05',
        "Compare it with the example that `mvd-handout demo` writes",
    )
