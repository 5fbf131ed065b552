"""Whom patients are told to ring: not words to approve, but numbers that a named person dialled."""

from __future__ import annotations

from mvd_handout.domain.clinic import ClinicProfile
from mvd_handout.domain.phone import Phone


def numbers(profile: ClinicProfile) -> tuple[tuple[str, Phone], ...]:
    """Return every number of the profile with whose it is, in the order in which they are rung."""
    surgeons = ((f"surgeon {surgeon.name}", surgeon.phone) for surgeon in profile.surgeons)
    lines = (
        ("day", profile.day.number),
        ("out of hours", profile.out_of_hours.number),
        ("emergency", profile.emergency),
    )
    return (*lines, *surgeons)


def contact_text(profile: ClinicProfile) -> str:
    """Return all contact data of a profile in a readable form, a fact a line; a check of contacts is about its hash."""
    lines = [
        f"hospital: {profile.hospital}",
        f"unit: {profile.unit}",
        *(f"address: {line}" for line in profile.address),
        f"comments to: {profile.feedback}",
        f"emergency: {_dial(profile.emergency)}",
        f"day: {_dial(profile.day.number)}, {profile.day.hours}",
        f"out of hours: {_dial(profile.out_of_hours.number)}, {profile.out_of_hours.hours}",
        *(
            f"surgeon: {surgeon.name}; {surgeon.role or 'no role'}; {_dial(surgeon.phone)}, {surgeon.hours}"
            for surgeon in profile.surgeons
        ),
    ]
    return "".join(f"{line}\n" for line in lines)


def _dial(phone: Phone) -> str:
    """Return the number as it is printed and as it is dialled."""
    return f"{phone.text} ({phone.target})"
