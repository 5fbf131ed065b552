"""A document with every type of block, and ways to look at the page made from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import Struct, structs

from mvd_handout.content.theme import Theme, load_theme
from mvd_handout.domain.document import (
    Band,
    Block,
    Box,
    Chart,
    Code,
    Document,
    Flag,
    Furniture,
    Heading,
    Icons,
    Identifier,
    Inlines,
    Lane,
    Letterhead,
    Lines,
    Link,
    List,
    Logo,
    Mark,
    Metadata,
    PageRef,
    Paragraph,
    Section,
    Table,
    Text,
    Tick,
)

DAY_NUMBER = Link("01632\u00a0960\u00a0123", "tel:01632960123", strong=True, field="phone.day")
NIGHT_NUMBER = Link("01632\u00a0960\u00a0199", "tel:01632960199", strong=True, field="phone.out_of_hours")
EMERGENCY = Link("555-0199", "tel:5550199", strong=True, field="phone.emergency")
SIX_MONTHS = PageRef("six-months", "page {page}", "If you still twitch at six months")


def say(*parts: str | Link | PageRef | Text) -> Inlines:
    """Return inlines; a bare string is plain text."""
    return tuple(Text(part) if isinstance(part, str) else part for part in parts)


def first_page() -> tuple[Block, ...]:
    """Return identity, alarm, message, visit and numbers."""
    return (
        Heading(1, say("After your operation for face twitching")),
        Box(
            "identity",
            (
                Paragraph(say(Text("Rosalind Vane-Ørsted", strong=True, field="patient.name"), ", right side")),
                Paragraph(say("Is this you, this side, this date? If not, tell us before you leave.")),
            ),
        ),
        Box(
            "alarm",
            (
                Heading(2, say("Get help now")),
                Paragraph(say("Ring ", EMERGENCY, " at once if you:")),
                List((say("have a fit"), say("cannot be woken well, or are newly confused"))),
                Heading(3, say("Ring us the same day")),
                List((say("clear fluid runs from your nose, ear or wound"), say("you suddenly hear less"))),
                Paragraph(say("By day: ", DAY_NUMBER, ". At night: ", NIGHT_NUMBER, ".")),
            ),
        ),
        Box("message", (Paragraph(say("Your face may still twitch after the operation."), style="lead"),)),
        Paragraph(say(Text("Your next visit:", strong=True), " Thursday 16 April 2026, 10.30am, Eye Clinic, Level 2.")),
        Table(
            (say("Who to call"), say("Number"), say("When")),
            (
                (say("The team of Mr Adair"), say(DAY_NUMBER), say("Monday to Friday, 9am to 5pm")),
                (say("Ward after hours"), say(NIGHT_NUMBER), say("Any other time")),
            ),
            widths=(0.4, 0.25, 0.35),
        ),
    )


def timeline() -> Chart:
    """Return a chart with every kind of band, mark, tick and flag."""
    solid = Band(1, 3, "solid")
    back = Band(0, 180, "hatch", fade_in=True, fade_out=True)
    relief = Band(92, 184, "dots")
    return Chart(
        first_day=0,
        break_day=21,
        last_day=190,
        ticks=(
            Tick(0, "Mon 2 Mar", major=True),
            Tick(7, "day 7"),
            Tick(14, "day 14"),
            Tick(91, "June"),
            Tick(183, "Sep"),
        ),
        lanes=(
            Lane(
                say("Operation"), say("Monday 2 March 2026, day 0"), say("Right side."), marks=(Mark(0, "", "surgery"),)
            ),
            Lane(say("Some: improvement"), say("Days 1 to 3"), say("Some people notice some improvement."), (solid,)),
            Lane(say("May come back"), say("No set time"), say("Twitching can come back for a while."), (back,)),
            Lane(
                say("Many: full relief"),
                say("June to September 2026"),
                say("Full relief came in this time."),
                (relief,),
            ),
            Lane(say("Visits"), say("Thursday 16 April 2026"), say("Eye Clinic."), marks=(Mark(45, "1", "visit"),)),
        ),
        flags=(Flag(3, say("You got this paper on Thursday 5 March 2026")),),
        open_end=say("Still twitching? See ", SIX_MONTHS, "."),
        alt="Timeline from Monday 2 March 2026. Days 1 to 3: some improvement. June to September 2026: full relief.",
    )


def recovery() -> tuple[Block, ...]:
    """Return the chart with its table, the icon array and a numbered list."""
    return (
        Box("note", (Heading(2, say("From your nurse")), Paragraph(say("Bring your tablets <list> & glasses.")))),
        Heading(2, say("Your recovery timeline")),
        Paragraph(
            say("Not everyone recovers at the same speed. ", PageRef("about", "Page {page}", "About"), " says more.")
        ),
        timeline(),
        Table(
            (say("What"), say("When"), say("What may happen")),
            (
                (
                    say("Operation"),
                    say("Monday 2 March 2026, day 0"),
                    say("You had your operation, on the right side."),
                ),
                (say("May come back"), say("No set time"), say("Twitching can come back, and be like it was before.")),
            ),
        ),
        Icons(100, 30, "100 figures, 30 of them marked.", say("Marked: slow recovery, not failure.")),
        List((say("Learn what to expect."), say("Go to each visit."), say("Give your nerves time.")), style="number"),
    )


def sheet() -> tuple[Block, ...]:
    """Return what is written on, the codes and the small print."""
    empty: Inlines = ()
    weeks = ("Monday 2 March 2026", "Monday 9 March 2026")
    return (
        Heading(2, say("Your twitch diary")),
        Table(
            (say("Week"), say("Starts"), say("Twitching"), say("Notes")),
            tuple((say(str(n)), say(start), empty, empty) for n, start in enumerate(weeks, start=1)),
            rows_for_writing=True,
        ),
        Lines(2, say("My questions")),
        Lines(1),
        List((say("I can say when to ring."), say("I know my next visit.")), style="check"),
        Heading(2, say("If you still twitch at six months")),
        Paragraph(say("Ask us at ", Link("www.example.org/face", "https://www.example.org/face"), ".")),
        Code("qr", "tel:01632960123", "QR code of the day number", say("Scan to ring ", DAY_NUMBER, ".")),
        Code("code128", "HFS-7Q2K-9M4D", "Bar code HFS-7Q2K-9M4D", say("HFS-7Q2K-9M4D")),
        Box("plain", (Heading(3, say("About")), Paragraph(say("Ask for this paper in large print."), style="small"))),
    )


def logo() -> Logo:
    """Return a picture of two flat colours."""
    return Logo(6, 3, bytes((11, 79, 108)) * 9 + bytes((238, 244, 247)) * 9, "The lamp of St Elsewhere")


@pytest.fixture(scope="session")
def document() -> Document:
    """A fictional patient's draft with every type of block."""
    return Document(
        Metadata(
            "After your operation for face twitching",
            "en-GB",
            "St Elsewhere Hospital",
            "hfs-recovery",
            "1.0",
            "c0ffee",
            "HFS-7Q2K-9M4D",
            "p-5f2a",
            dt.date(2026, 3, 5),
            draft=True,
        ),
        Letterhead(("St Elsewhere Hospital", "Neurosurgery, Ward 7", "1 Example Road, Anytown"), logo()),
        (
            Identifier("Name", "Rosalind Vane-Ørsted", "patient.name"),
            Identifier("Record number", "000-4471", "patient.record_number"),
            Identifier("Operation", "2 March 2026, right side", "operation.date"),
        ),
        Furniture("Page {page} of {pages}", "DRAFT. Do not give to a patient.", "Version 1.0", "HFS-7Q2K-9M4D"),
        (
            Section("first", first_page()),
            Section("timeline", recovery(), start="page"),
            Section("six-months", sheet(), start="sheet"),
        ),
    )


@pytest.fixture(scope="session")
def themes() -> dict[str, Theme]:
    """Both looks that we ship."""
    return {name: load_theme(name) for name in ("standard", "large-print")}


Rewrite = Callable[[str], str]
_OURS = {"target", "symbology", "payload", "style", "kind", "start", "pattern", "symbol", "field", "language"}


@pytest.fixture(scope="session")
def rewritten() -> Callable[[Any, Rewrite], Any]:
    """A function that returns a value with every text that could come from outside replaced."""
    return _rewritten


def _rewritten(value: Any, rewrite: Rewrite) -> Any:
    if isinstance(value, Struct):
        fields = [name for name in value.__struct_fields__ if name not in _OURS]
        fields = [name for name in fields if not (isinstance(value, Section) and name == "name")]
        fields = [name for name in fields if not (isinstance(value, PageRef) and name == "section")]
        return structs.replace(value, **{name: _rewritten(getattr(value, name), rewrite) for name in fields})
    if isinstance(value, tuple):
        return tuple(_rewritten(item, rewrite) for item in value)
    return rewrite(value) if isinstance(value, str) and value else value
