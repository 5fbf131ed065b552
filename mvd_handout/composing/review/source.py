"""What the source leaves open and how it is printed, and what it says that the handout does not."""

from __future__ import annotations

from collections.abc import Iterator

from mvd_handout.composing.review.pack import Pack
from mvd_handout.composing.review.say import inlines, spaced
from mvd_handout.content.claims import Claim
from mvd_handout.domain import document as d


def source_sections(pack: Pack) -> tuple[d.Section, ...]:
    """Return both sections about the source."""
    say, unused = pack.say, pack.sources.unused()
    left_open = (_ambiguity(claim, pack) for claim in pack.sources.ambiguities())
    opened = (
        say.heading(2, "open.heading"),
        say.paragraph("open.about"),
        say.table("open.columns", left_open, (0.30, 0.28, 0.42), row_headers=False),
    )
    rows = ((_claim(claim), inlines(claim.unused)) for claim in unused)
    left_out: Iterator[d.Block] = iter(
        (say.paragraph("unused.about"), say.table("unused.columns", rows, (0.5, 0.5), row_headers=False))
        if unused
        else (say.paragraph("unused.none"),)
    )
    return (
        d.Section("open", opened, "page"),
        d.Section("unused", (say.heading(2, "unused.heading"), *left_out)),
    )


def _claim(claim: Claim) -> d.Inlines:
    place = f" ({claim.place})" if claim.place else ""
    return spaced(inlines(claim.id, strong=True), inlines(claim.says + place))


def _ambiguity(claim: Claim, pack: Pack) -> tuple[d.Inlines, ...]:
    """Return the problem, its readings one after the other, and the neutral form with its sentences."""
    readings = spaced(*(inlines(f"({number}) {text}") for number, text in enumerate(claim.readings, start=1)))
    printed = (pack.say.words("open.printed", text=text) for text in claim.printed)
    return _claim(claim), readings, spaced(inlines(claim.wording), *printed)
