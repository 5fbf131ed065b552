"""What a clinic's profile says about the journal, under `[journal]`. It changes no paper."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.domain.fields import Field, TableReader

_FOLDER: Final = Field("journal.folder", "text", "The folder of the journal", '"journal"', default="", limit=400)
_KEEP: Final = Field("journal.keep", "flag", "Whether a journal is kept", "true", default=True)


class JournalSetting(Struct, frozen=True):
    """Whether a journal is kept and, if the clinic names one, in which folder."""

    keep: bool = True
    folder: Path | None = None


def parse_setting(profile: Mapping[str, object], here: Path, where: str = "clinic profile") -> JournalSetting:
    """Return what a clinic's TOML file says; a folder is counted from `here`, where that file lies.

    Raises InputError with every fault.
    """
    faults: list[Fault] = []
    reader = TableReader(profile.get("journal"), where, faults)
    folder, keep = reader.read(_FOLDER), reader.read(_KEEP)
    reader.refuse_unknown()
    if faults:
        raise InputError(*faults)
    return JournalSetting(bool(keep), here / Path(str(folder)).expanduser() if folder else None)
