"""Where messages may be written as files: not among papers, a clinic's settings or the program's own notes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mvd_handout.delivery.mail.target import check_folder
from mvd_handout.domain.errors import ExitCode, OutputError
from tests.mail_sending.clinic import Clinic


@pytest.mark.parametrize(
    "name",
    ["plan.jsonl", "manifest.jsonl", "clinic.toml", "clinic.key", "approvals.toml", "outbox.sqlite",
     "journal-0a1b2c3d-2026.jsonl"],
)  # fmt: skip
def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    check_folder(folder, tmp_path / "clinic")
    (folder / name).touch()
    with pytest.raises(OutputError, match="--to-folder: this") as caught:
        check_folder(folder, tmp_path / "clinic")
    assert "Choose another folder" in str(caught.value)
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(OutputError):
        check_folder(tmp_path / "link", tmp_path / "clinic")


@pytest.mark.parametrize("name", ["plan.jsonl", "manifest.jsonl", "outbox.sqlite"])
def test_so_is_a_new_folder_in_one_of_them(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(OutputError):
        check_folder(tmp_path / "new" / "folder", tmp_path / "clinic")


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="not a folder"):
        check_folder(tmp_path / "file", tmp_path / "clinic")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    with pytest.raises(OutputError, match="not a folder"):
        check_folder(tmp_path / "circle", tmp_path / "clinic")


@pytest.mark.parametrize("place", ["", "blocks", "new"])
def test_the_clinics_own_folder_is_refused_before_the_list_is_shown(clinic: Clinic, place: str) -> None:
    before = sorted(clinic.folder.rglob("*"))
    code, out, err = clinic.send("--to-folder", clinic.folder / place, "--yes")
    assert code == ExitCode.FILE_TROUBLE
    assert "approvals and key" in " ".join(err.split())
    assert out == ""
    assert sorted(clinic.folder.rglob("*")) == before
    assert clinic.states() == []


def test_files_of_earlier_messages_are_no_hindrance(clinic: Clinic, home: Path) -> None:
    for _ in range(2):
        assert clinic.send("--to-folder", "out", "--yes")[0] == ExitCode.DONE
    assert len(list((home / "out").iterdir())) == 3
