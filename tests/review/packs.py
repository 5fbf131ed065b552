"""The review pack of one fictional clinic on a fixed day."""

from __future__ import annotations

import functools

from mvd_handout.composing.formats import Formats
from mvd_handout.composing.review import Pack, SampleFile
from mvd_handout.composing.review.say import Say
from mvd_handout.content.approval.register import Register
from mvd_handout.content.checks.check import check_content
from mvd_handout.content.checks.report import Report
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.library import Handout, Library
from mvd_handout.content.provenance import provenance
from mvd_handout.content.review import load_wording
from tests.approval.registers import DAY, decided
from tests.samples import handout


@functools.cache
def measured() -> Report:
    """Return the checks of the shipped handout."""
    return check_content(Library.shipped(), handout())


def make_pack(register: Register | None = None, clinic: Clinic | None = None, text: Handout | None = None) -> Pack:
    """Return what a pack is made from."""
    clinic, text = clinic or decided(), text or handout()
    return Pack(
        handout=text,
        clinic=clinic,
        register=register or Register(),
        sources=provenance(Library.shipped(), text, clinic.blocks),
        report=measured(),
        samples=(SampleFile("01-sample", "One sample"),),
        say=Say(load_wording("en"), Formats(clinic.profile.locale, text.labels)),
        today=DAY,
    )
