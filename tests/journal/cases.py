"""A case whose every value is known again wherever it turns up."""

from __future__ import annotations

from typing import Final

CANARIES: Final = (
    "Zqnaruvel",
    "Rq-40417",
    "1951-07-23",
    "Zqcarowen",
    "Zqnotipil",
    "Zqplacimor",
    "2026-12-17",
    "960177",
)
"""The name, the record number, the birth date, the carer, the note, a visit's place, day and number."""

_CASE: Final = """
surgeon = "Dr Morgan Sample"
discharge_date = 2026-12-01
note = "Bring the Zqnotipil."
[patient]
name = "Zqnaruvel Example"
record_number = "Rq-40417"
birth_date = 1951-07-23
carer = "Zqcarowen Example"
[operation]
date = 2026-11-28
side = "left"
[[visits]]
date = 2026-12-17
time = "10:30"
place = "Zqplacimor, Level 2"
phone = "01632 960177"
"""


def case_text(**changes: str) -> str:
    """Return the case file; a change replaces what stands after that key, as it is written in TOML."""
    lines = []
    for line in _CASE.splitlines():
        key = line.partition(" = ")[0]
        lines.append(f"{key} = {changes[key]}" if key in changes else line)
    return "\n".join(lines)
