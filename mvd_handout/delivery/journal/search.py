"""Questions to a journal, each answered in one pass and in little memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from mvd_handout.delivery.journal.entry import Entry


class Wanted(Struct, frozen=True):
    """Which entries are asked for; what is empty does not matter. `first` and `last` are dates on the paper."""

    document_id: str = ""
    patient_key: str = ""
    handout: str = ""
    version: str = ""
    content_hash: str = ""
    first: dt.date | None = None
    last: dt.date | None = None

    def fits(self, entry: Entry) -> bool:
        """Whether an entry is one of them; a content hash may be given by its first digits."""
        return (
            self.document_id in {"", entry.document_id}
            and self.patient_key in {"", entry.patient_key}
            and self.handout in {"", entry.handout}
            and self.version in {"", entry.version}
            and entry.content_hash.startswith(self.content_hash)
            and (self.first is None or self.first <= entry.issued)
            and (self.last is None or entry.issued <= self.last)
        )


class Found(Struct, frozen=True):
    """An entry, and the id of the copy that replaced its paper, if one did."""

    entry: Entry
    replaced_by: str = ""


def find(entries: Iterable[Entry], wanted: Wanted) -> list[Found]:
    """Return the entries that fit, the oldest first. Memory is taken for those, and for which copy replaced which."""
    found: list[Entry] = []
    by_paper: dict[str, str] = {}
    by_email: dict[str, str] = {}
    for entry in entries:
        if entry.replaces:
            (by_email if entry.kind == "email" else by_paper)[entry.replaces] = entry.document_id
        if wanted.fits(entry):
            found.append(entry)
    return [Found(entry, _successor(entry, by_paper, by_email)) for entry in found]


def _successor(entry: Entry, by_paper: Mapping[str, str], by_email: Mapping[str, str]) -> str:
    """Return what replaced an entry: a paper a paper, and an e-mail an e-mail, or the paper that it brought."""
    by_email = by_email if entry.kind == "email" else {}
    return by_email.get(entry.document_id) or by_paper.get(entry.document_id, "")


def latest_copy(entries: Iterable[Entry], document_id: str) -> tuple[Entry | None, Entry | None]:
    """Return the entry of a paper and that of the copy that stands for it today: itself, or what replaced it last.

    An e-mail brings a paper that is noted already, so it is no copy.
    """
    asked: Entry | None = None
    latest: Entry | None = None
    for entry in entries:
        if entry.kind == "email":
            continue
        if entry.document_id == document_id:
            asked = asked or entry
            latest = latest or entry
        if latest is not None and entry.replaces == latest.document_id:
            latest = entry
    return asked, latest


class Paper(Struct, frozen=True):
    """A paper that somebody has, and the date on it."""

    document_id: str
    issued: dt.date


class Standing:
    """Which paper of a handout each of some patients has: the last one that no other replaced; an e-mail is none."""

    def __init__(self, patient_keys: Collection[str], handout: str) -> None:
        self._patient_keys, self._handout = patient_keys, handout
        self._papers: dict[str, dict[str, Paper]] = {}
        self._replaced: set[tuple[str, str]] = set()

    def add(self, entry: Entry) -> None:
        """Take in an entry that is younger than all before it."""
        if entry.kind == "email" or entry.handout != self._handout or entry.patient_key not in self._patient_keys:
            return
        self._replaced.add((entry.patient_key, entry.replaces))
        papers = self._papers.setdefault(entry.patient_key, {})
        papers.pop(entry.document_id, None)  # made again, it is the last
        papers[entry.document_id] = Paper(entry.document_id, entry.issued)

    def of(self, patient_key: str) -> Paper | None:
        """Return the paper that a patient has."""
        papers = self._papers.get(patient_key, {}).values()
        return next((each for each in reversed(papers) if (patient_key, each.document_id) not in self._replaced), None)


def standing_paper(entries: Iterable[Entry], patient_key: str, handout: str) -> Paper | None:
    """Return the last paper of a patient that no other replaced; an e-mail is none."""
    found = Standing({patient_key}, handout)
    for entry in entries:
        found.add(entry)
    return found.of(patient_key)


def emailed(entries: Iterable[Entry], document_id: str) -> Entry | None:
    """Return the last e-mail with this id."""
    found: Entry | None = None
    for entry in entries:
        if entry.kind == "email" and entry.document_id == document_id:
            found = entry
    return found


def replacements(
    entries: Iterable[Entry], document_ids: Iterable[str] = (), patient_keys: Collection[str] = frozenset()
) -> dict[str, Entry]:
    """Return, by document id, the copy that stands for each replaced paper today: the last of a chain.

    Of the papers with these ids, and of all papers of these patients; one that nothing replaced is not in it. An
    e-mail brings a paper that is noted already, so it replaces none. `entries` come oldest first and are read once;
    `Journal.copies` gives those that matter, and nothing else.
    """
    found = Replacements(document_ids, patient_keys)
    for entry in entries:
        found.add(entry)
    return found.latest


class Replacements:
    """Which copy stands for a replaced paper today, as `replacements` finds it, entry by entry."""

    def __init__(self, document_ids: Iterable[str] = (), patient_keys: Collection[str] = frozenset()) -> None:
        self.latest: dict[str, Entry] = {}
        self._patient_keys = patient_keys
        self._earlier = {each: frozenset({each}) for each in document_ids}

    def add(self, entry: Entry) -> None:
        """Take in an entry that is younger than all before it."""
        if entry.kind == "email" or not entry.replaces:
            return
        if entry.patient_key in self._patient_keys:
            self._earlier.setdefault(entry.replaces, frozenset({entry.replaces}))
        if before := self._earlier.get(entry.replaces, frozenset()) - {entry.document_id}:
            self._earlier[entry.document_id] = before | self._earlier.get(entry.document_id, frozenset())
            self.latest.update(dict.fromkeys(before, entry))


class Tally(Struct):
    """How many papers were given: `copies` of them replaced another; `emails` were sent."""

    papers: int = 0
    copies: int = 0
    emails: int = 0


GROUPS = ("month", "day", "user", "version", "handout", "language")


def tally(entries: Iterable[Entry], by: str, wanted: Wanted) -> Mapping[str, Tally]:
    """Return how many papers were given, by one of `GROUPS`, in the order of the names.

    A paper that was made again, with the same id, is counted where it stands first. Memory is taken for every id.
    """
    found: dict[str, Tally] = {}
    seen: set[str] = set()
    for entry in _fitting(entries, wanted):
        if entry.kind != "email":
            if entry.document_id in seen:
                continue
            seen.add(entry.document_id)
        count = found.setdefault(_group(entry, by), Tally())
        if entry.kind == "email":
            count.emails += 1
        else:
            count.papers += 1
            count.copies += entry.copy > 1
    return dict(sorted(found.items()))


def _fitting(entries: Iterable[Entry], wanted: Wanted) -> Iterator[Entry]:
    return (entry for entry in entries if wanted.fits(entry))


def _group(entry: Entry, by: str) -> str:
    match by:
        case "month":
            return f"{entry.issued:%Y-%m}"
        case "day":
            return entry.issued.isoformat()
        case "version":
            return f"{entry.handout} {entry.version}"
        case _:
            return str(getattr(entry, by))
