"""Fingerprints of what a paper says: enough to tell later what changed, too little to tell what it said.

Equal fingerprints mean equal words. They are keyed and bound to the patient, so that nobody can tell from them that
two patients share a surgeon or a visit.
"""

from __future__ import annotations

import datetime as dt
import hmac
from typing import Final

import msgspec

from mvd_handout.composing.reissue import PAST_VISITS, Fingerprints
from mvd_handout.composing.values import figures_withheld
from mvd_handout.content.approval import Approval
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.library import Handout
from mvd_handout.domain.case import Case
from mvd_handout.domain.ids import keyed_hash, patient_key
from mvd_handout.domain.schedule import schedule

_DIGITS: Final = 12


def fingerprints(
    case: Case, clinic: Clinic, handout: Handout, *, issued: dt.date, theme: str, approval: Approval | None
) -> Fingerprints:
    """Return the fingerprints of all parts of the paper that `compose` makes of the same arguments."""
    return Fingerprinter(clinic, handout, approval).of(case, issued, theme)


class Fingerprinter:
    """Makes the fingerprints of a clinic's papers; what all of them share is written out once."""

    def __init__(self, clinic: Clinic, handout: Handout, approval: Approval | None) -> None:
        profile = clinic.profile
        self.clinic, self.handout, self.approval = clinic, handout, approval
        words = (handout.content_hash, [block.content_hash for block in clinic.blocks], profile.values, profile.locale)
        hospital = (profile.hospital, profile.unit, profile.address, profile.feedback, profile.identifiers)
        self._shared = {
            "phones": _written((profile.day, profile.out_of_hours, profile.emergency)),
            "text": _written(words),
            "clinic": _written((*hospital, clinic.logo)),
            "approval": _written(approval),
        }

    def of(self, case: Case, issued: dt.date, theme: str, patient: str = "") -> Fingerprints:
        """Return the fingerprints of the paper that a patient gets on the day `issued`.

        `patient` is the key of the patient, where it is not the case's own: to compare with what was noted under it.
        """
        # Bound to the patient: what two patients share cannot be seen.
        patient = patient or patient_key(self.clinic.key, case.patient.record_number, case.patient.birth_date)
        own = bytes.fromhex(keyed_hash(self.clinic.key, "parts", patient))

        def of_part(name: str, value: object) -> str:
            message = b"\0".join((name.encode(), self._shared.get(name, b""), _written(value)))
            return hmac.digest(own, message, "sha256").hex()[:_DIGITS]

        coming = case.visits_from(issued)
        parts = {name: (of_part(name, value),) for name, value in self._parts(case, issued, theme).items()}
        past = [visit for visit in case.visits if visit not in coming]
        visits = {"visits": tuple(of_part("visits", visit) for visit in coming)}
        return parts | visits | {PAST_VISITS: tuple(of_part("visits", visit) for visit in past)}

    def _parts(self, case: Case, issued: dt.date, theme: str) -> dict[str, object]:
        """Return what a patient's own paper says beside what all papers share, by part."""
        patient, profile = case.patient, self.clinic.profile
        surgeon = profile.surgeon(case)
        return {
            "name": (patient.name, patient.record_number),
            "operation": case.operation,
            "surgeon": (surgeon.name, surgeon.role),
            "phones": (surgeon.phone, surgeon.hours),
            "going_home": case.discharge_date,
            "carer": (patient.carer, patient.interpreter),
            "note": case.note,
            "language": patient.language,
            "hear_by": self._hear_by(case, issued),
            "text": (figures_withheld(case, issued, self.approval), patient.is_minor(issued)),
            "print_size": theme,
            "clinic": None,
            "approval": None,
        }

    def _hear_by(self, case: Case, issued: dt.date) -> dt.date | None:
        """Return the day that is printed when no visit is booked."""
        if case.operation.planned or case.visits_from(issued):
            return None
        return schedule(case, self.handout.milestones, issued, self.clinic.profile.hear_within_days).hear_by


def _written(value: object) -> bytes:
    """Return one text for one value, fast: a batch asks for thousands."""
    return msgspec.json.encode(value)
