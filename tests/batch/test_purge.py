"""`purge`, stopped anywhere and after runs that were stopped: no paper and no index is left behind unnamed."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from pathlib import Path

import pytest

from mvd_handout.commands.purge import earliest_day
from mvd_handout.delivery.batch.audit import audit, standing
from mvd_handout.delivery.batch.manifest import MANIFEST_NAME
from mvd_handout.delivery.batch.purge import purge
from mvd_handout.delivery.files import remove_file
from mvd_handout.domain.errors import ExitCode
from tests.batch.conftest import Run
from tests.batch.ward import TODAY, Batch, papers_in


@pytest.fixture
def done(six: Batch, tmp_path: Path) -> Path:
    """Return the folder of the finished batch of six."""
    six.run(tmp_path / "out")
    return tmp_path / "out"


def test_purge_removes_papers_of_a_run_that_was_stopped_before_it_noted_them(done: Path) -> None:
    manifest, head = done / MANIFEST_NAME, (done / MANIFEST_NAME).read_text(encoding="utf-8").splitlines()[0]
    manifest.write_text(head + "\n", encoding="utf-8")
    spoiled = sorted(papers_in(done))[0]
    (done / spoiled).write_bytes(b"a nurse's own scan")
    result = purge(done, TODAY)
    assert (result.removed, result.changed) == (5, [Path(spoiled).stem])
    assert list(papers_in(done)) == [spoiled]
    assert purge(done, TODAY).changed == [Path(spoiled).stem]  # as long as it is there, it is named
    (done / spoiled).unlink()
    assert purge(done, TODAY).changed == []
    assert [path.name for path in done.iterdir()] == [MANIFEST_NAME]


@pytest.mark.parametrize("stop", range(1, 9))  # six papers, the index, the plan
def test_a_purge_that_was_stopped_anywhere_goes_on_where_it_was(
    stop: int, done: Path, run: Run, ward: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def remove(path: Path, label: str) -> None:
        calls.append(path.name)
        if len(calls) == stop:
            raise KeyboardInterrupt
        remove_file(path, label)

    monkeypatch.setattr("mvd_handout.commands.purge._today", lambda: TODAY + dt.timedelta(days=21))
    monkeypatch.setattr("mvd_handout.delivery.batch.purge.remove_file", remove)
    with pytest.raises(KeyboardInterrupt):
        purge(done, TODAY)
    found = {each.found for each in audit(done, None).mismatches}
    assert all("the purge was stopped before it came to this file" in each for each in found)
    assert bool(found) == (stop < 8)
    assert run("purge", done, "--older-than", 7, "--yes").exit_code == ExitCode.DONE
    assert [path.name for path in done.iterdir()] == [MANIFEST_NAME]


def test_a_purge_mends_a_torn_line_before_it_writes_its_own(done: Path) -> None:
    manifest = done / MANIFEST_NAME
    manifest.write_bytes(manifest.read_bytes()[:-20])
    assert purge(done, TODAY).removed == 6
    assert standing(done).purged == TODAY
    assert [path.name for path in done.iterdir()] == [MANIFEST_NAME]


def test_a_batch_of_today_is_never_old_wherever_the_clinic_is() -> None:
    evening_in_los_angeles = dt.datetime(2026, 11, 29, 17, 30, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
    assert earliest_day(evening_in_los_angeles) == dt.date(2026, 11, 29)
    assert earliest_day(evening_in_los_angeles + dt.timedelta(days=1)) == dt.date(2026, 11, 30)
