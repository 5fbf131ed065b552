"""The one place where whatever went wrong becomes a message and an exit code."""

from __future__ import annotations

from typing import Final

import click

from mvd_handout.commands.console import Console
from mvd_handout.domain.errors import ExitCode, HandoutError

SHOWN_FAULTS: Final = 20
_DEBUG_HINT: Final = (
    "Run the same command with --debug to see where. What --debug prints may show patient data: "
    "read it, but do not send it on or put it into a public report."
)


def report(error: BaseException, console: Console) -> ExitCode:
    """Say what went wrong on standard error and return the exit code that stands for it."""
    if console.debug:
        import traceback

        console.warn("the lines below may show patient data. Do not send them on.")
        console.show("".join(traceback.format_exception(error)).rstrip())
    match error:
        case HandoutError():
            return _handout_error(error, console)
        case click.UsageError():
            error.show()
            return ExitCode.USAGE
        case click.Abort() | KeyboardInterrupt() | EOFError():
            console.show("\nStopped. Nothing was done.")
            return ExitCode.INTERRUPTED
        case click.ClickException():
            _say(console, error.format_message())
            return ExitCode.SOME_FAILED
        case OSError():
            # The path is left out: it may hold a name.
            _say(console, f"The system refused: {(error.strerror or type(error).__name__).lower()}. {_DEBUG_HINT}")
            return ExitCode.FILE_TROUBLE
        case _:
            _say(console, f"The program itself failed ({type(error).__name__}). {_DEBUG_HINT}")
            return ExitCode.SOME_FAILED


def show_faults(error: HandoutError, console: Console) -> None:
    """Print every fault on a line of its own, the first twenty of them, then how many more there are."""
    for fault in error.faults[:SHOWN_FAULTS]:
        _say(console, str(fault))
    if (more := len(error.faults) - SHOWN_FAULTS) > 0:
        console.show(f"... and {more} more. Mend these first, then run the command again.")


def _handout_error(error: HandoutError, console: Console) -> ExitCode:
    show_faults(error, console)
    return error.exit_code


def _say(console: Console, text: str) -> None:
    console.show(f"{click.style('Error:', bold=True, fg='red')} {text}")
