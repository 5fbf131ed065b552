"""The files of a clinic's folder: profile, key and starter texts."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from mvd_handout.commands.places import PROFILE_NAME
from mvd_handout.content.clinic import KEY_NAME
from mvd_handout.content.resources import data_root
from mvd_handout.delivery.files import FOR_COLLEAGUES, NewFile
from mvd_handout.domain.ids import KEY_BYTES

BLOCKS: Final = "blocks"
_TABLE: Final = re.compile(r"\[+([a-z_.]+)\]+\n")
_FIELD: Final = re.compile(r"^([a-z_]+) = .*$", re.MULTILINE)


def demo_text(name: str) -> str:
    """Return a file of the demo: the commented example that `setup` fills in, too."""
    return (data_root("templates") / "demo" / name).read_text(encoding="utf-8")


def profile_file(folder: Path, text: str) -> NewFile:
    """Return the clinic profile with `text`."""
    return NewFile(folder / PROFILE_NAME, text.encode(), PROFILE_NAME, FOR_COLLEAGUES)


def new_key(folder: Path) -> NewFile:
    """Return a fresh secret key; only its owner can read the file."""
    return NewFile(folder / KEY_NAME, f"{secrets.token_hex(KEY_BYTES)}\n".encode("ascii"), KEY_NAME)


def starter_blocks(folder: Path, language: str = "en") -> list[NewFile]:
    """Return the starter texts for a clinic, none of them approved."""
    kit = data_root("templates") / "starter-kit" / language
    return [
        NewFile(folder / BLOCKS / source.name, source.read_bytes(), f"{BLOCKS}/{source.name}", FOR_COLLEAGUES)
        for source in sorted(kit.glob("*.md"))
    ]


def fill_profile(template: str, answers: Mapping[str, object], surgeons: Sequence[Mapping[str, object]]) -> str:
    """Return the commented profile `template` with other values.

    `answers` go by path ("phones.day.number"); None leaves a note instead of the field. The part `[[surgeons]]` is
    repeated for each of `surgeons`.
    """
    head, *parts = re.split(r"^(?=\[)", template, flags=re.MULTILINE)
    filled = [head]
    for part in parts:
        match = _TABLE.match(part)
        table = match[1] if match else ""
        if table == "surgeons":
            filled += [_fill_part(part, {f"surgeons.{key}": v for key, v in each.items()}, table) for each in surgeons]
        else:
            filled.append(_fill_part(part, answers, table))
    return "".join(filled)


def _fill_part(part: str, answers: Mapping[str, object], table: str) -> str:
    def fill(match: re.Match[str]) -> str:
        path = f"{table}.{match[1]}"
        if path not in answers:
            return match[0]
        value = answers[path]
        return f'# {match[1]} = ""' if value is None else f"{match[1]} = {_toml(value)}"

    return _FIELD.sub(fill, part)


def _toml(value: object) -> str:
    """Return a value as TOML writes it; its strings are written as those of JSON."""
    return json.dumps(value, ensure_ascii=False)
