"""`setup`: a clinic's profile, its key and its starter texts, made by asking."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from msgspec import structs

from mvd_handout.commands.clinic_folder import (
    BLOCKS,
    demo_text,
    fill_profile,
    new_key,
    profile_file,
    starter_blocks,
)
from mvd_handout.commands.console import Console
from mvd_handout.commands.errors import show_faults
from mvd_handout.commands.places import PROFILE_NAME, config_folder, find_clinic
from mvd_handout.commands.questions import as_written, ask
from mvd_handout.commands.wording import as_typed
from mvd_handout.content.approval.register import REGISTER_NAME
from mvd_handout.content.clinic import KEY_NAME, read_block
from mvd_handout.content.toml import read_toml
from mvd_handout.delivery.files import NewFile, make_folder, write_files
from mvd_handout.domain import clinic as c
from mvd_handout.domain.errors import Fault, InputError, OutputError
from mvd_handout.domain.fields import Field

FEVER: Final = Field("values.fever", "text", "The fever figure from which patients should ring you", "", limit=120)
FIELDS: Final = {
    field.path: field
    for field in (
        *(field for field in c.HOSPITAL_FIELDS if "logo" not in field.path),
        *c.DAY_FIELDS,
        *c.NIGHT_FIELDS,
        c.EMERGENCY_FIELD,
        *c.HANDOUT_FIELDS,
        FEVER,
    )
}
ADDRESS_LINE: Final = Field("", "text", "A line of the address", "1 Sample Street", limit=60)
MAX_ADDRESS_LINES: Final = 4
ADDRESS, SURGEONS = "hospital.address", "surgeons"
QUESTIONS: Final = (
    "hospital.name",
    "hospital.unit",
    ADDRESS,
    "hospital.feedback",
    *(field.path for field in (*c.DAY_FIELDS, *c.NIGHT_FIELDS)),
    c.EMERGENCY_FIELD.path,
    SURGEONS,
    *(field.path for field in c.HANDOUT_FIELDS),
    FEVER.path,
)


def run(output: Path | None, only_key: bool, no_input: bool, console: Console) -> None:
    """Make a clinic's folder. Raises HandoutError; nothing that exists is overwritten."""
    if only_key:
        _make_key(output or _clinic_folder(), console)
        return
    folder = output or config_folder()
    if (folder / PROFILE_NAME).exists():
        raise OutputError(_taken(folder))
    _refuse_new_key(folder)
    ask_person = console.has_person() and not no_input
    text = _interview(console, folder) if ask_person else skeleton()
    files = [profile_file(folder, text), new_key(folder), *starter_blocks(folder)]
    new = [file for file in files if not file.path.exists()]
    make_folder(folder / BLOCKS)
    write_files(new)
    _tell(folder, new, ask_person, console)


def _clinic_folder() -> Path:
    """Return the folder of the clinic that every other command would use; without any, the settings folder."""
    try:
        return find_clinic(None, os.environ, Path.cwd(), config_folder()).path.parent
    except InputError:
        return config_folder()


def _refuse_new_key(folder: Path) -> None:
    """Make no new key where one is gone: nothing that was sealed with the old one could be checked any more."""
    if os.path.lexists(folder / KEY_NAME) or not os.path.lexists(folder / REGISTER_NAME):
        return
    raise OutputError(
        Fault(
            str(folder / KEY_NAME),
            f"it is gone, and {REGISTER_NAME} beside it was made with it",
            "With a new key the approvals do not count, no earlier paper can be checked or reissued, and the journal "
            "answers nothing",
            f"Put your backup of {KEY_NAME} back. If there is none, move {REGISTER_NAME} away, make the key, and "
            "approve anew",
        )
    )


