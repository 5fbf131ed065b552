"""Dates, times and ranges as the reader writes them. Names and patterns are data: they stand in the labels."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

from mvd_handout.content.labels import Labels
from mvd_handout.domain.schedule import DateRange, NumberRange


class Formats(Struct, frozen=True):
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
        half = self._pattern("after_noon" if time.hour >= 12 else "before_noon")
        pattern = self._pattern("time" if time.minute else "time_hour")
        return pattern.format(hour=(time.hour - 1) % 12 + 1, minute=f"{time.minute:02}", half=half)

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
        """Return "1 to 3", which no line end parts."""
        return self.labels["range.numbers"].format(first=numbers.first, last=numbers.last)

    def range(self, first: str, last: str) -> str:
        """Return "first to last", with the word between them, never a dash."""
        return self.labels["range.text"].format(first=first, last=last)

    def _date(self, key: str, day: dt.date) -> str:
        return self._pattern(key).format(
            weekday=self.labels[f"names.weekdays.{day.weekday()}"],
            day=day.day,
            month=self.labels[f"names.months.{day.month - 1}"],
            month_short=self.labels[f"names.months_short.{day.month - 1}"],
            year=day.year,
        )

    def _pattern(self, key: str) -> str:
        own = self.labels.words.get(f"dates-{self.locale}.{key}")
        return own or self.labels[f"dates.{key}"]
