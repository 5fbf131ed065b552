"""A memory for what was made before, so that the same thing is not made again for the next patient.

It is exact, because every step that goes through it is a pure function of frozen values: what comes back is what
would be made now. Keys are whole values, so no patient can stand in for another, and a full memory forgets what was
not used for longest. `NO_MEMORY` makes everything anew: it is what the remembering way is tested against.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final, TypeVar, TypeVarTuple, Unpack

A = TypeVarTuple("A")
T = TypeVar("T")

_HELD: Final = 2
"""So many times more results are known by the identity of values, over all functions; and as many of the older."""


class Memory:
    """Remembers the last `size` results of every function; with size 0 nothing."""

    def __init__(self, size: int) -> None:
        """Take how many results of each function are kept."""
        self._size = size
        self._kept: dict[Callable[..., Any], Callable[..., Any]] = {}
        # Of what is known by identity, the old is let go when there is too much of the young: what was asked for in
        # between is young again.
        self._young: dict[tuple[Any, ...], tuple[Any, Any]] = {}
        self._old: dict[tuple[Any, ...], tuple[Any, Any]] = {}

    def __call__(self, function: Callable[[Unpack[A]], T], *args: *A) -> T:
        """Return what `function` gives for these arguments, which can all be hashed."""
        if not self._size:
            return function(*args)
        kept = self._kept.get(function)
        if kept is None:
            kept = self._kept[function] = functools.lru_cache(self._size)(function)
        result: T = kept(*args)
        return result

    def held(self, function: Callable[..., T], values: tuple[object, ...], *args: object) -> T:
        """Return what `function` gives for `values` and `args`; know the very same values again without reading them.

        They need not be hashed. They are held as long as the result, so that their identity is not given to others.
        """
        if not self._size:
            return function(*values, *args)
        key = (function, *map(id, values), *args)
        held = self._young.get(key)
        if held is None:
            held = self._old.pop(key, None) or (values, function(*values, *args))
            if len(self._young) >= _HELD * self._size:
                self._old, self._young = self._young, {}
            self._young[key] = held
        known: T = held[1]
        return known

    def first(self, value: T) -> T:
        """Return the first of all values that equal this one, so that `held` knows it. It can be hashed."""
        return self(_itself, value)

    def forget(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._young.clear()
        self._old.clear()


def _itself(value: T) -> T:
    return value


NO_MEMORY: Final = Memory(0)
