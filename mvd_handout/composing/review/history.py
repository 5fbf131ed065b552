"""What changed since the last approval, sentence by sentence, and what was never approved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from mvd_handout.composing.review.changes import Change, compare
from mvd_handout.composing.review.pack import Pack, Part, gone
from mvd_handout.composing.review.say import inlines
from mvd_handout.composing.standing import State
from mvd_handout.content.approval.entries import Entry
from mvd_handout.domain import document as d


def changes_section(pack: Pack, found: Sequence[Part]) -> d.Section:
    """Return the section of changes."""
    return d.Section("changes", tuple(_blocks(pack, found)), "page")


def _blocks(pack: Pack, found: Sequence[Part]) -> Iterator[d.Block]:
    say = pack.say
    yield say.heading(2, "changes.heading")
    yield say.paragraph("changes.about")
    never = [part for part in found if part.approved is None]
    same = [part for part in found if part.approved and not part.changes and part.standing.state is not State.CHANGED]
    lost = gone(pack, tuple(found))
    if len(never) == len(found):
        yield say.paragraph("changes.never_any")
    elif not lost and not any(part.changes for part in found):
        yield say.paragraph("changes.nothing")
    for part in found:
        yield from _part(part, pack)
    for entry in lost:
        yield from _gone(entry, pack)
    for key, some in (("never", never if len(never) < len(found) else []), ("same", same)):
        if some:
            yield say.paragraph(f"changes.{key}")
            yield d.List(tuple(inlines(_named(part, pack)) for part in some))


def _named(part: Part, pack: Pack) -> str:
    return pack.say.text("changes.part", title=part.title, name=part.name)


def _part(part: Part, pack: Pack) -> Iterator[d.Block]:
    entry, act, say = part.approved, part.standing.entry, pack.say
    withdrawn = part.standing.state is State.WITHDRAWN
    if entry is None or not (part.changes or withdrawn or part.standing.state is State.CHANGED):
        return
    yield d.Heading(3, inlines(_named(part, pack)))
    yield from _table(part.changes, pack)
    counts = Counter(change.kind for change in part.changes)
    kinds = {kind: counts[kind] for kind in ("changed", "added", "removed")}
    yield say.paragraph("changes.since", name=entry.name, role=entry.role, date=entry.date, **kinds)
    if withdrawn and act:
        about = {"name": act.name, "role": act.role, "date": act.date, "reason": act.reason}
        yield say.paragraph("changes.withdrawn", **about)


def _gone(entry: Entry, pack: Pack) -> Iterator[d.Block]:
    yield d.Heading(3, inlines(entry.block))
    yield from _table(compare(entry.text, ""), pack)
    yield pack.say.paragraph("changes.gone", name=entry.name, role=entry.role, date=entry.date)


def _table(changes: Sequence[Change], pack: Pack) -> Iterator[d.Block]:
    if changes:
        rows = ((pack.say.words(f"changes.what_{each.kind}"), *each.shown()) for each in changes)
        yield pack.say.table("changes.columns", rows, (0.16, 0.42, 0.42))
