"""The locked PDF: the same paper inside, opened by the passphrase and by nothing else."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner

from mvd_handout.commands.cli import cli
from mvd_handout.delivery.mail import encryption
from mvd_handout.delivery.mail.encryption import lock, read_locked
from mvd_handout.domain.errors import ExitCode, OutputError
from mvd_handout.rendering.pdf.inspect import Seal, check_seal, is_locked, read_properties
from tests.mail_message.builders import attachment, copy_for, mail, row
from tests.samples import KEY
from tests.tools import verapdf
from tests.tools.gathered_pdfs import PdfSink

PASSPHRASE = "oak-ice-pin-jug-jam-walnut"


@pytest.fixture(scope="module")
def paper() -> bytes:
    return copy_for(row()).paper.pdf


@pytest.fixture(scope="module")
def locked(paper: bytes) -> bytes:
    return lock(paper, PASSPHRASE)


def opened(locked: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(locked), password=PASSPHRASE)


def test_the_paper_passes_before_it_is_locked(paper: bytes, pdf_sink: PdfSink) -> None:
    pdf_sink("the paper of an e-mail", paper)


def test_it_is_aes_256_of_the_newest_revision(locked: bytes) -> None:
    with opened(locked) as pdf:
        about = pdf.encryption
        assert (about.R, about.V, about.bits) == (6, 5, 256)
        assert {each.name for each in (about.stream_method, about.string_method, about.file_method)} == {"aesv3"}
        assert about.P & (1 << 9), "PDF/UA-1, 7.16: bit 10, for screen readers"
        assert pdf.allow.accessibility
        assert pdf.allow.print_highres


@pytest.mark.parametrize("wrong", ["", "oak", PASSPHRASE.upper(), PASSPHRASE.replace("-", " "), f"{PASSPHRASE}-"])
def test_nothing_else_opens_it(locked: bytes, wrong: str) -> None:
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(locked), password=wrong)


def test_the_owners_password_is_another_one_each_time(paper: bytes, locked: bytes) -> None:
    with opened(locked) as one, opened(lock(paper, PASSPHRASE)) as other:
        assert one.user_password_matched
        assert not one.owner_password_matched
        assert bytes(one.trailer.Encrypt.O) != bytes(other.trailer.Encrypt.O)


def test_no_word_of_the_paper_can_be_read_without_it(locked: bytes) -> None:
    for word in (
        b"hemifacial",
        b"face twitching",
        b"TEST-0001",
        b"Example",
        b"patientKey",
        b"<?xpacket",
        b"Neurosurgery",
    ):
        assert word not in locked
    assert read_properties(locked) == {}


def test_inside_is_the_same_document_with_its_tags(paper: bytes, locked: bytes) -> None:
    with opened(locked) as after, pikepdf.open(io.BytesIO(paper)) as before:
        assert len(after.pages) == len(before.pages)
        for one, other in zip(after.pages, before.pages, strict=True):
            assert one.obj.Contents.read_bytes() == other.obj.Contents.read_bytes()
        assert _kinds(after.Root.StructTreeRoot) == _kinds(before.Root.StructTreeRoot)
        assert str(after.Root.Lang) == str(before.Root.Lang) == "en-GB"
        assert bool(after.Root.MarkInfo.Marked)
        assert bool(after.Root.ViewerPreferences.DisplayDocTitle)


def _kinds(element: pikepdf.Object) -> list[str]:
    kinds = [str(element.get("/S", ""))]
    kids = element.get("/K")
    children = list(kids.as_list()) if isinstance(kids, pikepdf.Array) else [kids]
    for child in children:
        if isinstance(child, pikepdf.Dictionary):
            kinds += _kinds(child)
    return kinds


def test_it_claims_pdf_ua_and_no_longer_pdf_a(locked: bytes) -> None:
    with opened(locked) as pdf, pdf.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
        assert "pdfaid:part" not in about
        assert "pdfaid:conformance" not in about


@pytest.mark.requires_java
def test_what_it_claims_is_true_of_what_the_passphrase_opens(locked: bytes, tmp_path: Path) -> None:
    path = tmp_path / "opened.pdf"
    with opened(locked) as pdf:
        pdf.save(path, encryption=False)
    assert verapdf.validate([path], ["ua1"]) == {path: []}


def test_it_bears_no_seal_since_the_seal_is_of_other_bytes(paper: bytes, locked: bytes) -> None:
    assert check_seal(paper, KEY) is Seal.INTACT
    assert check_seal(locked, KEY) is Seal.BROKEN
    assert "seal" not in read_locked(locked, PASSPHRASE)


def test_verify_says_that_it_cannot_judge_a_locked_file(locked: bytes, paper: bytes, tmp_path: Path) -> None:
    path = tmp_path / "handout.pdf"
    path.write_bytes(locked)
    result = CliRunner().invoke(cli, ["verify", str(path)])
    assert result.exit_code == ExitCode.SOME_FAILED
    assert "This PDF is locked" in result.output
    assert is_locked(locked)
    assert not is_locked(paper)
    assert not is_locked(b"/Encrypt 1 0 R")


def test_what_it_says_about_itself_is_what_the_paper_says(paper: bytes, locked: bytes) -> None:
    inside, wanted = dict(read_locked(locked, PASSPHRASE)), dict(read_properties(paper))
    del wanted["seal"]
    assert inside == wanted
    assert read_locked(locked, "wrong") == {}
    assert read_locked(b"no PDF", PASSPHRASE) == {}


def test_a_file_that_would_open_by_itself_is_refused(paper: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OutputError, match="opens without its passphrase"):
        encryption._check(paper, paper, PASSPHRASE)
    with pytest.raises(OutputError, match="opens without its passphrase"):
        lock(paper, "")


def test_a_file_with_other_pages_is_refused(paper: bytes) -> None:
    other = lock(copy_for(row(), issued=copy_for(row()).document.metadata.issued.replace(day=6)).paper.pdf, PASSPHRASE)
    with pytest.raises(OutputError, match="not those of the paper"):
        encryption._check(paper, other, PASSPHRASE)


@pytest.mark.requires_qpdf
def test_qpdf_opens_it_with_the_passphrase_of_the_mail(tmp_path: Path) -> None:
    made = mail()
    path = tmp_path / "handout.pdf"
    path.write_bytes(attachment(made, "handout.pdf"))
    assert _run("qpdf", "--check", f"--password={made.passphrase}", str(path)).returncode == 0
    assert _run("qpdf", "--check", "--password=wrong", str(path)).returncode == 2
    assert _run("qpdf", "--requires-password", str(path)).returncode == 0


@pytest.mark.requires_poppler
def test_poppler_reads_the_very_text_of_the_paper(tmp_path: Path, paper: bytes, locked: bytes) -> None:
    (tmp_path / "plain.pdf").write_bytes(paper)
    (tmp_path / "locked.pdf").write_bytes(locked)
    wanted = _run("pdftotext", "-layout", str(tmp_path / "plain.pdf"), "-").stdout
    assert "Alex Example" in wanted
    assert _run("pdftotext", "-layout", "-upw", PASSPHRASE, str(tmp_path / "locked.pdf"), "-").stdout == wanted
    assert _run("pdftotext", str(tmp_path / "locked.pdf"), "-").returncode != 0
    assert _run("pdftotext", "-upw", "wrong", str(tmp_path / "locked.pdf"), "-").stdout == ""


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)
