"""CUPS' own commands: `lpstat` tells about queues, `lp` takes a job.

A job's bytes go to `lp` on standard input: what is printed is what was checked, and no path, which may hold a name,
stands in a process list or in the print server's log.
"""

from __future__ import annotations

import enum
import re
import shutil
import subprocess
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from mvd_handout.delivery.children import child_environment
from mvd_handout.domain.errors import Fault, InputError, OutputError

_ANSWERS_WITHIN: Final = 30.0
_TAKES_WITHIN: Final = 180.0
"""Seconds. `lpstat` only asks; `lp` hands over up to some hundred megabytes."""

_QUEUE: Final = re.compile(r"[^\s\x00-\x1f\x7f#'\"\\-][^\s\x00-\x1f\x7f#'\"\\]{0,126}")
_JOB: Final = re.compile(r"^request id is (\S+-\d+)\b", re.MULTILINE)
_SIDES: Final = {"long": "two-sided-long-edge", "short": "two-sided-short-edge", "one": "one-sided"}
_STAPLE: Final = "4"  # of IPP's `finishings`
_NO_COMMAND: Final = Fault(
    "printing",
    "this computer has no `lp` command",
    "Printing from here needs CUPS, as Linux and macOS have it",
    "Open the file in a PDF viewer and print it there, with scaling off: the file itself asks for both sides and for "
    "its own size. On Debian, `apt-get install cups-client` brings the command",
)


class Sides(enum.StrEnum):
    """On which sides of the sheets a job is printed, and over which edge they are turned."""

    LONG = "long"
    SHORT = "short"
    ONE = "one"

    def sheets(self, pages: int) -> int:
        """Return how many sheets of paper so many pages take."""
        return pages if self is Sides.ONE else -(-pages // 2)


class Queue(Struct, frozen=True):
    """A print queue as it stands: whether it takes jobs, and whether it is stopped, so that they wait."""

    name: str
    accepts: bool = True
    stopped: bool = False


class Job(Struct, frozen=True):
    """One job: its bytes, its title, which everybody can read on the print server, and how it is printed."""

    pdf: bytes
    title: str
    media: str
    sides: Sides = Sides.LONG
    staple: bool = False

    def options(self) -> list[str]:
        """Return the words for `lp`. What a user's own defaults could change (copies, scaling) is said, too."""
        values = {
            "document-format": "application/pdf",
            "sides": _SIDES[self.sides],
            "media": self.media,
            "print-scaling": "none",
            "number-up": "1",
        }
        if self.staple:
            values["finishings"] = _STAPLE
        pairs = [word for name, value in values.items() for word in ("-o", f"{name}={value}")]
        return ["-n", "1", *pairs, "-t", self.title]


class UnknownError(OutputError):
    """`lp` gave no answer: whether the print server has the job is not known."""


def find_queue(name: str | None) -> Queue:
    """Return the queue `name`, or the default one, as it stands now. Raises InputError or OutputError."""
    if name is not None and not _QUEUE.fullmatch(name):
        raise InputError(
            Fault("--queue", "this cannot be the name of a queue", "A name such as Ward4 is wanted", _names())
        )
    name = name or _default_queue()
    _check_exists(name)
    return Queue(
        name,
        accepts=" not accepting requests" not in _lpstat("-a", name),
        stopped=re.search(rf"^printer {re.escape(name)} disabled\b", _lpstat("-p", name), re.MULTILINE) is not None,
    )


def submit(queue: str, job: Job) -> str:
    """Hand `job` to the print server and return the id that it gave.

    Ctrl-C at the terminal does not reach `lp`, only this program.

    Raises:
        OutputError: the job was refused; its message holds what `lp` said.
        UnknownError: `lp` gave no answer.
    """
    command = [_command("lp"), "-d", queue, *job.options(), "--", "-"]
    try:
        done = subprocess.run(
            command,
            input=job.pdf,
            capture_output=True,
            env=_environment(),
            timeout=_TAKES_WITHIN,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as error:
        raise UnknownError(_unknown("`lp` did not answer in time")) from error
    except OSError as error:
        raise OutputError(
            Fault("printing", "`lp` cannot be started", f"The system says: {(error.strerror or '').lower()}")
        ) from error
    if done.returncode != 0:
        raise OutputError(Fault("printing", _words(done.stderr), "The print server did not take this paper", _names()))
    if found := _JOB.search(done.stdout.decode("utf-8", "replace")):
        return found[1]
    raise UnknownError(_unknown("`lp` ended without telling a job number"))


def _unknown(found: str) -> Fault:
    return Fault(
        "printing",
        found,
        "Whether the print server has this paper is not known",
        "Look at the printer and its queue (lpstat -o) before you send it again",
    )


def _default_queue() -> str:
    """Return the queue that this user, or this computer, prints to."""
    found = re.search(r"^system default destination: (\S+)$", _lpstat("-d"), re.MULTILINE)
    if not found:
        raise InputError(Fault("--queue", "no queue is the default", "The name of a print queue is wanted", _names()))
    return found[1]


def _check_exists(name: str) -> None:
    queues = _queues()
    if not queues:
        raise OutputError(
            Fault(
                "printing",
                "no print queue can be seen",
                "A print server with a queue is wanted",
                "See whether CUPS runs",
            )
        )
    if name.partition("/")[0] not in {queue.partition("/")[0] for queue in queues}:
        raise InputError(
            Fault("--queue", "there is no such queue", "One of this computer's queues is wanted", _names())
        )


def _names() -> str:
    queues = _queues()
    return f"Queues here: {', '.join(queues[:12])}" if queues else "See whether CUPS runs: lpstat -r"


def _queues() -> Sequence[str]:
    return _lpstat("-e").split()


def _lpstat(*words: str) -> str:
    """Return what `lpstat` prints; nothing when it knows nothing."""
    try:
        done = subprocess.run(
            [_command("lpstat"), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=_environment(),
            timeout=_ANSWERS_WITHIN,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        found, wanted = "the print server does not answer", "A print server that runs is wanted"
        raise OutputError(Fault("printing", found, wanted, "See whether CUPS runs: lpstat -r")) from error
    return done.stdout.decode("utf-8", "replace")


def _command(name: str) -> str:
    """Return the path of a command of CUPS. Raises OutputError where there is none."""
    if path := shutil.which(name):
        return path
    raise OutputError(_NO_COMMAND)


def _environment() -> dict[str, str]:
    """The user's environment, with answers in the one language that is read here."""
    return child_environment(LC_ALL="C", LANGUAGE="C")


def _words(err: bytes) -> str:
    """Return what `lp` said, on one line; it knows no name and no path that it could repeat."""
    lines = [line.removeprefix("lp: ").removeprefix("Error - ") for line in err.decode("utf-8", "replace").splitlines()]
    words = " ".join(" ".join(lines).split())
    printable = "".join(each if each.isprintable() else "?" for each in words)[:300]
    return f"`lp` says: {printable}" if printable else "`lp` failed and gave no reason"
