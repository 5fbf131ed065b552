"""Documents of fictional people that hold every type of block."""

from __future__ import annotations

import datetime as dt

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
    Inline,
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

DAY = Link("01632 960 123", "tel:+441632960123", strong=True, field="phone.day")
NIGHT = Link("01632 960 199", "tel:+441632960199", strong=True, field="phone.out_of_hours")
EMERGENCY = Link("555-0199", "tel:5550199", strong=True, field="phone.emergency")
SIX_MONTHS = PageRef("six-months", "page {page}", "If it still twitches at 6 months")
ABOUT = PageRef("about", "page {page}", "About this paper")
LONG_NAME = "Maximiliane Wilhelmina Constantia " * 5 + "von Überlingen-Hohenzollern"
LONG_WORD = "Llanfairpwll" * 16


def say(*parts: str | Inline) -> Inlines:
    """Return inlines; a bare string is plain text."""
    return tuple(Text(part) if isinstance(part, str) else part for part in parts)


def strong(text: str) -> Text:
    """Return authored words that stand out."""
    return Text(text, strong=True)


def sample(
    name: str = "Rosalind Vane-Ørsted",
    visits: int = 2,
    note: str = "Bring your tablets and your glasses. Your daughter may stay with you during the talk.",
    draft: bool = True,
    logo: bool = True,
    duplex: bool = True,
) -> Document:
    """Return a patient's handout."""
    sections = (
        Section("first", _first_page(name, visits)),
        Section("timeline", _timeline(visits, note), start="page"),
        Section("why", _why()),
        Section("check-ups", _check_ups(visits)),
        Section("six-months", _six_months()),
        Section("about", _about()),
        Section("diary", _diary(), start="sheet"),
    )
    identity = (
        Identifier("Name", name, "patient.name"),
        Identifier("Record number", "000-4471", "patient.record_number"),
        Identifier("Date of birth", "3 April 1958", "patient.birth_date"),
        Identifier("Operation", "2 March 2026, RIGHT side", "operation.date"),
    )
    return _document(sections, identity, draft, logo, duplex)


def record_sheet(name: str = "Rosalind Vane-Ørsted") -> Document:
    """Return the ward's sheet, printed on one side."""
    blocks: tuple[Block, ...] = (
        Heading(1, say("Ward record: giving the recovery paper")),
        Box("identity", (Paragraph(say(Text(name, True, "patient.name"))), Paragraph(say("Check the wristband.")))),
        Heading(2, say("Before you start")),
        List((say("The wristband, the side and each page match."), say("All phone numbers are there.")), "check"),
        Heading(2, say("Teach-back")),
        Table(
            (say("Ask"), say("The answer should hold"), say("Clear?")),
            (
                (say("Which number would you call at night?"), say(NIGHT, ", and where it stands"), say("yes / no")),
                (say("When will you see us next?"), say("The day, or whom to call"), say("yes / no")),
            ),
            widths=(0.44, 0.42, 0.14),
        ),
        Lines(1, say("Nurse: name, signature, date and time")),
        Code("code128", "HFS-7Q2K-9M4D", "Bar code of the paper HFS-7Q2K-9M4D", say("Put this sheet into the record.")),
    )
    identity = (Identifier("Name", name, "patient.name"), Identifier("Record number", "000-4471", ""))
    return _document((Section("record", blocks),), identity, draft=True, logo=False, duplex=False)


def _document(
    sections: tuple[Section, ...], identity: tuple[Identifier, ...], draft: bool, logo: bool, duplex: bool
) -> Document:
    about = Metadata(
        title="After your operation for face twitching",
        language="en-GB",
        publisher="St Elsewhere Hospital",
        handout="hfs-recovery",
        handout_version="1.0",
        content_hash="c0ffee",
        document_id="HFS-7Q2K-9M4D",
        patient_key="p-5f2a",
        issued=dt.date(2026, 3, 5),
        draft=draft,
    )
    lines = ("St Elsewhere Hospital", "Department of Neurosurgery, Ward 7", "1 Example Road, Anytown")
    notice = "DRAFT. Do not give to a patient." if draft else ""
    furniture = Furniture(
        "Page {page} of {pages}", notice, "After your operation for face twitching, version 1.0", "Paper HFS-7Q2K-9M4D"
    )
    return Document(about, Letterhead(lines, _logo() if logo else None), identity, furniture, sections, duplex)


