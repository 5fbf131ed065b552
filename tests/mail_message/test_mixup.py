"""Many patients: each message tells of its own patient alone, whatever their names are made of."""

from __future__ import annotations

import re
from typing import Any

import pytest
from msgspec.structs import replace

from mvd_handout.delivery.mail.message import check_mail
from mvd_handout.domain.errors import InputError
from mvd_handout.rendering.pdf.inspect import read_properties
from tests.mail_message.builders import POLICY, attachment, body, clinic, mail, parsed, row
from tests.samples import make_case

WHOLE = replace(POLICY, body="handout")
HOSTILE = (
    "Bcc: evil@example.net", "=?utf-8?q?=0D=0ABcc=3A?=", "<script>alert(1)</script>", "{sender} {paper} {{7*7}}",
    "%s %(x)s %0d%0a", "--=_0_boundary", ". .. RSET", "O'Neil; DROP TABLE", "=cmd|'/c calc'!A0",
    "&lt;b&gt; &#13; &#10;", "</div></body></html>",
    "END:VCALENDAR", "\\r\\nBcc\\N: x", "Żółć Gęśla-Jaźń", "Nguyễn Thị Ánh",
    "From me to you",
    "a" * 150,
)  # fmt: skip


def canary(number: int) -> str:
    return f"Canary{number:03}Q"


def patient(number: int) -> Any:
    own = canary(number)
    case = make_case(
        patient={"name": f"{own} Sample", "record_number": f"REC-{own}", "carer": f"Carer {own}"}, note=f"Note {own}."
    )
    return replace(row(case, consent="plain"), number=number, email=f"{own.lower()}@example.org")


def test_no_message_tells_of_another_patient() -> None:
    rows = [patient(number) for number in range(2, 14)]
    made = [mail(each, WHOLE) for each in rows]
    for each, message in zip(rows, made, strict=True):
        texts = [body(message, "plain"), body(message, "html"), str(parsed(message)["To"])]
        for text in texts:
            found = {word.lower() for word in re.findall(r"(?i)canary\d{3}q", text)}
            assert found == {canary(each.number).lower()}
        assert b"canary" not in attachment(message, "appointments.ics").lower()
        assert read_properties(attachment(message, "handout.pdf"))["patientKey"] == message.patient_key
    assert len({message.patient_key for message in made}) == len({message.key for message in made}) == len(rows)


def test_no_message_passes_for_another_row() -> None:
    rows = [patient(number) for number in (2, 3)]
    for one, other in (rows, rows[::-1]):
        message = mail(one)
        check_mail(message, one, clinic())
        with pytest.raises(InputError):
            check_mail(message, other, clinic())


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_stays_a_name(name: str) -> None:
    each = row(make_case(patient={"name": name}, note=name), consent="plain")
    message = mail(each, WHOLE)
    check_mail(message, each, clinic())
    squeezed = "".join(name.split())
    assert squeezed in "".join(body(message, "plain").split())
    assert [part.get_content_type() for part in parsed(message).walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf", "text/calendar",
    ]  # fmt: skip
    assert "<script>" not in body(message, "html")
    assert message.message.isascii()
    assert all(part.defects == [] for part in parsed(message).walk())
