"""The locks: what pyproject.toml asks for, at one version each, by hash, from no particular place."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.project.source import ROOT

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUN = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["build-system"]["requires"]]
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
DEV = [each for extra in EXTRAS.values() for each in extra if Requirement(each).name != "mvd-handout"]
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+)(?: ; (?P<marker>[^\\]+))? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def lines(lock: str) -> list[str]:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def pins(lock: str) -> dict[str, tuple[str, set[str]]]:
    """Return each package of `lock` with its version and hashes."""
    found: dict[str, tuple[str, set[str]]] = {}
    hashes: set[str] = set()
    for line in lines(lock):
        if pin := PIN.match(line):
            hashes = set()
            found[pin["name"]] = (pin["version"], hashes)
        else:
            hashes.add(line.strip(" \\"))
    return found


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_a_lock_holds_pins_and_hashes_and_nothing_else(lock: str) -> None:
    assert [line for line in lines(lock) if not PIN.match(line) and not HASH.match(line)] == []
    assert [name for name, (_, hashes) in pins(lock).items() if not hashes] == []


@pytest.mark.parametrize(("lock", "asked"), [("run", RUN), ("dev", [*RUN, *DEV])])
def test_a_lock_fits_what_the_project_asks_for(lock: str, asked: list[str]) -> None:
    locked = pins(lock)
    wanted = [Requirement(text) for text in asked]
    assert [need.name for need in wanted if need.name not in locked] == []
    assert [str(need) for need in wanted if not need.specifier.contains(locked[need.name][0])] == []


def test_tests_run_on_the_very_versions_that_users_run() -> None:
    run, dev = pins("run"), pins("dev")
    assert {name: pin for name, pin in run.items() if dev.get(name) != pin} == {}


@pytest.mark.parametrize("requirement", [*RUN, *DEV])
def test_a_dependency_is_bounded_and_its_reason_written_down(requirement: str) -> None:
    need = Requirement(requirement)
    assert {specifier.operator for specifier in need.specifier} & {"<", "=="}
    assert f"| `{need.name}` |" in (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")


def test_the_written_reasons_name_no_package_that_is_gone() -> None:
    named = re.findall(r"^\| `([a-z0-9-]+)` \|", (ROOT / "docs" / "dependencies.md").read_text("utf-8"), re.MULTILINE)
    assert set(named) == {Requirement(text).name for text in [*RUN, *DEV]}
