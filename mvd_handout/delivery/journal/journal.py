"""The journal on the disk: one file a year and clinic key, lines are only ever added, whole lines or none."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from mvd_handout.delivery.files import OWNER_ONLY, write_all
from mvd_handout.delivery.journal.entry import LONGEST, Entry, Line, read_line, write_line
from mvd_handout.delivery.journal.reading import Mark, Marks, Notice, Source, chosen_entries
from mvd_handout.delivery.lock import PATIENCE, one_writer
from mvd_handout.domain.errors import Fault, OutputError
from mvd_handout.domain.ids import keyed_hash

GROUP_TOO: Final = 0o660
_FLAGS: Final = os.O_RDWR | os.O_APPEND | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_BINARY: Final = getattr(os, "O_BINARY", 0)
_AT_ONCE: Final = 1_000
_FIRST_COPY: Final = b'"replaces":""'
"""So says the line of a paper that replaces none; no text in a line can hold these quotes as they are."""
_PATIENT: Final = re.compile(rb'"patient_key":"([0-9a-f]+)"')


Append = Callable[[Iterable[Entry]], int]

_NAME: Final = re.compile(r"journal-[0-9a-f]{8}-\d{4}\.jsonl")
_MISSING: Final = Fault(
    "journal",
    "its folder, which the clinic profile names under [journal], is missing",
    "Without it nobody knows what was given, and what was replaced since",
    "Connect the drive or share that it lies on; only for a journal that is new, make the folder (docs/journal.md)",
)


_BEGINS: Final = Fault(
    "journal",
    "a new one begins, in the folder that the clinic profile names",
    "There was none before under this clinic key",
    "If you know better, stop here, and see whether the drive or share is connected",
)


class Journal:
    """What was given to whom. It is bound to the clinic's `key`: another key has other files in the same folder.

    Only the owner can read the files; in a folder that a group may write to, that group, too. A folder that the
    clinic `named` is made by people: one that is missing may be a share that is not connected, so it is an error, and
    never an empty journal. Any other folder is made when it is first written to. Making a Journal opens nothing.
    Every method raises OutputError when the disk refuses.
    """

    def __init__(self, folder: Path, key: bytes, *, named: bool = False, patience: float = PATIENCE) -> None:
        self.folder, self._named = folder, named
        self.tag = keyed_hash(key, "journal, name")[:8]
        self._key = bytes.fromhex(keyed_hash(key, "journal, check"))
        self._patience = patience
        self._batches: dict[str, _Batch] = {}

    def __repr__(self) -> str:
        return f"Journal({self.tag})"

    def files(self) -> tuple[Path, ...]:
        """Return the files that exist, the oldest year first."""
        return tuple(path for path in self._journals() if path.name.startswith(f"journal-{self.tag}-"))

    def others(self) -> tuple[Path, ...]:
        """Return journals in the same folder that were written under another key, and cannot be read with this."""
        mine = self.files()
        return tuple(path for path in self._journals() if path not in mine)

    def _journals(self) -> list[Path]:
        """Return every journal in the folder. Only where a folder of ours was never made there is none for certain."""
        with _trouble("read"):
            try:
                return sorted(path for path in self.folder.iterdir() if _NAME.fullmatch(path.name))
            except FileNotFoundError:
                if self._named:
                    raise OutputError(_MISSING) from None
                if _leads_nowhere(self.folder):
                    raise
                return []

    def check(self, year: int) -> tuple[Fault, ...]:
        """Make sure that entries of `year` can be added, and return what was found amiss and mended.

        To be asked before a paper is made: one that cannot be journalled should not be made at all. That a journal
        begins in a folder that the clinic named is told, too: an empty one may be a share that is not connected.
        """
        with self.turn(), _trouble("written"):
            begins = self._named and not self.files()
            with self._open(year) as file:
                return ((_BEGINS,) if begins else ()) + file.mend()

    def append(self, entries: Iterable[Entry]) -> int:
        """Add `entries`, all or none of a year, and return how many lines that made.

        An entry of a batch whose document id this journal already has for that batch is left out, so that a batch
        that was interrupted can add all of its entries again. When this returns, the lines are on the disk.
        """
        with self.turn() as append:
            return append(entries)

    @contextlib.contextmanager
    def turn(self) -> Iterator[Append]:
        """Yield what does as `append`, while nobody else can write: what the journal says now stays so until then.

        All others wait, 10 seconds at most, so be quick.
        """
        with contextlib.ExitStack() as stack:
            with _trouble("written"):
                self._make_folder()
                lock = self.folder / f"journal-{self.tag}.lock"
                stack.enter_context(one_writer(lock, self._mode(), self._patience))
            yield self._append

    @contextlib.contextmanager
    def one_sender(self) -> Iterator[None]:
        """Let nobody else send e-mails by this journal meanwhile; everybody can still write into it.

        Raises TimeoutError at once when somebody does already, OSError when the disk refuses, OutputError.
        """
        self._make_folder()
        with one_writer(self.folder / f"journal-{self.tag}.sending", self._mode(), patience=0):
            yield

    def papers_of(self, batch: str) -> frozenset[str]:
        """Return the document ids that are journalled for `batch`."""
        return frozenset(self._noted(batch))

    def entries(self, notice: Notice | None = None) -> Iterator[Entry]:
        """Yield every entry that is as it was written, the oldest first, holding one line in memory at a time.

        `notice` is told of every line that was changed, taken out or cut short; without it, the first such line
        raises OutputError.
        """
        return self._chosen(lambda _: True, notice, {})

    def copies(self, notice: Notice | None = None, marks: Marks | None = None) -> Iterator[Entry]:
        """Yield the entries that replace another, the oldest first, at a part of the cost of `entries`.

        `notice` is told of what is amiss in any line, as for `entries`. With `marks`, which are moved on, only what
        was added since the last time is read.
        """
        return self._chosen(lambda data: _FIRST_COPY not in data, notice, {} if marks is None else marks)

    def touching(
        self, patient_keys: Collection[str], notice: Notice | None = None, marks: Marks | None = None
    ) -> Iterator[Entry]:
        """Yield the entries that replace another, and those of these patients; otherwise as `copies`."""
        keys = {key.encode() for key in patient_keys}

        def wanted(data: bytes) -> bool:
            return _FIRST_COPY not in data or _patient(data) in keys

        return self._chosen(wanted, notice, {} if marks is None else marks)

    def about(self, patient_key: str, notice: Notice | None = None) -> Iterator[Entry]:
        """Yield the entries of one patient; otherwise as `copies`."""
        key = patient_key.encode()
        return self._chosen(lambda data: _patient(data) == key, notice, {})

    def lines_after(self, marks: Marks, word: bytes, notice: Notice = lambda _: None) -> Iterator[Entry]:
        """Yield the entries of all lines that hold `word` behind `marks`, which are moved on; otherwise as `copies`.

        Without a `notice` what is amiss is passed over: for whoever heard of it before, from one of the others.
        """
        return self._chosen(lambda data: word in data, notice, marks)

    def _chosen(self, wanted: Callable[[bytes], bool], notice: Notice | None, marks: Marks) -> Iterator[Entry]:
        """Check every line behind `marks` and yield the entries of those that are `wanted`.

        A file's mark is moved on when its end is reached.
        """
        tell = notice or _raise
        for path in self.files():
            with _trouble("read"), path.open("rb") as stream:
                source = Source(stream, self._key, path.stem.rpartition("-")[2])
                marks[path] = yield from chosen_entries(source, marks.get(path, Mark()), wanted, tell)

    def _fresh(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Yield the entries that are still to be added."""
        noted: dict[str, set[str]] = {}
        added: set[tuple[str, str]] = set()
        for entry in entries:
            if entry.batch:
                if entry.batch not in noted:
                    noted[entry.batch] = self._noted(entry.batch)
                if entry.document_id in noted[entry.batch] or (entry.batch, entry.document_id) in added:
                    continue
                added.add((entry.batch, entry.document_id))
            yield entry

    def _noted(self, batch: str) -> set[str]:
        """Return the ids noted for `batch`, read as far as the files go now; it is kept, and not to be changed."""
        known = self._batches.setdefault(batch, _Batch(batch))
        known.catch_up(self)
        return known.papers

    def _append(self, entries: Iterable[Entry]) -> int:
        written = 0
        with _trouble("written"):
            for year, group in itertools.groupby(self._fresh(entries), key=lambda entry: entry.time.year):
                with self._open(year) as file:
                    file.mend()
                    written += file.add(group)
        return written

    def _make_folder(self) -> None:
        if not self._named:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        elif not self.folder.exists():
            raise OutputError(_MISSING)

    @contextlib.contextmanager
    def _open(self, year: int) -> Iterator[_OpenFile]:
        path = self.folder / f"journal-{self.tag}-{year}.jsonl"
        with _opened(path, self._mode()) as descriptor:
            yield _OpenFile(path, descriptor, self._key, self._mode())

    def _mode(self) -> int:
        return GROUP_TOO if self.folder.stat().st_mode & stat.S_IWGRP else OWNER_ONLY


