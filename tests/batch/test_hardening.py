"""A batch's folder in other hands: what was changed, copied in or planted there does no harm."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mvd_handout.delivery.batch.audit import audit, standing
from mvd_handout.delivery.batch.manifest import MANIFEST_NAME
from mvd_handout.delivery.batch.plan import PLAN_NAME
from mvd_handout.delivery.batch.purge import purge
from mvd_handout.delivery.printing.papers import ChangedError
from mvd_handout.delivery.printing.stack import read_stack
from mvd_handout.domain.errors import ExitCode, InputError, OutputError
from tests.batch.conftest import Run
from tests.batch.ward import TODAY, Batch, Canned, cells, lines_in, papers_in, patients, plan, recipe_of, roster_csv


@pytest.fixture
def done(six: Batch, tmp_path: Path) -> Path:
    """Return the folder of the finished batch of six."""
    six.run(tmp_path / "out")
    return tmp_path / "out"


def rewrite(path: Path, number: int, **changes: object) -> None:
    """Change values in a line of a file of JSON lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[number] = json.dumps({**json.loads(lines[number]), **changes})
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("line", [1, -1], ids=["first", "last"])
def test_a_manifest_never_leads_out_of_its_folder(line: int, done: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "invoice.pdf"
    elsewhere.write_bytes(b"not ours")
    rewrite(
        done / MANIFEST_NAME, line, document_id="../invoice", sha256=hashlib.sha256(elsewhere.read_bytes()).hexdigest()
    )
    for act in (lambda: purge(done, TODAY), lambda: audit(done, None), lambda: standing(done)):
        with pytest.raises(OutputError, match="not as this program wrote it"):
            act()
    assert elsewhere.read_bytes() == b"not ours"


@pytest.mark.parametrize(
    ("name", "number", "changes"),
    [
        (MANIFEST_NAME, 0, {"batch": "\x1b]0;x\x07"}),
        (MANIFEST_NAME, 1, {"document_id": "\x1b[2JAAAA"}),
        (MANIFEST_NAME, 1, {"document_id": "AAAA-AAAA-AAAA\n"}),
        (MANIFEST_NAME, 1, {"document_id": "AAAA-AAAA-AAAI"}),
        (MANIFEST_NAME, 1, {"patient_key": "Alex Example"}),
        (MANIFEST_NAME, 1, {"sha256": ""}),
        (PLAN_NAME, 0, {"batch": "../x"}),
        (PLAN_NAME, 1, {"document_id": "../AAAA-AAAA-AAAA"}),
        (PLAN_NAME, 1, {"patient_key": "0" * 23}),
    ],
)
def test_ids_are_read_only_in_the_form_in_which_they_were_written(
    name: str, number: int, changes: dict[str, Any], done: Path
) -> None:
    rewrite(done / name, number, **changes)
    with pytest.raises(OutputError, match="not as this program wrote it"):
        standing(done)


def copy_in(folder: Path, other: Path, **changes: object) -> str:
    """Copy the first paper of another batch into `folder`, with its line; return its id."""
    line = lines_in(other)[0]
    document_id = str(json.loads(line)["document_id"])
    shutil.copyfile(other / f"{document_id}.pdf", folder / f"{document_id}.pdf")
    with (folder / MANIFEST_NAME).open("a", encoding="utf-8") as manifest:
        manifest.write(json.dumps({**json.loads(line), **changes}) + "\n")
    return document_id


@pytest.fixture(scope="session")
def stranger(ward: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of another batch of the same clinic."""
    folder = tmp_path_factory.mktemp("stranger") / "out"
    Batch(*plan(ward, roster_csv([cells(77)])), Canned()).run(folder)
    return folder


def test_a_paper_of_another_batch_is_a_mismatch_and_never_printed(six: Batch, done: Path, stranger: Path) -> None:
    key = recipe_of(six).clinic.key
    assert len(read_stack(done, key).papers) == 6
    document_id = copy_in(done, stranger)
    found = audit(done, key)
    assert [(each.document_id, "never planned" in each.found) for each in found.mismatches] == [(document_id, True)]
    assert (found.standing.there, found.standing.lacking) == (6, 0)
    with pytest.raises(ChangedError, match="never planned") as refused:
        read_stack(done, key)
    assert [fault.where for fault in refused.value.faults] == [document_id]


def test_a_line_for_another_row_is_not_the_one_that_was_planned(six: Batch, done: Path) -> None:
    rewrite(done / MANIFEST_NAME, 2, row=900)
    key = recipe_of(six).clinic.key
    assert len(audit(done, key).mismatches) == 1
    with pytest.raises(ChangedError):
        read_stack(done, key)


def test_purge_leaves_a_paper_of_another_batch(done: Path, stranger: Path) -> None:
    document_id = copy_in(done, stranger)
    for removed in (6, 0):
        result = purge(done, TODAY)
        assert (result.removed, result.changed) == (removed, [document_id])
        assert [each.document_id for each in audit(done, None).mismatches] == [document_id]
    assert list(papers_in(done)) == [f"{document_id}.pdf"]


def test_a_roster_called_index_csv_is_not_written_over(run: Run, home: Path, ward: Path) -> None:
    data = patients(2)
    (home / "index.csv").write_bytes(data)
    result = run("batch", "index.csv", "-d", ".", "--clinic", ward)
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "index.csv is in it already" in result.stderr
    assert (home / "index.csv").read_bytes() == data


def test_an_index_that_a_killed_run_wrote_first_of_all_is_taken_over(six: Batch, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "index.csv").write_bytes(six.planned.index)
    assert len(six.run(tmp_path / "out").made) == 6


def test_a_paper_without_its_line_gets_one_also_where_another_was_changed(six: Batch, done: Path) -> None:
    manifest = done / MANIFEST_NAME
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(b"".join(lines[:-1]))
    (done / six.planned.plan.papers[0].file).write_bytes(b"scribbled on")
    outcome = six.run(done)
    assert (len(outcome.kept), len(outcome.changed)) == (5, 1)
    assert standing(done).lacking == 0
    assert manifest.read_bytes() == b"".join(lines)


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
@pytest.mark.parametrize("put", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_nothing_waits_for_what_is_not_a_file(put: Callable[[Path], None], six: Batch, done: Path) -> None:
    paper, key = six.planned.plan.papers[2], recipe_of(six).clinic.key
    (done / paper.file).unlink()
    put(done / paper.file)
    assert [each.document_id for each in audit(done, key).mismatches] == [paper.document_id]
    assert six.run(done).changed == [paper]
    with pytest.raises(InputError, match="not a PDF"):
        read_stack(done, key)


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
@pytest.mark.parametrize("name", [MANIFEST_NAME, PLAN_NAME])
def test_a_pipe_in_the_place_of_what_is_known_of_a_batch_is_damage(name: str, done: Path) -> None:
    (done / name).unlink()
    os.mkfifo(done / name)
    with pytest.raises(OutputError, match="not as this program wrote it"):
        standing(done)


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
@pytest.mark.parametrize(("mode", "warned"), [(0o777, True), (0o770, True), (0o755, False), (0o700, False)])
def test_a_folder_that_others_may_write_to_is_not_taken_without_a_word(
    mode: int, warned: bool, run: Run, home: Path, ward: Path
) -> None:
    (home / "roster.csv").write_bytes(patients(1))
    (home / "out").mkdir()
    (home / "out").chmod(mode)
    result = run("batch", "roster.csv", "-d", "out", "--clinic", ward)
    assert result.exit_code == 0
    assert ("chmod 700 out" in result.stderr) == warned


def test_purge_leaves_an_index_in_which_somebody_wrote(done: Path) -> None:
    with (done / "index.csv").open("a", encoding="utf-8") as index:
        index.write("collected by her son,,\n")
    for removed in (6, 0):
        result = purge(done, TODAY)
        assert (result.removed, result.changed) == (removed, ["index.csv"])
        assert [each.name for each in audit(done, None).mismatches] == ["index.csv"]
    assert {path.name for path in done.iterdir()} == {MANIFEST_NAME, "index.csv"}


def test_purge_removes_the_index_as_the_batch_made_it(done: Path) -> None:
    assert purge(done, TODAY).changed == []
    assert [path.name for path in done.iterdir()] == [MANIFEST_NAME]
