"""The built wheel: it carries the handouts, the templates and every licence, and prints what a checkout prints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
import reportlab

from tests.project.source import ROOT, project_files, relative

pytestmark = pytest.mark.xdist_group("wheel")  # build it once


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel by way of the source archive, as a release does: what the archive lacks, the wheel lacks."""
    folder = tmp_path_factory.mktemp("dist")
    source = folder / "source"
    for path in project_files():
        copy = source / relative(path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    call(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(source), folder=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment of its own and return the folder of its commands.

    The libraries that it depends on are borrowed: a .pth file makes ours importable there, and since .pth files
    reach no further, the editable checkout is not.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=True)
    commands = folder / ("Scripts" if os.name == "nt" else "bin")
    python = str(commands / "python")
    call(python, "-m", "pip", "install", "--no-deps", "--no-index", str(wheel), folder=folder)
    site = Path(call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=folder).strip())
    (site / "borrowed.pth").write_text(f"{Path(reportlab.__file__).parent.parent}\n", encoding="utf-8")
    return commands


def call(*command: str, folder: Path, environment: dict[str, str] | None = None) -> str:
    """Run `command` in `folder`, outside the checkout, and return what it printed; fail with its words."""
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    settings = {**clean, **(environment or {})}
    done = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        inside = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(inside).decode("utf-8"))


@pytest.mark.parametrize("folder", ["handouts", "templates"])
def test_the_wheel_carries_every_file_of(folder: str, wheel: Path) -> None:
    ours = {
        f"mvd_handout/_data/{relative(path)}" for path in project_files() if relative(path).startswith(f"{folder}/")
    }
    assert ours
    assert ours - names(wheel) == set()


def test_the_wheel_carries_the_package_and_nothing_else(wheel: Path) -> None:
    ours = {relative(path) for path in project_files(".py") if relative(path).startswith("mvd_handout/")}
    assert ours - names(wheel) == set()
    assert {name.split("/")[0] for name in names(wheel) if ".dist-info/" not in name} == {"mvd_handout"}


def test_the_wheel_carries_its_licence_and_those_of_fonts_and_colours(wheel: Path) -> None:
    licences = metadata(wheel).get_all("License-File", [])
    wanted = [relative(path) for path in project_files(".txt") if path.name.startswith(("OFL-", "LICENCE-"))]
    assert sorted(licences) == sorted(["LICENSE", *wanted])
    assert all(any(name.endswith(f".dist-info/licenses/{licence}") for name in names(wheel)) for licence in licences)


def test_the_wheel_is_typed_and_says_what_it_needs(wheel: Path) -> None:
    described = metadata(wheel)
    assert "mvd_handout/py.typed" in names(wheel)
    assert described["Requires-Python"] == ">=3.11"
    assert [need for need in described.get_all("Requires-Dist", []) if need.startswith("reportlab")]


@pytest.mark.parametrize("kind", ["pdf", "html", "text"])
def test_the_installed_wheel_makes_the_same_bytes_as_the_checkout(kind: str, installed: Path, tmp_path: Path) -> None:
    call(str(installed / "mvd-handout"), "demo", "-o", "demo", folder=tmp_path)
    case = tmp_path / "demo" / "case.toml"
    call(str(installed / "mvd-handout"), *make(kind, "by-wheel", case), folder=tmp_path)
    checkout = (sys.executable, "-c", "from mvd_handout.commands.cli import main; main()")
    call(*checkout, *make(kind, "by-checkout", case), folder=tmp_path, environment={"PYTHONPATH": str(ROOT)})
    assert (tmp_path / "by-wheel").read_bytes() == (tmp_path / "by-checkout").read_bytes()


def test_the_installed_wheel_does_not_lean_on_the_checkout(installed: Path, tmp_path: Path) -> None:
    imported = call(str(installed / "python"), "-c", "import mvd_handout; print(mvd_handout.__file__)", folder=tmp_path)
    assert installed.parent in Path(imported).parents


def make(kind: str, output: str, case: Path) -> list[str]:
    """Return the arguments that make the handout of the demo, which lies in the days before the demo was made."""
    leaves = tomllib.loads(case.read_text(encoding="utf-8"))["discharge_date"]
    inputs = ["--clinic", str(case.with_name("clinic.toml")), "--case", str(case), "--issue-date", str(leaves)]
    return ["make", "--draft", *inputs, "--format", kind, "-o", output, "--no-input"]
