"""The words of the e-mail itself, as a document: HTML and plain text are made from it like every other."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct, structs

from mvd_handout.composing.formats import Formats
from mvd_handout.content.email_words import SLOT, EmailWords
from mvd_handout.content.labels import load_labels
from mvd_handout.domain import document as d
from mvd_handout.domain.clinic import ClinicProfile
from mvd_handout.domain.phone import Phone


class Older(Struct, frozen=True):
    """The e-mail to the same address that is replaced.

    It bears a day and the number of its handout; `same_day` tells whether today is that day.
    """

    dated: dt.date
    paper: str
    same_day: bool


class Occasion(Struct, frozen=True):
    """What has to be said: by whom, about which paper, what comes with it, and what it replaces (None: nothing)."""

    profile: ClinicProfile
    words: EmailWords
    sender: str
    paper: str
    locked: bool
    visits: bool
    cancels: bool
    place: bool
    replaces: Older | None


def notice(occasion: Occasion, about: d.Metadata) -> d.Document:
    """Return a short notice. It names neither the patient nor the operation."""
    heading = d.Heading(1, _say(occasion, "heading", sender=d.Text(occasion.sender)))
    return d.Document(
        metadata=structs.replace(about, title=subject(occasion)),
        letterhead=d.Letterhead(()),
        identity=(),
        furniture=d.Furniture("", "", "", _number(occasion)),
        sections=(d.Section("notice", (heading, *_replaced(occasion), *_body(occasion))),),
    )


def with_notice(document: d.Document, occasion: Occasion) -> d.Document:
    """Return the handout for patients who agreed to a plain copy: what is new before all else, the rest at the end.

    A short start keeps the signs that need help on the first screens.
    """
    first = [d.Paragraph(_say(occasion, "below"))]
    if occasion.cancels:
        first.append(d.Paragraph(_say(occasion, "cancelled")))
    box = d.Box("note", (*_replaced(occasion), *first, d.Paragraph(_say(occasion, "stranger"))))
    who = tuple(
        d.Paragraph((d.Text(f"{entry.label}: "), d.Text(entry.value, strong=True, field=entry.field)))
        for entry in document.identity
    )
    giver = tuple(d.Paragraph((d.Text(line),)) for line in document.letterhead.lines)
    names = ("open", "appointments") if occasion.visits else ("open",)
    rest = (*(d.Paragraph(_say(occasion, name)) for name in names), *_help(occasion))
    start, end = d.Section("notice", (box, *who, *giver)), d.Section("e-mail", (d.Box("note", rest),))
    return structs.replace(
        document, letterhead=d.Letterhead(()), identity=(), sections=(start, *document.sections, end)
    )


def subject(occasion: Occasion) -> str:
    """Return the subject without what the clinic's policy puts round it."""
    return occasion.words["subject"].replace("{sender}", occasion.sender)


def _replaced(occasion: Occasion) -> tuple[d.Block, ...]:
    older = occasion.replaces
    if older is None:
        return ()
    formats = Formats(occasion.profile.locale, load_labels(occasion.words.language))
    said = [_say(occasion, "replaces", date=d.Text(formats.weekday(older.dated)))]
    if older.paper not in {"", occasion.paper}:  # the same paper may go out again
        said.append(_say(occasion, "older", paper=d.Text(older.paper, strong=True)))
        if older.same_day:
            said.append(_say(occasion, "sameday", paper=d.Text(occasion.paper, strong=True)))
    return tuple(d.Paragraph(words, style="lead") for words in said)


def _body(occasion: Occasion) -> tuple[d.Block, ...]:
    said = (
        ("attached", True),
        ("locked", occasion.locked),
        ("lost", occasion.locked),
        ("open", not occasion.locked),
        ("appointments", occasion.visits),
        ("place", occasion.visits and not occasion.place),
        ("cancelled", occasion.cancels),
    )
    values: dict[str, dict[str, d.Inline]] = {"locked": {"paper": d.Text(occasion.paper, strong=True)}}
    paragraphs = (d.Paragraph(_say(occasion, name, **values.get(name, {}))) for name, holds in said if holds)
    return (*paragraphs, *_help(occasion), d.Paragraph(_say(occasion, "stranger")))


def _help(occasion: Occasion) -> tuple[d.Block, ...]:
    profile = occasion.profile
    numbers = tuple(
        _say(occasion, name, phone=_link(line.number), hours=d.Text(line.hours))
        for name, line in (("day", profile.day), ("night", profile.out_of_hours))
    )
    return (
        d.Paragraph(_say(occasion, "help")),
        d.List((*numbers, _say(occasion, "emergency", phone=_link(profile.emergency)))),
    )


def _number(occasion: Occasion) -> str:
    return occasion.words["message.paper"].replace("{paper}", occasion.paper)


def _link(phone: Phone) -> d.Link:
    return d.Link(phone.text, phone.target, strong=True)


def _say(occasion: Occasion, name: str, **values: d.Inline) -> d.Inlines:
    """Return a text with its values as inlines of their own: no value is ever read as text with places in it."""
    parts = SLOT.split(occasion.words[f"message.{name}"])
    inlines = [values[part] if number % 2 else d.Text(part) for number, part in enumerate(parts)]
    return tuple(each for each in inlines if not isinstance(each, d.Text) or each.text)
