"""What `who-got` and `count` share: the clinic's journal to read, days as typed, tables of plain text."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct, field

from mvd_handout.commands.console import Console
from mvd_handout.commands.journalling import open_journal
from mvd_handout.commands.places import clinic_profile
from mvd_handout.commands.wording import count
from mvd_handout.content.clinic import KEY_NAME, read_key, read_profile
from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.domain.clinic import ClinicProfile
from mvd_handout.domain.dates import read_date
from mvd_handout.domain.errors import ExitCode, Fault, InputError
from mvd_handout.domain.text import RefusedError


class Past(Struct):
    """A clinic's journal, open to read; `damage` is what was found amiss in it."""

    profile: ClinicProfile
    key: bytes
    journal: Journal
    console: Console
    damage: list[Fault] = field(default_factory=list)

    def entries(self) -> Iterator[Entry]:
        """Yield every sound entry, and say what is amiss as it is met."""
        return self.journal.entries(self._notice)

    def _notice(self, fault: Fault) -> None:
        self.damage.append(fault)
        self.console.warn(str(fault))

    def day(self, text: str | None, option: str) -> dt.date | None:
        """Return the day that was typed after `option`. Raises InputError."""
        try:
            return read_date(text, self.profile.date_order) if text is not None else None
        except RefusedError as refused:
            raise InputError(Fault(option, refused.found, refused.wanted)) from None

    def clock(self, time: dt.datetime) -> str:
        """Return a time as the clinic's clocks show it."""
        return f"{time.astimezone(zoneinfo.ZoneInfo(self.profile.time_zone)):%Y-%m-%d %H:%M}"

    def end(self) -> int:
        """Say what else the reader has to know, and return the exit code."""
        if others := self.journal.others():
            keys = len({path.name.split("-")[1] for path in others})
            also = count(keys, "other clinic key")
            self.console.warn(f"the folder also holds journals of {also}, which are not read here.")
        return ExitCode.VERIFY_MISMATCH if self.damage else ExitCode.DONE


def open_past(clinic: Path | None, console: Console) -> Past:
    """Return the journal of a clinic. Raises HandoutError, also when the clinic keeps none."""
    path = clinic_profile(clinic, console)
    profile, key = read_profile(path), read_key(path.parent / KEY_NAME)
    journal = open_journal(path, key)
    if journal is None:
        found = "the clinic keeps none (keep = false under [journal])"
        raise InputError(Fault("journal", found, "Only what is noted can be found"))
    console.say(f"Journal: {journal.folder}")
    return Past(profile, key, journal, console)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return columns of plain text; numbers stand to the right."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    right = [bool(rows) and all(row[column].isdecimal() for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    )
