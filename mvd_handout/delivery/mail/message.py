"""The message for one patient: everything in it comes from one row, and it is checked against that row."""

from __future__ import annotations

import datetime as dt
import hashlib
import zoneinfo
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from msgspec import Struct

from mvd_handout.composing.visible import visible_digest
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.email_words import EmailWords
from mvd_handout.content.theme import load_theme
from mvd_handout.delivery.mail.address import check_address
from mvd_handout.delivery.mail.calendar import Appointment, CalendarFile, CalendarMaker
from mvd_handout.delivery.mail.encryption import lock, read_locked
from mvd_handout.delivery.mail.model import EarlierMail, Mail, MailPolicy
from mvd_handout.delivery.mail.notice import Occasion, Older, notice, subject, with_notice
from mvd_handout.delivery.mail.passphrase import check_passphrase
from mvd_handout.delivery.papers import THEME_OF, Paper, Recipe, compose_paper, print_paper
from mvd_handout.delivery.roster.model import RosterRow
from mvd_handout.domain.document import Document
from mvd_handout.domain.errors import ApprovalError, Fault, InputError
from mvd_handout.domain.ids import keyed_hash, patient_key
from mvd_handout.domain.text import RefusedError
from mvd_handout.rendering.html.mail import render_mail
from mvd_handout.rendering.pdf.inspect import Seal, check_seal, read_properties
from mvd_handout.rendering.text import render_text

PDF_NAME: Final = "handout.pdf"
CALENDAR_NAME: Final = "appointments.ics"
# Headers and bodies in plain ASCII: no server on the way has to be able to do more.
_POLICY: Final = SMTP.clone(cte_type="7bit")
_KEY_DIGITS: Final = 40


class Copy(Struct, frozen=True):
    """What a patient gets a copy of: the paper, the words in it, and those that an e-mail says without its pictures."""

    paper: Paper
    document: Document
    told: Document

    def __repr__(self) -> str:
        return f"Copy({self.paper.document_id})"


def make_copy(recipe: Recipe, row: RosterRow, issued: dt.date) -> Copy:
    """Return the paper of `row` with its words. Raises as `make_paper` does."""
    document = compose_paper(recipe, row.case, issued)
    told = compose_paper(recipe, row.case, issued, pictures=False)
    return Copy(print_paper(document, recipe, row.case), document, told)


