"""The clinic's policy for e-mail, as it stands in its profile."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mvd_handout.delivery.mail.model import MailPolicy
from mvd_handout.delivery.mail.policy import parse_policy
from mvd_handout.domain.errors import InputError


def test_a_policy_needs_an_address_and_no_more() -> None:
    policy = parse_policy({"email": {"from": "Ward4@Example.org", "smtp": {"host": "x"}}}, "Example Hospital")
    assert policy == MailPolicy("Ward4@example.org", "Example Hospital")
    assert [policy.locks(consent) for consent in ("encrypted", "plain", "none")] == [True, False, True]
    assert replace(policy, lock="always").locks("plain")


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ({}, "email.from"),
        ({"from": "ward4"}, "email.from"),
        ({"from": "a@example.org, b@example.org"}, "email.from"),
        ({"from": "a@example.org", "reply_to": "b"}, "email.reply_to"),
        ({"from": "a@example.org", "subject_prefix": "a\nBcc: b@example.org"}, "email, subject_prefix"),
        ({"from": "a@example.org", "name": "x" * 61}, "email, name"),
        ({"from": "a@example.org", "body": "all"}, "email, body"),
        ({"from": "a@example.org", "lock": "never"}, "email, lock"),
        ({"from": "a@example.org", "encrypt": True}, "email, encrypt"),
    ],
)
def test_a_policy_that_cannot_be_kept_is_refused(table: dict[str, object], where: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_policy({"email": table}, "Example Hospital")
    assert [fault for fault in caught.value.faults if fault.where.replace(", from", ".from").endswith(where)]


def test_a_clinic_without_a_policy_is_told_what_to_write() -> None:
    with pytest.raises(InputError, match=r"\[email\]"):
        parse_policy({}, "Example Hospital")


def test_a_missing_library_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "pikepdf" else object())
    with pytest.raises(InputError, match=r"pikepdf.*pip install 'mvd-handout\[mail\]'"):
        parse_policy({"email": {"from": "a@example.org"}}, "Example Hospital")
