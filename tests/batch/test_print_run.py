"""The print run of a batch: every planned paper in roster order, or none at all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import pypdfium2
import pytest

from mvd_handout.domain.errors import ExitCode
from mvd_handout.rendering.pdf.inspect import read_properties
from mvd_handout.rendering.pdf.print_run import PrintItem, PrintRunOptions, PrintRunSummary
from tests.batch.conftest import Run
from tests.batch.ward import cells, note_replaced, papers_in, roster_csv


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[PrintItem], PrintRunOptions]]:
    """Return what the writer of print runs is given; what it writes is not its matter here."""
    calls = []

    def write(out: BinaryIO, items: Iterable[PrintItem], options: PrintRunOptions) -> PrintRunSummary:
        given = list(items)
        calls.append((given, options))
        out.write(b"".join(item.document.metadata.document_id.encode() for item in given))
        return PrintRunSummary(len(given), 8 * len(given), 4 * len(given))

    monkeypatch.setattr("mvd_handout.delivery.batch.print_run.write_print_run", write)
    return calls


@pytest.fixture
def roster(home: Path) -> Path:
    rows = [cells(3), cells(0, Print_size="large"), cells(1, Hold="readmitted"), cells(2)]
    (home / "roster.csv").write_bytes(roster_csv(rows))
    return home / "roster.csv"


Written = list[tuple[list[PrintItem], PrintRunOptions]]


def test_all_papers_are_in_it_in_roster_order_those_made_earlier_too(
    run: Run, ward: Path, roster: Path, home: Path, written: Written
) -> None:
    batch = ("batch", roster, "-d", "out", "--clinic", ward)
    run(*batch)
    sorted((home / "out").glob("*.pdf"))[0].unlink()
    result = run(*batch, "--print-run", "print.pdf", "--separator-sheets", "--hand-out-list")
    assert result.exit_code == ExitCode.DONE
    ((items, options),) = written
    assert [item.row for item in items] == [2, 3, 5]
    assert [item.theme for item in items] == ["standard", "large-print", "standard"]
    assert {f"{item.document.metadata.document_id}.pdf" for item in items} == set(papers_in(home / "out"))
    assert (options.separators, options.hand_out_list) == (True, True)
    assert "Print run: print.pdf, 24 pages on 12 sheets." in result.stderr
    assert (home / "print.pdf").stat().st_mode & 0o777 == 0o600


def test_the_same_again_is_no_error_and_another_print_run_is_never_replaced_unasked(
    run: Run, ward: Path, roster: Path, home: Path, written: Written
) -> None:
    batch = ("batch", roster, "-d", "out", "--clinic", ward, "--print-run", "print.pdf")
    assert [run(*batch).exit_code for _ in range(2)] == [ExitCode.DONE, ExitCode.DONE]
    ours = (home / "print.pdf").read_bytes()
    other = b"another" + ours
    (home / "print.pdf").write_bytes(other)
    result = run(*batch)
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "Choose another name with --print-run, or add --force" in result.stderr
    assert " -o" not in result.stderr
    assert "All papers are in the folder; only the print run was not written:" in result.stderr
    assert "makes the rest" not in result.stderr
    assert json.loads(run(*batch, "--json").stdout)["ok"] is False
    assert (home / "print.pdf").read_bytes() == other
    assert run(*batch, "--force").exit_code == ExitCode.DONE
    assert (home / "print.pdf").read_bytes() == ours
    assert [path.name for path in home.iterdir() if path.suffix == ".part"] == []


def test_a_print_run_of_another_batch_is_noticed_before_any_paper_is_made(
    run: Run, ward: Path, roster: Path, home: Path, written: Written
) -> None:
    run("batch", roster, "-d", "out", "--clinic", ward, "--print-run", "print.pdf")
    result = run("batch", roster, "-d", "again", "--clinic", ward, "--print-run", "print.pdf")
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "another print run has this name" in result.stderr
    assert not (home / "again").exists()


@pytest.mark.parametrize("force", [(), ("--force",)])
@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("roster.csv", "the roster itself"),
        ("link.csv", "the roster itself"),
        ("notes.pdf", "something else has this name"),
        ("a_folder", "something else has this name"),
        ("pointing.pdf", "something else has this name"),
        ("clinic/approvals.toml", "the clinic's words"),
        ("clinic/new.pdf", "the clinic's words"),
        ("clinic/blocks/new.pdf", "the clinic's words"),
        ("out/print.pdf", "for the patients' own files"),
        ("out", "for the patients' own files"),
        ("nowhere/print.pdf", "Make the folder first"),
    ],
)
def test_a_print_run_never_takes_the_place_of_anything_else(
    run: Run, ward: Path, roster: Path, home: Path, place: str, why: str, force: tuple[str, ...], written: Written
) -> None:
    (home / "notes.pdf").write_bytes(b"%PDF-1.7 a file of somebody's")
    (home / "a_folder").mkdir()
    (home / "clinic").symlink_to(ward)
    (home / "pointing.pdf").symlink_to("notes.pdf")
    (home / "link.csv").hardlink_to(roster)
    before = {path: path.read_bytes() for path in [*home.glob("*.*"), *ward.rglob("*.*")]}
    result = run("batch", roster, "-d", "out", "--clinic", ward, "--print-run", place, *force)
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert why in result.stderr
    assert place.rpartition("/")[2] not in result.stderr or place == "out"
    assert not (home / "out").exists()
    assert {path: path.read_bytes() for path in [*home.glob("*.*"), *ward.rglob("*.*")]} == before


def test_a_folder_that_takes_no_files_is_noticed_before_any_paper_is_made(
    run: Run, ward: Path, roster: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, flags: int, mode: int = 0o777) -> int:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("mvd_handout.delivery.files.os.open", refuse)
        result = run("batch", roster, "-d", "out", "--clinic", ward, "--print-run", "print.pdf")
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "--print-run: it cannot be written" in result.stderr
    assert not (home / "out").exists()


def test_a_paper_that_is_not_as_it_was_made_stops_the_print_run(
    run: Run, ward: Path, roster: Path, home: Path, written: Written
) -> None:
    batch = ("batch", roster, "-d", "out", "--clinic", ward)
    run(*batch)
    sorted((home / "out").glob("*.pdf"))[0].write_bytes(b"scribbled on")
    result = run(*batch, "--print-run", "print.pdf")
    assert result.exit_code == ExitCode.VERIFY_MISMATCH
    assert "no print run was written" in result.stderr
    assert not (home / "print.pdf").exists()
    assert written == []


def test_a_writer_that_fails_leaves_no_file(
    run: Run, ward: Path, roster: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(out: BinaryIO, items: Iterable[PrintItem], options: PrintRunOptions) -> PrintRunSummary:
        out.write(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mvd_handout.delivery.batch.print_run.write_print_run", fail)
    result = run("batch", roster, "-d", "out", "--clinic", ward, "--print-run", "print.pdf")
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "Free some space" in result.stderr
    assert sorted(path.name for path in home.iterdir()) == ["out", "roster.csv"]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--draft", "--print-run", "print.pdf"), "Drafts"),
        (("--hand-out-list",), "add --print-run"),
        (("--separator-sheets",), "add --print-run"),
    ],
)
def test_what_does_not_go_together_is_refused_before_anything_is_made(
    run: Run, ward: Path, roster: Path, home: Path, options: tuple[str, ...], why: str
) -> None:
    result = run("batch", roster, "-d", "out", "--clinic", ward, *options)
    assert result.exit_code == ExitCode.USAGE
    assert why in result.stderr
    assert not (home / "out").exists()


def test_the_papers_of_the_print_run_are_those_of_the_files(
    run: Run, ward: Path, roster: Path, home: Path, written: Written
) -> None:
    run("batch", roster, "-d", "out", "--clinic", ward, "--print-run", "print.pdf")
    files = {read_properties(pdf)["documentId"]: read_properties(pdf) for pdf in papers_in(home / "out").values()}
    for item in written[0][0]:
        about = item.document.metadata
        assert files[about.document_id]["patientKey"] == about.patient_key
        assert not about.draft
        assert "Alex" not in repr(item)


def test_the_file_itself_has_every_page_of_every_paper_in_roster_order_on_sheets_of_its_own(
    run: Run, ward: Path, roster: Path, home: Path
) -> None:
    batch = ("batch", roster, "-d", "out", "--clinic", ward)
    run(*batch)  # the papers are there already when the print run is written
    result = run(*batch, "--print-run", "print.pdf", "--separator-sheets", "--hand-out-list", "--json")
    told = json.loads(result.stdout)
    texts = page_texts((home / "print.pdf").read_bytes())
    wanted: list[str] = ["list", ""]
    for paper in told["papers"]:
        wanted += ["separator", "", *[paper["document_id"]] * paper["pages"], *[""] * (paper["pages"] % 2)]
    ids = {paper["document_id"] for paper in told["papers"]}
    assert [kind(text, ids) for text in texts] == wanted
    for paper, text in ((paper, texts[wanted.index(paper["document_id"])]) for paper in told["papers"]):
        own = page_texts((home / "out" / paper["file"]).read_bytes())
        assert own[0] == text
    assert told["print_run"] == {
        "file": "print.pdf", "patients": 3, "pages": len(wanted), "sheets": len(wanted) // 2,
    }  # fmt: skip
    again = run(*batch, "--print-run", "again.pdf", "--separator-sheets", "--hand-out-list", "--jobs", 2)
    assert again.exit_code == ExitCode.DONE
    assert (home / "again.pdf").read_bytes() == (home / "print.pdf").read_bytes()


def page_texts(pdf: bytes) -> list[str]:
    """Return the text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [str(page.get_textpage().get_text_range()).strip() for page in document]
    finally:
        document.close()


