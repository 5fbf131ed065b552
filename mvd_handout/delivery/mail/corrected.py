"""Patients whose record number or birth date was corrected: they have an e-mail already, under another key."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from mvd_handout.delivery.mail.identity import identity_of
from mvd_handout.delivery.mail.ledger import noted_entry, of_handout, parts_of
from mvd_handout.delivery.mail.outbox import Outbox, Record
from mvd_handout.delivery.papers import Recipe
from mvd_handout.delivery.roster.model import RosterRow

IDENTITY: Final = ("record", "person")
"""Either says, with the same address and operation, that it is the same patient: record number, or name and birth date.

People share an address, and two of them may have the same operation on one day.
"""


def records_of(
    outbox: Outbox, recipe: Recipe, row: RosterRow, patient: str, address: str, listed: Collection[str]
) -> tuple[list[Record], bool]:
    """Return the messages for the patient of a row, the oldest first, and whether somebody else had one there.

    `patient` and `address` are the keyed hashes of the row. One that went to the same address under another record
    number or birth date counts, if it was for the same person: see `IDENTITY`. Not so those of other patients who are
    `listed`, too, nor those that brought another handout.
    """
    found = []
    stranger = False
    for record in outbox.of_patient_or_address(patient, address):
        if record.patient_key == patient or (record.patient_key not in listed and _is_same(record, recipe, row)):
            found.append(record)
        else:
            stranger = stranger or record.patient_key not in listed
    return of_handout(found, recipe.texts[row.case.patient.language].name), stranger


def _is_same(record: Record, recipe: Recipe, row: RosterRow) -> bool:
    if (entry := noted_entry(record)) is None:
        return False
    parts = parts_of(recipe, row, entry.issued, record.patient_key)
    if parts["name"] == entry.parts.get("name"):  # with the record number: the birth date alone was corrected
        return True
    known = identity_of(recipe.clinic.key, row.case.patient, record.patient_key)
    same = any(known[name] == entry.parts.get(name) for name in IDENTITY)
    return same and parts["operation"] == entry.parts.get("operation")


def chain_of(outbox: Outbox, record: Record) -> Iterator[Record]:
    """Yield a message and those before it that replaced each other, the latest first.

    Calendars know the patient by the key of the one that began it.
    """
    seen = {record.key}
    yield record
    while record.replaces and record.replaces not in seen and (before := outbox.get(record.replaces)) is not None:
        seen.add(before.key)
        yield (record := before)
