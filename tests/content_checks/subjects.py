"""Handouts to check: the shipped one, the shipped one with a line changed, and small ones made for one check."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path

import msgspec

from mvd_handout.content.checks.check import CHECKS, prepare
from mvd_handout.content.checks.passages import Passage
from mvd_handout.content.checks.report import Check
from mvd_handout.content.checks.subject import Subject
from mvd_handout.content.clinic import ClinicBlock
from mvd_handout.content.library import Library, parse_text
from mvd_handout.content.resources import data_root

NAME = "hfs-recovery"


@functools.cache
def shipped() -> Subject:
    """Return the shipped handout with the starter kit."""
    library = Library.shipped()
    return prepare(library, library.handout(NAME))


def small(text: str, clinic: str = "") -> Subject:
    """Return a handout that says `text` and nothing else; `clinic` is a clinic's own block `own`."""
    library = Library.shipped()
    nodes = parse_text(text, f"{NAME}/en.md")
    handout = msgspec.structs.replace(library.handout(NAME), nodes=nodes, record=())
    blocks = (
        [ClinicBlock("own", "Own", parse_text(clinic, "blocks/own.md", default_marks=("clinic",)))] if clinic else []
    )
    return prepare(library, handout, blocks)


def copied(folder: Path) -> Path:
    """Return a copy of the shipped handout's folder, in a clinic's folder."""
    target = folder / "handouts" / NAME
    shutil.copytree(data_root("handouts") / NAME, target)
    return target


def read(folder: Path) -> Subject:
    """Return the handout in a clinic's folder."""
    library = Library.shipped(folder)
    return prepare(library, library.handout(NAME))


def changed(folder: Path, line: int, old: str, new: str, name: str = "en.md") -> Subject:
    """Return the shipped handout with `old` on one line of a file replaced by `new`."""
    path = copied(folder) / name
    lines = path.read_text(encoding="utf-8").split("\n")
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    return read(folder)


def run(name: str, subject: Subject) -> Check:
    """Return what one check finds."""
    return next(check for check in (each(subject) for each in CHECKS) if check.id == name)


def marked(*marks: str, kind: str = "paragraph") -> Passage:
    """Return the first passage of the shipped text whose marks are exactly these."""
    return next(each for each in shipped().passages("handout") if each.marks == marks and each.kind == kind)
