"""What can go wrong, said so that the reader can mend it.

    HandoutError
    |-- InputError       the case, clinic profile, roster or an option is not usable (3)
    |   `-- GlyphError   a character that no font of ours can print
    |-- ContentError     the handout, a clinic block or a theme is not usable (4)
    |   `-- ApprovalError  nobody stands behind these words yet, or no longer
    `-- OutputError      a file could not be read or written (5)

A library path never exits and never prints: it raises one of these, and the
commands turn it into a message and an exit code in one place.
"""

from __future__ import annotations

import enum
from typing import ClassVar

from msgspec import Struct


class ExitCode(enum.IntEnum):
    """The stable exit codes of every command; the README lists them."""

    DONE = 0
    SOME_FAILED = 1
    USAGE = 2
    INPUT_REFUSED = 3
    CONTENT_REFUSED = 4
    FILE_TROUBLE = 5
    VERIFY_MISMATCH = 6
    MAIL_UNKNOWN = 7
    INTERRUPTED = 130


class Fault(Struct, frozen=True):
    """One thing that is wrong: where, what is there, what is wanted, what to do.

    `found` never quotes a value that identifies a patient: see `fields.shape`.
    """

    where: str
    found: str
    wanted: str
    fix: str = ""

    def __str__(self) -> str:
        """Return the fault as one line of sentences."""
        return " ".join([f"{self.where}: {_sentence(self.found)}", _sentence(self.wanted), _sentence(self.fix)]).strip()


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".!?" else f"{text}."


class HandoutError(Exception):
    """Base of every error that a user can mend. Carries every fault found, not just the first."""

    exit_code: ClassVar[ExitCode] = ExitCode.SOME_FAILED

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class InputError(HandoutError):
    """The case, the clinic profile or an option cannot be used as it is."""

    exit_code = ExitCode.INPUT_REFUSED


class GlyphError(InputError):
    """A character that cannot be printed faithfully; never a box in somebody's name."""


class ContentError(HandoutError):
    """A handout's text, a clinic's block or a theme cannot be used as it is."""

    exit_code = ExitCode.CONTENT_REFUSED


class ApprovalError(ContentError):
    """Words that no named person approved, or whose review date has passed."""


class OutputError(HandoutError):
    """A file could not be read or written; what stood there before is untouched."""

    exit_code = ExitCode.FILE_TROUBLE
