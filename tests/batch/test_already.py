"""A list made again in another folder: who has a paper already, by the journal, is said and stops nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from mvd_handout.commands.already import Already
from mvd_handout.commands.console import Console
from mvd_handout.commands.journalling import look_up
from mvd_handout.content.clinic import KEY_NAME, read_key
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.delivery.journal.reading import _lines as lines
from mvd_handout.domain.errors import ExitCode
from tests.batch.conftest import Run
from tests.batch.ward import cells, note_replaced, papers_in, roster_csv
from tests.journal.entries import an_entry

Write = Callable[..., None]
NOTHING: dict[str, list[object]] = {"same": [], "others": []}
SAME, OTHER = "had this very paper made before", "had another paper of this handout made before"


@pytest.fixture
def write(home: Path) -> Write:
    """Return a function that writes the list: its rows."""

    def write_list(*rows: dict[str, str]) -> None:
        (home / "roster.csv").write_bytes(roster_csv(rows))

    return write_list


@pytest.fixture
def batch(run: Run, ward: Path, write: Write) -> Run:
    """Return a function that makes the batch of the list, at first of four patients, one of them on hold."""
    write(cells(0), cells(1), cells(2, Hold="readmitted"), cells(3))
    return lambda folder, *options: run("batch", "roster.csv", "-d", folder, "--clinic", ward, *options)


def test_the_first_time_nothing_is_said(batch: Run) -> None:
    result = batch("out", "--json")
    assert result.exit_code == ExitCode.DONE
    assert json.loads(result.stdout)["noted_before"] == NOTHING
    assert "journal" not in result.stderr


def test_the_same_list_in_another_folder_is_made_and_that_is_said_before_and_after(batch: Run, home: Path) -> None:
    batch("out")
    result = batch("again")
    assert result.exit_code == ExitCode.DONE
    assert f"by the journal, 3 patients (rows 2, 3 and 5) {SAME}" in result.stderr
    assert "Give each patient one only" in result.stderr
    assert OTHER not in result.stderr
    before, summary = result.stderr.split("Made 3 papers")
    assert SAME in before
    assert "Made before, too, by the journal: 3 patients (rows 2, 3 and 5)." in summary
    assert papers_in(home / "again") == papers_in(home / "out")
    told = json.loads(batch("third", "--json").stdout)
    assert (told["ok"], told["noted_before"]) == (True, {"same": [2, 3, 5], "others": []})


def test_another_paper_that_stands_is_named_and_what_to_do(batch: Run, write: Write, home: Path) -> None:
    first = json.loads(batch("out", "--json").stdout)["papers"]
    write(cells(0, Visit_1_time="11:45"), cells(1), cells(7))
    result = batch("again")
    assert f"1 patient (row 2) {OTHER}" in result.stderr
    assert f"1 patient (row 3) {SAME}" in result.stderr
    assert "`mvd-handout reissue`" in result.stderr
    assert "With another paper by the journal: 1 patient (row 2). Take the earlier one back." in result.stderr
    write(cells(0), cells(7), cells(8))
    told = json.loads(batch("third", "--json").stdout)
    has = json.loads((home / "again" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()[1])["document_id"]
    assert has != first[0]["document_id"]
    assert told["noted_before"] == {"same": [3], "others": [{"row": 2, "document_id": has}]}


def test_the_same_batch_again_says_nothing(batch: Run, home: Path) -> None:
    batch("out")
    next((home / "out").glob("*.pdf")).unlink()
    shutil.copytree(home / "out", home / "copy")
    for options in (("out",), ("out", "--print-run", "run.pdf"), ("copy", "--json")):
        result = batch(*options)
        assert result.exit_code == ExitCode.DONE
        assert SAME not in result.stderr
        assert "Made before" not in result.stderr
        if "--json" in options:
            assert json.loads(result.stdout)["noted_before"] == NOTHING


def test_drafts_and_clinics_without_a_journal_are_told_nothing(batch: Run, run: Run, ward: Path, home: Path) -> None:
    batch("out")
    assert "journal" not in batch("draft", "--draft").stderr
    shutil.copytree(ward, home / "clinic")
    settings = home / "clinic" / "clinic.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("keep = true", "keep = false"), encoding="utf-8")
    result = run("batch", "roster.csv", "-d", "again", "--clinic", "clinic")
    assert result.exit_code == ExitCode.DONE
    assert "journal" not in result.stderr


def test_a_row_that_is_left_out_since_its_paper_was_replaced_is_said_once(
    batch: Run, ward: Path, tmp_path: Path
) -> None:
    old = json.loads(batch("out", "--json").stdout)["papers"][0]
    note_replaced(tmp_path / "state", ward, old["document_id"], "7K3M-9QXA-2F4D")
    told = json.loads(batch("again", "--json", "--skip-bad-rows").stdout)
    assert (told["left_out"], told["noted_before"]) == ([2], {"same": [3, 5], "others": []})


def test_of_many_rows_the_first_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    already = Already(tuple(range(2, 10_002)), tuple((row, "7K3M-9QXA-2F4D") for row in range(20_000, 20_007)))
    already.warn(Console())
    said = capsys.readouterr().err
    assert "10000 patients (rows 2, 3, 4, 5, 6 and 9,995 more)" in said
    assert "7 patients (rows 20000, 20001, 20002, 20003, 20004 and 2 more)" in said
    assert len(said) < 1_000


def test_the_journal_is_read_once_for_the_whole_list(
    ward: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = read_key(ward / KEY_NAME)
    entries = [an_entry(number) for number in range(200)]
    Journal(tmp_path / "state" / "mvd-handout" / "journal", key).append(entries)
    seen: list[bytes] = []

    def noted(stream: BinaryIO) -> Iterator[bytes]:
        for line in lines(stream):
            seen.append(line)
            yield line

    monkeypatch.setattr("mvd_handout.delivery.journal.reading._lines", noted)
    papers = {each.document_id: each.patient_key for each in entries[:100]}
    replaced, standing = look_up(ward / "clinic.toml", key, papers, "hfs-recovery", Console())
    assert len(seen) == 200
    assert replaced == {}
    has = [standing.of(each.patient_key) for each in entries]
    assert [each and each.document_id for each in has] == [*papers, *[None] * 100]
