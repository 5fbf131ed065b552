"""A run makes what is lacking, in roster order, and never writes over, twice, or what was not planned."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from mvd_handout.delivery.batch.audit import audit
from mvd_handout.delivery.batch.folder import LOCK_NAME, OURS, PRINTED_NAME, one_run
from mvd_handout.delivery.batch.manifest import MANIFEST_NAME
from mvd_handout.delivery.batch.plan import PLAN_NAME
from mvd_handout.delivery.batch.run import Given, MixUpError
from mvd_handout.delivery.batch.workers import InProcess, Result, make_papers
from mvd_handout.domain.errors import OutputError
from mvd_handout.rendering.pdf.inspect import read_properties, sealed
from tests.batch.ward import (
    Batch,
    Canned,
    cells,
    contents,
    lines_in,
    make_batch,
    papers_in,
    patients,
    plan,
    recipe_of,
    roster_csv,
)

POSIX = pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")


class Ledger:
    """Remembers what it is told, as the journal does."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def known(self, batch: str) -> frozenset[str]:
        return frozenset(self.told)

    def add(self, batch: str, given: Sequence[Given]) -> None:
        self.told += [each.entry.document_id for each in given]


@pytest.fixture
def done(six: Batch, tmp_path: Path) -> Path:
    """Return the folder of the finished batch of six."""
    six.run(tmp_path / "out")
    return tmp_path / "out"


def test_every_patient_has_a_file_and_a_line_in_roster_order(six: Batch, done: Path) -> None:
    ids = [paper.document_id for paper in six.planned.plan.papers]
    assert sorted(papers_in(done)) == sorted(f"{document_id}.pdf" for document_id in ids)
    assert [line.split('"document_id":"')[1][:14] for line in lines_in(done)] == ids
    for name, pdf in papers_in(done).items():
        assert f"{read_properties(pdf)['documentId']}.pdf" == name
    assert {path.name for path in done.iterdir()} - set(papers_in(done)) == OURS - {PRINTED_NAME}
    assert audit(done, recipe_of(six).clinic.key).mismatches == ()


@POSIX
def test_only_the_owner_can_read_any_of_it(done: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in done.iterdir()} == {0o600}


def test_the_same_run_again_makes_nothing(six: Batch, done: Path) -> None:
    before = contents(done)
    outcome = six.run(done)
    assert (len(outcome.made), len(outcome.kept)) == (0, 6)
    assert contents(done) == before


def test_a_file_that_is_gone_is_made_again_and_nothing_else(six: Batch, done: Path) -> None:
    before = contents(done)
    gone = six.planned.plan.papers[2]
    (done / gone.file).unlink()
    assert [entry.row for entry in six.run(done).made] == [gone.row]
    assert contents(done) | {"manifest": 0} == before | {"manifest": 0}
    assert set(lines_in(done)) == set(before["manifest"])  # type: ignore[call-overload]


def test_a_changed_file_is_named_and_stays(six: Batch, done: Path) -> None:
    changed = six.planned.plan.papers[3]
    (done / changed.file).write_bytes(b"scribbled on")
    outcome = six.run(done)
    assert outcome.changed == [changed]
    assert outcome.made == []
    assert (done / changed.file).read_bytes() == b"scribbled on"


def test_a_link_in_the_place_of_a_paper_is_not_followed(six: Batch, done: Path, tmp_path: Path) -> None:
    paper = six.planned.plan.papers[0]
    (tmp_path / "elsewhere.pdf").write_bytes((done / paper.file).read_bytes())
    (done / paper.file).unlink()
    (done / paper.file).symlink_to(tmp_path / "elsewhere.pdf")
    assert six.run(done).changed == [paper]


def test_a_paper_without_its_line_is_taken_in_when_it_is_the_right_one(six: Batch, done: Path) -> None:
    """A run was killed between writing papers and writing them down."""
    before = contents(done)
    manifest = done / MANIFEST_NAME
    manifest.write_bytes(b"".join(manifest.read_bytes().splitlines(keepends=True)[:3]))
    outcome = six.run(done)
    assert (len(outcome.made), len(outcome.kept)) == (0, 6)
    assert contents(done) == before


