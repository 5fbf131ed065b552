"""`make` without a person at the terminal: files in, files out, every refusal with its exit code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from mvd_handout.domain.errors import ExitCode
from tests.commands.conftest import Run


def test_a_case_file_becomes_a_pdf_whose_name_tells_nothing(make: Run, home: Path) -> None:
    result = make()
    assert result.exit_code == ExitCode.DONE
    assert re.fullmatch(r"handout-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\.pdf\n", result.stdout)
    path = home / result.stdout.strip()
    assert path.read_bytes().startswith(b"%PDF-")
    assert list(home.iterdir()) == [path]
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o600


def test_it_says_which_clinic_it_used_and_that_the_copy_is_a_draft(make: Run, clinic: Path) -> None:
    result = make("--format", "text")
    assert str(clinic / "clinic.toml") in result.stderr
    assert "DRAFT" in result.stderr
    assert make("--format", "text", "-o", "b.txt", "-q").stderr == ""


def test_several_formats_and_the_record_sheet_share_one_name(make: Run, home: Path) -> None:
    result = make("--format", "pdf", "--format", "html", "--format", "text", "--record-sheet", "-o", "mine.pdf")
    assert result.stdout.split() == ["mine.pdf", "mine.html", "mine.txt", "mine-record.pdf"]
    assert sorted(path.name for path in home.iterdir()) == sorted(result.stdout.split())


def test_standard_output_carries_the_very_bytes_of_the_file(make: Run, home: Path) -> None:
    make("-o", "a.pdf")
    piped = make("-o", "-")
    assert piped.stdout_bytes == (home / "a.pdf").read_bytes()
    assert "Alex" not in piped.stderr


def test_the_case_can_come_from_standard_input(make: Run, home: Path, case_text: str) -> None:
    make("-o", "a.txt")
    result = make("-o", "b.txt", case="-", text=case_text)
    assert result.exit_code == ExitCode.DONE
    assert (home / "a.txt").read_bytes() == (home / "b.txt").read_bytes()


def test_options_win_over_the_case_file(make: Run) -> None:
    text = make(
        "--side", "RIGHT", "--kind", "repeat", "--surgery-date", "1/3/2026", "--print-size", "large", "--interpreter",
        "--visit", "2026-04-01 2pm Clinic 7; 01632 960199", "-o", "-", "--format", "text",
    ).stdout  # fmt: skip
    assert "1 March 2026, RIGHT side" in text
    assert "Clinic 7" in text
    assert "960199" in text.replace("\u00a0", " ")
    assert "Outpatients" not in text


def test_the_print_size_of_the_case_decides_the_theme_and_an_option_wins(make: Run, home: Path) -> None:
    for name, options in {
        "small": (),
        "large": ("--print-size", "large"),
        "back": ("--print-size", "large", "--theme", "standard"),
        "letter": ("--paper", "LETTER"),
    }.items():
        assert make("-o", f"{name}.pdf", *options).exit_code == ExitCode.DONE
    pages, widths = {}, {}
    for path in home.iterdir():
        with pikepdf.open(path) as pdf:
            pages[path.stem], widths[path.stem] = len(pdf.pages), round(float(pdf.pages[0].mediabox[2]))
    assert widths == {"small": 595, "large": 595, "back": 595, "letter": 612}
    assert pages["large"] > pages["small"] == pages["back"]


def test_the_same_command_makes_the_same_bytes(make: Run, home: Path) -> None:
    make("-o", "a.pdf")
    make("-o", "b.pdf")
    assert (home / "a.pdf").read_bytes() == (home / "b.pdf").read_bytes()


def test_a_file_that_exists_is_only_replaced_with_force(make: Run, home: Path) -> None:
    (home / "a.txt").write_text("old")
    refused = make("-o", "a.txt")
    assert refused.exit_code == ExitCode.FILE_TROUBLE
    assert "--force" in refused.stderr
    assert (home / "a.txt").read_text() == "old"
    assert make("-o", "a.txt", "--force").exit_code == ExitCode.DONE
    assert (home / "a.txt").read_text(encoding="utf-8") != "old"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--side", "middle"], ExitCode.INPUT_REFUSED, "--side: not one of the choices"),
        (["--surgery-date", "2026-03-09"], ExitCode.INPUT_REFUSED, "the discharge is before the operation"),
        (["--surgery-date", "2020-01-01"], ExitCode.INPUT_REFUSED, "more than a year after the operation"),
        (["--issue-date", "2026-03-04"], ExitCode.INPUT_REFUSED, "Give that day with --issue-date"),
        (["--issue-date", "2029-03-05"], ExitCode.INPUT_REFUSED, "more than two years ago"),
        (["--issue-date", "soon"], ExitCode.INPUT_REFUSED, "--issue-date: not a date"),
        (["--visit", "tomorrow"], ExitCode.INPUT_REFUSED, "--visit 1: this is not a visit"),
        (["--visit", "2026-04-01 25:00 Clinic"], ExitCode.INPUT_REFUSED, "the time of the visit: not a time of day"),
        (["--surgeon", "Dr Who"], ExitCode.INPUT_REFUSED, "One of these is wanted: Dr Morgan Sample"),
        (["--language", "xx"], ExitCode.CONTENT_REFUSED, "Languages: en"),
        (["--handout", "hfs-recovry"], ExitCode.CONTENT_REFUSED, "Did you mean hfs-recovery?"),
        (["-o", "no/such/folder/a.pdf"], ExitCode.FILE_TROUBLE, "Make the folder first"),
        (["--theme", "pink"], ExitCode.USAGE, "One of these is wanted: standard, large-print."),
        (["--format", "docx"], ExitCode.USAGE, "pdf, html, text"),
        (["--format", "html", "-o", "a.pdf"], ExitCode.USAGE, "ends as for pdf"),
        (["--format", "pdf", "--format", "html", "-o", "-"], ExitCode.USAGE, "Only one file"),
        (["stray"], ExitCode.USAGE, "1 word too many"),
        (["--no-such-option"], ExitCode.USAGE, "No such option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_every_refusal_has_its_exit_code_and_says_what_to_do(
    make: Run, home: Path, arguments: list[str], code: ExitCode, said: str
) -> None:
    result = make(*arguments)
    assert said in result.stderr
    assert result.exit_code == code
    assert result.stdout == ""
    assert list(home.iterdir()) == []


def test_a_planned_operation_makes_an_information_copy(run: Run, clinic: Path) -> None:
    patient = '[patient]\nname = "Alex Example"\nrecord_number = "T1"\nbirth_date = 1958-04-17\n'
    common = [
        "make", "--draft", "--clinic", clinic, "--case", "-", "--status", "planned", "--side", "both",
        "-o", "-", "--format", "text", "--issue-date", "2026-03-05",
    ]  # fmt: skip
    result = run(*common, "--surgery-date", "2026-03-09", text=patient)
    assert result.exit_code == ExitCode.DONE
    passed = run(*common, "--surgery-date", "2026-03-01", text=patient)
    assert passed.exit_code == ExitCode.INPUT_REFUSED
    assert "the planned day has passed" in passed.stderr


def test_faults_of_clinic_case_and_options_come_at_once(run: Run, clinic: Path, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    profile = (clinic / "clinic.toml").read_text(encoding="utf-8")
    (folder / "clinic.toml").write_text(profile.replace('"999"', '"none"').replace('"A4"', '"A5"'), encoding="utf-8")
    result = run("make", "--draft", "--clinic", folder, "--side", "up", "--case", "-", text="[patient]\nnaem = 1\n")
    assert result.exit_code == ExitCode.INPUT_REFUSED
    for place in ("phones.emergency", "handout.paper", "--side", "naem", "patient.name", "operation.date"):
        assert sum(place in line for line in result.stderr.splitlines() if line.startswith("Error: ")) == 1
    assert "operation.side" not in result.stderr


def test_without_case_file_and_person_it_says_what_to_give(run: Run, clinic: Path) -> None:
    result = run("make", "--draft", "--clinic", clinic, "--side", "left")
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert result.stderr.splitlines()[1].startswith("Error: case: no case file was given.")
    assert "patient.name" not in result.stderr
    assert "operation.date" in result.stderr


def test_twenty_faults_are_shown_and_the_rest_counted(make: Run, case_text: str) -> None:
    more = "".join(f"unknown_{number} = 1\n" for number in range(50))
    result = make(case="-", text=more + case_text)
    assert sum(line.startswith("Error: ") for line in result.stderr.splitlines()) == 20
    assert "... and 30 more." in result.stderr


def test_a_case_file_saved_by_a_windows_editor_is_read(make: Run, case_text: str) -> None:
    data = b"\xef\xbb\xbf" + case_text.replace("\n", "\r\n").encode()
    assert make("-o", "-", "--format", "text", case="-", text=data).exit_code == ExitCode.DONE


@pytest.mark.skipif(sys.platform != "linux", reason="file names that are no text")
def test_a_file_name_that_is_no_text_comes_out_as_it_is(clinic: Path, case_file: Path, home: Path) -> None:
    arguments = [
        "make",
        "--draft",
        "--clinic",
        str(clinic),
        "--case",
        str(case_file),
        "--issue-date",
        "2026-03-05",
        "-o",
    ]
    for name, encoding in ((b"caf\xe9.txt", "utf-8"), ("Zoë.txt".encode(), "ascii")):
        command = [os.fsencode(word) for word in (sys.executable, "-m", "mvd_handout", *arguments)]
        environment = {**os.environ, "PYTHONIOENCODING": encoding}
        done = subprocess.run([*command, name], capture_output=True, check=True, env=environment)
        assert done.stdout == name + b"\n"
        assert name in {os.fsencode(path.name) for path in home.iterdir()}


def test_a_missing_key_asks_for_the_backup_before_a_new_one(
    run: Run, clinic: Path, case_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "clinic.toml").write_bytes((clinic / "clinic.toml").read_bytes())
    result = run("make", "--draft", "--clinic", tmp_path, "--case", case_file, "--issue-date", "2026-03-05")
    assert result.exit_code == ExitCode.INPUT_REFUSED
    backup, new = "Put your backup of clinic.key back", "mvd-handout setup --new-key -o FOLDER"
    words = " ".join(result.stderr.split())
    assert words.index(backup) < words.index("a clinic that never made a paper") < words.index(new)