def mail_key(clinic: Clinic, row: RosterRow, document: Document) -> str:
    """Return the key of the message: the same for the same patient, recipient and visible words, on any day."""
    seen = (row.email.casefold(), row.case.patient.print_size, visible_digest(document))
    return keyed_hash(clinic.key, "e-mail", document.metadata.patient_key, *seen)[:_KEY_DIGITS]


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
    for a patient on hold, for a bad address and for a passphrase that the row gives away; ApprovalError for a draft;
    OutputError when a locked PDF does not open as it must.
    """
    locked = policy.locks(row.email_consent)
    recipient = _permitted(copy, row, clinic, locked, passphrase, now)
    pdf = lock(copy.paper.pdf, passphrase) if locked else copy.paper.pdf
    calendar = _calendar(row, policy, clinic, words, now, earlier)
    key = mail_key(clinic, row, copy.document)
    occasion = Occasion(
        profile=clinic.profile,
        words=words,
        sender=policy.name,
        paper=copy.paper.document_id,
        locked=locked,
        visits=calendar.visits,
        cancels=calendar.cancels,
        place=not locked,
        replaces=_older(earlier, clinic, now),
    )
    plain = policy.body == "handout" and not locked
    body = with_notice(copy.told, occasion) if plain else notice(occasion, copy.document.metadata)
    message = _headers(policy, recipient, subject(occasion), key, now)
    _fill(message, body, subject(occasion), THEME_OF[row.case.patient.print_size], pdf, calendar.data)
    _tidy(message, key)
    return Mail(
        key=key,
        patient_key=copy.paper.patient_key,
        document_id=copy.paper.document_id,
        recipient=recipient,
        consent=row.email_consent,
        message=message.as_bytes(),
        pdf_sha256=hashlib.sha256(copy.paper.pdf).hexdigest(),
        attachment_sha256=hashlib.sha256(pdf).hexdigest(),
        calendar=calendar.entries,
        replaces=earlier is not None and earlier.dated is not None,
        passphrase=passphrase,
    )


def _older(earlier: EarlierMail | None, clinic: Clinic, now: dt.datetime) -> Older | None:
    if earlier is None or earlier.dated is None:
        return None
    return Older(earlier.dated, earlier.paper, same_day=earlier.dated == now.astimezone(_zone(clinic)).date())


def _permitted(copy: Copy, row: RosterRow, clinic: Clinic, locked: bool, passphrase: str, now: dt.datetime) -> str:
    """Return the recipient. Raises InputError or ApprovalError for everything that forbids this e-mail."""
    place = f"row {row.number}"
    if row.hold:
        raise InputError(Fault(place, "the patient is on hold", "Nothing is sent to a patient on hold"))
    if row.email_consent == "none":
        raise InputError(Fault(place, "no consent to e-mail", "Nobody gets an e-mail who did not ask for it"))
    if copy.paper.draft:
        raise ApprovalError(Fault(place, "the handout is a draft", "Patients get approved copies only"))
    if now.tzinfo is None:
        raise ValueError("a time without a time zone")
    if row.email_consent_date and row.email_consent_date > now.astimezone(_zone(clinic)).date():
        raise InputError(Fault(place, "the consent is dated in the future", "Check its date"))
    _check_identity(copy, row, clinic)
    try:
        if locked:
            check_passphrase(passphrase, row)
        elif passphrase:
            raise ValueError("a passphrase for a file that is not locked")
        return check_address(row.email)
    except RefusedError as refused:
        raise InputError(Fault(place, refused.found, refused.wanted)) from None


def _check_identity(copy: Copy, row: RosterRow, clinic: Clinic) -> None:
    """Refuse a paper that is not that of the patient in `row`, whatever mixed them up. Raises InputError."""
    patient, paper, about, told = row.case.patient, copy.paper, copy.document.metadata, copy.told.metadata
    wanted = patient_key(clinic.key, patient.record_number, patient.birth_date)
    inside = read_properties(paper.pdf)
    keys = {wanted, paper.patient_key, about.patient_key, told.patient_key, inside.get("patientKey")}
    papers = {paper.document_id, about.document_id, told.document_id, inside.get("documentId")}
    if len(keys) > 1 or len(papers) > 1 or check_seal(paper.pdf, clinic.key) is not Seal.INTACT:
        found = "the handout is not that of the patient in this row, or was changed"
        raise InputError(Fault(f"row {row.number}", found, "Nothing is sent", "Plan the e-mails anew"))


def _calendar(
    row: RosterRow,
    policy: MailPolicy,
    clinic: Clinic,
    words: EmailWords,
    now: dt.datetime,
    earlier: EarlierMail | None,
) -> CalendarFile:
    told = earlier.calendar if earlier else ()
    if not policy.calendar:
        return CalendarFile(b"", told, visits=False, cancels=False)
    patient = row.case.patient
    known_as = earlier.patient_key if earlier else ""
    maker = CalendarMaker(
        key=clinic.key,
        patient_key=known_as or patient_key(clinic.key, patient.record_number, patient.birth_date),
        zone=clinic.profile.time_zone,
        sender=policy.sender,
        words=words,
        place=not policy.locks(row.email_consent),
        now=now,
    )
    visits = [Appointment(visit.date, visit.time, visit.place) for visit in row.case.visits]
    return maker.make(visits, told, earlier.elsewhere if earlier else ())


def _headers(policy: MailPolicy, recipient: str, title: str, key: str, now: dt.datetime) -> EmailMessage:
    """Return a message with its headers. A line break in any of them raises ValueError."""
    message = EmailMessage(_POLICY)
    message["From"] = Address(policy.name, addr_spec=policy.sender)
    message["To"] = Address(addr_spec=recipient)
    if policy.reply_to:
        message["Reply-To"] = Address(addr_spec=policy.reply_to)
    message["Subject"] = " ".join(part for part in (policy.subject_prefix, title, policy.subject_suffix) if part)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{key}@{policy.sender.rpartition('@')[2]}>"
    # Absence notes and other machines are not to answer (RFC 3834, and Exchange's own word for it).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    return message


def _fill(message: EmailMessage, body: Document, title: str, theme: str, pdf: bytes, calendar: bytes) -> None:
    message.set_content(render_text(body), cte="quoted-printable")
    html = render_mail(body, load_theme(theme), title)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename=PDF_NAME)
    if calendar:
        parameters = {"charset": "utf-8", "method": "PUBLISH"}
        message.add_attachment(calendar, maintype="text", subtype="calendar", filename=CALENDAR_NAME, params=parameters)
    message["Content-Language"] = body.metadata.language


def _tidy(message: EmailMessage, key: str) -> None:
    """Set boundaries that depend on the key alone; no line in quoted-printable or base64 can look like one."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{number}_{key}")
        if number:
            del part["MIME-Version"]


def _zone(clinic: Clinic) -> dt.tzinfo:
    return zoneinfo.ZoneInfo(clinic.profile.time_zone)


def check_mail(mail: Mail, row: RosterRow, clinic: Clinic) -> None:
    """Check a message against its row just before it is sent.

    One recipient, the row's; the attachment is the one that was planned and, opened, that patient's. Raises InputError.
    """
    patient = row.case.patient
    if row.hold or row.email_consent == "none" or row.email_consent != mail.consent:
        raise _mismatch(row, "the patient is on hold, or the consent is another one now")
    if mail.patient_key != patient_key(clinic.key, patient.record_number, patient.birth_date):
        raise _mismatch(row, "the message is not that of the patient in this row")
    if mail.recipient != row.email:
        raise _mismatch(row, "the message goes to another address than that in this row")
    message = message_from_bytes(mail.message, policy=_POLICY)
    if recipients(message) != [mail.recipient]:
        raise _mismatch(row, "the message does not have exactly one recipient")
    pdfs = [part.get_content() for part in message.walk() if part.get_content_type() == "application/pdf"]
    if [hashlib.sha256(pdf).hexdigest() for pdf in pdfs] != [mail.attachment_sha256]:
        raise _mismatch(row, "the attachment is not the one that was planned")
    inside = read_locked(pdfs[0], mail.passphrase) if mail.passphrase else read_properties(pdfs[0])
    if (inside.get("patientKey"), inside.get("documentId")) != (mail.patient_key, mail.document_id):
        raise _mismatch(row, "the attachment is not the handout of the patient in this row")


def recipients(message: EmailMessage) -> list[str]:
    """Return everybody whom the headers of a message name as recipient."""
    fields = ("to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc")
    headers = [header for name in fields for header in message.get_all(name, [])]
    return [address.addr_spec for header in headers for address in header.addresses]


def _mismatch(row: RosterRow, found: str) -> InputError:
    return InputError(Fault(f"row {row.number}", found, "Nothing is sent", "Plan the e-mails anew"))
