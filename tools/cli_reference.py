"""Write docs/cli.md from the commands' own help: `python tools/cli_reference.py`. A test holds the two equal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from mvd_handout.commands.cli import cli

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
WIDTH = 100
HEAD = """# The command line

This page is the help of every command, written by `python tools/cli_reference.py`.
At the terminal: `mvd-handout COMMAND -h`.
"""


def reference() -> str:
    """Return the page."""
    return "\n".join([HEAD, *_sections(cli, _context(cli, "mvd-handout", None))])


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from _sections(child, _context(child, name, context))


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    return click.Context(command, info_name=name, parent=parent, terminal_width=WIDTH, **command.context_settings)


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