def kind(text: str, ids: set[str]) -> str:
    """Return the id of the paper that a page is of, or what else it is."""
    if "Papers to give out" in text:
        return "list"
    if "Next patient" in text:
        return "separator"
    found = [each for each in ids if each in text]
    return found[0] if len(found) == 1 else text


def test_the_list_names_every_row_without_a_paper_and_separators_bear_the_birth_date(
    run: Run, ward: Path, roster: Path, home: Path, tmp_path: Path
) -> None:
    batch = ("batch", roster, "-d", "out", "--clinic", ward, "--print-run", "print.pdf")
    run(*batch[:-2])
    old = json.loads(run(*batch[:-2], "--json").stdout)["papers"][1]
    note_replaced(tmp_path / "state", ward, old["document_id"], "7K3M-9QXA-2F4D")
    result = run(*batch, "--hand-out-list", "--separator-sheets")
    assert result.exit_code == ExitCode.SOME_FAILED
    assert f"row 3: paper {old['document_id']} was replaced by 7K3M-9QXA-2F4D" in result.stderr
    texts = page_texts((home / "print.pdf").read_bytes())
    listed = " ".join(texts[0].split())
    assert "Papers in this print run: 2. Date on them: 1 December 2026." in listed
    assert "TEST-00003 17 April 1933" in listed
    assert "On hold: 4" in listed
    assert "Replaced by a later paper, which is printed by itself: 3" in listed
    assert not any(old["document_id"] in text for text in texts)
    assert "Date of birth: 17 April 1933" in texts[2]


def test_the_paper_of_a_new_batch_that_was_replaced_is_a_fault_of_its_row(
    run: Run, ward: Path, roster: Path, home: Path, tmp_path: Path
) -> None:
    old = json.loads(run("batch", roster, "-d", "out", "--clinic", ward, "--json").stdout)["papers"][0]
    note_replaced(tmp_path / "state", ward, old["document_id"], "7K3M-9QXA-2F4D")
    batch = ("batch", roster, "-d", "again", "--clinic", ward)
    result = run(*batch)
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert "row 2: this patient's paper was replaced by 7K3M-9QXA-2F4D, dated 1 December 2026." in result.stderr
    assert "put it on hold" in result.stderr
    assert not (home / "again").exists()
    assert run(*batch, "--draft").exit_code == ExitCode.DONE
    rest = ("batch", roster, "-d", "rest", "--clinic", ward, "--skip-bad-rows")
    for _ in range(2):
        told = json.loads(run(*rest, "--json").stdout)
        assert (told["left_out"], [each["row"] for each in told["papers"]]) == ([2], [3, 5])
    assert old["document_id"] not in (home / "rest" / "index.csv").read_text(encoding="utf-8-sig")
