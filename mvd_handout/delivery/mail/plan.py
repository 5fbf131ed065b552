"""Who would get what: every row of a roster is looked at before anything is made, and nothing is written here."""

from __future__ import annotations

import datetime as dt
import enum
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from msgspec import Struct, structs

from mvd_handout.content.email_words import has_email_words
from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.mail.address import check_address, masked
from mvd_handout.delivery.mail.corrected import records_of
from mvd_handout.delivery.mail.identity import patient_of
from mvd_handout.delivery.mail.ledger import of_handout
from mvd_handout.delivery.mail.message import mail_key
from mvd_handout.delivery.mail.outbox import LEFT, OPEN, Outbox, Record
from mvd_handout.delivery.papers import Recipe, compose_paper
from mvd_handout.delivery.permits import Permit, Permits
from mvd_handout.delivery.roster.model import Consent, RosterFault, RosterRow
from mvd_handout.domain.document import Document
from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.domain.ids import keyed_hash
from mvd_handout.domain.text import RefusedError


class Standing(enum.Enum):
    """How a row stands, in the words that a person reads."""

    NEW = "new"
    WAITING = "waiting"
    REPLACES = "replaces an earlier e-mail"
    SENT = "sent already"
    HANDED = "handed over already"
    DOUBT = "not known whether it arrived"
    REFUSED = "refused by the server"
    OLD_PAPER = "its paper was replaced"
    HELD = "on hold"
    NO_CONSENT = "no consent to e-mail"
    NO_ADDRESS = "no address"
    BAD_ADDRESS = "an address that cannot be used"
    NO_WORDS = "no e-mails in this language"


TO_SEND = frozenset({Standing.NEW, Standing.WAITING, Standing.REPLACES})
GIVE_PAPER = frozenset(
    {Standing.NO_CONSENT, Standing.NO_ADDRESS, Standing.BAD_ADDRESS, Standing.NO_WORDS, Standing.REFUSED}
)


NOT_NOW = frozenset(
    {
        Standing.HELD,
        Standing.OLD_PAPER,
        Standing.NO_CONSENT,
        Standing.NO_ADDRESS,
        Standing.BAD_ADDRESS,
        Standing.NO_WORDS,
    }
)
"""Whatever was queued for such a row must not leave, and what left may be wrong."""


class Fate(Struct, frozen=True):
    """What becomes of a row. `shown` is its masked address; the ids are "" where nothing is to be sent.

    `earlier` is the key of the message that this one replaces; `why` says more where there is more to say; `patient`
    is the keyed hash under which the outbox knows the patient. `void` are the keys of messages for the same patient
    that must not leave any more. `sent_as` is the consent by which the row's e-mail left, where it was another one.
    `stands` is the copy that replaced its paper; `paper` another one that the patient has, by its number. `before` is
    the journal's entry of an earlier e-mail that the outbox does not know; `changed` are the names of the parts that
    are not as in the e-mail of the day `since`, and `again` tells that one before that said the same.
    """

    row: int
    standing: Standing
    consent: Consent
    shown: str = ""
    key: str = ""
    content: str = ""
    document_id: str = ""
    issued: dt.date | None = None
    earlier: str = ""
    why: str = ""
    patient: str = ""
    void: tuple[str, ...] = ()
    sent_as: Consent | None = None
    stands: Entry | None = None
    paper: str = ""
    before: Entry | None = None
    changed: tuple[str, ...] = ()
    since: dt.date | None = None
    again: bool = False


class MailPlan(Struct, frozen=True):
    """The fates of all rows, in their order; what papers are made with; rows that share an address."""

    fates: tuple[Fate, ...]
    recipe: Recipe
    shared: tuple[tuple[int, ...], ...]

    def __repr__(self) -> str:
        return f"MailPlan({len(self.fates)} rows)"

    def of(self, *standings: Standing) -> list[Fate]:
        """Return the rows that stand so."""
        return [fate for fate in self.fates if fate.standing in standings]


def plan_mails(
    rows: Iterable[RosterRow], recipe: Recipe, permit: Permit, outbox: Outbox, issued: dt.date | None, today: dt.date
) -> MailPlan:
    """Return who would get what.

    Copies bear the date `issued`; without it the row's own day of discharge, or `today` where there is none.

    Raises:
        InputError: rows of which no copy could be made, all of them.
        ApprovalError: no copies for patients may be e-mailed.
    """
    rows = list(rows)
    planner = _Planner(recipe, permit, outbox, issued, today)
    planner.patients |= {planner.patient(row) for row in rows}
    fates = [planner.fate(row) for row in rows]
    approvals = planner.gate.approvals()
    if planner.faults:
        raise InputError(*planner.faults)
    shared = tuple(tuple(rows) for rows in planner.addresses.values() if len(rows) > 1)
    return MailPlan(tuple(fates), structs.replace(recipe, approvals=approvals), shared)


def recipient_hash(key: bytes, address: str) -> str:
    """Return what stands for an address in the outbox."""
    return keyed_hash(key, "email, recipient", address.casefold())


