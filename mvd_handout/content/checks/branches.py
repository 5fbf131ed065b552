"""Which passages can be printed together: every choice of branches that a case can make."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from mvd_handout.content.checks.passages import Guard, holds, names

_MOST_NAMES: Final = 12
"""So many conditions are tried in every combination; of more, each alone and all together."""

Truth = Mapping[str, bool]


def truths(guards: Iterable[Guard], fixed: Truth | None = None) -> Iterator[Truth]:
    """Yield every way in which the conditions of `guards` can hold, apart from what `fixed` settles."""
    settled = dict(fixed or {})
    asked = sorted({name for guard in guards for name in names(guard)} - settled.keys())
    for values in _values(len(asked)):
        truth = settled | dict(zip(asked, values, strict=True))
        if _possible(truth):
            yield truth


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


def _possible(truth: Truth) -> bool:
    """Whether a case can be like this: an operation is either planned or done."""
    planned, done = truth.get("operation.planned"), truth.get("operation.done")
    return planned is None or done is None or planned is not done
