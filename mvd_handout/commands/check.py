"""`check`: every mistake of a roster, found before a page is printed."""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from msgspec import Struct, field

from mvd_handout.commands.app import Command, common_options
from mvd_handout.commands.console import Console
from mvd_handout.commands.options import READING_OPTIONS, all_of

if TYPE_CHECKING:
    from mvd_handout.delivery.roster.model import Inspect, Roster
    from mvd_handout.domain.clinic import ClinicProfile
    from mvd_handout.domain.errors import Fault, InputError

STDIN: Final = "-"
SAMPLES: Final = 3


class CheckOptions(Struct, frozen=True):
    """The options of `check`; see its help."""

    roster: str
    clinic: Path | None
    handout: str
    encoding: str | None
    sheet: str | None
    report: Path | None
    force: bool
    json: bool


@click.command(
    cls=Command,
    examples=(
        "mvd-handout check tomorrow.csv",
        "mvd-handout check tomorrow.xlsx --report faults.csv    write all faults into a file",
        "mvd-handout check - --json < tomorrow.csv              for other programs",
    ),
    short_help="Find every mistake in a list of patients before a page is printed.",
)
@click.argument("roster", metavar="ROSTER|-")
@click.option(
    "--clinic",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The clinic profile, found as for `make`. It says how your dates are written, who the surgeons are, "
    "and what your record system calls its columns.",
)
@click.option("--handout", default="hfs-recovery", show_default=True, metavar="NAME", help="Which handout.")
@all_of(*READING_OPTIONS)
@click.option("--report", type=click.Path(path_type=Path), metavar="FILE", help="Write every fault to this CSV file.")
@click.option("--force", is_flag=True, help="Replace a report that exists.")
@click.option("--json", is_flag=True, help="Print the result as JSON, for other programs.")
@common_options
@click.pass_obj
def check(console: Console, /, **options: Any) -> int:
    """Check a ROSTER: a list of patients as CSV, XLSX or ODS, or - for standard input.

    Every fault of every row is found at once: the row, the column, what is there, what is wanted and what to do.
    Nothing is written but the report. No message tells who a patient is.
    """
    return run(CheckOptions(**options), console)


def run(options: CheckOptions, console: Console) -> int:
    """Check a roster, print what was found, and return the exit code. Raises HandoutError or click.UsageError."""
    from mvd_handout.delivery.roster.read import read_roster
    from mvd_handout.domain.errors import InputError

    data = read_input(options.roster)
    setting = find_setting(options.clinic, options.handout, console)
    try:
        roster = read_roster(
            data,
            columns=setting.columns,
            date_order=setting.profile.date_order if setting.profile else None,
            encoding=options.encoding,
            sheet=options.sheet,
            inspect=setting.inspect,
        )
    except InputError as error:
        return _refused(error, options, console)
    return _accepted(roster, options, console)


class Setting(Struct, frozen=True):
    """What the rows of a roster are checked against: the clinic, if there is one, and what can be printed."""

    inspect: Inspect
    profile: ClinicProfile | None = None
    path: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    def known_profile(self) -> ClinicProfile:
        """Return the clinic's profile, for a command that does not work without one."""
        if self.profile is None:
            raise ValueError("no clinic profile was found")
        return self.profile


def read_input(name: str) -> bytes:
    """Return the roster's bytes from the file `name` or, for "-", from standard input. Raises OutputError."""
    from mvd_handout.delivery.files import read_file, read_stream
    from mvd_handout.delivery.roster.read import MAX_BYTES

    if name != STDIN:
        return read_file(Path(name), "roster", MAX_BYTES)
    if sys.stdin.isatty():
        raise click.UsageError("- reads the roster from standard input, but nothing is sent there.")
    return read_stream(sys.stdin.buffer, "roster", MAX_BYTES)


def find_setting(clinic: Path | None, handout: str, console: Console) -> Setting:
    """Return what to check against; without `clinic` and without any profile, less is checked. Raises HandoutError."""
    from mvd_handout.commands.places import CLINIC_VARIABLE, clinic_profile
    from mvd_handout.content.clinic import read_profile
    from mvd_handout.content.toml import read_toml
    from mvd_handout.delivery.roster.headings import parse_columns
    from mvd_handout.domain.errors import InputError

    try:
        path = clinic_profile(clinic, console)
    except InputError:
        if clinic is not None or os.environ.get(CLINIC_VARIABLE):
            raise
        console.say("No clinic profile: surgeons and the likelihood of dates are not checked.")
        return Setting(_inspection(handout))
    profile = read_profile(path)
    columns = parse_columns(read_toml(path.read_bytes(), path.name), path.name)
    return Setting(_inspection(handout, profile, path.parent), profile, path, columns)


def _inspection(handout: str, profile: ClinicProfile | None = None, folder: Path | None = None) -> Inspect:
    from mvd_handout.commands import places
    from mvd_handout.commands.places import cache_folder
    from mvd_handout.content.library import Library
    from mvd_handout.content.plan import PlanCache
    from mvd_handout.delivery.roster.inspection import inspection
    from mvd_handout.rendering.fonts import load_fonts

    languages = Library.shipped(folder, PlanCache(cache_folder())).languages(handout)
    return inspection(languages, load_fonts().missing, profile, places.today(profile.time_zone) if profile else None)


def _refused(error: InputError, options: CheckOptions, console: Console) -> int:
    from mvd_handout.commands.errors import SHOWN_FAULTS, show_faults
    from mvd_handout.commands.wording import count
    from mvd_handout.delivery.roster.report import faults_for_programs

    if options.json:
        console.result(_json({"ok": False, "faults": faults_for_programs(error.faults)}))
    else:
        show_faults(error, console)
    _write_report(error.faults, options, console)
    console.say(f"{count(len(error.faults), 'fault')}. Nothing can be made of this roster yet.")
    if len(error.faults) > SHOWN_FAULTS and options.report is None and not options.json:
        console.say("Add --report faults.csv to see them all.")
    return error.exit_code


def _accepted(roster: Roster, options: CheckOptions, console: Console) -> int:
    from mvd_handout.delivery.roster.report import roster_for_programs
    from mvd_handout.domain.errors import ExitCode

    for note in roster.notes:
        console.warn(note)
    _write_report((), options, console)
    if options.json:
        console.result(_json({"ok": True, **roster_for_programs(roster), "faults": []}))
    else:
        _show(roster, console)
    return ExitCode.DONE


def _write_report(faults: Sequence[Fault], options: CheckOptions, console: Console) -> None:
    """Write the report, also an empty one: an old report must not speak for a new roster."""
    from mvd_handout.delivery.files import NewFile, write_files
    from mvd_handout.delivery.roster.report import fault_report

    if options.report is not None:
        write_files([NewFile(options.report, fault_report(faults), "report")], force=options.force)
        console.say(f"Report: {options.report}")


def _show(roster: Roster, console: Console) -> None:
    from mvd_handout.commands.wording import count
    from mvd_handout.delivery.roster.report import masked

    summary = roster.summary
    console.result(f"Read as {roster.words}.")
    for heading, field_name in roster.renamed:
        console.result(f'  "{heading}" is read as "{field_name}"')
    console.result(f"{count(summary.rows, 'row')}, all in order; {summary.held} on hold.")
    console.result(f"Print sizes: {_counts(summary.print_sizes)}. Languages: {_counts(summary.languages)}.")
    console.result("For example, masked:")
    for row in itertools.islice(roster, SAMPLES):
        hold = ("on hold",) if row.hold else ()
        console.result(f"  row {row.number}: {'; '.join([*masked(row.case), *hold])}")


def _counts(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(numbers.items()))


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
