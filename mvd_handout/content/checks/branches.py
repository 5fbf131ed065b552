"""Which passages can be printed together: every choice of branches that a case can make."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from mvd_handout.content.checks.passages import Guard, holds, names

_MOST_NAMES: Final = 12
"""So many conditions are tried in every combination; of more, each alone and all together."""

_PLANNED, _DONE = "operation.planned", "operation.done"
"""An operation is one or the other."""

Truth = Mapping[str, bool]


def truths(guards: Iterable[Guard], fixed: Truth | None = None) -> Iterator[Truth]:
    """Yield every way in which the conditions of `guards` can hold, apart from what `fixed` settles."""
    settled = dict(fixed or {})
    asked = {name for guard in guards for name in names(guard)} - settled.keys()
    free = sorted(asked - {_DONE} | ({_PLANNED} - settled.keys() if _DONE in asked else set()))
    for values in _values(len(free)):
        truth = settled | dict(zip(free, values, strict=True))
        yield truth | {_DONE: not truth[_PLANNED]} if _DONE in asked else truth


def printed(guard: Guard, truth: Truth) -> bool:
    """Whether a passage under `guard` is printed where `truth` holds."""
    return all(holds(condition, truth) is wanted for condition, wanted in guard)


def _values(count: int) -> Iterator[tuple[bool, ...]]:
    if count <= _MOST_NAMES:
        yield from itertools.product((False, True), repeat=count)
        return
    yield from ((False,) * count, (True,) * count)
    for at in range(count):
        yield tuple(index == at for index in range(count))
        yield tuple(index != at for index in range(count))
