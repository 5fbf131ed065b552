"""Whether a clinic's words, numbers or approvals may have changed since the last look: a few stats, no file read."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from mvd_handout.content.approval.register import REGISTER_NAME
from mvd_handout.content.clinic import KEY_NAME

_Stamp: TypeAlias = tuple[int, int, int]
"""Time of the last change in nanoseconds, size in bytes, number on the disk: a file put in its place has another."""


class ClinicWatch:
    """The files in a clinic's folder that the gate reads, and the day, on which review dates pass.

    It is to be made before those files are read, so that no change slips in between. `day` is the one on which the gate
    was asked; it is to be set by then.
    """

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._seen = dict(self._stamps())
        self.day: dt.date | None = None

    def changed(self, day: dt.date) -> bool:
        """Whether anything differs from the last time, or from when this was made; `day` is today at the clinic."""
        before = self._seen, self.day
        self._seen, self.day = dict(self._stamps()), day
        return before != (self._seen, day)

    def _stamps(self) -> Iterator[tuple[Path, _Stamp]]:
        for path in self._files():
            with contextlib.suppress(OSError):  # one that is not there has none
                found = path.stat()
                yield path, (found.st_mtime_ns, found.st_size, found.st_ino)

    def _files(self) -> Iterator[Path]:
        folder = self._profile.parent
        yield from (self._profile, folder / KEY_NAME, folder / REGISTER_NAME)
        yield from (folder / "blocks").glob("*.md")
        yield from (folder / "handouts").glob("*/*")
