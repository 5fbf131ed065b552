"""Fingerprints of what a paper says: enough to tell later what changed, too little to tell what it said.

Equal fingerprints mean equal words. They are keyed and bound to the patient, so that nobody can tell from them that
two patients share a surgeon or a visit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from mvd_handout.composing.reissue import PAST_VISITS, Fingerprints
from mvd_handout.composing.values import figures_withheld
from mvd_handout.content.approval import Approval
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.library import Handout
from mvd_handout.domain.case import Case
from mvd_handout.domain.ids import canonical, keyed_hash, patient_key
from mvd_handout.domain.schedule import schedule

_DIGITS: Final = 12


def fingerprints(
    case: Case, clinic: Clinic, handout: Handout, *, issued: dt.date, theme: str, approval: Approval | None
) -> Fingerprints:
    """Return the fingerprints of all parts of the paper that `compose` makes of the same arguments."""
    key, patient = clinic.key, patient_key(clinic.key, case.patient.record_number, case.patient.birth_date)

    def each(name: str, values: Iterable[object]) -> tuple[str, ...]:
        return tuple(keyed_hash(key, "part", patient, name, canonical(value))[:_DIGITS] for value in values)

    coming = case.visits_from(issued)
    parts = {
        name: each(name, [value]) for name, value in _parts(case, clinic, handout, issued, theme, approval).items()
    }
    past = [visit for visit in case.visits if visit not in coming]
    return parts | {"visits": each("visits", coming), PAST_VISITS: each("visits", past)}


def _parts(
    case: Case, clinic: Clinic, handout: Handout, issued: dt.date, theme: str, approval: Approval | None
) -> dict[str, object]:
    patient, profile = case.patient, clinic.profile
    surgeon = profile.surgeon(case)
    timeline = schedule(case, handout.milestones, issued, profile.hear_within_days)
    waits = not case.operation.planned and not case.visits_from(issued)
    words = (handout.content_hash, [block.content_hash for block in clinic.blocks], profile.values)
    return {
        "name": (patient.name, patient.record_number),
        "operation": case.operation,
        "surgeon": (surgeon.name, surgeon.role),
        "phones": (profile.day, profile.out_of_hours, profile.emergency, surgeon.phone, surgeon.hours),
        "going_home": case.discharge_date,
        "carer": (patient.carer, patient.interpreter),
        "note": case.note,
        "language": patient.language,
        "hear_by": timeline.hear_by if waits else None,
        "text": (*words, figures_withheld(case, timeline, approval), patient.is_minor(issued), profile.locale),
        "print_size": theme,
        "clinic": (profile.hospital, profile.unit, profile.address, profile.feedback, clinic.logo, profile.identifiers),
        "approval": approval,
    }
