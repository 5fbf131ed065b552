"""The visits as a calendar file (RFC 5545): nothing in it tells who the patient is or what for."""

from __future__ import annotations

import datetime as dt
import functools
import re
import zoneinfo
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from mvd_handout.content.email_words import EmailWords
from mvd_handout.delivery.mail.model import CalendarEntry
from mvd_handout.delivery.mail.zones import zone_component
from mvd_handout.domain.ids import keyed_hash

if TYPE_CHECKING:
    from icalendar import Event, vText

CANCELLED: Final = "cancelled"
"""Stands where the digest of a visit would, once it is cancelled."""
_FURTHEST: Final = 4 * 366
_STEM: Final = 32


class Appointment(Struct, frozen=True):
    """A visit: its day, its time (without one it lasts all day) and where it is."""

    day: dt.date
    time: dt.time | None
    place: str

    def start(self, zone: dt.tzinfo) -> dt.datetime | dt.date:
        """Return when it begins, on the clinic's clock."""
        return self.day if self.time is None else dt.datetime.combine(self.day, self.time, zone)

    def has_passed(self, now: dt.datetime, zone: dt.tzinfo) -> bool:
        """Whether it lies before `now`."""
        start = self.start(zone)
        return start < now if isinstance(start, dt.datetime) else start < now.astimezone(zone).date()


class CalendarFile(Struct, frozen=True):
    """The file, empty where there is nothing to tell; what it told; whether it holds visits, and cancelled ones."""

    data: bytes
    entries: tuple[CalendarEntry, ...]
    visits: bool
    cancels: bool


class CalendarMaker(Struct, frozen=True):
    """Makes the calendar of one patient. `sender` is the clinic's address; the place can be left out."""

    key: bytes
    patient_key: str
    zone: str
    sender: str
    words: EmailWords
    place: bool
    now: dt.datetime

    def __repr__(self) -> str:
        return "CalendarMaker()"

    def make(
        self,
        visits: Sequence[Appointment],
        earlier: Sequence[CalendarEntry],
        elsewhere: Sequence[CalendarEntry] = (),
    ) -> CalendarFile:
        """Return the file with all visits to come, and those that this address was told `earlier` and are gone.

        What was told keeps its UID; its SEQUENCE rises when time or place changed. Visits that have passed are left
        out, and not cancelled. Those that other addresses of the patient were told, `elsewhere`, are not cancelled
        here, but count for UID and SEQUENCE: one calendar may get the e-mails of both.
        """
        zone, known = zoneinfo.ZoneInfo(self.zone), {_stem(entry.uid): entry for entry in earlier}
        current = dict(zip(self._stems(visits), visits, strict=True))
        coming = {stem: visit for stem, visit in current.items() if not visit.has_passed(self.now, zone)}
        counted = (*earlier, *elsewhere)
        told = {stem: self._entry(stem, self._digest(visit), counted) for stem, visit in coming.items()}
        gone = self._days(known.keys() - current.keys(), zone)
        told |= {stem: self._entry(stem, CANCELLED, counted) for stem in gone}
        events = [self._event(told[stem], visit.start(zone), visit.place) for stem, visit in coming.items()]
        events += [self._event(told[stem], day, "") for stem, day in gone.items()]
        cancels = any(known[stem].digest != CANCELLED for stem in gone)
        data = self._file(events) if coming or cancels else b""
        return CalendarFile(data, tuple((known | told).values()), bool(coming), cancels)

    def _stems(self, visits: Sequence[Appointment]) -> Iterator[str]:
        """Yield what each UID begins with: the patient, the day, and which visit of that day it is."""
        seen: Counter[dt.date] = Counter()
        for visit in visits:
            seen[visit.day] += 1
            yield self._stem(visit.day, seen[visit.day])

    def _stem(self, day: dt.date, number: int) -> str:
        return keyed_hash(self.key, "visit", self.patient_key, day.isoformat(), str(number))[:_STEM]

    def _digest(self, visit: Appointment) -> str:
        time = "" if visit.time is None else visit.time.isoformat()
        return keyed_hash(self.key, "visit at", time, visit.place if self.place else "", self.zone)[:_STEM]

    def _days(self, stems: set[str], zone: dt.tzinfo) -> dict[str, dt.date]:
        """Return the days of visits that are gone and lie ahead. No day is kept anywhere: they are sought."""
        found: dict[str, dt.date] = {}
        today = self.now.astimezone(zone).date()
        for ahead in range(_FURTHEST if stems else 0):
            day, number = today + dt.timedelta(days=ahead), 1
            while (stem := self._stem(day, number)) in stems or number == 1:
                if stem in stems:
                    found[stem] = day
                number += 1
        return found

    def _entry(self, stem: str, digest: str, counted: Sequence[CalendarEntry]) -> CalendarEntry:
        before = [entry for entry in counted if _stem(entry.uid) == stem]
        if not before:
            return CalendarEntry(f"{stem}@{self.sender.rpartition('@')[2]}", 0, digest)
        sequence = max(entry.sequence + (digest != entry.digest) for entry in before)
        return CalendarEntry(before[0].uid, sequence, digest)

    def _event(self, entry: CalendarEntry, start: dt.date, place: str) -> Event:
        from icalendar import Event

        event = Event()
        gone = entry.digest == CANCELLED
        event.add("uid", entry.uid)
        event.add("sequence", entry.sequence)
        event.add("dtstamp", self.now.astimezone(dt.UTC))
        event.add("dtstart", start)
        event.add("summary", self.words["calendar.cancelled" if gone else "calendar.title"])
        event.add("status", "CANCELLED" if gone else "CONFIRMED")
        event.add("class", "PRIVATE")
        event.add("organizer", f"mailto:{self.sender}")
        if self.place and place:
            event.add("location", _text(place))
        return event

    def _file(self, events: Sequence[Event]) -> bytes:
        from icalendar import Calendar

        calendar = Calendar()
        calendar.add("prodid", "-//mvd_handout//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        starts = [event.decoded("dtstart") for event in events]
        if any(isinstance(start, dt.datetime) for start in starts):
            years = [start.year for start in starts]
            calendar.add_component(zone_component(self.zone, min(years) - 1, max(years) + 1))
        for event in events:
            calendar.add_component(event)
        return bytes(calendar.to_ical())


def _text(text: str) -> vText:
    r"""Return a text that is written as RFC 5545 has it: icalendar itself would make a line break of \N."""
    return _text_type()(text)


@functools.cache
def _text_type() -> type[vText]:
    from icalendar import vText

    class Text(vText):
        def to_ical(self) -> bytes:
            return re.sub(r"([\\;,])", r"\\\1", str(self)).encode("utf-8")

    return Text


def _stem(uid: str) -> str:
    return uid.partition("@")[0]