def test_another_patients_paper_under_the_right_name_is_never_taken_in(six: Batch, done: Path) -> None:
    one, other = six.planned.plan.papers[:2]
    manifest = done / MANIFEST_NAME
    manifest.write_bytes(manifest.read_bytes().splitlines(keepends=True)[0])
    shutil.copyfile(done / other.file, done / one.file)
    assert six.run(done).changed == [one]


def test_a_torn_line_is_cut_and_leftovers_are_removed(six: Batch, done: Path) -> None:
    before = contents(done)
    manifest = done / MANIFEST_NAME
    manifest.write_bytes(manifest.read_bytes()[:-40])
    (done / ".mvd-handout-0011223344556677.part").write_bytes(b"half a paper")
    six.run(done)
    assert contents(done) == before


def test_a_folder_of_another_batch_is_refused(six: Batch, done: Path, ward: Path) -> None:
    before = contents(done)
    with pytest.raises(OutputError, match=r"another batch. No paper is wanted any more: row 7.*choose another folder"):
        make_batch(ward, 5).run(done)
    assert contents(done) == before


def test_a_folder_with_something_else_in_it_is_refused_and_untouched(six: Batch, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "Alex Example.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="something else") as caught:
        six.run(tmp_path / "out")
    assert "Alex" not in str(caught.value)
    assert {path.name for path in (tmp_path / "out").iterdir()} <= {"Alex Example.txt", LOCK_NAME}


def test_a_run_that_stopped_before_its_plan_was_written_begins_anew(six: Batch, done: Path) -> None:
    before = contents(done)
    (done / PLAN_NAME).unlink()
    for name in papers_in(done):
        (done / name).unlink()
    (done / MANIFEST_NAME).write_bytes((done / MANIFEST_NAME).read_bytes().splitlines(keepends=True)[0])
    six.run(done)
    assert contents(done) == before


def test_a_lost_plan_beside_papers_is_not_guessed(six: Batch, done: Path) -> None:
    (done / PLAN_NAME).unlink()
    with pytest.raises(OutputError, match="something else"):
        six.run(done)


def test_one_run_at_a_time(six: Batch, done: Path) -> None:
    with one_run(done), pytest.raises(OutputError, match="another run is at work"):
        six.run(done)
    six.run(done)


def test_the_record_is_told_once_and_caught_up_after_an_interruption(six: Batch, tmp_path: Path) -> None:
    ledger = Ledger()
    six.run(tmp_path / "out", ledger)
    ids = [paper.document_id for paper in six.planned.plan.papers]
    assert ledger.told == ids
    del ledger.told[4:]
    six.run(tmp_path / "out", ledger)
    six.run(tmp_path / "out", ledger)
    assert sorted(ledger.told) == sorted(ids)


class Swapping(InProcess):
    """A defect: two patients' papers change places."""

    def __init__(self, rows_too: bool) -> None:
        self.rows_too = rows_too

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        results = list(make_papers(*args))
        first, second = results[:2]
        if self.rows_too:
            results[:2] = [second, first]
        else:
            results[:2] = [structs.replace(first, paper=second.paper), structs.replace(second, paper=first.paper)]
        return super().submit(tuple, results)


@pytest.mark.parametrize("rows_too", [False, True])
def test_papers_that_changed_places_are_never_written(six: Batch, tmp_path: Path, rows_too: bool) -> None:
    with pytest.raises(MixUpError, match="not the one that was planned"):
        Batch(six.roster, six.planned, Swapping(rows_too)).run(tmp_path / "out")
    assert papers_in(tmp_path / "out") == {}
    assert lines_in(tmp_path / "out") == []


def test_a_fault_that_came_back_for_another_row_is_not_blamed_on_the_wrong_one(six: Batch, tmp_path: Path) -> None:
    class Blaming(InProcess):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
            results = [Result(order.row, None) for order in args[1]]
            return super().submit(tuple, reversed(results))

    with pytest.raises(MixUpError):
        Batch(six.roster, six.planned, Blaming()).run(tmp_path / "out")


class Damaging(Canned):
    """A defect: a byte of each file changes on its way."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        results = [self._damaged(result) for result in super().submit(fn, *args).result()]
        return InProcess().submit(tuple, results)

    def _damaged(self, result: Result) -> Result:
        assert result.paper
        pdf = result.paper.pdf
        return structs.replace(result, paper=structs.replace(result.paper, pdf=pdf[:5000] + b"\0" + pdf[5001:]))


def test_a_file_that_was_damaged_on_its_way_is_never_written(six: Batch, tmp_path: Path) -> None:
    with pytest.raises(MixUpError):
        Batch(six.roster, six.planned, Damaging()).run(tmp_path / "out")
    assert papers_in(tmp_path / "out") == {}


class Relabelling(Canned):
    """A defect: a file says something else about itself, under a seal that is right."""

    def __init__(self, key: bytes, name: str, value: bytes) -> None:
        super().__init__()
        self.key, self.name, self.value = key, name.encode(), value

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        results = [self._relabelled(result) for result in super().submit(fn, *args).result()]
        return InProcess().submit(tuple, results)

    def _relabelled(self, result: Result) -> Result:
        assert result.paper
        pattern = rb"(<(?:mvd:)?%b[^>]*>)[^<]+(<)" % self.name
        pdf, count = re.subn(pattern, rb"\g<1>%b\2" % self.value, result.paper.pdf, count=1)
        assert count == 1
        return structs.replace(result, paper=structs.replace(result.paper, pdf=sealed(pdf, self.key)))


@pytest.mark.parametrize(
    ("name", "value"),
    [("patientKey", b"0" * 24), ("documentId", b"AAAA-AAAA-AAAA"), ("pages", b"0"), ("pages", b"many")],
)
def test_a_file_that_says_it_is_another_paper_is_never_written(
    six: Batch, tmp_path: Path, name: str, value: bytes
) -> None:
    key = recipe_of(six).clinic.key
    with pytest.raises(MixUpError):
        Batch(six.roster, six.planned, Relabelling(key, name, value)).run(tmp_path / "out")
    assert papers_in(tmp_path / "out") == {}


def test_a_file_with_another_date_is_never_written(six: Batch, tmp_path: Path) -> None:
    class Redating(Relabelling):
        def _relabelled(self, result: Result) -> Result:
            assert result.paper
            pdf = result.paper.pdf.replace(b"2026-12-01</rdf:li>", b"2026-12-02</rdf:li>", 1)
            assert pdf != result.paper.pdf
            return structs.replace(result, paper=structs.replace(result.paper, pdf=sealed(pdf, self.key)))

    with pytest.raises(MixUpError):
        Batch(six.roster, six.planned, Redating(recipe_of(six).clinic.key, "", b"")).run(tmp_path / "out")
    assert papers_in(tmp_path / "out") == {}


def test_a_row_that_cannot_be_made_leaves_the_others_whole(ward: Path, tmp_path: Path, six: Batch) -> None:
    class Failing(Canned):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
            results = list(super().submit(fn, *args).result())
            results[1] = structs.replace(results[1], paper=None, faults=())
            return InProcess().submit(tuple, results)

    outcome = Batch(six.roster, six.planned, Failing()).run(tmp_path / "out")
    assert list(outcome.failed) == [3]
    assert len(outcome.made) == 5
    assert [entry.row for entry in six.run(tmp_path / "out").made] == [3]


def test_names_that_are_the_same_and_birthdays_that_are_the_same_do_no_harm(ward: Path, tmp_path: Path) -> None:
    twins = [cells(number, Name="Alex Example", Date_of_birth=f"19{50 + number}-01-01") for number in range(4)]
    batch = Batch(*plan(ward, roster_csv(twins)), Canned())
    batch.run(tmp_path / "out")
    assert len(papers_in(tmp_path / "out")) == 4


def test_no_file_name_no_plan_and_no_manifest_tells_who_a_patient_is(done: Path) -> None:
    for path in done.iterdir():
        assert "Example" not in path.name
        assert "TEST" not in path.name
        if path.suffix == ".jsonl":
            text = path.read_text(encoding="utf-8")
            assert not any(word in text for word in ("Alex", "TEST-0", "04-17"))
    assert len(patients(6).decode().split("Alex")) == 7  # the roster does
