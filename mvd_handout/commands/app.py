"""What every command shares: examples first in its help, the common options, one way out for every error."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, NoReturn, TypeVar

import click

from mvd_handout.commands.console import Console
from mvd_handout.commands.errors import report
from mvd_handout.commands.wording import count
from mvd_handout.domain.text import close_matches

AnyCallable = TypeVar("AnyCallable", bound=Callable[..., Any])

CONTEXT: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
PROGRAM: Final = "mvd-handout"
EXIT_CODES: Final = """\b
Exit codes:
  0    done
  1    something failed
  2    the command was not typed as it must be
  3    a case, a clinic profile or an option cannot be used
  4    a text cannot be used, or is not approved
  5    a file could not be read or written
  6    a file is not as it was made
  7    nobody knows whether an e-mail arrived
  130  stopped by you
"""


def identifying_options() -> frozenset[str]:
    """Return the options that there would be for what tells who the patient is."""
    from mvd_handout.domain.case import CASE_FIELDS, PATIENT_FIELDS

    fields = (*PATIENT_FIELDS, *CASE_FIELDS)
    return frozenset(f"--{field.key.replace('_', '-')}" for field in fields if field.identifying)


class ExamplesFirst(click.Command):
    """A command whose help starts with examples: lines of what to type, and what that does."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        """Take `examples` beside what every command takes."""
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.context_settings = {**CONTEXT, **self.context_settings}

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line and, below it, the examples."""
        super().format_usage(ctx, formatter)
        if self.examples:
            with formatter.section("Examples"):
                formatter.write("".join(f"{'':>{formatter.current_indent}}{line}\n" for line in self.examples))


class Command(ExamplesFirst):
    """A command whose errors never repeat what was typed."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options; refuse words that belong to none, without repeating them."""
        ctx.allow_extra_args = True
        try:
            rest = super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if error.option_name not in identifying_options():
                raise
            ctx.fail(
                f"{error.option_name} tells who the patient is, so it is not an option: process lists and shell "
                "histories keep what stands on the command line. Put it into the case file, or let the program ask."
            )
        if rest and not ctx.resilient_parsing:
            takes_one = any(isinstance(each, click.Argument) for each in self.params)
            one = " Name one file or folder at a time." if takes_one else ""
            ctx.fail(f"{count(len(rest), 'word')} too many.{one} Put a value that has spaces into quotation marks.")
        return rest


class Entry(NamedTuple):
    """A command of the group: the module of this folder and the name in it, and its line in the list of commands."""

    home: str
    line: str


class App(ExamplesFirst, click.Group):
    """The command group; imports a command when it is asked for. Every error of every command leaves by `report`."""

    command_class = Command

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **kwargs: Any) -> None:
        """Take the commands by name, in the order of the list, beside what every group takes."""
        super().__init__(*args, **kwargs)
        self.entries = entries

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run a command and exit with its code; see `mvd_handout.domain.errors.ExitCode`."""
        console = Console()
        extra |= {"standalone_mode": False, "obj": console}
        try:
            result = super().main(*args, **extra)
        except Exception as error:
            sys.exit(report(error, console))
        except KeyboardInterrupt as error:
            sys.exit(report(error, console))
        sys.exit(result if isinstance(result, int) else 0)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a newcomer meets them."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported now if nobody asked for it before."""
        if cmd_name not in self.commands and cmd_name in self.entries:
            module, _, name = self.entries[cmd_name].home.partition(":")
            self.add_command(getattr(importlib.import_module(f"{__package__}.{module}"), name), cmd_name)
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, importing none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.line) for name, entry in self.entries.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or suggest the one that was meant."""
        name = args[0]
        if name.startswith("-") or self.get_command(ctx, name) is not None or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        names = self.list_commands(ctx)
        near = close_matches(name, names)
        hint = f"Did you mean {near[0]}?" if near else f"The commands are {', '.join(names)}."
        ctx.fail(f"There is no such command. {hint}")


class Word(click.Choice[str]):
    """One of a few words; a refused one is not repeated: it may be a name that slipped into the wrong option."""

    def __init__(self, *words: str) -> None:
        """Accept `words`, in small or capital letters."""
        super().__init__(words, case_sensitive=False)

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Say what would do."""
        return f"One of these is wanted: {', '.join(self.choices)}."


def common_options(command: AnyCallable) -> AnyCallable:
    """Add -q, -v and --debug, which set the console and never reach the command's body."""
    for names, text in (
        (("--debug",), "Show where an error came from. May print patient data."),
        (("-v", "--verbose"), "Say more about what happens. Never prints patient data."),
        (("-q", "--quiet"), "Say only what is needed: results, questions, warnings and errors."),
    ):
        command = click.option(*names, is_flag=True, expose_value=False, callback=_set_console, help=text)(command)
    return command


def _set_console(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    console = ctx.find_object(Console)
    if value and console is not None:
        setattr(console, str(parameter.name), True)
