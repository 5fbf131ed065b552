"""From the plan to messages that can leave, and the last look at each before it does."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import zoneinfo
from collections.abc import Callable, Iterable, Mapping

import msgspec
from msgspec import Struct, structs

from mvd_handout.composing.approved import approved_key
from mvd_handout.content.email_words import load_email_words
from mvd_handout.delivery.mail.before import earlier_of
from mvd_handout.delivery.mail.identity import patient_of
from mvd_handout.delivery.mail.ledger import draft_entry, handout_of, noted_parts, of_handout
from mvd_handout.delivery.mail.message import build_mail, check_mail, make_copy
from mvd_handout.delivery.mail.model import Mail, MailPolicy
from mvd_handout.delivery.mail.noted import Noted
from mvd_handout.delivery.mail.old_papers import says_otherwise
from mvd_handout.delivery.mail.outbox import OPEN, Outbox, Record
from mvd_handout.delivery.mail.passphrase import check_passphrase, draw_passphrase
from mvd_handout.delivery.mail.plan import Fate, recipient_hash
from mvd_handout.delivery.mail.sending import Letter, WithdrawnError
from mvd_handout.delivery.mail.store import Prepared, Store
from mvd_handout.delivery.mail.transport import check_wire
from mvd_handout.delivery.mail.withdrawal import withdraw
from mvd_handout.delivery.papers import Recipe
from mvd_handout.delivery.roster.model import Roster, RosterFault, RosterRow
from mvd_handout.domain.document import Document
from mvd_handout.domain.errors import InputError
from mvd_handout.domain.text import RefusedError


class Workshop(Struct, frozen=True):
    """All that messages are made with. `user` is the account at the computer, for the journal."""

    recipe: Recipe
    policy: MailPolicy
    outbox: Outbox
    store: Store
    rng: random.Random
    user: str

    def __repr__(self) -> str:
        return "Workshop()"


def prepare(
    shop: Workshop, fates: Iterable[Fate], rows: Mapping[int, RosterRow], now: dt.datetime,
    progress: Callable[[], None] = lambda: None,
) -> list[str]:  # fmt: skip
    """Make and queue the messages of `fates`; return their keys. `now` bears the clinic's time zone.

    One that was made earlier, of the same row, settings and words, is kept with its passphrase. A message for the same
    patient that was queued and says something else is withdrawn. Raises InputError with all that is wrong; then nothing
    is queued, and what was queued before is made anew when it is wanted again, with the passphrase that it had.
    """
    stored = frozenset(shop.store.kept())
    faults: list[RosterFault] = []
    made: list[tuple[Record, Fate]] = []
    keys = []
    try:
        for fate in fates:
            row = rows[fate.row]
            keys.append(fate.key)
            if not _is_ready(shop, fate, row):
                try:
                    record, prepared = _make(shop, fate, row, now)
                    made.append((record, fate))
                    shop.store.save(prepared)
                except InputError as error:
                    faults += [RosterFault.of_row(row.number, each) for each in error.faults]
            progress()
        if faults:
            raise InputError(*faults)
    except BaseException:
        for record, _ in made:
            if record.key not in stored:  # of the others a slip may be printed
                shop.store.forget(record.key)
        raise
    for record, fate in made:
        _withdraw_others(shop, record, fate, now)
        shop.outbox.queue(record, now)
    return keys


def _is_ready(shop: Workshop, fate: Fate, row: RosterRow) -> bool:
    record, prepared = shop.outbox.get(fate.key), shop.store.load(fate.key)
    if record is None or prepared is None or record.state not in OPEN:
        return False
    same = (
        prepared.row_digest == row.digest,
        prepared.basis == _basis(shop, prepared.language),
        record.replaces == fate.earlier,
        _sha256(prepared.mail.message) == record.message_sha256,
    )
    return all(same)


def _basis(shop: Workshop, language: str) -> str:
    """Return the digest of what a message is made with beside its row: none leaves by rules that are no longer."""
    clinic, approval = shop.recipe.clinic, shop.recipe.approvals.get(language)
    approved = approved_key(clinic, approval) if approval else ""
    return _sha256(msgspec.json.encode((shop.policy, load_email_words(language), clinic.profile, approved)))


def _make(shop: Workshop, fate: Fate, row: RosterRow, now: dt.datetime) -> tuple[Record, Prepared]:
    clinic, language = shop.recipe.clinic, row.case.patient.language
    if fate.issued is None:
        raise ValueError("this row gets no e-mail")
    copy = make_copy(shop.recipe, row, fate.issued)
    before = shop.outbox.get(fate.earlier) if fate.earlier else None
    replaces = before.document_id if before else ""
    passphrase = _passphrase(shop, fate, row, copy.document) if shop.policy.locks(row.email_consent) else ""
    mail = build_mail(
        copy,
        row,
        shop.policy,
        clinic,
        load_email_words(language),
        now=now,
        earlier=earlier_of(shop.outbox, before, recipient_hash(clinic.key, row.email), _zone(shop)),
        passphrase=passphrase,
    )
    if mail.key != fate.key:
        mail = renamed(mail, fate.key)
    check_wire(mail.message)
    check_mail(mail, row, clinic)
    record = Record(
        key=mail.key,
        patient_key=mail.patient_key,
        document_id=mail.document_id,
        recipient_hash=recipient_hash(clinic.key, mail.recipient),
        recipient_shown=fate.shown,
        consent=mail.consent,
        content=fate.content,
        message_sha256=_sha256(mail.message),
        attachment_sha256=mail.attachment_sha256,
        calendar=mail.calendar,
        journal=draft_entry(shop.recipe, row, copy.document, shop.user, now, replaces, _mark(shop)),
        replaces=fate.earlier,
    )
    basis = _basis(shop, language)
    return record, Prepared(mail, shop.policy.sender, row.number, row.digest, language, now.date(), basis)


def _mark(shop: Workshop) -> str:
    return f"{shop.rng.getrandbits(48):012x}"


def _passphrase(shop: Workshop, fate: Fate, row: RosterRow, document: Document) -> str:
    """Return the passphrase that the same paper had in a message before, since its slip may be printed; or a new one.

    That is this message, or one to an address that was corrected before it left.
    """
    about = document.metadata
    waiting = [each.key for each in shop.outbox.of_patient(about.patient_key) if each.state in OPEN]
    for key in (fate.key, *reversed(waiting)):
        before = None if shop.store.is_damaged(key) else shop.store.load(key)
        if before is None or not before.mail.passphrase:
            continue
        if key == fate.key or before.mail.document_id == about.document_id:
            try:
                check_passphrase(before.mail.passphrase, row)
            except RefusedError:
                continue
            return before.mail.passphrase
    return draw_passphrase(shop.rng, row)


def renamed(mail: Mail, key: str) -> Mail:
    """Return the same message under another key: one that says again what was sent before something else was."""
    message = mail.message.replace(mail.key.encode("ascii"), key.encode("ascii"))
    return structs.replace(mail, key=key, message=message)


def _zone(shop: Workshop) -> dt.tzinfo:
    return zoneinfo.ZoneInfo(shop.recipe.clinic.profile.time_zone)


def _withdraw_others(shop: Workshop, record: Record, fate: Fate, now: dt.datetime) -> None:
    others = of_handout(shop.outbox.of_patient(record.patient_key), handout_of(record))
    keys = {*fate.void, *(each.key for each in others)} - {record.key}
    for _ in withdraw(shop.outbox, shop.store, keys, "the row was changed", now):
        pass


class Watch:
    """The roster while it is worked from: read again before each message, so that a hold set meanwhile counts."""

    def __init__(self, key: bytes, read: Callable[[], bytes], parse: Callable[[bytes], Roster]) -> None:
        self._key = key
        self._read = read
        self._parse = parse
        self._seen = b""
        self._rows: dict[str, RosterRow] = {}

    def row(self, patient: str) -> RosterRow | None:
        """Return the row of a patient as it is now. Raises HandoutError when the roster cannot be read."""
        data = self._read()
        digest = hashlib.sha256(data).digest()
        if digest != self._seen:
            self._rows = {patient_of(self._key, row): row for row in self._parse(data)}
            self._seen = digest
        return self._rows.get(patient)


def last_look(key: str, shop: Workshop, watch: Watch, noted: Noted) -> Letter:
    """Return the letter of `key`, when it is the one that was planned, for the row and the journal as they are now.

    Raises WithdrawnError when the row no longer wants it, its paper was replaced or another account sent one, and
    OutputError when what was stored was changed or the journal cannot be read.
    """
    record, prepared = shop.outbox.get(key), shop.store.load(key)
    if record is None or prepared is None:
        raise WithdrawnError("its message is gone")
    mail = prepared.mail
    row = watch.row(mail.patient_key)
    if row is None:
        raise WithdrawnError("the patient is not in the roster any more")
    if row.hold:
        raise WithdrawnError("on hold")
    if row.digest != prepared.row_digest:
        raise WithdrawnError("the row was changed")
    if bool(mail.passphrase) != shop.policy.locks(row.email_consent):
        raise WithdrawnError("the clinic's rule on locking was changed")
    if prepared.basis != _basis(shop, prepared.language):
        raise WithdrawnError("the clinic's settings or words were changed")
    _ask_journal(record, noted)
    same = (
        _sha256(mail.message) == record.message_sha256,
        mail.attachment_sha256 == record.attachment_sha256,
        mail.patient_key == record.patient_key,
        recipient_hash(shop.recipe.clinic.key, row.email) == record.recipient_hash,
        mail.recipient == row.email,
    )
    if not all(same):
        raise WithdrawnError("its message is not the one that was planned")
    try:
        check_mail(mail, row, shop.recipe.clinic)
    except InputError as error:
        raise WithdrawnError(error.faults[0].found) from None
    return Letter(prepared.sender, mail.recipient, mail.message)


def _ask_journal(record: Record, noted: Noted) -> None:
    """Raise WithdrawnError when the journal by now says something against a message, OutputError when it is silent."""
    noted.look()
    copy = noted.copy_of(record.document_id, record.patient_key)
    if copy is not None and says_otherwise(copy, noted_parts(record)):
        raise WithdrawnError(f"its paper was replaced by {copy.document_id}")
    if (other := noted.sent_meanwhile(record.patient_key)) is not None:
        raise WithdrawnError(f"another account or computer sent {other.document_id} meanwhile")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
