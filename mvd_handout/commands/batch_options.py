"""The options of `batch` as a value."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct


class BatchOptions(Struct, frozen=True):
    """The options of `batch`; see its help."""

    roster: str
    folder: Path
    clinic: Path | None
    handout: str
    encoding: str | None
    sheet: str | None
    issue_date: str | None
    skip_bad_rows: bool
    theme: str | None
    paper: str | None
    draft: bool
    jobs: int | None
    executor: str | None
    print_run: Path | None
    separator_sheets: bool
    hand_out_list: bool
    force: bool
    json: bool
