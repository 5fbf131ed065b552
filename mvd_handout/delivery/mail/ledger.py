"""What was sent goes into the journal, once, also when the computer stopped between the two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

import msgspec

from mvd_handout.composing.fingerprints import Fingerprinter
from mvd_handout.composing.reissue import Fingerprints
from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.delivery.mail.identity import identity_of
from mvd_handout.delivery.mail.outbox import Outbox, Record
from mvd_handout.delivery.papers import Recipe
from mvd_handout.delivery.roster.model import RosterRow
from mvd_handout.domain.document import Document

_ENCODER: Final = msgspec.json.Encoder()
_BATCH: Final = "email-"
_START: Final = 12
_DECODER: Final = msgspec.json.Decoder(Entry)


def draft_entry(
    recipe: Recipe, row: RosterRow, document: Document, user: str, now: dt.datetime, replaces: str, mark: str
) -> str:
    """Return the journal's entry for a copy that is still to be sent, as text for the outbox.

    `mark` is drawn at random: no other outbox's sending of the same message has it.
    """
    about, language = document.metadata, row.case.patient.language
    entry = Entry(
        document_id=about.document_id,
        patient_key=about.patient_key,
        time=now.astimezone(dt.UTC),
        user=user,
        kind="email",
        handout=about.handout,
        version=about.handout_version,
        language=language,
        content_hash=about.content_hash,
        issued=about.issued,
        parts={
            **parts_of(recipe, row, about.issued),
            **identity_of(recipe.clinic.key, row.case.patient, about.patient_key),
        },
        batch=mark,
        replaces=replaces,
    )
    return _ENCODER.encode(entry).decode()


def parts_of(recipe: Recipe, row: RosterRow, issued: dt.date, patient: str = "") -> Fingerprints:
    """Return the fingerprints of everything in a row's paper that a later copy could change.

    `patient` is the key to compare under, where something was noted before the patient's own was corrected.
    """
    language = row.case.patient.language
    maker = Fingerprinter(recipe.clinic, recipe.texts[language], recipe.approvals.get(language))
    return maker.of(row.case, issued, recipe.look(row.case)[0], patient)


def journal_sent(outbox: Outbox, journal: Journal) -> int:
    """Write into the journal what was sent or handed over and is not there yet; return how much.

    Each sending is an entry of its own, and stands there once however often this is asked.
    """
    records = outbox.unjournalled()
    if records:
        journal.append([_entry(record) for record in records if record.journal])
        outbox.journalled([record.key for record in records])
    return len(records)


def noted_parts(record: Record) -> Fingerprints:
    """Return the fingerprints of a message's paper, as `parts_of` gave them when it was made."""
    entry = noted_entry(record)
    return entry.parts if entry else {}


def noted_entry(record: Record) -> Entry | None:
    """Return the journal's entry of a message as it was when the message was made."""
    return _DECODER.decode(record.journal) if record.journal else None


def handout_of(record: Record) -> str:
    """Return the name of the handout that a message brings; "" where it notes none."""
    entry = noted_entry(record)
    return entry.handout if entry else ""


def of_handout(records: Iterable[Record], handout: str) -> list[Record]:
    """Return those that bring a handout, and any that do not say which: one e-mail replaces no other handout's."""
    return [record for record in records if handout_of(record) in {"", handout}]


def made_at(record: Record) -> dt.datetime | None:
    """Return when a message was made: the date in its headers, which the patient sees, whatever became of it later."""
    entry = noted_entry(record)
    return entry.time if entry else record.changed


def _entry(record: Record) -> Entry:
    """Return the entry of a sending. It bears the same name each time that it is noted, and no other has that name."""
    entry = _DECODER.decode(record.journal)
    time = record.changed or entry.time
    name = (record.key[:_START], entry.batch, str(record.tries), f"{int(time.timestamp()):x}")
    return msgspec.structs.replace(entry, time=time, batch=_BATCH + "-".join(name))


def was_sent_from(outbox: Outbox, entry: Entry) -> bool:
    """Whether the sending that an entry notes was this outbox's: it sent a message with that key at that time."""
    records = outbox.find(entry.batch.removeprefix(_BATCH)[:_START])
    events = (event for record in records for event in outbox.events(record.key))
    return any(event.state in {"sent", "handed"} and event.time == entry.time for event in events)
