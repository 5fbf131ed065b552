"""What never goes to a printer: drafts, changed papers, other people's files. No print server is needed to say so."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner, Result

from mvd_handout.commands.cli import cli
from mvd_handout.content.approval.entries import Entry
from mvd_handout.content.approval.register import REGISTER_NAME, dump_register
from mvd_handout.content.clinic import Clinic, read_key
from mvd_handout.domain.errors import ExitCode
from mvd_handout.rendering.pdf.inside import read_inside
from mvd_handout.rendering.pdf.inspect import sealed
from mvd_handout.rendering.pdf.paper_size import paper_size
from mvd_handout.rendering.render import render
from tests.approval.registers import DAY, approved
from tests.batch.ward import note_replaced, patients
from tests.printing.conftest import Run
from tests.project.test_import_budget import imported
from tests.samples import make_document


def first(folder: Path) -> Path:
    line = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()[1]
    return folder / f"{json.loads(line)['document_id']}.pdf"


@pytest.fixture
def batch(made: Path, tmp_path: Path) -> Path:
    """Return a copy of the batch, to change at will."""
    shutil.copytree(made, tmp_path / "batch")
    return tmp_path / "batch"


@pytest.fixture(autouse=True)
def no_printer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this module comes as far as a print server."""
    monkeypatch.setattr("shutil.which", lambda name: None)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("spoil", [flip, lambda path: path.write_bytes(path.read_bytes()[:-9])], ids=["flip", "cut"])
@pytest.mark.parametrize("whole", [True, False], ids=["batch", "file"])
def test_a_changed_paper_stops_everything(spoil: Callable[[Path], None], whole: bool, send: Run, batch: Path) -> None:
    spoil(first(batch))
    result = send(batch if whole else first(batch))
    assert result.exit_code == ExitCode.VERIFY_MISMATCH
    assert "it was changed after it was made" in result.stderr
    assert (first(batch).stem in result.stderr) == whole
    assert result.stdout == ""


def test_papers_that_changed_places_stop_everything_and_all_are_named(send: Run, batch: Path) -> None:
    one, *_, other = sorted(batch.glob("*.pdf"))
    data = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(data)
    result = send(batch)
    assert result.exit_code == ExitCode.VERIFY_MISMATCH
    assert one.stem in result.stderr
    assert other.stem in result.stderr


def test_a_lacking_paper_stops_everything(send: Run, batch: Path) -> None:
    first(batch).unlink()
    result = send(batch)
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert first(batch).stem in result.stderr


def test_a_draft_is_refused(send: Run, home: Path) -> None:
    key = read_key(Path(os.environ["MVD_HANDOUT_CLINIC"]) / "clinic.key")
    (home / "draft.pdf").write_bytes(sealed(render(make_document(), "pdf", "standard", "A4"), key))
    result = send("draft.pdf")
    assert result.exit_code == ExitCode.CONTENT_REFUSED
    assert "DRAFT" in result.stderr
    (home / "unsealed.pdf").write_bytes(render(make_document(), "pdf", "standard", "A4"))
    result = send("unsealed.pdf")
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert "no seal" in result.stderr


def test_another_clinics_paper_is_refused(send: Run, batch: Path, home: Path) -> None:
    (home / "clinic.key").write_text("5a" * 32, encoding="ascii")
    (home / "clinic.toml").touch()
    result = send(first(batch), "--clinic", home)
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert "another clinic's key" in result.stderr


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7\n%%EOF\n", b"\x89PNG\r\n"])
def test_other_files_are_refused(data: bytes, send: Run, home: Path) -> None:
    (home / "Zebediah.pdf").write_bytes(data)
    result = send("Zebediah.pdf")
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert "not a PDF that mvd-handout made" in result.stderr
    assert "Zebediah" not in result.output


def test_a_file_or_folder_that_is_not_there_is_an_error(send: Run, home: Path) -> None:
    assert send("nothing.pdf").exit_code == ExitCode.FILE_TROUBLE
    (home / "empty").mkdir()
    result = send("empty")
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "there is no batch in it" in result.stderr


def test_from_names_a_paper_of_the_batch(send: Run, batch: Path) -> None:
    assert send(batch, "--from", "0000-0000-0000").exit_code == ExitCode.INPUT_REFUSED
    result = send(batch, "--from", "Zebediah")
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert "Zebediah" not in result.output
    assert send(first(batch), "--from", first(batch).stem).exit_code == ExitCode.USAGE


