"""dev.py, the first thing that a newcomer runs: it says what is wrong and what to do, and works only when it must."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from tests.project.source import ROOT


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Give dev.py as a module whose checkout is an empty folder with locks and a pyproject.toml."""
    spec = importlib.util.spec_from_file_location("dev_under_test", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    environment = tmp_path / ".venv"
    places = {"ROOT": tmp_path, "ENVIRONMENT": environment, "BIN": environment / "bin"}
    places |= {"PYTHON": environment / "bin" / "python", "STAMP": environment / "installed.txt"}
    places["DEMO"] = tmp_path / "mvd-demo"
    for name, path in places.items():
        monkeypatch.setattr(module, name, path)
    (tmp_path / "requirements").mkdir()
    for name in ("requirements/run.lock", "requirements/dev.lock", "pyproject.toml"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    return module


def stand_in(path: Path, *lines: str) -> Path:
    """Write a shell script that stands in for a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    path.chmod(0o755)
    return path


def installed(dev: ModuleType, lock: str) -> None:
    """Pretend that `lock` was installed; every program there says that it ran."""
    for program in ("python", "mvd-handout"):
        stand_in(dev.BIN / program, f'echo "{program} $*" >> ran.txt')
    dev.STAMP.write_text(dev.fingerprint(lock), encoding="utf-8")


def test_python_that_is_too_old_is_told_so(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "OLDEST", (99, 0))
    with pytest.raises(SystemExit) as stopped:
        dev.main(["demo"])
    assert stopped.value.code == 1
    assert "needs 99.0 or newer" in capsys.readouterr().err


def test_dev_py_can_be_read_by_a_python_that_is_too_old() -> None:
    """Or that Python would show a syntax error in place of the message."""
    source = (ROOT / "dev.py").read_text(encoding="utf-8")
    assert not re.search(r"^\s*(match .*:|case .*:|except\* )|:=", source, re.MULTILINE)


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["tset"], 2), (["--help"], 0)])
def test_help_names_both_commands(
    arguments: list[str], code: int, dev: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.main(arguments) == code
    shown = capsys.readouterr().out
    assert "python3 dev.py demo" in shown
    assert "python3 dev.py test" in shown


def test_a_python_without_venv_is_told_what_to_install(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = stand_in(tmp_path / "python3", 'echo "ensurepip is not available" >&2', "exit 1")
    monkeypatch.setattr(dev.sys, "executable", str(broken))
    with pytest.raises(SystemExit):
        dev.make_environment()
    shown = capsys.readouterr().err
    assert "ensurepip is not available" in shown
    assert "apt-get install python3-venv" in shown


def test_packages_that_cannot_be_had_are_explained(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    stand_in(dev.PYTHON, "exit 1")
    with pytest.raises(SystemExit):
        dev.pip("install", "something")
    assert "needs the network" in capsys.readouterr().err


def test_a_set_up_that_stopped_half_way_is_done_again(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(dev.PYTHON, "exit 1")
    assert not dev.ready(["run"])
    fresh = stand_in(
        tmp_path / "python3", 'mkdir -p "$3/bin"', f'echo "#!/bin/sh" > {dev.PYTHON}; chmod +x {dev.PYTHON}'
    )
    monkeypatch.setattr(dev.sys, "executable", str(fresh))
    dev.install("run")
    assert dev.ready(["run"])


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_the_demo_runs_in_what_is_there_already(lock: str, dev: ModuleType, tmp_path: Path) -> None:
    installed(dev, lock)
    assert dev.main(["demo", "-o", "folder"]) == 0
    assert (tmp_path / "ran.txt").read_text(encoding="utf-8") == "mvd-handout demo -o folder\n"


def test_a_demo_that_somebody_may_have_edited_is_left_alone(
    dev: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installed(dev, "run")
    dev.DEMO.mkdir()
    assert dev.main(["demo"]) == 0
    assert "mvd-demo/handout.pdf" in capsys.readouterr().out
    assert not (tmp_path / "ran.txt").exists()


def test_tests_need_the_full_lock(dev: ModuleType) -> None:
    installed(dev, "run")
    assert not dev.ready(["dev"])
    installed(dev, "dev")
    assert dev.ready(["dev"])


@pytest.mark.parametrize("changed", ["requirements/dev.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_is_installed_anew(changed: str, dev: ModuleType, tmp_path: Path) -> None:
    installed(dev, "dev")
    (tmp_path / changed).write_text("changed", encoding="utf-8")
    assert not dev.ready(["dev"])


def test_every_check_runs_even_after_one_failed(
    dev: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installed(dev, "dev")
    stand_in(dev.PYTHON, 'echo "$2" >> ran.txt', '[ "$2" != mypy ]')
    assert dev.main(["test", "-k", "dates"]) == 1
    assert (tmp_path / "ran.txt").read_text(encoding="utf-8").split() == ["ruff", "ruff", "mypy", "pytest"]
    assert "Not clean: mypy." in capsys.readouterr().out
