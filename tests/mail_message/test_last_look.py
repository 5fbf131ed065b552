"""The last look at a message before it is sent, and the key by which it is known again."""

from __future__ import annotations

import base64
import datetime as dt
import email.policy
from email.parser import BytesParser
from typing import Any

import pytest
from msgspec.structs import replace

from mvd_handout.composing.visible import visible_digest
from mvd_handout.delivery.mail.calendar import CalendarMaker
from mvd_handout.delivery.mail.encryption import read_locked
from mvd_handout.delivery.mail.message import check_mail, mail_key, recipients
from mvd_handout.delivery.mail.model import Mail
from mvd_handout.domain.errors import InputError
from tests.mail_message.builders import NOW, POLICY, WORDS, attachment, clinic, copy_for, mail, row
from tests.samples import ISSUED, make_case, make_document, visit_data

PLAIN = row(consent="plain")
WHOLE = replace(POLICY, body="handout")
OTHER = row(make_case(patient={"name": "Bo Fictional", "record_number": "TEST-0002"}), email="bo@example.net")


def test_what_was_built_passes_the_last_look() -> None:
    for patient, policy in ((row(), POLICY), (PLAIN, POLICY), (PLAIN, WHOLE)):
        check_mail(mail(patient, policy), patient, clinic())


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"hold": "died"}, "on hold"),
        ({"email_consent": "none"}, "consent"),
        ({"email_consent": "plain"}, "consent"),
        ({"email": "bo@example.net"}, "another address"),
        ({"case": OTHER.case}, "not that of the patient"),
    ],
)
def test_a_row_that_changed_since_stops_it(changes: dict[str, Any], found: str) -> None:
    with pytest.raises(InputError, match=found):
        check_mail(mail(), replace(row(), **changes), clinic())


def _with(made: Mail, old: bytes, new: bytes) -> Mail:
    assert old in made.message
    return replace(made, message=made.message.replace(old, new, 1))


@pytest.mark.parametrize(
    "header",
    [b"Cc: bo@example.net", b"Bcc: bo@example.net", b"To: bo@example.net", b"Resent-To: bo@example.net",
     b"TO: alex@example.org", b"bcc: undisclosed: bo@example.net;"],
)  # fmt: skip
def test_a_second_recipient_stops_it(header: bytes) -> None:
    with pytest.raises(InputError, match="exactly one recipient"):
        check_mail(_with(mail(), b"Subject:", header + b"\r\nSubject:"), row(), clinic())


@pytest.mark.parametrize(("old", "new"), [(b"To: alex@", b"To: bo@"), (b"To: alex@example.org\r\n", b"")])
def test_another_recipient_stops_it(old: bytes, new: bytes) -> None:
    with pytest.raises(InputError, match="exactly one recipient"):
        check_mail(_with(mail(), old, new), row(), clinic())


def test_another_attachment_stops_it() -> None:
    right, wrong = mail(), mail(OTHER)
    ours = base64.encodebytes(attachment(right, "handout.pdf")).replace(b"\n", b"\r\n")
    theirs = base64.encodebytes(attachment(wrong, "handout.pdf")).replace(b"\n", b"\r\n")
    with pytest.raises(InputError, match="not the one that was planned"):
        check_mail(_with(right, ours, theirs), row(), clinic())
    swapped = replace(_with(right, ours, theirs), attachment_sha256=wrong.attachment_sha256)
    with pytest.raises(InputError, match="not the handout of the patient"):
        check_mail(swapped, row(), clinic())
    opens = replace(swapped, passphrase=wrong.passphrase)
    with pytest.raises(InputError, match="not the handout of the patient"):
        check_mail(opens, row(), clinic())


def test_who_is_named_in_a_group_counts_as_recipient() -> None:
    text = b"To: friends: alex@example.org, bo@example.net;\r\nCc: cy@example.com\r\n\r\n"
    message: Any = BytesParser(policy=email.policy.SMTP).parsebytes(text)
    assert recipients(message) == ["alex@example.org", "bo@example.net", "cy@example.com"]


def test_the_locked_paper_opens_with_the_passphrase_that_the_mail_keeps() -> None:
    made = mail()
    inside = read_locked(attachment(made, "handout.pdf"), made.passphrase)
    assert (inside["documentId"], inside["patientKey"]) == (made.document_id, made.patient_key)


def test_no_repr_shows_a_patient_or_a_key() -> None:
    made, copy = mail(), copy_for(row())
    assert repr(made) == str(made) == f"Mail({made.document_id})"
    assert repr(copy) == f"Copy({made.document_id})"
    assert repr(CalendarMaker(b"secret", "", "UTC", "a@example.org", WORDS, True, NOW)) == "CalendarMaker()"


# --- the key ------------------------------------------------------------------


def key(patient: Any = None, **changes: Any) -> str:
    patient = patient or row()
    return mail_key(clinic(), patient, make_document(patient.case, **changes))


def test_the_day_does_not_change_the_key() -> None:
    keys = {key(issued=ISSUED + dt.timedelta(days)) for days in range(10)}
    assert keys == {key()}
    unbooked = row(make_case(visits=[]))
    assert key(unbooked) == key(unbooked, issued=ISSUED + dt.timedelta(3))


@pytest.mark.parametrize(
    "changes",
    [
        {"visits": [visit_data(dt.date(2026, 3, 17))]},
        {"visits": [visit_data(dt.date(2026, 3, 16), dt.time(11)), visit_data(dt.date(2026, 6, 8), dt.time(14))]},
        {"visits": [visit_data(dt.date(2026, 3, 16), place="B"), visit_data(dt.date(2026, 6, 8), dt.time(14))]},
        {"note": "Bring your tablets."},
        {"operation": {"side": "right"}},
        {"patient": {"name": "Alex Sample"}},
        {"patient": {"print_size": "large"}},
    ],
)
def test_what_the_patient_sees_changes_the_key(changes: dict[str, Any]) -> None:
    assert key(row(make_case(**changes))) != key()


def test_the_recipient_and_the_patient_change_the_key_capitals_do_not() -> None:
    assert key(row(email="bo@example.org")) != key()
    assert key(row(email="ALEX@example.org")) == key()
    twin = row(make_case(patient={"record_number": "TEST-0009"}))
    assert key(twin) != key()


def test_nothing_of_the_day_is_hidden_that_was_not_meant() -> None:
    """A visit that has passed is not printed any more: that is another paper."""
    assert visible_digest(make_document(issued=dt.date(2026, 3, 17))) != visible_digest(make_document())
