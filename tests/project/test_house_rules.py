"""Small modules, small functions, and nothing in the files that only holds on one machine."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.source import modules, project_files, relative

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
MEDIAN_FUNCTION = 8
SMALL = 20
"""So many nodes of syntax may stand in two places: a lookup, say."""
BINARY = {".face", ".icc", ".jpg", ".pdf", ".png", ".ttf", ".woff2"}
# Written so that these lines do not match themselves.
MACHINE_PATHS = re.compile(r"(?<![\w.~/-])/(?:work|root|home|opt|Users)/\w|/tmp/\w|[.]pyenv/")
REGISTRY_HOSTS = re.compile(r"(?i)\b(?:pypi|pythonhosted|npmjs|yarnpkg)\.(?:org|com)\b|//deb\.|--(?:extra-)?index-url")


def texts() -> list[Path]:
    """Return the project's files that hold text."""
    return [path for path in project_files() if path.suffix not in BINARY]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Give each function's name and its length in lines, decorators and blank lines outside it not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{relative(path)}: {node.name}", node.end_lineno - node.lineno + 1


def test_modules_are_short_enough_to_be_read_at_once() -> None:
    lengths = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in project_files(".py")}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_functions_are_short_enough_to_be_read_at_once() -> None:
    lengths = [found for path in project_files(".py") for found in functions(path)]
    assert [(name, lines) for name, lines in lengths if lines > LONGEST_FUNCTION] == []


def test_most_functions_are_small() -> None:
    lengths = [lines for path in modules().values() for _, lines in functions(path)]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION


def test_what_is_done_with_files_and_servers_stands_in_one_place() -> None:
    homes: dict[str, list[str]] = {}
    for path in (path for name, path in modules().items() if name.startswith("mvd_handout.delivery.")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and (body := what_it_does(node)):
                homes.setdefault(body, []).append(f"{relative(path)}: {node.name}")
    assert [names for names in homes.values() if len(names) > 1] == []


def what_it_does(function: ast.FunctionDef) -> str:
    """Return a function's arguments and statements without its docstring; nothing for a very small one."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    nodes = [function.args, *body]
    return "".join(map(ast.dump, nodes)) if sum(len(list(ast.walk(each))) for each in body) > SMALL else ""


@pytest.mark.parametrize("pattern", [MACHINE_PATHS, REGISTRY_HOSTS], ids=["machine paths", "registry hosts"])
def test_no_file_names_a_machine_or_a_package_index(pattern: re.Pattern[str]) -> None:
    found = {relative(path): pattern.findall(path.read_text(encoding="utf-8")) for path in texts()}
    assert {name: matches for name, matches in found.items() if matches} == {}


@pytest.mark.parametrize("parts", [("see ", "home", "ann"), ("cd ", "work", "main"), ("at ", "tmp", "abc")])
def test_the_search_for_machine_paths_finds_them(parts: tuple[str, ...]) -> None:
    assert MACHINE_PATHS.search("/".join(parts))
