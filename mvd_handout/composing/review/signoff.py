"""The sign-off sheet: a box to tick for every part with the hash of its words, and lines to sign on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from mvd_handout.composing.review.pack import Pack, Part
from mvd_handout.composing.review.say import inlines, short, spaced
from mvd_handout.composing.standing import has_passed
from mvd_handout.content.approval import GROUPS
from mvd_handout.content.approval.contacts import contact_text, numbers
from mvd_handout.domain import document as d

_NOT_YET_LINES: Final = 5


def signoff_section(pack: Pack, found: Sequence[Part], pack_id: str) -> d.Section:
    """Return the sheet to sign; it begins on a new sheet of paper, so that it can be kept by itself."""
    return d.Section("signoff", tuple(_blocks(pack, found, pack_id)), "sheet")


def _blocks(pack: Pack, found: Sequence[Part], pack_id: str) -> Iterator[d.Block]:
    say, handout = pack.say, pack.handout
    yield say.heading(2, "signoff.heading")
    about = {"name": handout.name, "version": handout.version, "language": handout.language}
    yield say.paragraph("signoff.about", **about, id=pack_id)
    yield say.heading(3, "signoff.parts_heading")
    yield d.List(tuple(_part(part, pack) for part in found), "check")
    yield say.heading(3, "signoff.groups_heading")
    yield say.paragraph("signoff.groups_about")
    yield d.List(tuple(say.words(f"signoff.groups.{group}") for group in GROUPS), "check")
    yield say.heading(3, "signoff.more.numbers_heading")
    yield _checked(pack)
    yield say.paragraph("signoff.more.numbers_about")
    yield d.List(tuple(_number(whose, phone.text, pack) for whose, phone in numbers(pack.clinic.profile)), "check")
    yield d.Lines(1, say.words("signoff.more.review_by"))
    yield d.Lines(_NOT_YET_LINES, say.words("signoff.more.not_yet"))
    yield say.heading(3, "signoff.more.sign_heading")
    columns = len(say.wording.texts("signoff.more.sign_columns"))
    rows = (tuple(() for _ in range(columns)) for _ in range(int(say.text("signoff.more.sign_rows"))))
    yield say.table("signoff.more.sign_columns", rows, (0.30, 0.24, 0.18, 0.28), writing=True, row_headers=False)
    yield say.heading(3, "signoff.more.then_heading")
    yield say.numbered("signoff.more.then")


def _part(part: Part, pack: Pack) -> d.Inlines:
    words = pack.say.words("signoff.part", title=part.title, name=part.name)
    return spaced(words, inlines(short(part.standing.block.sha256), strong=True))


def _number(whose: str, number: str, pack: Pack) -> d.Inlines:
    return spaced(pack.say.words("signoff.more.number", whose=whose), inlines(number, strong=True))


def _checked(pack: Pack) -> d.Paragraph:
    """Say how the check of the numbers stands."""
    say, check = pack.say, pack.register.latest("contacts")
    if check is None:
        return say.paragraph("signoff.more.numbers_none")
    about = {"name": check.name, "role": check.role, "date": check.date, "until": check.review_by}
    if check.text != contact_text(pack.clinic.profile):
        return say.paragraph("signoff.more.numbers_changed", **about)
    return say.paragraph(f"signoff.more.numbers_{'passed' if has_passed(check, pack.today) else 'good'}", **about)
