"""The pack's first pages: what to do, how each part stands, the samples, and what is still undecided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mvd_handout.composing.approvable import missing_blocks, placed_blocks
from mvd_handout.composing.review.pack import Pack, Part
from mvd_handout.composing.review.say import inlines, long, spaced
from mvd_handout.domain import document as d


def start_section(pack: Pack, found: Sequence[Part], title: str) -> d.Section:
    """Return the first page: how much is open, what to do, and what is reviewed."""
    say, count = pack.say, sum(part.open for part in found)
    lead = "start.lead_open" if count else "start.lead_done"
    blocks = (
        d.Heading(1, inlines(title)),
        d.Box("message", (d.Paragraph(say.words(lead, open=count, all=len(found)), "lead"),)),
        say.paragraph("start.about"),
        say.heading(2, "start.steps_heading"),
        say.numbered("start.steps"),
        say.heading(2, "start.facts_heading"),
        say.table("start.facts_columns", _facts(pack), (0.3, 0.7)),
    )
    return d.Section("start", blocks)


def _facts(pack: Pack) -> Iterator[tuple[d.Inlines, ...]]:
    handout, source, profile = pack.handout, pack.handout.source, pack.clinic.profile
    values: dict[str, dict[str, object]] = {
        "handout": {
            "title": handout.title,
            "name": handout.name,
            "version": handout.version,
            "language": handout.language,
        },
        "source": {
            "title": source.title,
            "site": source.site,
            "published": source.published,
            "sha256": long(source.sha256),
        },
        "reviewed": {"last": handout.last_reviewed, "next": handout.next_review},
        "clinic": {"hospital": profile.hospital, "unit": profile.unit},
        "date": {"date": pack.today},
        "register": {"number": pack.register.number, "count": len(pack.register.entries)},
    }
    for name, filled in values.items():
        yield pack.say.words(f"start.{name}"), pack.say.words(f"start.{name}_value", **filled)


def parts_section(pack: Pack, found: Sequence[Part]) -> d.Section:
    """Return the table of all parts with how each stands, and on which page its words are."""
    say = pack.say
    placed = {*placed_blocks(pack.handout)}
    stray = [block.name for block in pack.clinic.blocks if block.name not in placed]
    blocks: list[d.Block] = [
        say.heading(2, "parts.heading"),
        say.paragraph("parts.about"),
        say.table("parts.columns", (_row(part, pack) for part in found), (0.33, 0.37, 0.14, 0.16)),
    ]
    if stray:
        blocks.append(say.paragraph("parts.unplaced", names=", ".join(stray)))
    return d.Section("parts", tuple(blocks), "page")


def _row(part: Part, pack: Pack) -> tuple[d.Inlines, ...]:
    say = pack.say
    where: d.Inlines = (d.PageRef(part.name, say.text("parts.where"), part.name),)
    if part.approved is None:
        changed = say.words("parts.never")
    else:
        changed = inlines(str(len(part.changes))) if part.changes else say.words("parts.same")
    return inlines(part.title), _standing(part, pack), changed, where


def _standing(part: Part, pack: Pack) -> d.Inlines:
    say, entry = pack.say, part.standing.entry
    state = inlines(say.text(f"states.{part.standing.state.name.lower()}"), strong=part.open)
    if entry is None:
        return state
    about = {"name": entry.name, "role": entry.role, "date": entry.date}
    if entry.kind == "withdrawal":
        return spaced((*state, d.Text(".")), say.words("parts.withdrawn_by", **about, reason=entry.reason))
    groups = [say.text(f"signoff.groups.{group}") for group in entry.also_for]
    also = say.text("parts.also_for", groups=", ".join(groups)) if groups else ""
    by = say.text("parts.by", **about, until=entry.review_by)
    return spaced((*state, d.Text(".")), inlines(by + also))


def samples_section(pack: Pack) -> d.Section:
    """Return the samples as a list to tick."""
    say = pack.say
    items = tuple(spaced(say.strong("samples.item", shows=each.shows), inlines(each.name)) for each in pack.samples)
    blocks = (say.heading(2, "samples.heading"), say.paragraph("samples.about"), d.List(items, "check"))
    return d.Section("samples", blocks, "page")


def undecided_section(pack: Pack) -> d.Section:
    """Return what the clinic's texts leave open, with room to write the decisions."""
    anything = any(block.undecided for block in pack.clinic.blocks)
    return d.Section("undecided", tuple(_undecided(pack)), "page" if anything else "flow")


def _undecided(pack: Pack) -> Iterator[d.Block]:
    say = pack.say
    yield say.heading(2, "undecided.heading")
    open_texts = [block for block in pack.clinic.blocks if block.undecided]
    yield say.paragraph("undecided.about" if open_texts else "undecided.none")
    yield from _unwritten(pack)
    for block in open_texts:
        yield d.Heading(3, inlines(block.title))
        rows = ((inlines(point), ()) for point in block.undecided)
        yield say.table("undecided.columns", rows, (0.5, 0.5), writing=True, row_headers=False)


def _unwritten(pack: Pack) -> Iterator[d.Block]:
    missing = missing_blocks(pack.handout, pack.clinic)
    own = {block.name for block in pack.clinic.blocks}
    others = [name for name in placed_blocks(pack.handout) if name not in own and name not in missing]
    for key, names in (("missing", missing), ("unwritten", tuple(others))):
        if names:
            yield pack.say.paragraph(f"undecided.{key}", names=", ".join(names))
