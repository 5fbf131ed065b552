"""The outbox: what became of every message, on the disk before and after each step that cannot be taken back.

    queued -> sending -> sent        the server took it
       |         |-----> refused     it never will: give paper
       |         |-----> deferred    it would not now; may be tried again
       |         `-----> unknown     it may have: only a person decides
       |-----> handed                written as a file for the clinic's own mailer
       `-----> withdrawn             the row changed or was put on hold before it left

"sending" is on the disk before the message leaves, so whatever dies in between is found as "unknown" and never sent
again by itself. Nothing here names a patient or an address: a keyed hash and a masked form stand for it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal, cast

import msgspec
from msgspec import Struct

from mvd_handout.delivery.files import OWNER_ONLY
from mvd_handout.delivery.mail.model import CalendarEntry
from mvd_handout.delivery.roster.model import Consent
from mvd_handout.domain.errors import Fault, OutputError

State = Literal["queued", "sending", "sent", "handed", "deferred", "refused", "unknown", "withdrawn"]

STATES: Final[tuple[State, ...]] = (
    "unknown", "refused", "deferred", "queued", "sending", "withdrawn", "handed", "sent",
)  # fmt: skip
"""Those that want a person's eye first."""

LEFT: Final[frozenset[State]] = frozenset({"sent", "handed", "unknown"})
"""The patient has it, or may have it."""

OPEN: Final[frozenset[State]] = frozenset({"queued", "deferred"})
"""It did not leave, and may still."""

FILE_NAME: Final = "outbox.sqlite"
VERSION: Final = 1
_APPLICATION: Final = 0x6D766468  # "mvdh": a file of another program is not taken for an outbox

_SCHEMA: Final = """
CREATE TABLE message (
    key TEXT PRIMARY KEY,
    patient_key TEXT NOT NULL,
    document_id TEXT NOT NULL,
    recipient_hash TEXT NOT NULL,
    recipient_shown TEXT NOT NULL,
    consent TEXT NOT NULL CHECK (consent IN ('encrypted', 'plain')),
    content TEXT NOT NULL,
    message_sha256 TEXT NOT NULL,
    attachment_sha256 TEXT NOT NULL,
    calendar TEXT NOT NULL,
    journal TEXT NOT NULL,
    replaces TEXT NOT NULL,
    planned INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN (
        'queued', 'sending', 'sent', 'handed', 'deferred', 'refused', 'unknown', 'withdrawn')),
    why TEXT NOT NULL,
    tries INTEGER NOT NULL CHECK (tries >= 0),
    changed TEXT NOT NULL,
    journalled INTEGER NOT NULL CHECK (journalled IN (0, 1))
) STRICT;
CREATE INDEX by_patient ON message (patient_key, planned);
CREATE INDEX by_address ON message (recipient_hash);
CREATE INDEX by_state ON message (state);
CREATE TABLE event (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL REFERENCES message (key),
    time TEXT NOT NULL,
    state TEXT NOT NULL,
    why TEXT NOT NULL,
    person TEXT NOT NULL
) STRICT;
"""
_CALENDAR: Final = msgspec.json.Decoder(tuple[CalendarEntry, ...])


class Record(Struct, frozen=True):
    """One message. `key` stands for it everywhere; `content` is the same for two messages that say the same.

    `journal` is the entry that the journal gets when it is sent; `replaces` the key of the message before it, or "".
    `changed` is when its state last did, in UTC.
    """

    key: str
    patient_key: str
    document_id: str
    recipient_hash: str
    recipient_shown: str
    consent: Consent
    content: str
    message_sha256: str
    attachment_sha256: str
    calendar: tuple[CalendarEntry, ...] = ()
    journal: str = ""
    replaces: str = ""
    state: State = "queued"
    why: str = ""
    tries: int = 0
    changed: dt.datetime | None = None
    journalled: bool = False


class Event(Struct, frozen=True):
    """One change of a message's state; `person` is who decided it, where a person did."""

    time: dt.datetime
    state: State
    why: str
    person: str


_COLUMNS: Final = Record.__struct_fields__


