"""What the commands of `email` share: the clinic's outbox, one sender at a time, and the journal of what was sent."""

from __future__ import annotations

import contextlib
import datetime as dt
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mvd_handout.commands.console import Console
from mvd_handout.commands.journalling import open_journal
from mvd_handout.commands.places import clinic_profile, state_folder
from mvd_handout.commands.wording import count
from mvd_handout.content.clinic import KEY_NAME, read_key, read_profile
from mvd_handout.content.toml import read_toml
from mvd_handout.delivery.lock import one_writer
from mvd_handout.delivery.mail.ledger import journal_sent
from mvd_handout.delivery.mail.outbox import FILE_NAME, Outbox, Record, make_private
from mvd_handout.delivery.mail.store import Store
from mvd_handout.domain.clinic import ClinicProfile
from mvd_handout.domain.errors import ExitCode, Fault, OutputError
from mvd_handout.domain.ids import keyed_hash

SHORT: Final = 10
"""So many digits of a key tell messages apart at the terminal."""


@dataclass(frozen=True, slots=True)
class EmailDesk:
    """Where the e-mails of one clinic are sent from. `settings` is the whole of clinic.toml, as read."""

    path: Path
    profile: ClinicProfile
    key: bytes
    settings: Mapping[str, object]
    folder: Path

    @property
    def store(self) -> Store:
        """The prepared messages."""
        return Store(self.folder / "messages")

    def now(self) -> dt.datetime:
        """Return the time at the clinic."""
        return dt.datetime.now(zoneinfo.ZoneInfo(self.profile.time_zone))

    def day(self, time: dt.datetime | None) -> dt.date | None:
        """Return the day of a time, by the clinic's calendar."""
        return time.astimezone(zoneinfo.ZoneInfo(self.profile.time_zone)).date() if time else None

    def has_outbox(self) -> bool:
        """Whether anything was ever queued here."""
        return (self.folder / FILE_NAME).exists()

    @contextlib.contextmanager
    def look(self) -> Iterator[Outbox]:
        """Open the outbox to read it; where there is none yet, an empty one. Nothing is written."""
        with Outbox.open(self.folder) if self.has_outbox() else Outbox.empty() as outbox:
            yield outbox

    @contextlib.contextmanager
    def work(self) -> Iterator[Outbox]:
        """Open the outbox to change it, for one at a time; what was interrupted is unknown from then on."""
        with contextlib.ExitStack() as stack:
            with _one_at_a_time("outbox", "somebody is sending from it"):
                make_private(self.folder)
                stack.enter_context(one_writer(self.folder / "sender.lock", 0o600, patience=0))
            outbox = stack.enter_context(Outbox.open(self.folder))
            outbox.recover(self.now())
            self.store.clean_up()
            self.keep_journal(outbox)
            yield outbox

    @contextlib.contextmanager
    def send(self) -> Iterator[Outbox]:
        """Open the outbox to send, for one at a time of all accounts that share the journal: each knows of the others.

        What one sent is noted before the next one looks, so that two cannot both find that a patient has none yet; but
        a line that could not be written is noted only when the same account works again.
        """
        with self.work() as outbox, contextlib.ExitStack() as stack:
            if (journal := open_journal(self.path, self.key)) is not None:
                with _one_at_a_time("journal", "another account that shares it is sending"):
                    stack.enter_context(journal.one_sender())
            yield outbox

    def keep_journal(self, outbox: Outbox) -> None:
        """Write into the clinic's journal what was sent and is not there yet. Raises HandoutError."""
        if (journal := open_journal(self.path, self.key)) is not None:
            journal_sent(outbox, journal)


@contextlib.contextmanager
def _one_at_a_time(what: str, busy: str) -> Iterator[None]:
    """Say of a lock that somebody else has, and of a folder that cannot be used, what to do. Raises OutputError."""
    try:
        yield
    except TimeoutError:
        fix = "Wait until that has ended"
        raise OutputError(Fault(what, busy, "One at a time can work with it", fix)) from None
    except OSError as error:
        reason = f"The system says: {(error.strerror or 'it refused').lower()}"
        raise OutputError(Fault(what, "its folder cannot be used", reason)) from error


def open_email_desk(clinic: Path | None, console: Console) -> EmailDesk:
    """Return the desk of a clinic. Raises InputError."""
    path = clinic_profile(clinic, console)
    profile, key = read_profile(path), read_key(path.parent / KEY_NAME)
    settings = read_toml(path.read_bytes(), path.name)
    folder = state_folder() / "email" / keyed_hash(key, "email, folder")[:16]
    return EmailDesk(path, profile, key, settings, folder)


def exit_code(outbox: Outbox, failed: bool) -> ExitCode:
    """Return what a run ends with: a doubt about any message outweighs everything else."""
    if outbox.records("unknown", "sending"):
        return ExitCode.MAIL_UNKNOWN
    return ExitCode.SOME_FAILED if failed else ExitCode.DONE


def declined(words: str, console: Console) -> ExitCode:
    """Say what did not happen, since a person did not say yes, and return the exit code."""
    console.show(words)
    return ExitCode.INTERRUPTED


def say_doubts(outbox: Outbox, console: Console) -> None:
    """Name what a person has to decide."""
    if doubts := outbox.records("unknown", "sending"):
        console.warn(
            f"nobody knows whether {count(len(doubts), 'message')} arrived. Nothing is sent again by itself: "
            "see `mvd-handout email status`."
        )


def record_line(record: Record) -> str:
    """Return a message in one line: nothing in it tells who the patient is."""
    why = f"  {record.why}" if record.why else ""
    return f"{record.key[:SHORT]}  {record.document_id}  {record.recipient_shown}  {record.state}{why}"
