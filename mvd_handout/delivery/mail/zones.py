"""A time zone as calendars need it: every change of the clock between two years, each at its own local time."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Timezone

_SECOND = dt.timedelta(seconds=1)


def zone_component(name: str, first_year: int, last_year: int) -> Timezone:
    """Return the VTIMEZONE of the zone `name` for these years, both included.

    icalendar's own tells the start of summer time an hour late; RFC 5545 wants it on the clock that is being changed.
    """
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    zone = zoneinfo.ZoneInfo(name)
    component = Timezone()
    component.add("tzid", name)
    for moment, before in _observances(zone, first_year, last_year):
        local = moment.astimezone(zone)
        after = _offset(local)
        part = TimezoneDaylight() if local.dst() else TimezoneStandard()
        part.add("dtstart", (moment + before).replace(tzinfo=None))
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", local.tzname() or name)
        component.add_component(part)
    return component


def _observances(zone: dt.tzinfo, first_year: int, last_year: int) -> Iterator[tuple[dt.datetime, dt.timedelta]]:
    """Yield the beginning, then every change of the clock: when it is (UTC), and the offset before it."""
    day, end = dt.datetime(first_year, 1, 1, tzinfo=dt.UTC), dt.datetime(last_year + 1, 1, 2, tzinfo=dt.UTC)
    offset = _offset(day.astimezone(zone))
    yield day, offset
    while day < end:
        following = day + dt.timedelta(days=1)
        if _offset(following.astimezone(zone)) != offset:
            yield _change(zone, day, following), offset
            offset = _offset(following.astimezone(zone))
        day = following


def _change(zone: dt.tzinfo, early: dt.datetime, late: dt.datetime) -> dt.datetime:
    """Return the second at which the clock changes between two moments with different offsets."""
    offset = _offset(early.astimezone(zone))
    while late - early > _SECOND:
        middle = early + dt.timedelta(seconds=(late - early) // _SECOND // 2)
        if _offset(middle.astimezone(zone)) == offset:
            early = middle
        else:
            late = middle
    return late


def _offset(moment: dt.datetime) -> dt.timedelta:
    return moment.utcoffset() or dt.timedelta()
