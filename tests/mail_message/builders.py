"""Rows, policies and finished messages of fictional patients."""

from __future__ import annotations

import datetime as dt
import email.policy
import functools
import random
from email.message import EmailMessage
from email.parser import BytesParser

from msgspec.structs import replace

from mvd_handout.content.clinic import Clinic
from mvd_handout.content.email_words import load_email_words
from mvd_handout.delivery.mail.message import Copy, build_mail, make_copy
from mvd_handout.delivery.mail.model import EarlierMail, Mail, MailPolicy
from mvd_handout.delivery.mail.passphrase import draw_passphrase
from mvd_handout.delivery.papers import Recipe
from mvd_handout.delivery.roster.model import Consent, RosterRow
from mvd_handout.domain.case import Case
from tests.samples import APPROVAL, ISSUED, handout, make_case, make_clinic

NOW = dt.datetime(2026, 3, 5, 14, 30, tzinfo=dt.UTC)
POLICY = MailPolicy("ward4@example.org", "Example Hospital")
WORDS = load_email_words("en")


def row(case: Case | None = None, consent: Consent = "encrypted", **changes: object) -> RosterRow:
    """Return the row of a patient who agreed to a locked copy."""
    made = RosterRow(7, case or make_case(), "", "alex@example.org", consent, "0" * 64)
    return replace(made, **changes)


@functools.cache
def clinic() -> Clinic:
    return make_clinic()


def recipe() -> Recipe:
    return Recipe(clinic(), {"en": handout()}, {"en": APPROVAL})


def copy_for(patient: RosterRow, issued: dt.date = ISSUED) -> Copy:
    return make_copy(recipe(), patient, issued)


@functools.cache
def _usual_copy() -> Copy:
    return copy_for(row())


def mail(
    patient: RosterRow | None = None,
    policy: MailPolicy = POLICY,
    *,
    copy: Copy | None = None,
    earlier: EarlierMail | None = None,
    now: dt.datetime = NOW,
    passphrase: str | None = None,
) -> Mail:
    """Return the message for `patient`, with a passphrase where one is needed."""
    patient = patient or row()
    if passphrase is None:
        locked = policy.locks(patient.email_consent)
        passphrase = draw_passphrase(random.Random(7), patient) if locked else ""
    copy = copy or (_usual_copy() if patient.case == make_case() else copy_for(patient))
    return build_mail(copy, patient, policy, clinic(), WORDS, now=now, earlier=earlier, passphrase=passphrase)


def parsed(made: Mail) -> EmailMessage:
    """Return the message as the recipient's program reads it."""
    message = BytesParser(policy=email.policy.default).parsebytes(made.message)
    assert isinstance(message, EmailMessage)
    return message


def attachment(made: Mail, name: str) -> bytes:
    """Return the bytes of the one attachment with this name."""
    (part,) = [part for part in parsed(made).iter_attachments() if part.get_filename() == name]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


def body(made: Mail, kind: str) -> str:
    """Return the text that the e-mail shows, "plain" or "html"."""
    part = parsed(made).get_body((kind,))
    assert part is not None
    text = part.get_content()
    assert isinstance(text, str)
    return text