class _Batch:
    """Which papers of one batch are journalled, as far as the files were read."""

    def __init__(self, batch: str) -> None:
        self.batch = batch
        self.papers: set[str] = set()
        self._marks: Marks = {}

    def catch_up(self, journal: Journal) -> None:
        """Read what was added since the last time."""
        for entry in journal.lines_after(self._marks, self.batch.encode()):
            if entry.batch == self.batch:
                self.papers.add(entry.document_id)


class _OpenFile:
    """The file of one year, open and locked."""

    def __init__(self, path: Path, descriptor: int, key: bytes, mode: int) -> None:
        self.path, self.descriptor = path, descriptor
        self.key, self.mode = key, mode

    def mend(self) -> tuple[Fault, ...]:
        """Move the beginning of a line that was never finished into a file beside this one."""
        size = os.fstat(self.descriptor).st_size
        rest = self._tail(size).rpartition(b"\n")[2]
        if not rest:
            return ()
        aside = self.path.with_suffix(".torn")
        with _opened(aside, self.mode) as torn:
            write_all(torn, rest + b"\n")
            os.fsync(torn)
        os.ftruncate(self.descriptor, size - len(rest))
        os.fsync(self.descriptor)
        wanted = f"It now lies in {aside.name}; a paper made in that moment may be missing"
        return (Fault(self.path.name, "its last line was cut short, as by a power cut", wanted),)

    def add(self, entries: Iterable[Entry]) -> int:
        """Add a line for each entry, or leave the file as it was."""
        size = os.fstat(self.descriptor).st_size
        last = number = self._last_number(size)
        lines = (write_line(self.key, Line(number, entry)) for number, entry in enumerate(entries, last + 1))
        try:
            while chunk := list(itertools.islice(lines, _AT_ONCE)):
                write_all(self.descriptor, b"".join(chunk))
                number += len(chunk)
            os.fsync(self.descriptor)
        except BaseException:
            with contextlib.suppress(OSError):
                os.ftruncate(self.descriptor, size)
            raise
        return number - last

    def _last_number(self, size: int) -> int:
        last = self._tail(size).rstrip(b"\n").rpartition(b"\n")[2]
        if not last:
            return 0
        if line := read_line(self.key, last + b"\n"):
            return line.line
        with self.path.open("rb") as stream:  # the last line was changed: count them
            return sum(1 for _ in stream)

    def _tail(self, size: int) -> bytes:
        """Return the end of the file: at least its last line, and what follows it."""
        length = 2 * LONGEST
        while True:
            os.lseek(self.descriptor, max(0, size - length), os.SEEK_SET)
            data = _read_all(self.descriptor)
            if data.rstrip(b"\n").count(b"\n") > 1 or length >= size:
                return data
            length *= 2


