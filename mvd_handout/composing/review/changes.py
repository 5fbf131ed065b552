"""Two canonical texts side by side: which sentences were changed, added or removed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct

from mvd_handout.domain import document as d

_ALIKE: Final = 0.5
"""From which likeness on (0 to 1) two sentences count as one that was changed."""

_WORDS: Final = re.compile(r"\s+|[^\s]+")


class Change(Struct, frozen=True):
    """One sentence that is not as it was; `before` is empty for one that was added, `after` for one removed."""

    before: str
    after: str

    @property
    def kind(self) -> Literal["changed", "added", "removed"]:
        """What happened to it."""
        if self.before and self.after:
            return "changed"
        return "removed" if self.before else "added"

    def shown(self) -> tuple[d.Inlines, d.Inlines]:
        """Return both sentences; in a changed one, the words that the other has not are strong."""
        if self.kind != "changed":
            return _run(self.before), _run(self.after)
        old, new = _WORDS.findall(self.before), _WORDS.findall(self.after)
        before: list[d.Inline] = []
        after: list[d.Inline] = []
        for tag, start, end, new_start, new_end in _opcodes(old, new):
            before += _run("".join(old[start:end]), tag != "equal")
            after += _run("".join(new[new_start:new_end]), tag != "equal")
        return tuple(before), tuple(after)


def compare(before: str, after: str) -> tuple[Change, ...]:
    """Return every sentence that differs between two canonical texts, in the order of the text."""
    old, new = _sentences(before), _sentences(after)
    found: list[Change] = []
    for tag, start, end, new_start, new_end in _opcodes(old, new):
        if tag != "equal":
            found += _paired(old[start:end], new[new_start:new_end])
    return tuple(found)


def _sentences(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """Yield the changes of a stretch; each old sentence goes with the first new one that is like it."""
    at = 0
    for before in old:
        hit = next((number for number in range(at, len(new)) if _alike(before, new[number])), None)
        if hit is None:
            yield Change(before, "")
            continue
        yield from (Change("", after) for after in new[at:hit])
        yield Change(before, new[hit])
        at = hit + 1
    yield from (Change("", after) for after in new[at:])


def _alike(before: str, after: str) -> bool:
    return difflib.SequenceMatcher(None, before, after, autojunk=False).ratio() >= _ALIKE


def _run(text: str, strong: bool = False) -> d.Inlines:
    return (d.Text(text, strong),) if text else ()
