"""A fictional ward that may e-mail, its lists, and runs of the command in this process and in others."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import sys
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from click.testing import Result

from mvd_handout.commands.demo import write_demo_clinic
from mvd_handout.composing.approvable import email_block
from mvd_handout.content.approval.register import REGISTER_NAME, dump_register
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.email_words import load_email_words
from tests.approval.registers import DAY, approval, approved

Run = Callable[..., Result]
TODAY = DAY
HEADINGS = (
    "Name", "Record number", "Date of birth", "Operation date", "Operation status", "Side", "Surgeon",
    "Discharge date", "Visit 1 date", "Visit 1 time", "Visit 1 place", "Hold", "Email", "Email consent",
    "Email consent date",
)  # fmt: skip
POLICY = """
[email]
from = "ward4@example.org"
name = "Example Hospital"
"""
NOW = dt.datetime.combine(TODAY, dt.time(9, 30), zoneinfo.ZoneInfo("Europe/London"))
COMMAND = f"""
import datetime as dt
from mvd_handout.commands import email_desk, places
places.today = lambda zone: dt.date.fromisoformat("{TODAY}")
email_desk.EmailDesk.now = lambda desk: dt.datetime.fromisoformat("{NOW.isoformat()}")
from mvd_handout.commands.cli import main
main()
"""


def make_ward(folder: Path) -> Path:
    """Write a clinic that decided and approved everything, the words of its e-mails too; return its folder."""
    write_demo_clinic(folder, force=False)
    for path in (folder / "blocks").glob("*.md"):
        text = re.sub(r"^decide = \[.*?^\]", "decide = []", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
        path.write_text(text, encoding="utf-8")
    clinic = Clinic.load(folder / "clinic.toml")
    register = approved(clinic).with_entries(approval(email_block(load_email_words("en"))))
    (folder / REGISTER_NAME).write_bytes(dump_register(register, clinic.key))
    with (folder / "clinic.toml").open("a", encoding="utf-8") as stream:
        stream.write(POLICY)
    return folder


def with_server(ward: Path, folder: Path, **settings: object) -> Path:
    """Return a copy of the ward's folder that knows a mail server; `settings` stand under [email.smtp]."""
    for path in ward.rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(ward)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    lines = ["", "[email.smtp]", *(f"{name} = {_toml(value)}" for name, value in settings.items()), ""]
    with (folder / "clinic.toml").open("a", encoding="utf-8") as stream:
        stream.write("\n".join(lines))
    return folder


def _toml(value: object) -> str:
    return str(value) if isinstance(value, int) else f'"{value}"'


def cells(number: int, **changes: str) -> dict[str, str]:
    """Return one patient's cells by heading; names given with underscores for spaces."""
    row = {
        "Name": f"Alex Example {number}",
        "Record number": f"TEST-{number:05}",
        "Date of birth": f"{1930 + number % 70}-04-17",
        "Operation date": "2026-11-28",
        "Operation status": "done",
        "Side": ("left", "right")[number % 2],
        "Surgeon": "Dr Morgan Sample",
        "Discharge date": TODAY.isoformat(),
        "Visit 1 date": "2026-12-14",
        "Visit 1 time": "10:30",
        "Visit 1 place": f"Outpatients, Level {number % 9}",
        "Hold": "",
        "Email": f"alex{number}@example.org",
        "Email consent": "plain",
    }
    return row | {name.replace("_", " "): value for name, value in changes.items()}


def roster_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return a roster file."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, HEADINGS)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def command(*arguments: object) -> list[str]:
    """Return the command line of a program for which today is TODAY."""
    return [sys.executable, "-c", COMMAND, *(str(each) for each in arguments)]


def environment(cache: Path, state: Path) -> dict[str, str]:
    """Return an environment without this computer's settings."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MVD_")}
    return kept | {
        "XDG_CONFIG_HOME": str(cache / "none"),
        "XDG_CACHE_HOME": str(cache),
        "XDG_STATE_HOME": str(state),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
