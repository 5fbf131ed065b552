"""The message for one patient: everything in it comes from one row, and it is checked against that row."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from msgspec import Struct

from mvd_handout.content.clinic import Clinic
from mvd_handout.delivery.mail.model import EarlierMail, Mail, MailPolicy
from mvd_handout.delivery.papers import Paper, Recipe
from mvd_handout.delivery.roster.model import RosterRow
from mvd_handout.domain.document import Document

if TYPE_CHECKING:
    from mvd_handout.content.email_words import EmailWords


class Copy(Struct, frozen=True):
    """What a patient gets a copy of: the paper, and the words in it."""

    paper: Paper
    document: Document


def make_copy(recipe: Recipe, row: RosterRow, issued: dt.date) -> Copy:
    """Return the paper of `row` with its words. Raises as `make_paper` does."""
    raise NotImplementedError


def mail_key(clinic: Clinic, row: RosterRow, document: Document) -> str:
    """Return the key of the message: the same for the same patient, recipient and visible words, on any day."""
    raise NotImplementedError


def build_mail(
    copy: Copy,
    row: RosterRow,
    policy: MailPolicy,
    clinic: Clinic,
    words: EmailWords,
    *,
    now: dt.datetime,
    earlier: EarlierMail | None = None,
    passphrase: str = "",
) -> Mail:
    """Return the message for the patient in `row`, dated `now` (with a time zone).

    A passphrase is needed where `policy.locks(row.email_consent)`, and only there. Raises InputError without consent,
    for a patient on hold, for a bad address and for a passphrase that the row gives away; ApprovalError for a draft.
    """
    raise NotImplementedError


def check_mail(mail: Mail, row: RosterRow, clinic: Clinic) -> None:
    """Check a message against its row just before it is sent.

    One recipient, the row's; the attachment is the one that was planned, and where it is not locked, that patient's.
    Raises InputError.
    """
    raise NotImplementedError