def test_without_lp_it_says_what_to_do(send: Run, batch: Path) -> None:
    result = send(first(batch))
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "PDF viewer" in result.stderr


def test_nothing_heavy_is_loaded_to_check_and_refuse(home: Path, batch: Path) -> None:
    for arguments in (("print", "--help"), ("print", str(first(batch)), "--queue", "a b")):
        _, modules = imported(home, *arguments)
        assert not modules & {"reportlab", "jinja2", "markdown_it", "PIL", "python_calamine"}


@pytest.mark.parametrize("theme", ["standard", "large-print"])
@pytest.mark.parametrize(("paper", "size"), [("A4", (595.276, 841.89)), ("Letter", (612.0, 792.0))])
def test_the_paper_is_read_from_the_pages(theme: str, paper: str, size: tuple[float, float]) -> None:
    pdf = render(make_document(theme=theme, paper=paper), "pdf", theme, paper)
    document = pypdfium2.PdfDocument(pdf)
    assert {tuple(round(each, 3) for each in page.get_size()) for page in document} == {size}
    document.close()
    assert paper_size(pdf) == paper


def test_no_paper_is_told_for_what_has_none_or_two() -> None:
    assert paper_size(b"") is None
    assert paper_size(b"<</Type /Page /MediaBox [0 0 595.276 841.89]>>") == "A4"
    assert paper_size(b"<</MediaBox [0 0 595.276 841.89]>><</MediaBox [0 0 612 792]>>") is None
    assert paper_size(b"<</MediaBox [0 0 100 100]>>") is None


@pytest.mark.parametrize("place", [100, -20, -400])
def test_a_changed_print_run_is_refused(place: int, send: Run, print_run: Path, home: Path) -> None:
    data = bytearray(print_run.read_bytes())
    data[place] = ord("1") if data[place] == ord("0") else ord("0")
    (home / "run.pdf").write_bytes(data)
    result = send("run.pdf")
    assert result.exit_code == ExitCode.VERIFY_MISMATCH
    assert "it was changed after it was made" in result.stderr


def test_another_number_of_papers_on_a_print_run_is_a_change(send: Run, print_run: Path, home: Path) -> None:
    (home / "run.pdf").write_bytes(print_run.read_bytes().replace(b"papers=6,", b"papers=7,"))
    assert send("run.pdf").exit_code == ExitCode.VERIFY_MISMATCH


def test_another_clinics_print_run_is_refused(send: Run, print_run: Path, home: Path) -> None:
    (home / "clinic.key").write_text("5a" * 32, encoding="ascii")
    (home / "clinic.toml").touch()
    result = send(print_run, "--clinic", home)
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert "another clinic's key" in result.stderr


def test_a_print_run_is_not_stapled_into_one_book(send: Run, print_run: Path) -> None:
    result = send(print_run, "--staple")
    assert result.exit_code == ExitCode.USAGE
    assert "the batch's folder instead" in result.stderr


