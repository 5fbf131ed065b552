"""`contacts`: a named person rang every number that patients are given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from mvd_handout.commands.console import Console
from mvd_handout.commands.steward import Desk, actor, confirm, last_day, open_desk
from mvd_handout.commands.wording import date_in_words
from mvd_handout.content.approval.contacts import contact_text, numbers
from mvd_handout.content.approval.entries import Entry
from mvd_handout.content.approval.register import REGISTER_NAME, Register
from mvd_handout.delivery.approvals import add_entries, load_register

RECHECK_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class ContactOptions:
    """The options of `contacts`; see its help."""

    by: str | None
    role: str | None
    recheck_by: str | None
    clinic: Path | None
    yes: bool


def run(options: ContactOptions, console: Console) -> None:
    """Show the numbers and record a check. Raises HandoutError, click.UsageError or click.Abort."""
    desk = open_desk(options.clinic, console, options.yes)
    text = contact_text(desk.clinic.profile)
    console.result(text)
    console.result(_standing(desk, load_register(desk.folder, desk.clinic.key), text))
    if not desk.person and not options.yes:
        if options.by or options.role or options.recheck_by:
            raise click.UsageError(
                "Nobody is here to confirm the numbers. Add --yes if the person after --by rang each."
            )
        return
    if desk.person:
        _confirm_all(desk, console)
    name, role = actor(desk, console, options.by, options.role)
    until = last_day(desk, console, "--recheck-by", options.recheck_by, RECHECK_DAYS)
    register = add_entries(
        desk.folder, desk.clinic.key, Entry("contacts", name, role, desk.today, review_by=until, text=text)
    )
    console.result(str(desk.folder / REGISTER_NAME))
    console.say(f"Checked by {name}, {role}; again by {date_in_words(until)}. Register number {register.number}.")


def _standing(desk: Desk, register: Register, text: str) -> str:
    check = register.latest("contacts")
    if check is None:
        return "Nobody has checked these numbers yet."
    by = f"{check.name}, {check.role}, on {date_in_words(check.date)}"
    if check.text != text:
        return f"Changed since they were checked by {by}."
    if check.review_by is None or desk.today > check.review_by:
        return f"Checked by {by}; to be checked again."
    return f"Checked by {by}; good until {date_in_words(check.review_by)}."


def _confirm_all(desk: Desk, console: Console) -> None:
    """Ask about each number. Raises click.Abort at the first no."""
    for whose, phone in numbers(desk.clinic.profile):
        if phone == desk.clinic.profile.emergency:
            question = f"Is {phone.text} the emergency number that your patients dial? Do not ring it"
        else:
            question = f"Did you ring {phone.text} ({whose}), and did the right people answer"
        if not confirm(f"{question}?", console):
            raise click.Abort
