"""A memory gives what would be made now, is bounded, and never takes one value for another."""

from __future__ import annotations

import gc
import random
import weakref

import pytest

from mvd_handout.domain.memory import NO_MEMORY, Memory


class Value:
    """Something that cannot be hashed by its contents."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, number: int) -> None:
        self.number = number


def doubled(value: int) -> int:
    return 2 * value


def number_of(value: Value, plus: int) -> int:
    return value.number + plus


@pytest.mark.parametrize("size", [0, 1, 3, 1000])
def test_what_comes_back_is_what_would_be_made(size: int) -> None:
    memory, chooser = Memory(size), random.Random(1)
    values = [Value(number) for number in range(9)]
    for _ in range(500):
        number, plus = chooser.randrange(9), chooser.randrange(4)
        assert memory(doubled, number) == 2 * number
        assert memory.held(number_of, (values[number],), plus) == number + plus


def test_a_value_in_the_place_of_one_that_is_gone_is_another() -> None:
    memory = Memory(2)
    for number in range(2000):
        assert memory.held(number_of, (Value(number),), 0) == number


def test_only_so_many_values_are_held() -> None:
    memory, places = Memory(4), []
    for number in range(100):
        value = Value(number)
        places.append(weakref.ref(value))
        memory.held(number_of, (value,), 0)
    del value
    gc.collect()
    assert 0 < sum(place() is not None for place in places) <= 2 * 2 * 4


def test_what_is_asked_for_again_and_again_is_made_once() -> None:
    made = []

    def slow(value: Value) -> int:
        made.append(value.number)
        return value.number

    memory, often = Memory(4), Value(-1)
    for number in range(100):
        memory.held(slow, (often,))
        memory.held(slow, (Value(number),))
    assert made.count(-1) == 1


def test_nothing_is_known_any_more_after_forgetting() -> None:
    made = []
    memory, value = Memory(4), Value(7)
    for _ in range(2):
        memory.held(lambda each: made.append(each.number), (value,))
        memory.held(number_of, (value,), 1)
        memory.forget()
    assert made == [7, 7]
    assert NO_MEMORY(doubled, 4) == 8
