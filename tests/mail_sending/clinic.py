"""A ward with a mail server and a list of patients, and the commands of `email` run in it."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from mvd_handout.commands.console import Console
from mvd_handout.commands.email_desk import EmailDesk, open_email_desk
from tests.mail_sending.ward import Run, cells, roster_csv
from tests.tools import smtp

ALL = [f"alex{number}@example.org" for number in (1, 2, 3)]


class Clinic:
    """A ward with a mail server, its list of three patients, and the commands run in it."""

    def __init__(self, folder: Path, server: smtp.Server, run: Run) -> None:
        self.folder = folder
        self.server = server
        self.roster = folder.parent / "tomorrow.csv"
        self.run = run
        self.write(*(cells(number) for number in (1, 2, 3)))

    def write(self, *rows: dict[str, str]) -> None:
        self.roster.write_bytes(roster_csv(rows))

    def send(self, *options: object, text: str | None = None) -> tuple[int, str, str]:
        return self("send", self.roster, *options, text=text)

    def deliver(self, *options: object) -> tuple[int, str, str]:
        return self.send("--deliver", "--yes", "--rate", 6000, "--limit", 100, *options)

    def __call__(self, *arguments: object, text: str | None = None) -> tuple[int, str, str]:
        name, *rest = arguments
        result = self.run("email", name, *rest, "--clinic", self.folder, text=text)
        return result.exit_code, result.stdout, result.stderr

    def desk(self) -> EmailDesk:
        return open_email_desk(self.folder, Console(quiet=True))

    def states(self) -> list[str]:
        with self.desk().look() as outbox:
            return [record.state for record in outbox.records()]

    def planned(self) -> list[str]:
        with self.desk().look() as outbox:
            return [record.key for record in outbox.records()]

    def got(self) -> list[str]:
        """Return who got a message, in order."""
        return [recipient for recipient, _ in self.server.messages]

    def message(self, number: int) -> EmailMessage:
        found = email.message_from_bytes(self.server.messages[number][1], policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        return found


def change_after(clinic: Clinic, messages: int, change: Callable[[], object]) -> None:
    """Change something once the server took so many messages, before it says so."""

    def hook(session: smtp.Session, stage: str, when: str) -> None:
        if (stage, when) == ("stored", "after") and len(clinic.server.messages) == messages:
            change()

    clinic.server.hook = hook


def calendar_of(message: EmailMessage) -> str:
    """Return the calendar file in a message."""
    (calendar,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    return str(calendar.get_content())


def queue_all(clinic: Clinic) -> None:
    """Make all messages of the list while the server is down."""
    script = clinic.server.script
    clinic.server.script = smtp.Script("greeting", smtp.FAULTS["5xx"], clinic.server.sessions + 1)
    clinic.deliver()
    clinic.server.script = script
    assert clinic.server.messages == []
