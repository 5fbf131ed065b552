"""The order in which a batch reaches the disk: whenever the power fails, a line on the disk stands for a whole paper.

Only what was flushed counts as being on the disk: the bytes of a file after `fsync` of it, its name after `fsync` of
its folder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from mvd_handout.delivery.batch.manifest import MANIFEST_NAME
from mvd_handout.delivery.batch.run import Given
from tests.batch.ward import Batch

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the calls of POSIX")


class Disk:
    """What would be there after a power cut, kept up with every call to the system."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.open: dict[int, Path] = {}
        self.flushed: set[int] = set()
        self.names: set[str] = set()
        self.lines = b""
        self.recorded: list[str] = []
        for name in ("open", "fsync", "link"):
            patch.setattr(os, name, self._watching(name, getattr(os, name)))

    def _watching(self, name: str, real: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            result = real(*arguments, **options)
            if name == "open":
                self.open[result] = Path(arguments[0])
            elif name == "fsync":
                self.flush(self.open[arguments[0]])
            elif name == "link":
                assert Path(arguments[0]).stat().st_ino in self.flushed, "a name for bytes that are not on the disk"
            return result

        return call

    def flush(self, path: Path) -> None:
        """Note what lasts from now on, and check that it makes sense if the power fails right now."""
        if path == self.folder:
            self.names = {each.name for each in path.iterdir() if each.stat().st_ino in self.flushed}
        else:
            self.flushed.add(path.stat().st_ino)
            if path.name == MANIFEST_NAME:
                self.lines = path.read_bytes()
        for line in self.lines.splitlines()[1:]:
            assert f"{json.loads(line)['document_id']}.pdf" in self.names, "a line without its paper"

    def known(self, batch: str) -> frozenset[str]:
        """Return what is recorded."""
        return frozenset(self.recorded)

    def add(self, batch: str, given: Sequence[Given]) -> None:
        """Record papers, whose lines must last by now."""
        for each in given:
            assert each.entry.document_id.encode() in self.lines, "recorded before it was written down"
            self.recorded.append(each.entry.document_id)


def test_a_line_lasts_only_after_its_paper_and_a_record_only_after_its_line(
    six: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mvd_handout.delivery.batch.run.GROUP", 2)
    (tmp_path / "out").mkdir()
    disk = Disk(tmp_path / "out", monkeypatch)
    six.run(tmp_path / "out", disk)
    assert len(disk.recorded) == len(disk.lines.splitlines()) - 1 == 6