def _logo() -> Logo:
    """Return a lamp of a few flat pixels."""
    blue, pale = bytes((11, 79, 108)), bytes((238, 244, 247))
    rows = [blue * 12 + pale * 12, pale * 12 + blue * 12]
    return Logo(24, 24, b"".join(rows[(y // 12) % 2] for y in range(24)), "The lamp of St Elsewhere Hospital")


def _first_page(name: str, visits: int) -> tuple[Block, ...]:
    message = (
        "Your face may still twitch after the operation. It can get better, then come back for a while."
        " This alone does not mean that the operation failed. Your surgeon will check."
    )
    identity = (
        Paragraph(say(Text(name, strong=True, field="patient.name"), ", 2 March 2026, RIGHT side")),
        Paragraph(say("Is this you, this side, this date? If not, tell us before you leave.")),
    )
    return (
        Heading(1, say("After your operation for face twitching")),
        Box("identity", identity),
        Box("alarm", _alarm()),
        Box("message", (Paragraph(say(message), style="lead"),)),
        Paragraph(_booked() if visits else _not_booked()),
        Table(
            (say("Who to call"), say("Number"), say("When")),
            (
                (say("Mr Adair’s team"), say(DAY), say("Monday to Friday, 9am to 5pm")),
                (say("Ward after hours"), say(NIGHT), say("Any other time")),
                (say("Emergency"), say(EMERGENCY), say("Any time")),
            ),
            widths=(0.42, 0.23, 0.35),
        ),
    )


def _booked() -> Inlines:
    day = Text("Thursday 16 April 2026", field="visit.date")
    return say(strong("Your next visit: "), day, ", 10.30am, Eye Clinic, Level 2. To change it, call ", DAY, ".")


def _not_booked() -> Inlines:
    words = "We will tell you the date by Thursday 26 March 2026. If you hear nothing by then, call "
    return say(strong("No visit is booked yet. "), words, DAY, ".")


def _alarm() -> tuple[Block, ...]:
    at_once = ("have a fit", "cannot be woken well, or are newly confused", "have the worst headache of your life")
    same_day = (
        "clear fluid runs from your nose, ear or wound",
        "you suddenly hear less",
        "your wound is red, hot or open, or you have a fever",
    )
    return (
        Heading(2, say("Get help now")),
        Paragraph(say("Call ", EMERGENCY, " at once if you:")),
        List(tuple(say(item) for item in at_once)),
        Paragraph(say("Call us the same day if:")),
        List(tuple(say(item) for item in same_day)),
    )


def chart(visits: int) -> Chart:
    """Return a timeline with every kind of band, mark, tick and flag."""
    marks = tuple(Mark(45 + 30 * n, str(n + 1), "visit") for n in range(visits))
    lanes = (
        Lane(
            say("Operation"),
            say("Monday 2 March 2026, day 0"),
            say("You had your operation, on the right side."),
            marks=(Mark(0, "", "surgery"),),
        ),
        Lane(
            say("Some: improvement"),
            say("Tuesday 3 to Thursday 5 March 2026, days 1 to 3"),
            say("Some people notice some improvement, often in these days."),
            (Band(1, 3, "solid"),),
        ),
        Lane(
            say("May come back"),
            say("No set time"),
            say("Twitching can come back for a while, and be like it was before. Or it may never have stopped."),
            (Band(0, 190, "hatch", fade_in=True, fade_out=True),),
        ),
        Lane(
            say("Many: full relief"),
            say("June to September 2026, months 3 to 6"),
            say("Full relief came in this time for many people whom the article describes."),
            (Band(92, 184, "dots"),),
        ),
        *(
            (Lane(say("Visits"), say("See the table below"), say("Your booked visits."), marks=marks),)
            if visits
            else ()
        ),
    )
    ticks = (
        Tick(0, "Mon 2 Mar", major=True),
        Tick(7, "Day 7"),
        Tick(14, "Day 14"),
        Tick(91, "3 months"),
        Tick(183, "6 months"),
    )
    return Chart(
        first_day=0,
        break_day=21,
        last_day=190,
        ticks=ticks,
        lanes=lanes,
        flags=(Flag(3, say("You got this paper on Thursday 5 March 2026.")),),
        open_end=say("Still twitching? See ", SIX_MONTHS, "."),
        alt="Timeline from Monday 2 March 2026. Days 1 to 3: some improvement. June to September 2026: full relief.",
    )


def _timeline(visits: int, note: str) -> tuple[Block, ...]:
    nurse = Box(
        "note",
        (
            Heading(2, say("From your nurse")),
            Paragraph(say(Text(note, field="note"))),
            Paragraph(say("These are your nurse’s own words. They are not part of the checked text.")),
            Lines(1, say("Nurse’s name")),
        ),
    )
    rows = tuple((lane.label, lane.when, lane.text) for lane in chart(visits).lanes)
    return (
        *((nurse,) if note else ()),
        Heading(2, say("Your recovery timeline")),
        Paragraph(
            say(
                "Not everyone recovers at the same speed. For many people, full relief comes bit by bit. The facts in"
                " this part come from one article. To learn more about it, see ",
                ABOUT,
                ".",
            )
        ),
        Paragraph(
            say(
                strong("How to read this chart. "),
                "Time runs from left to right, first in days and then in months. The day of your operation is day 0."
                " Where a bar is faint, the article gives no start or end.",
            )
        ),
        chart(visits),
        Table((say("What"), say("When"), say("What may happen")), rows),
        Heading(2, say("How common is a slow recovery?")),
        Paragraph(say("The article says that about 30 out of every 100 people have a slow recovery.")),
        Icons(
            100,
            30,
            "100 figures of people. 30 of them are marked.",
            say("Marked: slow recovery, not failure. The article does not say how the others did."),
        ),
    )


def _why() -> tuple[Block, ...]:
    return (
        Heading(2, say("Why twitching can go on")),
        Paragraph(
            say(
                "The operation is called MVD, short for microvascular decompression. It parts a blood vessel from the"
                " nerve that works your face muscles. The vessel is moved away or padded."
            )
        ),
        Paragraph(say("The article gives this reason why twitching can go on:")),
        List(
            (
                say("The nerve has a coat, called myelin."),
                say("Often, this coat was damaged before the operation. This damage is called demyelination."),
                say("They may keep making your face muscles tighten."),
            )
        ),
        Heading(3, say("What you can do")),
        List(
            (
                say("Learn what to expect."),
                say("Go to each booked visit."),
                say("Write down your twitching in the diary on ", PageRef("diary", "page {page}", "Diary"), "."),
            ),
            style="number",
        ),
    )


def _check_ups(visits: int) -> tuple[Block, ...]:
    rows = tuple(
        (
            say(str(n + 1)),
            say(f"Thursday {16 + n} April 2026, 10.30am"),
            say("Eye Clinic, Level 2"),
            say(DAY),
        )
        for n in range(visits)
    )
    table = Table((say("Visit"), say("Date and time"), say("Place"), say("To change it, call")), rows)
    return (
        Heading(2, say("What check-ups are for")),
        Paragraph(say("For getting help, use the list on ", PageRef("first", "page {page}", "First page"), ".")),
        *((table,) if visits else ()),
    )


def _six_months() -> tuple[Block, ...]:
    return (
        Heading(2, say("If it still twitches at 6 months")),
        Paragraph(say("The article does not say what happens after 6 months. Ask your surgeon.")),
        Box("plain", (Heading(3, say("Living at home")), Paragraph(say("Ask your ward before you go home.")))),
    )


def _about() -> tuple[Block, ...]:
    return (
        Heading(2, say("About this paper")),
        Paragraph(
            say("Tell us what is not clear: ", Link("www.example.org/face", "https://www.example.org/face"), "."),
            style="small",
        ),
        Code(
            "qr", "tel:+441632960123", "QR code that dials 01632 960 123", say("Scan this to call the ward: ", DAY, ".")
        ),
    )


def _diary() -> tuple[Block, ...]:
    weeks = tuple(dt.date(2026, 3, 2) + dt.timedelta(weeks=n) for n in range(26))
    rows = tuple(
        (say(str(n)), say(f"{day.day} {day:%B} {day.year}"), (), say("none / a little / a lot"))
        for n, day in enumerate(weeks, start=1)
    )
    header = (say("Week"), say("Starts on"), say("Notes"), say("My face twitched (circle one)"))
    return (
        Heading(2, say("Your twitch diary")),
        Paragraph(say("Fill in one row each week. Bring this sheet to your visits.")),
        Table(header, rows, rows_for_writing=True),
        Heading(2, say("My questions")),
        Lines(5, say("Write down what you want to ask at your next visit.")),
    )
