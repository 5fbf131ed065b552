"""The layers of the program: imports go down, never up or round, and each library has one home."""

from __future__ import annotations

import ast
import graphlib
import importlib.metadata
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.project.source import ROOT, imported_modules, imports, modules

LAYERS = ("domain", "content", "composing", "rendering", "delivery", "commands")
# The package root offers the public names lazily and `python -m` starts the commands: both stand above all layers.
ABOVE_ALL = {"mvd_handout", "mvd_handout.__main__"}
HOMES = {
    "PIL": {"content"},
    "click": {"commands"},
    "jinja2": {"content"},
    "markdown_it": {"content"},
    "mdit_py_plugins": {"content"},
    "msgspec": set(LAYERS),
    "platformdirs": {"commands"},
    "python_calamine": {"delivery"},
    "reportlab": {"rendering"},
}
# Extras: who uses them imports them inside, and says how to install them.
OPTIONAL_HOMES = {
    "distributed": {"delivery"},
    "email_validator": {"delivery"},
    "icalendar": {"delivery"},
    "pikepdf": {"delivery"},
}
# ReportLab and the standard library import these when they are there.
BEHIND_OTHERS = {"rl-accel", "tzdata"}
CLOCK = {"gmtime", "localtime", "now", "today", "utcnow"}
INSIDE = sorted(set(modules()) - ABOVE_ALL)


def layer(module: str) -> int:
    return LAYERS.index(module.split(".")[1])


def test_a_module_imports_only_its_own_layer_and_those_below() -> None:
    steps = [(module, name) for module in INSIDE for name in imported_modules(modules()[module]) - {"mvd_handout"}]
    assert steps
    assert [f"{module} imports {name}" for module, name in steps if layer(name) > layer(module)] == []


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    graph = {module: imported_modules(modules()[module]) - {"mvd_handout", module} for module in INSIDE}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_a_library_is_imported_only_in_its_home() -> None:
    homes = {**HOMES, **OPTIONAL_HOMES}
    users = [(name.split(".")[0], module) for module in INSIDE for name in imports(modules()[module])]
    strays = [(name, module) for name, module in users if module.split(".")[1] not in homes.get(name, LAYERS)]
    assert strays == []


def test_the_libraries_that_are_imported_are_those_that_are_asked_for() -> None:
    used = {name.split(".")[0] for module in INSIDE for name in imports(modules()[module])}
    ours = {"mvd_handout", *OPTIONAL_HOMES, *sys.stdlib_module_names}
    assert used - ours == set(HOMES) - {"reportlab"}
    marks = ROOT / "mvd_handout" / "rendering" / "reportlab_marks.py"  # imports ReportLab by name, undisturbed
    assert 'reportlab_module("reportlab.' in marks.read_text(encoding="utf-8")
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked_for = {Requirement(text).name for text in pyproject["project"]["dependencies"]}
    carriers = importlib.metadata.packages_distributions()
    assert {canonicalize_name(carriers[library][0]) for library in HOMES} == asked_for - BEHIND_OTHERS


def test_only_commands_look_at_the_clock() -> None:
    watched = [module for module in INSIDE if layer(module) < LAYERS.index("commands")]
    assert [module for module in watched if called(module) & CLOCK] == []
    assert any(called(module) & CLOCK for module in INSIDE), "nobody reads the clock: does this test still look right?"


def called(module: str) -> set[str]:
    """Return the names of all methods and functions that `module` calls on something."""
    nodes = ast.walk(ast.parse(modules()[module].read_text(encoding="utf-8")))
    return {node.func.attr for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)}
