"""`demo`: a fictional clinic and patient with their handout, for a first look and for trying things out."""

from __future__ import annotations

import datetime as dt
import string
from pathlib import Path
from typing import Final

from mvd_handout.commands import places
from mvd_handout.commands.clinic_folder import BLOCKS, demo_text, new_key, profile_file, starter_blocks
from mvd_handout.commands.console import Console
from mvd_handout.commands.outputs import Outputs
from mvd_handout.commands.places import PROFILE_NAME
from mvd_handout.commands.press import Press
from mvd_handout.commands.wording import as_typed
from mvd_handout.content.clinic import read_profile
from mvd_handout.content.toml import read_toml
from mvd_handout.delivery.files import NewFile, make_folder, write_files
from mvd_handout.domain.case import Case
from mvd_handout.domain.schedule import next_weekday

CASE_NAME: Final = "case.toml"


def run(folder: Path, force: bool, console: Console) -> None:
    """Write the demo into `folder` and print what was written. Raises HandoutError."""
    written = write_demo_clinic(folder, force)
    profile = read_profile(folder / PROFILE_NAME)
    day = places.today(profile.time_zone)
    text = demo_case(day)
    case = Case.parse(read_toml(text.encode(), CASE_NAME), CASE_NAME)
    papers = Press(
        folder / PROFILE_NAME, Outputs(("pdf", "html", "text"), folder / "handout"), day, tell=console.detail
    ).make(case)
    files = [NewFile(folder / CASE_NAME, text.encode(), CASE_NAME), *papers.files]
    write_files(files, force=force)
    console.say("A fictional clinic, a fictional patient and their handout:")
    for file in (*papers.files, files[0], *written):
        console.result(str(file.path))
    console.say(f"\nOpen {papers.files[0].path} first. Then change a line of {files[0].path} and run")
    clinic, mine = as_typed(folder), as_typed(folder / "mine.pdf")
    console.say(f"  mvd-handout make --clinic {clinic} --case {as_typed(files[0].path)} --draft -o {mine}")


def write_demo_clinic(folder: Path, force: bool) -> list[NewFile]:
    """Write the fictional clinic into `folder` and return its files; a key that exists is kept. Raises OutputError."""
    make_folder(folder / BLOCKS)
    files = [profile_file(folder, demo_text(PROFILE_NAME)), *starter_blocks(folder)]
    key = new_key(folder)
    write_files(files if key.path.exists() else [*files, key], force=force)
    return [*files, key]


def demo_case(day: dt.date) -> str:
    """Return the example case of a patient who goes home on `day`, three days after the operation."""
    return string.Template(demo_text(CASE_NAME)).substitute(
        discharge_date=day,
        surgery_date=day - dt.timedelta(days=3),
        first_visit=next_weekday(day + dt.timedelta(days=11)),
        second_visit=next_weekday(day + dt.timedelta(weeks=6)),
    )
