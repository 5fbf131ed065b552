"""The values that slots and conditions name, gathered from one case, one clinic and one timeline.

Everything personal in a handout comes through here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from msgspec import Struct

from mvd_handout.composing.formats import Formats
from mvd_handout.composing.reissue import Reissue
from mvd_handout.content.approval import Approval
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.library import Handout
from mvd_handout.domain.case import Case, Visit
from mvd_handout.domain.phone import Phone
from mvd_handout.domain.schedule import DateRange, NumberRange, Timeline, Week

Value = str | int | dt.date | dt.time | Phone | DateRange | NumberRange


class Values(Struct, frozen=True):
    """What templates can ask for: `slots` by name (absent means: has no value here), `tests` by name."""

    slots: Mapping[str, Value]
    tests: Mapping[str, bool]
    visits: tuple[Visit, ...]
    timeline: Timeline
    day_phone: Phone

    def with_visit(self, visit: Visit, number: int) -> Values:
        """Return these values with the `visit.*` slots bound to one visit."""
        return self._with(_visit("visit", visit, self.day_phone) | {"visit.number": number})

    def with_week(self, week: Week) -> Values:
        """Return these values with the `week.*` slots bound to one week of the diary."""
        return self._with({"week.number": week.number, "week.start": week.start})

    def _with(self, more: Mapping[str, Value]) -> Values:
        return Values({**self.slots, **more}, self.tests, self.visits, self.timeline, self.day_phone)


def gather(
    case: Case,
    clinic: Clinic,
    handout: Handout,
    timeline: Timeline,
    approval: Approval | None,
    reissue: Reissue | None = None,
    pictures: bool = True,
) -> Values:
    """Return the values of one handout. A visit without a number of its own is changed through the day number.

    `pictures` says whether chart, icons and codes will be drawn.
    """
    visits = case.visits_from(timeline.issued)
    slots: dict[str, Value | None] = {
        **_case_slots(case, handout),
        **_clinic_slots(case, clinic),
        **_timeline_slots(timeline),
        **_handout_slots(handout, approval),
        **(_reissue_slots(reissue, timeline.issued, clinic, handout) if reissue else {}),
        **(_visit("next_visit", visits[0], clinic.profile.day.number) if visits else {}),
    }
    present = {name: value for name, value in slots.items() if value not in (None, "")}
    tests = _tests(case, clinic, timeline, approval) | {"visits": bool(visits)}
    tests |= {"surgeon.hours": "surgeon.hours" in present, "pictures": pictures}
    tests |= {"reissue": reissue is not None, "reissue.changes": "reissue.changes" in present}
    return Values(present, tests, visits, timeline, clinic.profile.day.number)


def _case_slots(case: Case, handout: Handout) -> dict[str, Value | None]:
    return {
        "patient.name": case.patient.name,
        "patient.record_number": case.patient.record_number,
        "patient.carer": case.patient.carer,
        "patient.birth_date": case.patient.birth_date,
        "operation.date": case.operation.date,
        "operation.side": handout.labels[f"side.{case.operation.side}"],
        "discharge.date": case.discharge_date,
        "note": case.note,
    }


def _clinic_slots(case: Case, clinic: Clinic) -> dict[str, Value | None]:
    profile, surgeon = clinic.profile, clinic.profile.surgeon(case)
    own: dict[str, Value | None] = {f"values.{name}": text for name, text in profile.values}
    return own | {
        "surgeon.name": surgeon.name,
        "surgeon.role": surgeon.role,
        "surgeon.hours": surgeon.hours,
        "surgeon.phone": surgeon.phone,
        "clinic.hospital": profile.hospital,
        "clinic.unit": profile.unit,
        "clinic.feedback": profile.feedback,
        "phone.day": profile.day.number,
        "phone.day_hours": profile.day.hours,
        "phone.out_of_hours": profile.out_of_hours.number,
        "phone.out_of_hours_hours": profile.out_of_hours.hours,
        "phone.emergency": profile.emergency,
    }


def _timeline_slots(timeline: Timeline) -> dict[str, Value | None]:
    slots: dict[str, Value | None] = {
        "issue.date": timeline.issued,
        "hear_by.date": timeline.hear_by,
        "timeline.early_days": NumberRange(*timeline.milestones.early_days),
        "timeline.relief_months": NumberRange(*timeline.milestones.relief_months),
    }
    # A planned operation may still move: its copy has no calendar windows.
    if not timeline.planned:
        slots |= {
            "timeline.early": timeline.early,
            "timeline.relief": timeline.relief,
            "timeline.diary": DateRange(timeline.weeks[0].start, timeline.weeks[-1].start + dt.timedelta(days=6)),
        }
    return slots


def _handout_slots(handout: Handout, approval: Approval | None) -> dict[str, Value | None]:
    slots: dict[str, Value | None] = {
        "handout.version": handout.version,
        "handout.source_title": handout.source.title,
        "handout.source_site": handout.source.site,
        "handout.source_date": handout.source.published,
        # A patient reads one date: that of the review that comes first.
        "handout.next_review": min(handout.next_review, approval.review_by) if approval else handout.next_review,
    }
    if approval:
        slots |= {
            "approval.name": approval.name,
            "approval.role": approval.role,
            "approval.date": approval.date,
        }
    if approval and (override := approval.override):
        slots |= {
            "approval.override_name": override.name,
            "approval.override_role": override.role,
            "approval.override_reason": override.reason,
            "approval.override_until": override.until,
        }
    return slots


def _reissue_slots(reissue: Reissue, issued: dt.date, clinic: Clinic, handout: Handout) -> dict[str, Value]:
    formats = Formats(clinic.profile.locale, handout.labels)
    # Of two copies with the same date, only the number at the foot of their pages tells which is which.
    name = "reissue.old_same_day" if reissue.issued == issued else "reissue.old"
    old = handout.labels[name].format(id=reissue.replaces, date=formats.date(reissue.issued))
    return {
        "reissue.old": old,
        "reissue.copy": reissue.copy,
        "reissue.date": reissue.issued,
        "reissue.paper": reissue.replaces,
        "reissue.changes": reissue.words(handout.labels),
    }


def _visit(prefix: str, visit: Visit, day_phone: Phone) -> dict[str, Value]:
    return {
        f"{prefix}.date": visit.date,
        f"{prefix}.time": visit.time,
        f"{prefix}.place": visit.place,
        f"{prefix}.phone": visit.phone or day_phone,
    }


def figures_withheld(case: Case, issued: dt.date, approval: Approval | None) -> bool:
    """Whether this patient is one whom the source may not be about, and for whom nobody approved its figures."""
    groups = {
        "under-18": case.patient.is_minor(issued),
        "both-sides": case.operation.side == "both",
        "repeat": case.operation.repeat,
    }
    approved = approval.also_for if approval else ()
    return any(belongs and group not in approved for group, belongs in groups.items())


def _tests(case: Case, clinic: Clinic, timeline: Timeline, approval: Approval | None) -> dict[str, bool]:
    return {
        "operation.planned": case.operation.planned,
        "operation.done": not case.operation.planned,
        "operation.repeat": case.operation.repeat,
        "operation.both_sides": case.operation.side == "both",
        "note": bool(case.note),
        "approval": approval is not None,
        "approval.overridden": approval is not None and approval.override is not None,
        "figures.withheld": figures_withheld(case, timeline.issued, approval),
        "patient.carer": bool(case.patient.carer),
        "patient.interpreter": case.patient.interpreter,
        "patient.minor": case.patient.is_minor(timeline.issued),
        **{f"blocks.{block.name}": True for block in clinic.blocks},
        **{f"values.{name}": True for name, _ in clinic.profile.values},
    }
