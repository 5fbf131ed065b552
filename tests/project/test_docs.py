"""The written pages: links lead somewhere, commands that are shown exist, and every command is shown."""

from __future__ import annotations

import re

import click
import pytest

from mvd_handout.commands.cli import cli
from mvd_handout.domain.errors import ExitCode
from tests.project.source import ROOT, project_files, relative

WRITTEN = (ROOT, ROOT / "docs")
PAGES = {relative(path): path.read_text(encoding="utf-8") for path in project_files(".md") if path.parent in WRITTEN}
README = PAGES["README.md"]
LINK = re.compile(r"!?\[[^\]]*\]\((?!https?:)([^)#\s]+)")
SHOWN = re.compile(r"(?:^|[ `/])mvd-handout ((?:[a-z-]+ ?)+)(.*)", re.MULTILINE)


def commands(group: click.Group = cli, before: str = "") -> dict[str, click.Command]:
    """Return every command by the words that call it."""
    found: dict[str, click.Command] = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found[f"{before}{name}"] = command
        if isinstance(command, click.Group):
            found |= commands(command, f"{before}{name} ")
    return found


def options(command: click.Command) -> set[str]:
    """Return every option of `command` as it is typed."""
    return {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}


def test_links_lead_to_files_that_are_there() -> None:
    links = [(page, target) for page, text in PAGES.items() for target in LINK.findall(text)]
    assert links
    assert [(page, target) for page, target in links if not (ROOT / page).parent.joinpath(target).exists()] == []


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_is_named_in_the_readme(command: str) -> None:
    assert f"mvd-handout {command}" in README


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_and_option_explains_itself(command: str) -> None:
    described = commands()[command]
    assert described.help
    assert [option.opts for option in described.params if isinstance(option, click.Option) and not option.help] == []


def test_commands_that_the_pages_show_exist_with_their_options() -> None:
    known = commands()
    for page, text in PAGES.items():
        for words, rest in SHOWN.findall(text):
            first = words.split()
            command = next((name for name in (" ".join(first[:2]), first[0]) if name in known), first[0])
            assert command in known, f"{page} shows `mvd-handout {command}`"
            wrong = set(re.findall(r"(?<![\w-])--[a-z-]+", rest)) - options(known[command]) - {"--help", "--version"}
            assert not wrong, f"{page} shows `mvd-handout {command}` with {wrong}"


@pytest.mark.parametrize("code", sorted(ExitCode))
def test_exit_codes_are_listed_in_the_readme(code: ExitCode) -> None:
    assert re.search(rf"^\| {code.value} \| \S", README, re.MULTILINE)


def test_both_first_commands_are_in_the_readme() -> None:
    assert "python3 dev.py demo" in README
    assert "python3 dev.py test" in README
