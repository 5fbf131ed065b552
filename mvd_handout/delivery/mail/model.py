"""What an e-mail is made by and what it is: the clinic's policy, what went before, and the finished message."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

from mvd_handout.delivery.roster.model import Consent

Body = Literal["notice", "handout"]
Locking = Literal["by-consent", "always"]


class MailPolicy(Struct, frozen=True):
    """How a clinic writes to patients: `[email]` in its clinic.toml, which is no part of any paper.

    `sender` is the address in From, `name` what patients read beside it and in the subject. With `body` "handout" a
    patient who agreed to a plain copy finds the whole handout in the e-mail; a locked copy always comes with a short
    notice. With `lock` "always" every attached handout is encrypted, whatever the patient agreed to.
    """

    sender: str
    name: str
    reply_to: str = ""
    subject_prefix: str = ""
    subject_suffix: str = ""
    body: Body = "notice"
    lock: Locking = "by-consent"
    calendar: bool = True

    def locks(self, consent: Consent) -> bool:
        """Return whether the PDF for a patient with this consent is encrypted: then a passphrase has to be drawn."""
        return self.lock == "always" or consent != "plain"


class CalendarEntry(Struct, frozen=True):
    """A visit as a calendar was told of it. `digest` tells whether time or place changed; nothing here tells a day."""

    uid: str
    sequence: int
    digest: str


class EarlierMail(Struct, frozen=True):
    """What went before about another state of the same patient's handout.

    `dated` is the day that the patient's mail program shows with the last e-mail to the same address, `calendar` what
    that address was told, and `paper` the number of its handout. `patient_key` is that under which calendars were told
    of the visits, where it was corrected since. `elsewhere` is what other addresses of the patient were told; where
    none went to this one, `dated` is None: who reads there has nothing to delete and no visit to cancel.
    """

    dated: dt.date | None
    calendar: tuple[CalendarEntry, ...] = ()
    paper: str = ""
    patient_key: str = ""
    elsewhere: tuple[CalendarEntry, ...] = ()


class Mail(Struct, frozen=True):
    """One finished message to one recipient. Its repr shows no patient.

    `message` is the complete RFC 5322 message, ASCII only, with CRLF. `pdf_sha256` is that of the paper before it was
    locked, `attachment_sha256` that of the file in the message. `calendar` is what the next message about this
    patient's visits needs as `EarlierMail.calendar`. `passphrase` is "" where nothing is locked.
    """

    key: str
    patient_key: str
    document_id: str
    recipient: str
    consent: Consent
    message: bytes
    pdf_sha256: str
    attachment_sha256: str
    calendar: tuple[CalendarEntry, ...] = ()
    replaces: bool = False
    passphrase: str = ""

    def __repr__(self) -> str:
        return f"Mail({self.document_id})"
