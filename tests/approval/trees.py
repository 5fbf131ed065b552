"""Changing one thing somewhere in an unfilled text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from mvd_handout.content import unfilled as u

Tree = TypeVar("Tree")


def changed(tree: Tree, change: Callable[[Struct], Struct | None]) -> Tree:
    """Return `tree` with every struct for which `change` returns another one replaced by that."""
    return cast("Tree", _changed(tree, change))


def _changed(value: object, change: Callable[[Struct], Struct | None]) -> object:
    if isinstance(value, tuple):
        return tuple(_changed(each, change) for each in value)
    if not isinstance(value, Struct):
        return value
    if (other := change(value)) is not None:
        return other
    return replace(value, **{name: _changed(getattr(value, name), change) for name in value.__struct_fields__})


def count(tree: object, kind: type[Struct]) -> int:
    """Return how many structs of `kind` there are in `tree`."""
    found: list[Struct] = []
    changed(tree, lambda each: found.append(each) if isinstance(each, kind) else None)
    return len(found)


def nth_words(number: int, edit: Callable[[str], str]) -> Callable[[Struct], Struct | None]:
    """Return a change that edits the text of the authored words with that number, counted from 0."""
    seen = iter(range(10**6))

    def change(each: Struct) -> Struct | None:
        if isinstance(each, u.Words) and next(seen) == number:
            return replace(each, text=edit(each.text))
        return None

    return change
