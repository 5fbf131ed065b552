"""Defects planted into the program itself. The ids are right in all of them: the batch cannot tell, the checker can."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from mvd_handout.composing.answers import Answers
from mvd_handout.composing.blocks import shared_memory
from mvd_handout.composing.compose import compose
from mvd_handout.delivery import papers
from mvd_handout.domain.case import Case
from mvd_handout.domain.document import Document
from mvd_handout.domain.memory import Memory
from mvd_handout.rendering.pdf import render
from tests.mixup.batches import Batch, make_batch, shared
from tests.tools.canaries import make_patients

Bug = Callable[[pytest.MonkeyPatch], None]


def a_memory_keyed_too_coarsely(patch: pytest.MonkeyPatch) -> None:
    """Values of one kind and length stand in for each other."""
    kept: dict[Any, Any] = {}

    def coarse(self: Memory, function: Callable[..., Any], *args: Any) -> Any:
        key = (function, *((type(each), len(repr(each))) for each in args))
        if key not in kept:
            kept[key] = function(*args)
        return kept[key]

    patch.setattr(Memory, "__call__", coarse)


def a_memory_that_leaves_the_answers_out(patch: pytest.MonkeyPatch) -> None:
    """A part of the text is known by itself, and not by what this case answers to it."""
    kept: dict[Any, Any] = {}

    def held(self: Memory, function: Callable[..., Any], values: tuple[object, ...], *args: object) -> Any:
        key = (function, *map(id, values), *(each for each in args if not isinstance(each, Answers)))
        if key not in kept:
            kept[key] = (values, function(*values, *args))
        return kept[key][1]

    patch.setattr(Memory, "held", held)


def a_value_carried_over(patch: pytest.MonkeyPatch) -> None:
    """Whoever has no note or visit gets the last one's."""
    last: dict[str, Any] = {}

    def stale(case: Case, *args: Any, **options: Any) -> Document:
        last.update({name: value for name in ("note", "visits") if (value := getattr(case, name))})
        carried = compose(structs.replace(case, **last), *args, **options)
        return structs.replace(compose(case, *args, **options), sections=carried.sections)

    patch.setattr(papers, "compose", stale)


def one_part_of_the_patient_before(part: str) -> Bug:
    def plant(patch: pytest.MonkeyPatch) -> None:
        late: list[Document] = []

        def delayed(*args: Any, **options: Any) -> Document:
            late.append(compose(*args, **options))
            return structs.replace(late[-1], **{part: getattr(late[-2:][0], part)})

        patch.setattr(papers, "compose", delayed)

    return plant


BUGS: dict[str, Bug] = {
    "a memory keyed too coarsely": a_memory_keyed_too_coarsely,
    "a memory that leaves the answers out": a_memory_that_leaves_the_answers_out,
    "a value carried over": a_value_carried_over,
    "the strip is one patient late": one_part_of_the_patient_before("identity"),
    "the sections are one patient late": one_part_of_the_patient_before("sections"),
    "the foot is one patient late": one_part_of_the_patient_before("furniture"),
}


@pytest.fixture(autouse=True)
def nothing_wrong_is_remembered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the test memories that are thrown away, and learn what all papers say while nothing is wrong yet."""
    shared()
    monkeypatch.setattr(render, "memory", functools.cache(lambda: Memory(64)))
    shared_memory().forget()
    yield
    shared_memory().forget()


@pytest.mark.parametrize("bug", BUGS)
def test_the_checker_finds(bug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patients = make_patients(18, seed=3)
    BUGS[bug](monkeypatch)
    outcome = make_batch(tmp_path / "batch", patients)
    assert outcome.made
    found = Batch(tmp_path / "batch", tuple(patients)).check()
    assert [problem for problem in found if "foreign" in problem or "identity" in problem]
