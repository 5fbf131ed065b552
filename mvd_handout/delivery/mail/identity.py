"""Who a row and an e-mail are about, in keyed hashes: a patient's key, and what outlives its correction."""

from __future__ import annotations

import unicodedata
from typing import Final

from mvd_handout.composing.reissue import Fingerprints
from mvd_handout.delivery.roster.model import RosterRow
from mvd_handout.domain.case import Patient
from mvd_handout.domain.ids import keyed_hash, patient_key

_DIGITS: Final = 12


def patient_of(key: bytes, row: RosterRow) -> str:
    """Return the keyed hash under which the outbox and the journal know the patient of a row."""
    patient = row.case.patient
    return patient_key(key, patient.record_number, patient.birth_date)


def identity_of(key: bytes, patient: Patient, known_as: str) -> Fingerprints:
    """Return what says that two e-mails are about one person: the record number, and the name with the birth date.

    They are bound to `known_as`, the patient's key at the time: nobody can find one person under two of them.
    """
    number = "".join(patient.record_number.split()).casefold()
    name = " ".join(unicodedata.normalize("NFC", patient.name).split()).casefold()
    said = {"record": (number,), "person": (name, patient.birth_date.isoformat())}
    return {part: (keyed_hash(key, "identity", known_as, part, *values)[:_DIGITS],) for part, values in said.items()}
