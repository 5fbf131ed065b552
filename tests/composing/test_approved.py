"""The key of what was approved: it changes with every word and number that the gate compares, and with nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from msgspec.structs import replace

from mvd_handout.composing.approved import approved_key
from mvd_handout.composing.gate import decide
from mvd_handout.content.clinic import Clinic
from mvd_handout.rendering.render import render
from tests.approval.registers import DAY, approved, decided
from tests.samples import APPROVAL, ISSUED, clinic_data, handout, make_case, make_clinic, make_document


def key(clinic: Clinic, **changes: Any) -> str:
    """Return the key when all that a clinic says was approved just so."""
    found = decide(clinic, handout(), approved(clinic, **changes), DAY).require()
    return approved_key(clinic, found)


def reworded(clinic: Clinic) -> Clinic:
    """Return the clinic with other words in its first block."""
    first, *others = clinic.blocks
    return replace(clinic, blocks=(replace(first, nodes=others[0].nodes), *others))


def test_who_approved_and_when_does_not_change_it() -> None:
    clinic = decided()
    same = key(clinic)
    assert len(same) == 24
    assert key(clinic, name="Kim Invented", role="Consultant") == same
    assert key(clinic, review_by=dt.date(2027, 6, 1)) == same


def test_words_numbers_and_groups_change_it() -> None:
    clinic = decided()
    phones = clinic_data()["phones"]
    assert isinstance(phones, dict)
    other = {**phones, "day": {**phones["day"], "number": "01632 960199"}}
    keys = [
        key(clinic),
        key(reworded(clinic)),
        key(decided(make_clinic(phones=other))),
        key(clinic, also_for=("under-18",)),
        key(replace(clinic, key=b"\1" * 32)),
    ]
    assert len(set(keys)) == len(keys)


def test_a_paper_for_a_patient_carries_it_and_a_draft_has_none() -> None:
    clinic = make_clinic()
    about = make_document(approval=APPROVAL).metadata
    assert about.approved_key == approved_key(clinic, APPROVAL)
    assert make_document().metadata.approved_key == ""


@pytest.mark.parametrize("kind", ["html", "text"])
def test_what_is_no_pdf_does_not_carry_it(kind: Any) -> None:
    document = make_document(make_case(), issued=ISSUED, approval=APPROVAL)
    assert document.metadata.approved_key.encode() not in render(document, kind)
