"""`check` and `roster-template` as a person or a program runs them."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mvd_handout.delivery.roster.report import fault_report, no_formula
from mvd_handout.domain.errors import ExitCode, Fault
from tests.delivery_roster.builders import NAMES, as_csv, as_xlsx, changed, table, whole_column

RUN = """
from mvd_handout.commands.check import check
from mvd_handout.commands.cli import cli
from mvd_handout.commands.roster_template import roster_template
cli.add_command(check)
cli.add_command(roster_template)
cli.main(prog_name="mvd-handout")
"""
CLINIC = """
[hospital]
name = "Example Hospital"
unit = "Ward 4"
feedback = "handouts@example.org"
[phones]
emergency = "999"
[phones.day]
number = "01632 960100"
hours = "8am to 6pm"
[phones.out_of_hours]
number = "01632 960101"
hours = "Nights"
[[surgeons]]
name = "Dr Morgan Sample"
phone = "01632 960110"
hours = "9am to 4pm"
[handout]
paper = "A4"
locale = "en-GB"
time_zone = "Europe/London"
date_order = "day-first"
hear_within_days = 14
[roster.columns]
"Pat Loc" = "ignore"
"L/R code" = "side"
"""


def run(folder: Path, *arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command in `folder`, without any setting of this computer."""
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "XDG_CACHE_HOME": str(folder / "cache")}
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MVD_")} | home
    command = [sys.executable, "-c", RUN, *arguments]
    return subprocess.run(command, cwd=folder, input=data, capture_output=True, check=False, env=environment)


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    (tmp_path / "ward").mkdir()
    (tmp_path / "ward" / "clinic.toml").write_text(CLINIC, encoding="utf-8")
    return tmp_path / "ward"


def test_a_good_roster_is_counted_and_three_rows_are_shown_masked(tmp_path: Path) -> None:
    rows = [*changed(3, "Print size", "large", changed(4, "Hold", "died")), *[[*table()[1]]]]
    rows[4][:2] = ["Bo Other", "77"]
    done = run(tmp_path, "check", "-", data=as_csv(rows))
    said = done.stdout.decode()
    assert done.returncode == ExitCode.DONE
    assert "4 rows, all in order; 1 on hold." in said
    assert "large 1, standard 3" in said
    assert said.count("record number ...") == 3
    assert "row 4" in said
    everything = said + done.stderr.decode()
    assert not [word for name in NAMES for word in name.split() if word in everything]
    assert "0012" not in everything


def test_headings_that_were_understood_are_shown(tmp_path: Path) -> None:
    data = as_csv(changed(1, "Record number", "Hosp No"))
    assert '"Hosp No" is read as "Record number"' in run(tmp_path, "check", "-", data=data).stdout.decode()


def test_what_was_assumed_is_said_aloud(tmp_path: Path) -> None:
    data = as_csv(whole_column("Name", ["José", "Zoë", "Ada"]), encoding="cp1252")
    assert b"Windows-1252" in run(tmp_path, "check", "-", "-q", data=data).stderr


def test_twenty_faults_are_shown_and_all_are_reported(tmp_path: Path) -> None:
    rows = [*table()[:1], *[[*table()[1]] for _ in range(30)]]
    for number, row in enumerate(rows[1:]):
        row[0], row[1], row[4] = f"Ada {'I' * number}", str(number), "up"
    (tmp_path / "list.csv").write_bytes(as_csv(rows))
    done = run(tmp_path, "check", "list.csv", "--report", "faults.csv")
    assert done.returncode == ExitCode.INPUT_REFUSED
    assert done.stderr.count(b"Error:") == 20
    assert b"... and 10 more" in done.stderr
    report = list(csv.reader((tmp_path / "faults.csv").read_text("utf-8-sig").splitlines()))
    assert [line[:2] for line in report[1:]] == [[str(number), "Side"] for number in range(2, 32)]
    assert (tmp_path / "faults.csv").stat().st_mode & 0o077 == 0


def test_a_report_is_not_overwritten_unasked(tmp_path: Path) -> None:
    (tmp_path / "faults.csv").write_text("mine", encoding="utf-8")
    options = ("check", "-", "--report", "faults.csv")
    assert run(tmp_path, *options, data=as_csv(table())).returncode == ExitCode.FILE_TROUBLE
    assert (tmp_path / "faults.csv").read_text("utf-8") == "mine"
    assert run(tmp_path, *options, "--force", data=as_csv(table())).returncode == ExitCode.DONE
    assert len((tmp_path / "faults.csv").read_text("utf-8-sig").splitlines()) == 1