def _make_key(folder: Path, console: Console) -> None:
    key = new_key(folder)
    if os.path.lexists(key.path):
        raise OutputError(
            Fault(
                str(key.path),
                "there is a key already",
                "A key is never replaced: the numbers of the papers made so far come from it",
                "If it is lost or damaged, restore it from a backup",
            )
        )
    _refuse_new_key(folder)
    make_folder(folder)
    write_files([key])
    console.result(str(key.path.absolute()))
    console.say("A new key was written there. Keep it secret and back it up: the numbers on your papers come from it.")


def skeleton() -> str:
    """Return the commented profile with nothing in it yet; it is refused until everything needed is filled in."""
    answers: dict[str, object] = {path: "" for path, field in FIELDS.items() if field.required}
    empty = {field.key: "" for field in c.SURGEON_FIELDS}
    return fill_profile(demo_text(PROFILE_NAME), answers | {ADDRESS: [], FEVER.path: None}, [empty])


def _interview(console: Console, folder: Path) -> str:
    """Return the profile that the answers make; a question whose answer cannot be used comes again."""
    console.show(f"A few questions about your clinic. The answers go to {folder / PROFILE_NAME},")
    console.show(
        "where you can change them later with a text editor. Ctrl-C stops; nothing is written before the end.\n"
    )
    answers: dict[str, object] = {}
    again = QUESTIONS
    while True:
        for path in again:
            answers[path] = _ask(path, answers, console)
        rest = {path: value for path, value in answers.items() if path != SURGEONS}
        surgeons = cast("list[Mapping[str, object]]", answers[SURGEONS])
        text = fill_profile(demo_text(PROFILE_NAME), rest, surgeons)
        try:
            c.ClinicProfile.parse(read_toml(text.encode(), PROFILE_NAME), PROFILE_NAME)
        except InputError as error:
            show_faults(error, console)
            again = tuple(path for path in QUESTIONS if any(path in fault.where for fault in error.faults))
            if not again:
                raise
            continue
        return text


def _ask(path: str, answers: Mapping[str, object], console: Console) -> object:
    if path == ADDRESS:
        return _ask_address(console)
    if path == SURGEONS:
        return _ask_surgeons(console)
    return as_written(ask(FIELDS[path], console, now=answers.get(path)))


def _ask_address(console: Console) -> list[str]:
    lines: list[str] = []
    while len(lines) < MAX_ADDRESS_LINES and (line := ask(ADDRESS_LINE, console)) is not None:
        lines.append(str(line))
    return lines


def _ask_surgeons(console: Console) -> list[dict[str, object]]:
    name, *others = c.SURGEON_FIELDS
    surgeons: list[dict[str, object]] = []
    while True:
        label = "The name of one more surgeon" if surgeons else name.label
        first = ask(structs.replace(name, label=label, required=not surgeons), console)
        if first is None:
            return surgeons
        surgeons.append({name.key: first} | {field.key: as_written(ask(field, console)) for field in others})


def _taken(folder: Path) -> Fault:
    return Fault(
        str(folder / PROFILE_NAME),
        "it is already there",
        "A clinic's profile is never overwritten",
        "Change it with a text editor, or choose another folder with -o",
    )


def _tell(folder: Path, new: list[NewFile], complete: bool, console: Console) -> None:
    """Say what was made, and what the clinic still has to decide and to approve."""
    for file in new:
        console.result(str(file.path))
    console.say("\nKeep clinic.key secret and back it up: the numbers on your papers come from it.")
    console.say("\nThe texts in blocks/ are proposals. NOT APPROVED. Your clinic has to decide:")
    for path in sorted((folder / BLOCKS).glob("*.md")):
        block = read_block(path)
        console.say(f"\n  {block.title} ({BLOCKS}/{path.name})")
        for point in block.undecided:
            console.say(f"  - {point}")
    if not complete:
        console.say(f"\nNext: fill in {folder / PROFILE_NAME} with a text editor. Then see every part of the handout:")
    else:
        console.say("\nNext: see every part of the handout with your clinic's details:")
    console.say(f"  mvd-handout preview --clinic {as_typed(folder)}")