def _patient(data: bytes) -> bytes:
    found = _PATIENT.search(data)
    return found[1] if found else b""


def _leads_nowhere(folder: Path) -> bool:
    """Whether a missing folder is missing behind a link: somebody put it elsewhere, so it is not just not made yet."""
    return any(each.is_symlink() and not each.exists() for each in (folder, *folder.parents))


def _raise(fault: Fault) -> None:
    raise OutputError(fault)


def _read_all(descriptor: int) -> bytes:
    return b"".join(iter(lambda: os.read(descriptor, 1 << 20), b""))


@contextlib.contextmanager
def _opened(path: Path, mode: int) -> Iterator[int]:
    """Open a file to add to, and to nothing that a link points to; a new one gets exactly these permissions."""
    new = not os.path.lexists(path)
    descriptor = os.open(path, _FLAGS | _BINARY | os.O_CREAT, mode)
    try:
        if new:
            if hasattr(os, "fchmod"):
                os.fchmod(descriptor, mode)  # what the process's umask left out
            _sync_folder(path.parent)
        yield descriptor
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Make a new name last through a power cut, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def _trouble(what: str) -> Iterator[None]:
    """Turn the system's refusal into an OutputError with a remedy. No path is shown."""
    try:
        yield
    except OSError as error:
        reason = f"The system says: {(error.strerror or 'it refused').lower()}"
        fix = "Check its folder (docs/journal.md says where it lies), and the drive or share that it is on"
        if what == "written":
            fix = f"{fix}; or set keep = false under [journal]"
        raise OutputError(Fault("journal", f"it cannot be {what}", reason, fix)) from error
