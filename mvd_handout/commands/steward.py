"""What `approve` and `contacts` share: the clinic's folder, who acts, and dates that can be used."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from mvd_handout.commands import places
from mvd_handout.commands.console import Console
from mvd_handout.commands.places import cache_folder, clinic_profile
from mvd_handout.commands.questions import ask
from mvd_handout.content.clinic import Clinic, load_clinic
from mvd_handout.content.plan import PlanCache
from mvd_handout.domain.dates import read_date
from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.domain.fields import Field, read_value
from mvd_handout.domain.text import RefusedError

NAME: Final = Field("", "text", "Your full name", '"Dr Morgan Sample"', required=True, limit=80)
ROLE: Final = Field("", "text", "What you are", '"Consultant neurosurgeon"', required=True, limit=80)
LAST_DAY: Final = Field("", "date", "The last day on which it holds", "2027-03-05", required=True)


@dataclass(frozen=True, slots=True)
class Desk:
    """The clinic whose register is kept, the day, and whether somebody is there to ask."""

    folder: Path
    clinic: Clinic
    today: dt.date
    person: bool


def open_desk(clinic: Path | None, console: Console, yes: bool) -> Desk:
    """Return the desk of a clinic. Raises HandoutError."""
    profile = clinic_profile(clinic, console)
    loaded = load_clinic(profile, PlanCache(cache_folder()))
    return Desk(profile.parent, loaded, places.today(loaded.profile.time_zone), console.has_person() and not yes)


def actor(desk: Desk, console: Console, by: str | None, role: str | None) -> tuple[str, str]:
    """Return the name and the role of who acts, from the options or by asking.

    Raises InputError for what cannot be used, click.UsageError when something is missing and nobody is there to ask.
    """
    return str(_value(desk, console, NAME, by, "--by")), str(_value(desk, console, ROLE, role, "--role"))


def last_day(desk: Desk, console: Console, option: str, text: str | None, days: int) -> dt.date:
    """Return the day until which something holds, at most `days` ahead. Raises as `actor` does."""
    last = _value(desk, console, LAST_DAY, text, option)
    if isinstance(last, dt.date) and 0 < (last - desk.today).days <= days:
        return last
    raise InputError(Fault(option, f"{last} cannot be used", f"A day after today, at most {days} days ahead"))


def confirm(question: str, console: Console) -> bool:
    """Return whether the person says yes; an empty answer is asked again."""
    return ask(Field("", "flag", question, "", required=True), console) is True


def option_text(text: str, option: str, limit: int = 120) -> str:
    """Return what an option says. Raises InputError."""
    try:
        return str(read_value(Field("", "text", "", "", limit=limit), text))
    except RefusedError as refused:
        raise InputError(Fault(option, refused.found, refused.wanted)) from None


def _value(desk: Desk, console: Console, field: Field, text: str | None, option: str) -> object:
    order = desk.clinic.profile.date_order
    if text is None and desk.person:
        return ask(field, console, order)
    if text is None:
        raise click.UsageError(f"{option} is missing.")
    try:
        return read_date(text, order) if field.kind == "date" else read_value(field, text)
    except RefusedError as refused:
        raise InputError(Fault(option, refused.found, refused.wanted)) from None