class _Planner:
    def __init__(self, recipe: Recipe, permit: Permit, outbox: Outbox, issued: dt.date | None, today: dt.date) -> None:
        self.recipe, self.outbox, self.issued, self.today = recipe, outbox, issued, today
        self.gate = Permits(permit)
        self.faults: list[Fault] = []
        self.addresses: defaultdict[str, list[int]] = defaultdict(list)
        self.patients: set[str] = set()

    def fate(self, row: RosterRow) -> Fate:
        """Return what becomes of a row; note what stands in the way of all."""
        if (standing := self._no_mail(row)) is not None:
            shown = masked(row.email) if row.email and standing is not Standing.BAD_ADDRESS else ""
            return Fate(row.number, standing, row.email_consent, shown, patient=self.patient(row))
        if row.email_consent_date is not None and row.email_consent_date > self.today:
            found = "the consent is dated in the future"
            self.faults.append(
                RosterFault(f"row {row.number}", found, "The day on which the patient agreed", row=row.number)
            )
        day = self.issued or row.case.discharge_date or self.today
        document = self._compose(row, day)
        if document is None:
            return Fate(row.number, Standing.NEW, row.email_consent, masked(row.email))
        self.addresses[row.email.casefold()].append(row.number)
        content = self._content(row, document)
        records, stranger = self._records(row)
        standing, key, earlier, why = self._against_the_outbox(row, records, content)
        return Fate(
            row=row.number,
            standing=standing,
            consent=row.email_consent,
            shown=masked(row.email),
            key=key,
            content=content,
            document_id=document.metadata.document_id,
            issued=day,
            earlier=earlier,
            why=why or (_STRANGER if stranger and standing in TO_SEND else ""),
            patient=self.patient(row),
            void=tuple(each.key for each in records if each.state in OPEN and each.key != key),
        )

    def patient(self, row: RosterRow) -> str:
        """Return the keyed hash under which the outbox knows the patient of a row."""
        return patient_of(self.recipe.clinic.key, row)

    def _no_mail(self, row: RosterRow) -> Standing | None:
        """Return why a row gets no e-mail whatever the outbox says; None when it may."""
        if row.hold:
            return Standing.HELD
        if row.email_consent == "none":
            return Standing.NO_CONSENT
        if not row.email:
            return Standing.NO_ADDRESS
        try:
            if check_address(row.email) != row.email:
                return Standing.BAD_ADDRESS
        except RefusedError:
            return Standing.BAD_ADDRESS
        return None if has_email_words(row.case.patient.language) else Standing.NO_WORDS

    def _compose(self, row: RosterRow, day: dt.date) -> Document | None:
        language = row.case.patient.language
        approval = self.gate.ask(language, day)
        if approval is None:
            return None
        recipe = structs.replace(self.recipe, approvals={language: approval})
        try:
            return compose_paper(recipe, row.case, day)
        except InputError as error:
            self.faults += [RosterFault.of_row(row.number, fault) for fault in error.faults]
            return None

    def _records(self, row: RosterRow) -> tuple[list[Record], bool]:
        """Return the messages for the patient of a row, and whether somebody else had one at the same address."""
        mine = self.patient(row)
        address = recipient_hash(self.recipe.clinic.key, row.email)
        return records_of(self.outbox, self.recipe, row, mine, address, self.patients)

    def _content(self, row: RosterRow, document: Document) -> str:
        """Return the key of the message, or one of its own where another handout came with the very same words."""
        key, handout = mail_key(self.recipe.clinic, row, document), document.metadata.handout
        taken = self.outbox.get(key)
        if taken is None or of_handout([taken], handout):
            return key
        return keyed_hash(self.recipe.clinic.key, "email, handout", key, handout)

    def _against_the_outbox(
        self, row: RosterRow, records: list[Record], content: str
    ) -> tuple[Standing, str, str, str]:
        """Return how the row stands, the key of its message, that of the one before it, and what more to say."""
        if doubt := [each for each in records if each.state in {"unknown", "sending"}]:
            return Standing.DOUBT, doubt[-1].key, "", "a person decides first: mvd-handout email status"
        left = [each for each in records if each.state in LEFT]
        if left and left[-1].content == content:
            standing = Standing.HANDED if left[-1].state == "handed" else Standing.SENT
            return standing, left[-1].key, "", ""
        key = self._key(content, left)
        mine = next((each for each in records if each.key == key), None)
        if mine is not None and mine.state == "refused":
            return Standing.REFUSED, key, "", mine.why
        earlier = left[-1].key if left else ""
        if earlier:
            return Standing.REPLACES, key, earlier, "" if left[-1].patient_key == self.patient(row) else _CORRECTED
        waits = mine is not None and mine.state != "withdrawn"
        return (Standing.WAITING, key, "", _tries(mine)) if waits else (Standing.NEW, key, "", "")

    def _key(self, content: str, left: list[Record]) -> str:
        """Return the key: that of the content, unless that was sent before something else was, as after a mistake."""
        if not any(each.content == content for each in left):
            return content
        return keyed_hash(self.recipe.clinic.key, "email, once more", content, left[-1].key)


_CORRECTED: Final = "sent under another record number or birth date"
_STRANGER: Final = "somebody else had an e-mail at this address"


def _tries(record: Record | None) -> str:
    if record is None or not record.tries:
        return ""
    return "tried once" if record.tries == 1 else f"tried {record.tries} times"
