"""A big journal is read line by line: memory does not grow with it, and time grows in step.

With MVD_HANDOUT_SCALE=full there are a million lines.
"""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.delivery.journal.search import Wanted, find, latest_copy, tally
from tests.journal.entries import an_entry
from tests.samples import KEY

LINES = 1_000_000 if os.environ.get("MVD_HANDOUT_SCALE") == "full" else 20_000
MEMORY = 3_000_000


def many(lines: int) -> Iterator[Entry]:
    for number in range(lines):
        yield an_entry(number % 9_000, version=f"1.0.{number % 3}", user=f"user{number % 7}")


def test_a_big_journal_is_answered_from_in_little_memory(tmp_path: Path) -> None:
    journal = Journal(tmp_path, KEY)
    assert journal.append(many(LINES)) == LINES
    tracemalloc.start()
    try:
        begin = time.perf_counter()
        found = tally(journal.entries(), "user", Wanted())
        seconds = time.perf_counter() - begin
        asked, latest = latest_copy(journal.entries(), an_entry(17).document_id)
        few = find(journal.entries(), Wanted(patient_key=an_entry(8_999).patient_key))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(each.papers for each in found.values()) == 9_000, "each paper is counted once"
    assert len(found) == 7
    assert asked == latest == an_entry(17, version="1.0.2", user="user3")
    assert len(few) == LINES // 9_000
    assert peak < MEMORY
    assert seconds < LINES * 1e-3, "a hundred times as slow as it is, even while memory is traced"


def test_adding_to_a_big_journal_reads_only_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path, KEY)
    journal.append(many(LINES))
    (path,) = journal.files()
    before, read, real = path.stat().st_size, [0], os.read

    def counted(descriptor: int, length: int) -> bytes:
        data = real(descriptor, length)
        read[0] += len(data)
        return data

    monkeypatch.setattr(os, "read", counted)
    for number in range(20):
        journal.append([an_entry(number)])
    assert 0 < read[0] < 20 * 100_000 < before * 20
    assert path.stat().st_size - before < 20 * 1_000
