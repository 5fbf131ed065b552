"""The options of `email send` as one value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SendOptions:
    """The options of `email send`; see its help."""

    roster: str
    clinic: Path | None
    handout: str
    encoding: str | None
    sheet: str | None
    issue_date: str | None
    to_folder: Path | None
    deliver: bool
    replace: bool
    limit: int | None
    rate: int
    yes: bool
    json: bool

    @property
    def acts(self) -> bool:
        """Whether anything leaves, or is this a dry run?"""
        return self.deliver or self.to_folder is not None
