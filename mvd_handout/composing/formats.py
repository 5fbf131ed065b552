"""Dates, times and ranges as the reader writes them. Patterns are data (labels); names come from CLDR through Babel."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass

from babel.core import Locale
from babel.dates import format_date, format_time

from mvd_handout.content.labels import Labels
from mvd_handout.domain.schedule import DateRange, NumberRange


@dataclass(frozen=True, slots=True)
class Formats:
    """How one locale ("en-GB") writes dates, with a language's labels. Pure: no clock, no environment."""

    locale: str
    labels: Labels

    def weekday(self, day: dt.date) -> str:
        """Return "Thursday 5 March 2026": for days to act on."""
        return self._date("weekday", day)

    def date(self, day: dt.date) -> str:
        """Return "5 March 2026"."""
        return self._date("date", day)

    def month(self, day: dt.date) -> str:
        """Return "March 2026"."""
        return self._date("month", day)

    def month_short(self, day: dt.date) -> str:
        """Return "Mar", for the chart's axis."""
        return self._date("month_short", day)

    def month_year_short(self, day: dt.date) -> str:
        """Return "Jan 2027", for the chart's axis."""
        return self._date("month_year_short", day)

    def month_only(self, day: dt.date) -> str:
        """Return "March"."""
        return self._date("month_only", day)

    def time(self, time: dt.time) -> str:
        """Return "10.30am", "2pm" or "midday"."""
        if time.minute == 0 and time.hour in {0, 12}:
            return self._pattern("noon" if time.hour else "midnight")
        pattern = self._pattern("time" if time.minute else "time_hour")
        return _written_time(self.locale, pattern, time)

    def days(self, days: DateRange) -> str:
        """Return "Friday 6 to Sunday 8 March 2026": what both days share is said once."""
        first, last = days.start, days.end
        if first == last:
            return self.weekday(first)
        if first.year != last.year:
            return self.range(self.weekday(first), self.weekday(last))
        key = "weekday_day" if first.month == last.month else "weekday_month"
        return self.range(self._date(key, first), self.weekday(last))

    def months(self, days: DateRange) -> str:
        """Return "June to September 2026": a window in months, so that no day reads as a deadline."""
        first, last = days.start, days.end
        if (first.year, first.month) == (last.year, last.month):
            return self.month(first)
        start = self.month_only(first) if first.year == last.year else self.month(first)
        return self.range(start, self.month(last))

    def numbers(self, numbers: NumberRange) -> str:
        """Return "1 to 3"."""
        return self.range(str(numbers.first), str(numbers.last))

    def range(self, first: str, last: str) -> str:
        """Return "first to last", with the word between them, never a dash."""
        return self.labels["range.text"].format(first=first, last=last)

    def _date(self, key: str, day: dt.date) -> str:
        return _written_date(self.locale, self._pattern(key), day)

    def _pattern(self, key: str) -> str:
        own = self.labels.words.get(f"dates-{self.locale}.{key}")
        return own or self.labels[f"dates.{key}"]


# A handout writes the same few days again and again, and so do the handouts of one batch. Days name nobody.
@functools.lru_cache(maxsize=4096)
def _written_date(locale: str, pattern: str, day: dt.date) -> str:
    return format_date(day, pattern, locale=_locale(locale))


@functools.lru_cache(maxsize=1024)
def _written_time(locale: str, pattern: str, time: dt.time) -> str:
    return format_time(time, pattern, locale=_locale(locale))


@functools.cache
def _locale(name: str) -> Locale:
    return Locale.parse(name, sep="-")
