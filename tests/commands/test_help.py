"""Help: every command and option is documented, and docs/cli.md says the same as the terminal."""

from __future__ import annotations

import shutil
import subprocess

import click
import pytest

from mvd_handout import __version__
from mvd_handout.commands.app import ExamplesFirst
from mvd_handout.commands.cli import COMMANDS as registered
from mvd_handout.commands.cli import cli
from mvd_handout.domain.errors import ExitCode
from tests.commands.conftest import Run
from tools.cli_reference import REFERENCE, reference

CONTEXT = click.Context(cli)
COMMANDS = sorted(cli.list_commands(CONTEXT))


def test_the_reference_says_what_the_commands_say() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == reference(), "run: python tools/cli_reference.py"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_first_and_a_text_for_every_option(run: Run, name: str) -> None:
    command = cli.get_command(CONTEXT, name)
    assert isinstance(command, ExamplesFirst)
    text = run(name, "-h").stdout
    assert text.index("Examples:") < text.index(str(command.help).split()[0]) < text.index("Options:")
    assert all(line.lstrip('evalx "$(').startswith("mvd-handout") for line in command.examples)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help
            assert any(name.startswith("--") for name in parameter.opts)
            assert parameter.envvar is None


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_the_command_itself_says(name: str) -> None:
    command = cli.get_command(CONTEXT, name)
    assert command is not None
    assert (command.name, command.short_help) == (name, registered[name].line)


@pytest.mark.parametrize("variable", ["MVD_HANDOUT_MAKE_SIDE", "MVD_HANDOUT_SIDE", "SIDE"])
def test_no_environment_variable_can_choose_the_side(
    make: Run, case_text: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "left")
    result = make(case="-", text=case_text.replace('side = "left"', ""))
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert "operation.side: nothing is here" in result.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_short_and_long_help_are_the_same(run: Run, name: str) -> None:
    assert run(name, "-h").output == run(name, "--help").output
    assert run(name, "-h").exit_code == 0


def test_the_help_lists_every_exit_code_that_there_can_be_now(run: Run) -> None:
    table = run("-h").stdout.partition("Exit codes:")[2]
    assert [int(line.split()[0]) for line in table.splitlines() if line.strip()] == sorted(ExitCode)


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version").stdout == f"mvd-handout {__version__}\n"


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    result = run()
    assert result.exit_code == ExitCode.USAGE
    assert "mvd-handout demo" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_complete(run: Run, shell: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_MVD_HANDOUT_COMPLETE" in result.stdout
    if (program := shutil.which(shell)) is not None:
        subprocess.run([program, "-n"], input=result.stdout.encode(), check=True, capture_output=True)


def test_an_unknown_shell_is_refused(run: Run) -> None:
    result = run("completion", "cmd")
    assert result.exit_code == ExitCode.USAGE
    assert "bash, zsh, fish" in result.stderr


def test_list_shows_handouts_and_themes(run: Run) -> None:
    text = run("list").stdout
    for word in ("hfs-recovery", "en", "next review", "standard", "large-print"):
        assert word in text
