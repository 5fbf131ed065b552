"""A ward with a second handout of its own, approved like the first."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from mvd_handout.composing.approvable import approvable_blocks, email_block
from mvd_handout.content.approval.register import REGISTER_NAME, dump_register
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.email_words import load_email_words
from mvd_handout.content.library import Library
from tests.approval.registers import approval, approved
from tests.project.source import ROOT

SHIPPED = "hfs-recovery"
TITLE = {"Recovery after an operation for face twitching": "Driving after an operation for face twitching"}


def add_handout(ward: Path, name: str, words: Mapping[str, str] = TITLE) -> None:
    """Copy the shipped handout under another name, with other words, and approve both."""
    folder = ward / "handouts" / name
    shutil.copytree(ROOT / "handouts" / SHIPPED, folder)
    for path in (folder / "handout.toml", *folder.glob("*.md")):
        text = path.read_text(encoding="utf-8").replace(SHIPPED, name)
        for old, new in words.items():
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    clinic, handout = Clinic.load(ward / "clinic.toml"), Library.shipped(ward).handout(name)
    mails = email_block(load_email_words("en"))
    blocks = [mails, *approvable_blocks(handout, clinic)]
    more = [approval(block, handout=name, version=handout.version) for block in blocks]
    register = approved(clinic).with_entries(approval(mails), *more)
    (ward / REGISTER_NAME).write_bytes(dump_register(register, clinic.key))
