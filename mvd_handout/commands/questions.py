"""Questions to a person at the terminal: one at a time, with an example, until the answer can be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import click
from msgspec import structs

from mvd_handout.commands.console import Console
from mvd_handout.commands.draft import FIELDS, VISITS, Draft
from mvd_handout.commands.wording import in_words
from mvd_handout.domain.case import MAX_VISITS, VISIT_FIELDS
from mvd_handout.domain.clinic import ClinicProfile
from mvd_handout.domain.dates import DateOrder
from mvd_handout.domain.fields import Field, read_value
from mvd_handout.domain.phone import Phone
from mvd_handout.domain.text import RefusedError

SIDE: Final = "operation.side"
"""Has no default, cannot be shortened and is typed anew every time: a wrong side is the worst mistake."""
NOTHING: Final = "-"


def ask(field: Field, console: Console, order: DateOrder | None = None, now: object = None) -> object:
    """Return the answer for `field`, or None for an empty answer that is allowed.

    `now` is the value that an empty answer keeps. What must be told has no default: it has to be typed.
    """
    answer: list[object] = [now if now is not None else field.default]

    def read(text: str) -> str | None:
        if not text:
            needed = field.required and now is None
            return "This answer is needed." if needed else None
        if text == NOTHING and not field.required:
            answer[0] = field.default
            return None
        if field.path == SIDE and text.lower() not in field.choices:
            return f"Type the whole word: {_either(field.choices)}."  # one letter could be a slip of the hand
        try:
            answer[0] = read_value(field, text, order)
        except RefusedError as refused:
            return f"That cannot be used: {refused.found}. {refused.wanted}."
        return None

    console.ask_until(_question(field, now), read)
    return answer[0]


def ask_for(paths: Iterable[str], draft: Draft, profile: ClinicProfile, console: Console) -> None:
    """Ask for the fields at `paths`, and for those that an answer makes needed or pointless."""
    for path in paths:
        if path == VISITS:
            draft.data[VISITS] = ask_visits(console, draft.order, draft.visits())
        elif path == "surgeon":
            draft.put(path, ask_surgeon(profile, console))
        elif path == "discharge_date":
            planned = draft.get("operation.status") == "planned"
            field = FIELDS[path]
            draft.put(path, None if planned else _ask_needed(field, draft, console))
        else:
            now = None if path == SIDE else draft.get(path)
            draft.put(path, ask(FIELDS[path], console, draft.order, now))


def _ask_needed(field: Field, draft: Draft, console: Console) -> object:
    return ask(structs.replace(field, required=True), console, draft.order, draft.get(field.path))


def ask_surgeon(profile: ClinicProfile, console: Console) -> str:
    """Return the name of one of the clinic's surgeons; there is nothing to ask when there is only one."""
    names = [surgeon.name for surgeon in profile.surgeons]
    if len(names) == 1:
        return names[0]
    choice = choose("The surgeon", names, console)
    return names[choice]


def choose(title: str, entries: Sequence[str], console: Console) -> int:
    """Return the index of the entry that the person picks, by its number or a part of its name that no other has."""
    console.show(f"{title}:")
    for number, entry in enumerate(entries, start=1):
        console.show(f"  {number}  {entry}")
    picked: list[int] = []

    def read(text: str) -> str | None:
        hits = [i for i, entry in enumerate(entries) if text and text.casefold() in entry.casefold()]
        if text.isdecimal() and 1 <= int(text) <= len(entries):
            hits = [int(text) - 1]
        picked[:] = hits
        return None if len(hits) == 1 else f"Type a number from 1 to {len(entries)}."

    console.ask_until("Number or name:", read)
    return picked[0]


def ask_visits(
    console: Console, order: DateOrder | None, known: Sequence[Mapping[str, object]] = ()
) -> list[dict[str, object]]:
    """Return the visits, as a case file would hold them; an empty date ends the list.

    Those that are `known` are gone through first: an empty answer keeps a value, so changing one loses no other.
    """
    visits = [visit for each in known if (visit := _ask_visit(console, order, each)) is not None]
    while len(visits) < MAX_VISITS and (visit := _ask_visit(console, order, {}, bool(visits))) is not None:
        visits.append(visit)
    return visits


def _ask_visit(
    console: Console, order: DateOrder | None, known: Mapping[str, object], more: bool = False
) -> dict[str, object] | None:
    """Return one visit, or None when its date is left empty or taken away."""
    day, *others = VISIT_FIELDS
    label = "The day of this visit" if known else f"The day of {'one more' if more else 'the next'} visit"
    first = structs.replace(day, label=label, required=False)
    date = ask(first, console, order, _usable(first, known.get(day.key), order))
    if date is None:
        return None
    answers = {each.key: ask(each, console, order, _usable(each, known.get(each.key), order)) for each in others}
    return {day.key: date, **{key: as_written(value) for key, value in answers.items() if value is not None}}


def _usable(field: Field, raw: object, order: DateOrder | None) -> object:
    """Return a value as a file holds it, ready to be kept; None when there is none or it was refused."""
    try:
        return None if raw is None else read_value(field, raw, order)
    except RefusedError:
        return None


def as_written(value: object) -> object:
    """Return an answer as a file would hold it: a telephone number is a text with plain spaces."""
    return value.text.replace("\u00a0", " ") if isinstance(value, Phone) else value


def _question(field: Field, now: object) -> str:
    """Return "The side of the face (left, right or both):"."""
    example = field.example.strip('"')
    hints = []
    if field.kind == "flag":
        hints.append("yes or no")
    elif field.choices:
        hints.append(_either(field.choices))
    elif example:
        hints.append(f"for example {example}")
    if now is not None:
        hints.append(f"Enter keeps: {in_words(now)}{'' if field.required else f'; {NOTHING} for none'}")
    elif not field.required:
        hints.append("Enter for none" if field.default in (None, "") else f"Enter for {in_words(field.default)}")
    ending = "" if field.label.endswith("?") else ":"
    return f"{click.style(field.label, bold=True)} ({'; '.join(hints)}){ending}" if hints else f"{field.label}{ending}"


def _either(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
