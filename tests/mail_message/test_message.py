"""The message: one recipient, the right patient's paper, nothing that tells more than it must, whole on the wire."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from typing import Any

import pytest
from msgspec.structs import replace

from mvd_handout.delivery.mail.calendar import CANCELLED
from mvd_handout.delivery.mail.message import Copy
from mvd_handout.delivery.mail.model import EarlierMail, Mail, MailPolicy
from mvd_handout.delivery.roster.model import RosterRow
from mvd_handout.domain.errors import ApprovalError, InputError
from mvd_handout.domain.ids import patient_key
from tests.mail_message.builders import (
    NOW,
    POLICY,
    attachment,
    body,
    copy_for,
    mail,
    parsed,
    recipe,
    row,
)
from tests.samples import ISSUED, KEY, make_case, visit_data

PLAIN = row(consent="plain")
WHOLE = replace(POLICY, body="handout")
EARLIER = EarlierMail(dt.date(2026, 3, 4))
# Everything about the patient that must stay inside the paper.
PRIVATE = ("Alex", "TEST-0001", "1958", "17 April", "operation", "twitch", "Morgan", "Neurosurgery", "Level 2", "LEFT")


def parts(made: Mail) -> list[tuple[str, str | None]]:
    return [(part.get_content_type(), part.get_filename()) for part in parsed(made).walk()]


# --- what it is made of -------------------------------------------------------


def test_a_locked_copy_is_a_notice_with_the_paper_and_the_calendar() -> None:
    assert parts(mail()) == [
        ("multipart/mixed", None),
        ("multipart/alternative", None),
        ("text/plain", None),
        ("text/html", None),
        ("application/pdf", "handout.pdf"),
        ("text/calendar", "appointments.ics"),
    ]


def test_the_headers_are_few_and_neutral() -> None:
    made = mail(policy=replace(POLICY, subject_prefix="[secure]", reply_to="desk@example.org"))
    message = parsed(made)
    assert {name: str(value) for name, value in message.items() if not name.startswith("Content-")} == {
        "From": "Example Hospital <ward4@example.org>",
        "To": "alex@example.org",
        "Reply-To": "desk@example.org",
        "Subject": "[secure] Your information from Example Hospital",
        "Date": "Thu, 05 Mar 2026 14:30:00 +0000",
        "Message-ID": f"<{made.key}@example.org>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
    }
    assert message["Content-Language"] == "en-GB"


def test_nothing_outside_the_locked_paper_tells_whose_it_is_or_what_for() -> None:
    made = mail(earlier=EARLIER)
    said = [str(value) for value in parsed(made).values()] + [body(made, "plain"), body(made, "html")]
    said.append(attachment(made, "appointments.ics").decode())
    found = {word for text in said for word in PRIVATE if re.search(rf"\b{word}", text.replace("alex@example.org", ""))}
    assert found == set()
    assert not [word for word in PRIVATE if word.encode() in without_the_locked_paper(made)]


def without_the_locked_paper(made: Mail) -> bytes:
    """Return the message as it is sent, but for what is random in it: short words come up there by chance."""
    (part,) = [part for part in parsed(made).walk() if part.get_content_type() == "application/pdf"]
    before, _, rest = made.message.partition(b"Content-Type: application/pdf")
    head, _, rest = rest.partition(b"\r\n\r\n")
    locked, _, after = rest.partition(b"\r\n--")
    assert base64.b64decode(locked) == part.get_payload(decode=True)
    return before + head + after


def test_it_is_plain_ascii_with_crlf_and_no_long_line() -> None:
    for made in (mail(), mail(PLAIN, WHOLE)):
        assert made.message.isascii()
        lines = made.message.split(b"\r\n")
        assert all(b"\r" not in line and b"\n" not in line and b"\0" not in line for line in lines)
        assert max(map(len, lines)) <= 78


def test_every_part_decodes_without_a_defect() -> None:
    for part in parsed(mail(PLAIN, WHOLE, earlier=EARLIER)).walk():
        assert part.defects == []
        assert all(not getattr(value, "defects", ()) for value in part.values())


def test_the_paper_goes_out_byte_for_byte_where_it_is_not_locked() -> None:
    made = mail(PLAIN)
    pdf = attachment(made, "handout.pdf")
    assert pdf == copy_for(PLAIN).paper.pdf
    assert made.pdf_sha256 == made.attachment_sha256 == hashlib.sha256(pdf).hexdigest()
    assert made.passphrase == ""


def test_the_calendar_arrives_as_it_was_written() -> None:
    raw = attachment(mail(PLAIN), "appointments.ics")
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n")
    assert raw.count(b"BEGIN:VEVENT\r\n") == 2
    (part,) = [part for part in parsed(mail(PLAIN)).walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "PUBLISH"
    assert part.get_content_disposition() == "attachment"


def test_a_patient_without_visits_gets_no_calendar() -> None:
    for made in (mail(row(make_case(visits=[]))), mail(policy=replace(POLICY, calendar=False))):
        assert ("text/calendar", "appointments.ics") not in parts(made)
        assert "appointments" not in body(made, "plain")


def test_the_place_of_a_visit_is_told_only_where_the_patient_wants_a_plain_copy() -> None:
    assert b"Outpatients" in attachment(mail(PLAIN), "appointments.ics")
    assert b"Outpatients" not in attachment(mail(), "appointments.ics")
    assert "The file appointments.ics does not say where to go." in " ".join(words(body(mail(), "plain")))
    assert "does not say where" not in body(mail(PLAIN), "plain")


def test_the_same_arguments_give_the_same_bytes() -> None:
    for policy in (POLICY, WHOLE):
        assert mail(PLAIN, policy) == mail(PLAIN, policy)
    assert mail(PLAIN, WHOLE).message != mail(PLAIN, WHOLE, now=NOW + dt.timedelta(1)).message


# --- what it says -------------------------------------------------------------


def words(text: str) -> list[str]:
    return text.split()


def test_the_notice_says_how_to_open_the_paper_and_whom_to_ring() -> None:
    text = " ".join(words(body(mail(), "plain")))
    assert "To open it, type the words from the slip that we gave you." in text
    assert "01632 960100 (8am to 6pm, Monday to Friday)" in text
    assert "In an emergency, ring 999." in text
    assert mail().document_id in text


def test_html_and_plain_text_say_the_same() -> None:
    for made in (mail(), mail(PLAIN), mail(earlier=EARLIER)):
        shown = re.sub(r"<(style|title)>.*?</\1>", "", body(made, "html"), flags=re.DOTALL)
        html = re.sub(r"<[^>]+>", " ", shown).replace("&#x27;", "'")
        plain = re.sub(r"^[=\-]{3,}\r?$|^- ", "", body(made, "plain"), flags=re.MULTILINE)
        squeezed = [re.sub(r"\s|\u00a0", "", text) for text in (html, plain)]
        assert squeezed[0] == squeezed[1]


def test_a_patient_who_agreed_to_it_can_read_the_handout_in_the_e_mail() -> None:
    made = mail(PLAIN, WHOLE)
    for kind in ("plain", "html"):
        text = " ".join(words(re.sub(r"<[^>]+>", " ", body(made, kind))))
        assert "Get help now" in text
        assert "Alex Example" in text
        assert "Monday 16 March 2026, 10.30am" in text.replace("\u00a0", " ")


def test_a_locked_copy_never_shows_the_handout_whatever_the_policy() -> None:
    assert "Get help now" not in body(mail(policy=WHOLE), "plain")
    assert "Get help now" not in body(mail(PLAIN, replace(WHOLE, lock="always"), passphrase=mail().passphrase), "html")


def test_a_replaced_e_mail_is_named_before_all_else() -> None:
    sentence = "This replaces our e-mail of Wednesday 4 March 2026. Please delete that one."
    for patient, policy in ((row(), POLICY), (PLAIN, WHOLE)):
        made = mail(patient, policy, earlier=EARLIER)
        text = " ".join(words(body(made, "plain")))
        assert made.replaces
        assert text.index(sentence) < text.index("You asked for a copy")
        assert not mail(patient, policy).replaces
        assert "replaces" not in body(mail(patient, policy), "plain")


@pytest.mark.parametrize(("patient", "policy"), [(row(), POLICY), (row(consent="plain"), WHOLE)])
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_of_two_e_mails_of_one_day_the_numbers_tell_which_one_to_delete(
    patient: RosterRow, policy: MailPolicy, kind: str
) -> None:
    def said(earlier: EarlierMail) -> str:
        made = mail(patient, policy, earlier=earlier)
        own.add(made.document_id)
        return " ".join(words(re.sub(r"<[^>]+>", " ", body(made, kind)))).replace(" .", ".")

    own: set[str] = set()
    yesterday = said(EarlierMail(dt.date(2026, 3, 4), paper="7K3M-9QXA-2F4D"))
    delete = "The e-mail to delete has this number at its end: 7K3M-9QXA-2F4D."
    assert yesterday.index("This replaces our e-mail") < yesterday.index(delete) < yesterday.index("You asked for")
    assert "same date" not in yesterday
    today = said(EarlierMail(dt.date(2026, 3, 5), paper="7K3M-9QXA-2F4D"))
    (number,) = own
    keep = f"Both e-mails have the same date. Keep the one with the number {number}. It is this one."
    assert today.index(delete) < today.index(keep) < today.index("You asked for")
    assert today.rindex(number) > today.index("Ring us:")  # it stands at the end, as is said
    again = said(EarlierMail(dt.date(2026, 3, 5), paper=number))  # the same paper once more
    assert "This replaces our e-mail of Thursday 5 March 2026." in again
    assert "to delete" not in again
    assert "same date" not in again


@pytest.mark.parametrize(("patient", "policy"), [(row(), POLICY), (PLAIN, WHOLE)])
def test_who_got_none_at_this_address_is_told_to_delete_and_to_cancel_nothing(
    patient: RosterRow, policy: MailPolicy
) -> None:
    fewer = replace(patient, case=make_case(visits=[visit_data(dt.date(2026, 6, 8), dt.time(14))]))
    made = mail(fewer, policy, earlier=EarlierMail(None, elsewhere=mail().calendar))
    for kind in ("plain", "html"):
        said = " ".join(words(re.sub(r"<[^>]+>", " ", body(made, kind))))
        assert not [word for word in ("replaces", "delete that one", "to delete", "cancelled") if word in said]
    assert b"CANCELLED" not in attachment(made, "appointments.ics")
    assert not made.replaces


def test_the_day_of_an_e_mail_is_the_clinics_own() -> None:
    late = dt.datetime(2026, 7, 5, 23, 30, tzinfo=dt.UTC)  # half past midnight in London
    made = mail(earlier=EarlierMail(dt.date(2026, 7, 6), paper="7K3M-9QXA-2F4D"), now=late)
    assert "same date" in body(made, "plain")


def test_a_cancelled_visit_is_said_and_told_to_the_calendar() -> None:
    before = mail()
    fewer = row(make_case(visits=[visit_data(dt.date(2026, 6, 8), dt.time(14))]))
    after = mail(fewer, earlier=EarlierMail(dt.date(2026, 3, 4), before.calendar))
    assert "are cancelled" in body(after, "plain")
    calendar = attachment(after, "appointments.ics")
    assert calendar.count(b"STATUS:CANCELLED") == calendar.count(b"STATUS:CONFIRMED") == 1
    assert [entry.digest for entry in after.calendar].count(CANCELLED) == 1
    assert {entry.uid for entry in after.calendar} == {entry.uid for entry in before.calendar}


def test_names_with_any_letters_go_through_the_headers_whole() -> None:
    policy = MailPolicy("ward4@example.org", "Żółw & Söhne, «Klinik» — 病院 Ward 4" + " long" * 12)
    message = parsed(mail(policy=policy))
    assert message["From"].addresses[0].display_name == policy.name
    assert message["From"].addresses[0].addr_spec == "ward4@example.org"
    assert message["Subject"] == f"Your information from {policy.name}"


@pytest.mark.parametrize("field", ["name", "subject_prefix", "subject_suffix", "sender", "reply_to"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\n\r\n"])
def test_no_value_can_begin_a_header(field: str, end: str) -> None:
    policy = replace(POLICY, **{field: f"{getattr(POLICY, field) or 'desk@example.org'}{end}Bcc: evil@example.net"})
    with pytest.raises(ValueError, match=r".") as caught:
        mail(policy=policy)
    assert "alex@" not in str(caught.value)


def test_braces_in_a_value_are_not_places_for_values() -> None:
    made = mail(policy=replace(POLICY, name="{date} {phone} {sender}"))
    assert "Your information from {date} {phone} {sender}" in " ".join(words(body(made, "plain")))


# --- what is refused ----------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"hold": "readmitted"}, "on hold"),
        ({"email_consent": "none"}, "no consent"),
        ({"email": ""}, "not an e-mail address"),
        ({"email": "alex@example.org, bo@example.net"}, "more than one"),
        ({"email": "alex@gmial.com"}, "a slip after the @"),
        ({"email_consent_date": dt.date(2026, 3, 6)}, "dated in the future"),
    ],
)
def test_nothing_is_made_for_a_row_that_forbids_it(changes: dict[str, Any], found: str) -> None:
    with pytest.raises(InputError, match=found) as caught:
        mail(replace(row(), **changes), copy=copy_for(row()))
    assert str(caught.value).startswith("row 7: ")
    said = str(caught.value).replace("alex@example.org", "", 1)  # the address that the advice gives as an example
    assert not [word for word in ("alex", "bo@", "readmitted", "gmial") if word in said]


def test_a_draft_is_never_sent() -> None:
    draft = replace(recipe(), approvals={})
    from mvd_handout.delivery.mail.message import make_copy

    with pytest.raises(ApprovalError, match="a draft"):
        mail(copy=make_copy(draft, row(), ISSUED))


@pytest.mark.parametrize("passphrase", ["", "17041958", "Alex Example", "anthem-basket"])
def test_a_copy_is_locked_with_a_good_passphrase_or_not_made(passphrase: str) -> None:
    with pytest.raises(InputError, match="passphrase"):
        mail(passphrase=passphrase)


def test_a_passphrase_for_nothing_is_a_slip_of_the_program() -> None:
    with pytest.raises(ValueError, match="not locked"):
        mail(PLAIN, passphrase=mail().passphrase)
    with pytest.raises(ValueError, match="time zone"):
        mail(now=dt.datetime(2026, 3, 5))  # noqa: DTZ001  (that is what is wrong with it)


OTHER = row(make_case(patient={"name": "Bo Fictional", "record_number": "TEST-0002"}), email="bo@example.net")


def test_another_patients_paper_is_refused_however_it_was_mixed_up() -> None:
    right, wrong = copy_for(row()), copy_for(OTHER)
    mixed = [
        wrong,
        replace(right, paper=wrong.paper),
        replace(right, document=wrong.document),
        replace(right, told=wrong.told),
        replace(right, paper=replace(right.paper, pdf=wrong.paper.pdf)),
        replace(right, paper=replace(wrong.paper, patient_key=right.paper.patient_key)),
        replace(right, paper=replace(right.paper, pdf=right.paper.pdf.replace(b"Producer", b"producer"))),
        replace(right, paper=replace(right.paper, pdf=right.paper.pdf + b"%\n")),
        replace(right, paper=replace(right.paper, document_id=wrong.paper.document_id)),
    ]
    for copy in mixed:
        with pytest.raises(InputError, match="not that of the patient in this row"):
            mail(copy=copy)
    assert mail(copy=right).patient_key == patient_key(KEY, "TEST-0001", dt.date(1958, 4, 17))


def test_an_old_paper_of_the_same_patient_is_refused() -> None:
    old, new = copy_for(row(), ISSUED), copy_for(row(), ISSUED + dt.timedelta(1))
    with pytest.raises(InputError):
        mail(copy=Copy(old.paper, new.document, new.told))
