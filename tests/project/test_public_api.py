"""The names that others may build on. Adding one is a decision; losing one breaks somebody."""

from __future__ import annotations

import importlib.metadata
import inspect

import pytest

import mvd_handout

NAMES = {"Case", "Clinic", "HandoutError", "Library", "compose", "read_roster", "render"}


def test_the_public_names_are_these() -> None:
    assert set(mvd_handout.__all__) == NAMES
    assert set(dir(mvd_handout)) >= NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_public_name_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(mvd_handout, name))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Roster'"):
        _ = mvd_handout.Roster


def test_the_version_has_one_source() -> None:
    assert importlib.metadata.version("mvd-handout") == mvd_handout.__version__
