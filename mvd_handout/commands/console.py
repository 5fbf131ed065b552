"""The terminal: results on standard output, everything that a person reads on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import click


class Console:
    """How much to say and how. One is made for each run and handed down."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False, debug: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self.debug = debug

    @property
    def colour(self) -> bool | None:
        """False when colour is unwanted (NO_COLOR, a dumb terminal), else None: colour on a terminal only."""
        return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None

    def result(self, text: str) -> None:
        """Print what the command was run for; a file name comes out byte by byte as the system has it."""
        try:
            click.echo(text, color=self.colour)
        except UnicodeEncodeError:
            self.binary(os.fsencode(f"{text}\n"))

    def binary(self, data: bytes) -> None:
        """Write a whole file to standard output."""
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()

    def say(self, text: str) -> None:
        """Tell what happens; `--quiet` leaves it out."""
        if not self.quiet:
            self.show(text)

    def detail(self, text: str) -> None:
        """Tell more of what happens, for `--verbose`. Never anything about a patient."""
        if self.verbose:
            self.show(text)

    def show(self, text: str) -> None:
        """Print to standard error, also when quiet: part of a dialogue, or a warning."""
        click.echo(text, err=True, color=self.colour)

    def warn(self, text: str) -> None:
        """Print a warning, also when quiet."""
        self.show(f"{click.style('Warning:', bold=True, fg='yellow')} {text}")

    def has_person(self) -> bool:
        """Whether somebody is there to ask.

        Both ends must be a terminal: questions written to a file would leave the answers' subject in a log.
        """
        return sys.stdin.isatty() and sys.stderr.isatty()

    def ask(self, prompt: str) -> str:
        """Return one line that the person types. Raises click.Abort when there is no more input.

        Click's own prompt writes to standard output, which may be a PDF on its way to a file.
        """
        click.echo(f"{prompt} ", err=True, nl=False, color=self.colour)
        try:
            line = sys.stdin.readline()
        except UnicodeDecodeError:
            return "\ufffd"  # refused with a reason wherever text is read
        if not line:
            raise click.Abort
        return line.strip()

    def ask_until(self, prompt: str, read: Callable[[str], str | None]) -> None:
        """Ask again until `read` takes the answer; what it returns instead is the reason to show."""
        while (reason := read(self.ask(prompt))) is not None:
            self.show(f"  {reason}")