@pytest.mark.requires_qpdf
def test_other_programs_read_a_print_run_without_complaint(print_run: Path) -> None:
    done = subprocess.run(["qpdf", "--check", str(print_run)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    document = pypdfium2.PdfDocument(print_run.read_bytes())
    assert len(document) > 1
    document.close()


def test_a_print_run_with_replaced_papers_is_refused_and_each_is_named(
    send: Run, print_run: Path, ward: Path, home: Path, tmp_path: Path
) -> None:
    assert "replaced" not in send(print_run, "--dry-run").stderr
    inside = read_inside(print_run.read_bytes())
    for number in (1, 4):
        note_replaced(tmp_path / "state", ward, inside[number].document_id, f"7K3M-9QXA-000{number}")
    result = send(print_run)
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert result.stdout == ""
    assert "2 papers in this print run were replaced since." in result.stderr
    assert "the same `batch` command and --force" in result.stderr
    for number in (1, 4):
        paper = inside[number]
        assert f"row {paper.row}: paper {paper.document_id} was replaced by 7K3M-9QXA-000{number}." in result.stderr
    assert result.stderr.count("Error:") == 3
    found = CliRunner().invoke(cli, ["verify", str(print_run)])
    assert found.exit_code == ExitCode.SOME_FAILED
    assert f"row {inside[4].row}: {inside[4].document_id} was replaced by 7K3M-9QXA-0004" in found.stdout


def test_made_again_with_force_a_print_run_goes_without_the_replaced_paper(
    send: Run, ward: Path, home: Path, tmp_path: Path
) -> None:
    (home / "roster.csv").write_bytes(patients(3))
    batch = ["batch", "roster.csv", "-d", "out", "--print-run", "run.pdf"]
    assert CliRunner().invoke(cli, batch).exit_code == ExitCode.DONE
    first, *others = read_inside((home / "run.pdf").read_bytes())
    note_replaced(tmp_path / "state", ward, first.document_id, "7K3M-9QXA-2F4D")
    assert send("run.pdf").exit_code == ExitCode.INPUT_REFUSED
    made = CliRunner().invoke(cli, [*batch, "--force"])
    assert made.exit_code == ExitCode.SOME_FAILED
    assert f"row {first.row}: paper {first.document_id} was replaced by 7K3M-9QXA-2F4D" in made.stderr
    assert list(read_inside((home / "run.pdf").read_bytes())) == others
    assert "2 papers, 8 sheets of A4 would go to a printer." in send("run.pdf", "--dry-run").stderr


def test_a_print_run_that_does_not_say_what_is_in_it_is_refused_and_made_again_in_its_place(
    send: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "roster.csv").write_bytes(patients(1))
    batch = ["batch", "roster.csv", "-d", "out", "--print-run", "run.pdf"]
    with monkeypatch.context() as patch:
        patch.setattr("mvd_handout.rendering.pdf.print_run.listed", lambda papers: "")
        assert CliRunner().invoke(cli, batch).exit_code == ExitCode.DONE
    result = send("run.pdf")
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert "does not say whose papers are in it" in result.stderr
    assert "the same `batch` command and --force" in result.stderr
    assert CliRunner().invoke(cli, [*batch, "--force"]).exit_code == ExitCode.DONE
    assert "would go to a printer" in send("run.pdf", "--dry-run").stderr


def test_nobody_can_take_a_paper_off_the_list_of_a_print_run(send: Run, print_run: Path, home: Path) -> None:
    data = print_run.read_bytes()
    paper = read_inside(data)[2].document_id.encode()
    (home / "run.pdf").write_bytes(data.replace(paper, b"7K3M-9QXA-2F4D", 1))
    assert send("run.pdf").exit_code == ExitCode.VERIFY_MISMATCH


def test_verify_tells_a_print_run_and_whether_it_was_changed(print_run: Path, home: Path) -> None:
    def verify() -> Result:
        return CliRunner().invoke(cli, ["verify", "run.pdf"])

    (home / "run.pdf").write_bytes(print_run.read_bytes())
    assert verify().exit_code == ExitCode.DONE
    assert "6 papers" in verify().stdout
    (home / "run.pdf").write_bytes(print_run.read_bytes().replace(b"papers=6,", b"papers=7,"))
    assert verify().exit_code == ExitCode.VERIFY_MISMATCH


def test_papers_whose_approval_was_withdrawn_since_are_not_printed(
    send: Run, batch: Path, print_run: Path, ward: Path, home: Path
) -> None:
    folder = home / "clinic"
    shutil.copytree(ward, folder)
    clinic = Clinic.load(folder / "clinic.toml")
    withdrawn = Entry(
        "withdrawal",
        "Kim Invented",
        "Clinical lead",
        DAY,
        handout="hfs-recovery",
        language="en",
        block="clinic/warning-signs",
        reason="A sign is missing",
    )
    register = approved(clinic).with_entries(withdrawn)
    (folder / REGISTER_NAME).write_bytes(dump_register(register, clinic.key))
    assert "no longer holds" not in send(batch, "--dry-run", "--clinic", ward).stderr
    for what in (batch, next(batch.glob("*.pdf")), print_run):
        refused = send(what, "--clinic", folder)
        assert refused.exit_code == ExitCode.CONTENT_REFUSED, refused.stderr
        assert "no longer holds" in refused.stderr
        assert "was withdrawn" in refused.stderr
        assert ("print run, rows 2, 3, 4, 5, 6 and 1 more: these papers" in refused.stderr) == (what == print_run)