def test_programs_get_json(tmp_path: Path) -> None:
    done = run(tmp_path, "check", "-", "--json", data=as_csv(changed(3, "Side", "up")))
    result = json.loads(done.stdout)
    assert done.returncode == ExitCode.INPUT_REFUSED
    assert not result["ok"]
    assert [(fault["row"], fault["column"]) for fault in result["faults"]] == [(3, "Side")]
    assert set(result["faults"][0]) == {"row", "column", "where", "found", "wanted", "fix"}
    good = json.loads(run(tmp_path, "check", "-", "--json", data=as_csv(table())).stdout)
    assert (good["ok"], good["rows"], good["on_hold"], good["print_sizes"]) == (True, 3, 0, {"standard": 3})


def test_the_clinic_says_dates_headings_and_surgeons(tmp_path: Path, clinic: Path) -> None:
    rows = changed(3, "Surgeon", "Dr Nobody", whole_column("Operation date", ["02/03/2026"] * 3))
    rows[0][rows[0].index("Side")] = "L/R code"
    rows = [[*row, "Pat Loc" if index == 0 else "bed 4"] for index, row in enumerate(rows)]
    done = run(tmp_path, "check", "-", "--json", "--clinic", str(clinic), data=as_csv(rows))
    assert {(fault["row"], fault["column"]) for fault in json.loads(done.stdout)["faults"]} >= {(3, "Surgeon")}
    assert b"could mean two days" not in done.stdout


@pytest.mark.parametrize(
    ("heading", "value", "says"),
    [("Name", "李小龍", "none of our fonts"), ("Visit 1 place", "日本", "none of our fonts")],
)
def test_what_cannot_be_printed_is_found_now(tmp_path: Path, heading: str, value: str, says: str) -> None:
    done = run(tmp_path, "check", "-", "--json", data=as_csv(changed(3, heading, value)))
    (fault,) = json.loads(done.stdout)["faults"]
    assert (fault["row"], fault["column"]) == (3, heading)
    assert says in fault["found"]


def test_a_language_without_a_handout_is_found_now(tmp_path: Path) -> None:
    rows = [[*row, ["Language", "en", "xx", ""][index]] for index, row in enumerate(table())]
    (fault,) = json.loads(run(tmp_path, "check", "-", "--json", data=as_csv(rows)).stdout)["faults"]
    assert (fault["row"], fault["column"]) == (3, "Language")


def test_a_missing_clinic_or_file_is_an_error_of_its_own(tmp_path: Path) -> None:
    nowhere = run(tmp_path, "check", "-", "--clinic", "nowhere", data=as_csv(table()))
    assert nowhere.returncode == ExitCode.INPUT_REFUSED
    assert run(tmp_path, "check", "nowhere.csv").returncode == ExitCode.FILE_TROUBLE


def test_the_name_of_the_file_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(as_xlsx(table()))
    assert b"XLSX" in run(tmp_path, "check", "list.csv").stdout


@pytest.mark.parametrize("name", ["roster.xlsx", "list.CSV"])
def test_the_template_can_be_checked_at_once(tmp_path: Path, clinic: Path, name: str) -> None:
    assert run(tmp_path, "roster-template", "-o", name).stdout.decode().strip() == name
    done = run(tmp_path, "check", name, "--clinic", str(clinic))
    assert done.returncode == ExitCode.DONE, done.stderr.decode()
    assert b"1 on hold" in done.stdout
    assert run(tmp_path, "roster-template", "-o", name).returncode == ExitCode.FILE_TROUBLE


def test_a_template_of_another_kind_is_not_written(tmp_path: Path) -> None:
    assert run(tmp_path, "roster-template", "-o", "list.pdf").returncode == ExitCode.USAGE
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_report_becomes_a_formula(start: str) -> None:
    report = fault_report([Fault(f"{start}HYPERLINK(1)", f"{start}1", "x", f"{start}2")]).decode("utf-8-sig")
    cells = list(csv.reader(io.StringIO(report, newline="")))[1]
    assert not [cell for cell in cells if cell.startswith(start)]
    assert no_formula("plain -text") == "plain -text"


def test_csv_is_read_without_the_libraries_for_workbooks() -> None:
    probe = (
        "import sys; from mvd_handout.delivery.roster.read import read_roster; read_roster(sys.stdin.buffer.read());"
        "print(sorted({'python_calamine', 'zipfile', 'reportlab', 'jinja2', 'click'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", probe], input=as_csv(table()), capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"
