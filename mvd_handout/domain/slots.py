"""The names that a template may use, and what kind of value each one prints.

One list serves the template checker ("did you mean"), the composer and the documentation.
"""

from __future__ import annotations

from typing import Final, Literal

Kind = Literal["text", "date", "time", "phone", "number", "days", "numbers", "page"]

SLOTS: Final[dict[str, Kind]] = {
    "patient.name": "text",
    "patient.record_number": "text",
    "patient.carer": "text",
    "patient.birth_date": "date",
    "operation.date": "date",
    "operation.side": "text",
    "discharge.date": "date",
    "issue.date": "date",
    "hear_by.date": "date",
    "surgeon.name": "text",
    "surgeon.role": "text",
    "surgeon.hours": "text",
    "surgeon.phone": "phone",
    "clinic.hospital": "text",
    "clinic.unit": "text",
    "clinic.feedback": "text",
    "phone.day": "phone",
    "phone.day_hours": "text",
    "phone.out_of_hours": "phone",
    "phone.out_of_hours_hours": "text",
    "phone.emergency": "phone",
    "timeline.early_days": "numbers",
    "timeline.relief_months": "numbers",
    "timeline.early": "days",
    "timeline.relief": "days",
    "timeline.diary": "days",
    "next_visit.date": "date",
    "next_visit.time": "time",
    "next_visit.place": "text",
    "next_visit.phone": "phone",
    "visit.number": "number",
    "visit.date": "date",
    "visit.time": "time",
    "visit.place": "text",
    "visit.phone": "phone",
    "week.number": "number",
    "week.start": "date",
    "handout.version": "text",
    "handout.source_title": "text",
    "handout.source_site": "text",
    "handout.source_date": "date",
    "handout.next_review": "date",
    "approval.name": "text",
    "approval.role": "text",
    "approval.date": "date",
    "approval.override_name": "text",
    "approval.override_role": "text",
    "approval.override_reason": "text",
    "approval.override_until": "date",
    "reissue.copy": "number",
    "reissue.date": "date",
    "reissue.paper": "text",
    "reissue.old": "text",
    "reissue.changes": "text",
    "note": "text",
}
"""Slots with a fixed name; `values.NAME` (text) and `page.NAME` (page) come on top."""

TESTS: Final[frozenset[str]] = frozenset(
    {
        "operation.planned",
        "operation.done",
        "operation.repeat",
        "operation.both_sides",
        "visits",
        "note",
        "approval",
        "approval.overridden",
        "figures.withheld",
        "patient.carer",
        "patient.interpreter",
        "patient.minor",
        "reissue",
        "reissue.changes",
        "surgeon.hours",
        "pictures",
    }
)
"""What `{% if %}` may ask; `blocks.NAME` comes on top."""

FILTERS: Final[dict[str, frozenset[Kind]]] = {
    "weekday": frozenset({"date"}),
    "date": frozenset({"date"}),
    "month": frozenset({"date"}),
    "days": frozenset({"days"}),
    "months": frozenset({"days"}),
}
"""The filters, and the kinds of value that each one takes."""