class Outbox:
    """The outbox of one clinic. Every method raises OutputError when the disk refuses."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextlib.contextmanager
    def open(cls, folder: Path) -> Iterator[Outbox]:
        """Open the outbox in `folder`, which is made if need be."""
        with _trouble():
            make_private(folder)
            path = folder / FILE_NAME
            with contextlib.suppress(FileExistsError):  # SQLite would make it readable for others
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWNER_ONLY))
            connection = sqlite3.connect(path, timeout=10, isolation_level=None)
        try:
            with _trouble():
                _prepare(connection)
            yield cls(connection)
        finally:
            connection.close()

    @classmethod
    @contextlib.contextmanager
    def empty(cls) -> Iterator[Outbox]:
        """Give an outbox in memory: for a look where there is none on the disk yet."""
        connection = sqlite3.connect(":memory:", isolation_level=None)
        try:
            _prepare(connection)
            yield cls(connection)
        finally:
            connection.close()

    def get(self, key: str) -> Record | None:
        """Return the message `key`."""
        return next(iter(self._select("WHERE key = ?", key)), None)

    def records(self, *states: State) -> list[Record]:
        """Return all messages, or those in `states`, in the order in which they were planned."""
        marks = ", ".join("?" * len(states))
        return self._select(f"WHERE state IN ({marks}) ORDER BY planned" if states else "ORDER BY planned", *states)

    def of_patient(self, patient_key: str) -> list[Record]:
        """Return the messages for one patient, the oldest first."""
        return self._select("WHERE patient_key = ? ORDER BY planned", patient_key)

    def of_patient_or_address(self, patient_key: str, recipient_hash: str) -> list[Record]:
        """Return the messages for one patient, and all that go to one address, the oldest first."""
        return self._select("WHERE patient_key = ? OR recipient_hash = ? ORDER BY planned", patient_key, recipient_hash)

    def later(self, record: Record) -> list[Record]:
        """Return the messages that were planned after one, for the same patient or to replace it, the oldest first."""
        after = "planned > (SELECT planned FROM message WHERE key = ?)"
        mine = "(patient_key = ? OR replaces = ?)"
        return self._select(f"WHERE {after} AND {mine} ORDER BY planned", record.key, record.patient_key, record.key)

    def unjournalled(self) -> list[Record]:
        """Return what left for certain and is not in the journal yet."""
        return self._select("WHERE journalled = 0 AND state IN ('sent', 'handed') ORDER BY planned")

    def standing(self) -> set[str]:
        """Return the keys of what patients have or will get: not what was replaced by what left for certain."""
        replaced: set[str] = set()
        for each in self.records("sent", "handed"):
            replaced.add(each.replaces)
            replaced.discard(each.key)  # it went out again, after what had replaced it
        return {each.key for each in self.records(*LEFT, *OPEN) if each.key not in replaced}

    def find(self, start: str) -> list[Record]:
        """Return the messages whose key begins with `start`."""
        near = "key >= ? AND key < ?"  # by the index; keys are digits and letters
        condition = f"WHERE {near} AND substr(key, 1, ?) = ? ORDER BY planned"
        return self._select(condition, start, f"{start}~", len(start), start)

    def counts(self) -> dict[State, int]:
        """Return how many messages are in each state that any is in."""
        with _trouble():
            found = dict(self._connection.execute("SELECT state, count(*) FROM message GROUP BY state").fetchall())
        return {state: found[state] for state in STATES if state in found}

    def events(self, key: str) -> list[Event]:
        """Return what became of a message, the oldest first."""
        with _trouble():
            rows = self._connection.execute(
                "SELECT time, state, why, person FROM event WHERE key = ? ORDER BY number", (key,)
            ).fetchall()
        return [Event(dt.datetime.fromisoformat(time), state, why, person) for time, state, why, person in rows]

    def queue(self, record: Record, now: dt.datetime) -> None:
        """Add a message that is to be sent. One with this key that never left is planned anew.

        Raises ValueError when a message with this key left already, or may have.
        """
        values = msgspec.structs.asdict(msgspec.structs.replace(record, state="queued", changed=now))
        values |= {"calendar": _json(record.calendar), "changed": _time(now), "journalled": 0}
        names = ", ".join(_COLUMNS)
        with self._change():
            old = self._connection.execute("SELECT state FROM message WHERE key = ?", (record.key,)).fetchone()
            if old and old[0] not in OPEN | {"withdrawn"}:
                raise ValueError(f"a message with this key is {old[0]} already")
            marks = ", ".join(f":{name}" for name in _COLUMNS)
            changes = ", ".join(f"{name} = :{name}" for name in _COLUMNS if name not in {"key", "tries"})
            self._connection.execute(
                f"INSERT INTO message ({names}, planned) "
                f"VALUES ({marks}, (SELECT coalesce(max(planned), 0) + 1 FROM message)) "
                f"ON CONFLICT (key) DO UPDATE SET {changes}, "
                "planned = (SELECT max(planned) + 1 FROM message)",
                values,
            )
            self._note(record.key, now, "queued", record.why, "")

    def begin(self, key: str, now: dt.datetime) -> None:
        """Put on the disk that the message is about to leave. Raises ValueError unless it is still to be sent."""
        self._move(key, OPEN, "sending", "", now, tries=1)

    def settle(self, key: str, state: State, why: str, now: dt.datetime) -> None:
        """Put on the disk what became of a message that was begun."""
        self._move(key, {"sending"}, state, why, now)

    def put_off(self, key: str, state: State, why: str, now: dt.datetime) -> None:
        """Put on the disk why a message did not even begin to leave: deferred, refused, handed or withdrawn."""
        self._move(key, OPEN, state, why, now, tries=int(state != "withdrawn"))

    def decide(self, key: str, state: State, why: str, person: str, now: dt.datetime) -> None:
        """Put on the disk what a person decided about a message that is not simply sent."""
        self._move(key, {"unknown", "refused", "deferred", "queued", "handed"}, state, why, now, person=person)

    def recover(self, now: dt.datetime) -> int:
        """Call unknown what was left while it was being sent, and return how many; only for who holds the lock."""
        left = self.records("sending")
        for record in left:
            self._move(record.key, {"sending"}, "unknown", "interrupted while it was being sent", now)
        return len(left)

    def journalled(self, keys: Iterable[str]) -> None:
        """Note that the journal has these messages."""
        with self._change():
            self._connection.executemany("UPDATE message SET journalled = 1 WHERE key = ?", [(key,) for key in keys])

    def _move(
        self,
        key: str,
        before: set[State] | frozenset[State],
        state: State,
        why: str,
        now: dt.datetime,
        *,
        tries: int = 0,
        person: str = "",
    ) -> None:
        """Change the state of a message that is in one of `before`."""
        marks = ", ".join("?" * len(before))
        with self._change():
            done = self._connection.execute(
                "UPDATE message SET state = ?, why = ?, changed = ?, tries = tries + ?, "
                "journalled = CASE WHEN ? = 'queued' THEN 0 ELSE journalled END "  # each sending is noted
                f"WHERE key = ? AND state IN ({marks})",
                (state, why, _time(now), tries, state, key, *before),
            )
            if done.rowcount != 1:
                raise ValueError(f"this message cannot become {state} now")
            self._note(key, now, state, why, person)

    def _note(self, key: str, now: dt.datetime, state: State, why: str, person: str) -> None:
        self._connection.execute(
            "INSERT INTO event (key, time, state, why, person) VALUES (?, ?, ?, ?, ?)",
            (key, _time(now), state, why, person),
        )

    def _select(self, condition: str, *values: object) -> list[Record]:
        with _trouble():
            rows = self._connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM message {condition}", values).fetchall()
        return [_record(dict(zip(_COLUMNS, row, strict=True))) for row in rows]

    @contextlib.contextmanager
    def _change(self) -> Iterator[None]:
        """Do all of it or nothing; it is on the disk afterwards."""
        with _trouble():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise


def make_private(folder: Path) -> None:
    """Make `folder` for this user alone. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _prepare(connection: sqlite3.Connection) -> None:
    """Make a new outbox, or make sure that this is one that we know."""
    connection.execute("PRAGMA journal_mode = TRUNCATE")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    version, application = _pragma(connection, "user_version"), _pragma(connection, "application_id")
    if (version, application) == (0, 0):
        connection.executescript(
            f"BEGIN IMMEDIATE; {_SCHEMA}"
            f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
        )
    elif application != _APPLICATION:
        raise OutputError(Fault("outbox", "this file is not an outbox", "Another program wrote it", "Move it away"))
    elif version != VERSION:
        found = f"it was written by another version of this program (format {version})"
        raise OutputError(Fault("outbox", found, f"Format {VERSION} is wanted", "Update the program"))


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return cast("int", connection.execute(f"PRAGMA {name}").fetchone()[0])


def _record(row: dict[str, object]) -> Record:
    row["calendar"] = _CALENDAR.decode(str(row["calendar"]))
    row["changed"] = dt.datetime.fromisoformat(str(row["changed"]))
    row["journalled"] = bool(row["journalled"])
    return Record(**row)  # type: ignore[arg-type]


def _json(calendar: tuple[CalendarEntry, ...]) -> str:
    return msgspec.json.encode(calendar).decode()


def _time(now: dt.datetime) -> str:
    return now.astimezone(dt.UTC).isoformat(timespec="seconds")


@contextlib.contextmanager
def _trouble() -> Iterator[None]:
    """Turn what SQLite or the system refuses into an OutputError. No path is shown."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else getattr(error, "sqlite_errorname", None)
        says = f"The system says: {str(reason or type(error).__name__).lower()}"
        fix = "Nothing more is sent until that is mended; docs/email.md says where it lies"
        raise OutputError(Fault("outbox", "it cannot be read or written", says, fix)) from error
