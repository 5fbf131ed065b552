"""`preview`: fictional cases that together reach every branch of the handout."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

import msgspec
from msgspec import structs

from mvd_handout.commands.console import Console
from mvd_handout.commands.demo import write_demo_clinic
from mvd_handout.commands.outputs import Outputs
from mvd_handout.commands.places import PROFILE_NAME, clinic_profile
from mvd_handout.commands.press import Press
from mvd_handout.composing.reissue import Fingerprints, Reissue
from mvd_handout.content.clinic import Clinic, read_profile
from mvd_handout.content.resources import data_root
from mvd_handout.content.toml import read_toml
from mvd_handout.delivery.files import FOR_COLLEAGUES, NewFile, make_folder, write_files
from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import InputError

SAMPLES: Final = "cases.toml"


@dataclasses.dataclass(frozen=True, slots=True)
class Sample:
    """A fictional case, what it shows, and how it is printed. An empty `paper` leaves it to the clinic."""

    name: str
    shows: str
    issued: dt.date
    case: Mapping[str, object]
    paper: str = ""
    own_texts: bool = True
    reissue: Reissue | None = None


def run(folder: Path, clinic: Path | None, handout: str, force: bool, console: Console) -> None:
    """Write every sample into `folder` and print the name of its index. Raises HandoutError."""
    profile = _profile(folder, clinic, force, console)
    surgeon = read_profile(profile).surgeons[0].name
    make_folder(folder)
    lines = [f"Samples of the handout {handout}. Nobody in them exists.", ""]
    for sample in samples():
        press = Press(
            profile, _outputs(folder, sample), sample.issued, handout, paper=sample.paper, tell=console.detail
        )
        if not sample.own_texts:
            press.use(_without_texts(press.clinic()))
        if (reissue := sample.reissue) is not None:
            press.replaces = functools.partial(_as_it_stands, reissue)
        papers = press.make(Case.parse({"surgeon": surgeon, **sample.case}, sample.name))
        write_files(papers.files, force=force)
        lines += [sample.shows, *(f"  {file.path.name}" for file in papers.files), ""]
        console.say(f"{sample.name}: {sample.shows}")
    index = NewFile(folder / "index.txt", "\n".join(lines).encode(), "index.txt", FOR_COLLEAGUES)
    write_files([index], force=force)
    console.result(str(index.path))


def samples() -> tuple[Sample, ...]:
    """Return the samples that ship with the program."""
    path = data_root("templates") / "preview" / SAMPLES
    tables = cast("list[dict[str, object]]", read_toml(path.read_bytes(), SAMPLES)["samples"])
    return tuple(msgspec.convert(table, Sample) for table in tables)


def _as_it_stands(reissue: Reissue, case: Case, parts: Fingerprints) -> Reissue:
    return reissue


def _profile(folder: Path, clinic: Path | None, force: bool, console: Console) -> Path:
    """Return the clinic's profile, or that of a fictional clinic when there is none."""
    try:
        return clinic_profile(clinic, console)
    except InputError:
        console.say("No clinic profile found: a fictional clinic is used.")
    write_demo_clinic(folder / "clinic", force)
    return folder / "clinic" / PROFILE_NAME


def _outputs(folder: Path, sample: Sample) -> Outputs:
    return Outputs(("pdf", "html", "text"), folder / sample.name, record_sheet=True)


def _without_texts(clinic: Clinic) -> Clinic:
    return structs.replace(clinic, blocks=())
