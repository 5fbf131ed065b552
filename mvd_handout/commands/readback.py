"""Reading a case back before anything is made: the last chance to see a wrong side or a wrong day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import click
from msgspec import Struct

from mvd_handout.commands.console import Console
from mvd_handout.commands.draft import VISITS
from mvd_handout.commands.wording import count, date_in_words, weekday_in_words
from mvd_handout.domain.case import Case, Visit

SIDES = {"left": "LEFT", "right": "RIGHT", "both": "BOTH SIDES"}


class Line(Struct, frozen=True):
    """One line of the read-back, and the fields that are asked again when it is wrong."""

    label: str
    value: str
    paths: tuple[str, ...] = ()


def read_back(case: Case, surgeon: str, issued: dt.date, today: dt.date) -> tuple[Line, ...]:
    """Return what has to be checked, the most dangerous mistakes first."""
    patient, operation = case.patient, case.operation
    lines = [
        Line("Name", patient.name, ("patient.name",)),
        Line("Born", date_in_words(patient.birth_date), ("patient.birth_date",)),
        Line("Record number", patient.record_number, ("patient.record_number",)),
        Line("Side", SIDES[operation.side], ("operation.side",)),
        Line(
            "Surgery",
            f"{weekday_in_words(operation.date)}: {_day(case, issued, today)}",
            ("operation.status", "operation.date", "discharge_date"),
        ),
        Line("Kind", "repeat operation" if operation.repeat else "first operation", ("operation.kind",)),
    ]
    if case.discharge_date:
        lines.append(Line("Goes home", weekday_in_words(case.discharge_date), ("discharge_date",)))
    coming = case.visits_from(issued)
    lines += _visit_lines(coming)
    if past := len(case.visits) - len(coming):
        lines.append(Line("Left out", f"{count(past, 'visit')} before {weekday_in_words(issued)}", (VISITS,)))
    lines += [
        Line("Surgeon", surgeon, ("surgeon",)),
        Line("Interpreter", "needed" if patient.interpreter else "not needed", ("patient.interpreter",)),
        Line("Print size", patient.print_size, ("patient.print_size",)),
        Line("Carer", patient.carer or "none", ("patient.carer",)),
        Line("Note", case.note or "none", ("note",)),
    ]
    return tuple(lines)


def ask_if_right(lines: Sequence[Line], made: Sequence[Line], console: Console) -> tuple[str, ...]:
    """Show the lines and return the fields to ask again; none when the person says yes. Raises click.Abort for no.

    `made` are lines that no answer changes: what will be written, and where.
    """
    width = max(len(line.label) for line in (*lines, *made))
    console.show(click.style("\nPlease check every line:", bold=True))
    for number, line in enumerate(lines, start=1):
        value = click.style(line.value, bold=True) if line.label == "Side" else line.value
        console.show(f"{number:>3}  {line.label:<{width}}  {value}")
    for line in made:
        console.show(f"     {line.label:<{width}}  {line.value}")
    again: list[tuple[str, ...]] = []

    def read(text: str) -> str | None:
        word = text.lower()
        if word in {"n", "no"}:
            raise click.Abort
        if word.isdecimal() and 1 <= int(word) <= len(lines):
            again.append(lines[int(word) - 1].paths)
        elif word not in {"y", "yes"}:
            return f"Type yes, no, or a number from 1 to {len(lines)}."
        return None

    console.ask_until("\nIs all of it right? (yes to go on, a number to change that line, no to stop):", read)
    return again[0] if again else ()


def _day(case: Case, issued: dt.date, today: dt.date) -> str:
    """Return "today is day 4": the number that the paper counts with."""
    days = (issued - case.operation.date).days
    if case.operation.planned:
        return f"planned, in {count(-days, 'day')}"
    when = "today is" if issued == today else f"the paper is for {weekday_in_words(issued)},"
    return f"done, {when} day {days}"


def _visit_lines(visits: Sequence[Visit]) -> list[Line]:
    if not visits:
        return [Line("Next visit", "none booked", (VISITS,))]
    labels = ["Next visit", *["Then"] * (len(visits) - 1)]
    return [Line(label, _visit(visit), (VISITS,)) for label, visit in zip(labels, visits, strict=True)]


def _visit(visit: Visit) -> str:
    phone = f", {visit.phone.text}" if visit.phone else ""
    return f"{weekday_in_words(visit.date)} at {visit.time:%H:%M}, {visit.place}{phone}"
