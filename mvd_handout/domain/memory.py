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

_HELD: Final = 4
"""So many times more values are known by their identity, over all functions."""


class Memory:
    """Remembers the last `size` results of every function; with size 0 nothing."""

    def __init__(self, size: int) -> None:
        """Take how many results of each function are kept."""
        self._size = size
        self._kept: dict[Callable[..., Any], Callable[..., Any]] = {}
        self._held: dict[tuple[Any, ...], tuple[Any, Any]] = {}

    def __call__(self, function: Callable[[Unpack[A]], T], *args: *A) -> T:
        """Return what `function` gives for these arguments, which can all be hashed."""
        if not self._size:
            return function(*args)
        kept = self._kept.get(function)
        if kept is None:
            kept = self._kept[function] = functools.lru_cache(self._size)(function)
        result: T = kept(*args)
        return result

    def same(self, function: Callable[..., T], value: object, *args: object) -> T:
        """Return what `function` gives for `value` and `args`, and know the very same `value` again without reading it.

        Another value with the same contents is known by these.
        """
        if not self._size:
            return function(value, *args)
        key = (function, id(value), *args)
        held = self._held.get(key)
        if held is None:
            held = self._hold(key, value, self(function, value, *args))
        result: T = held[1]
        return result

    def held(self, function: Callable[..., T], values: tuple[object, ...], *args: object) -> T:
        """Return what `function` gives for `values` and `args`, if need be for `values` that cannot be hashed.

        They are known by their identity alone, so they must be frozen as all others.
        """
        if not self._size:
            return function(*values, *args)
        key = (function, *map(id, values), *args)
        held = self._held.get(key)
        if held is None:
            held = self._hold(key, values, function(*values, *args))
        result: T = held[1]
        return result

    def forget(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._held.clear()

    def _hold(self, key: tuple[Any, ...], value: object, result: object) -> tuple[Any, Any]:
        """Hold a value as long as its result, so that its identity is not given to another.

        When there are too many all are let go; that costs a little time now and then.
        """
        if len(self._held) >= _HELD * self._size:
            self._held.clear()
        self._held[key] = held = (value, result)
        return held


NO_MEMORY: Final = Memory(0)
