"""The command line: the group, its commands by name, and the way in."""

from __future__ import annotations

import contextlib
import signal
import sys
from types import FrameType
from typing import Final

import click

from mvd_handout import __version__
from mvd_handout.commands.app import EXIT_CODES, PROGRAM, App, Entry, common_options

# A command's module is imported when the command is asked for. The line in the list of commands is therefore
# written here, too; a test holds it equal to the command's own.
COMMANDS: Final = {
    "demo": Entry("basics:demo", "Write an example clinic, an example case and their handout."),
    "make": Entry("basics:make", "Make one patient's handout."),
    "setup": Entry("basics:setup", "Make your clinic's profile by answering questions."),
    "preview": Entry("basics:preview", "Render sample cases that show every part of the handout."),
    "list": Entry("basics:list_", "List handouts, their versions and languages, and the themes."),
    "completion": Entry("basics:completion", "Print the script that completes commands with the Tab key."),
    "check": Entry("check:check", "Find every mistake in a list of patients before a page is printed."),
    "roster-template": Entry("roster_template:roster_template", "Write an empty list of patients to fill in."),
    "approve": Entry("stewardship:approve", "Read the words, part by part, and put a name behind them."),
    "contacts": Entry("stewardship:contacts", "Record who rang every telephone number, and when."),
    "sources": Entry("stewardship:sources", "Print where every sentence of a handout comes from."),
    "check-content": Entry(
        "check_content:check_content", "Measure readability, numbers, sources and looks of a handout."
    ),
    "review": Entry("review:review", "Make the pack from which a clinical lead reviews and signs a handout."),
    "batch": Entry("batch:batch", "Make the papers of a whole list of patients."),
    "status": Entry("status:status", "Say how far a batch is."),
    "print": Entry("print:print_", "Send papers to a printer."),
    "reissue": Entry("given:reissue", "Make a copy that replaces one that was given before."),
    "who-got": Entry("given:who_got", "List who got which paper, when and from whom."),
    "count": Entry("given:count", "Count the papers that were given."),
    "email": Entry("emailing:email", "Send patients who asked for it their copy by e-mail."),
    "verify": Entry("stewardship:verify", "Say what a PDF is and whether it was changed, or check a whole batch."),
    "purge": Entry("purge:purge", "Remove the papers of old batches."),
}
"""In the order in which a newcomer meets them."""


@click.group(
    cls=App,
    entries=COMMANDS,
    examples=(
        "mvd-handout demo     a fictional patient's handout, to see what you get",
        "mvd-handout setup    make your clinic's profile, once",
        "mvd-handout make     make a patient's handout",
    ),
    epilog=EXIT_CODES,
    help="Personal recovery handouts for people after microvascular decompression for hemifacial spasm.\n\n"
    "New here? Run `mvd-handout demo`. It works offline and sends nothing anywhere.",
)
@click.version_option(__version__, "--version", message="mvd-handout %(version)s", help="Show the version.")
@common_options
def cli() -> None:
    """Hand over to a command."""


def main() -> None:
    """Run the command line and exit; the entry point of `mvd-handout`."""
    _keep_memory_off_the_disk()
    signal.signal(signal.SIGTERM, _stop)
    cli.main(prog_name=PROGRAM)


def _stop(number: int, frame: FrameType | None) -> None:
    """End as Ctrl-C does, so that half-written files are removed."""
    raise KeyboardInterrupt


def _keep_memory_off_the_disk() -> None:
    """Ask the system for no core dump after a crash: it would hold the patient's data."""
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
