"""Consent to e-mail: to what the patient agreed, taken down in one of three words, and never guessed."""

from __future__ import annotations

import datetime as dt

import pytest

from mvd_handout.delivery.roster.model import RosterFault
from mvd_handout.delivery.roster.read import read_roster
from tests.delivery_roster.builders import as_csv, changed, refused, table


@pytest.mark.parametrize(
    ("cell", "consent"),
    [
        ("encrypted", "encrypted"),
        ("Locked", "encrypted"),
        (" PLAIN ", "plain"),
        ("not encrypted", "plain"),
        ("none", "none"),
        ("No", "none"),
        ("0", "none"),
        ("declined", "none"),
        ("", "none"),
    ],
)
def test_a_consent_says_to_what(cell: str, consent: str) -> None:
    assert [row.email_consent for row in read_roster(as_csv(_with_consent(cell)))] == ["none", consent, "none"]


@pytest.mark.parametrize("cell", ["yes", "Y", "true", "1", "x", "ok"])
def test_a_bare_yes_to_e_mail_names_the_three_words(cell: str) -> None:
    (fault,) = refused(as_csv(_with_consent(cell)))
    assert isinstance(fault, RosterFault)
    assert (fault.row, fault.column) == (3, "E-mail consent")
    assert all(word in fault.wanted for word in ("encrypted", "plain", "none"))


@pytest.mark.parametrize("cell", ["e", "p", "enc", "plaintext?", "maybe", "2", "n/a", "#REF!"])
def test_no_consent_is_guessed(cell: str) -> None:
    assert len(refused(as_csv(_with_consent(cell)))) == 1


def test_who_took_the_consent_down_and_when() -> None:
    extra = (["E-mail consent date", "E-mail consent by"], ["4/3/2026", "Sam Invented"], ["", ""], ["2026-03-04", ""])
    rows = [[*row, *cells] for row, cells in zip(table(), extra, strict=True)]
    found = [
        (row.email_consent_date, row.email_consent_by) for row in read_roster(as_csv(rows), date_order="day-first")
    ]
    assert found == [(dt.date(2026, 3, 4), "Sam Invented"), (None, ""), (dt.date(2026, 3, 4), "")]


def _with_consent(cell: str) -> list[list[str]]:
    return [[*row, ("E-mail consent", "", cell, "no")[index]] for index, row in enumerate(table())]


@pytest.mark.parametrize("cell", ["alex@gmial.com", "a@b.org, c@d.org", "alex@example", "<alex@example.org>"])
def test_a_bad_address_is_found_when_the_roster_is_read(cell: str) -> None:
    (fault,) = refused(as_csv(changed(3, "E-mail", cell)))
    assert isinstance(fault, RosterFault)
    assert (fault.row, fault.column) == (3, "E-mail")
    assert "alex@" not in str(fault).replace("alex@example.org", "")
