"""Files that hold patient data: read within bounds, written whole or not at all.

A file appears under its final name only when every byte of it is on the disk. Until then its bytes lie in a
hidden file of the same folder that only its owner can read, and that is removed whatever goes wrong.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from msgspec import Struct

from mvd_handout.delivery.stops import held_back
from mvd_handout.domain.errors import Fault, OutputError

MAX_INPUT_BYTES: Final = 1_000_000
OWNER_ONLY: Final = 0o600
FOR_COLLEAGUES: Final = 0o644
TAKEN: Final = "Add --force to replace it, or choose another name with -o"
_UNFINISHED: Final = (".mvd-handout-", ".part")

_CREATE: Final = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)  # fmt: skip
_APPEND: Final = (
    os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)
_READ: Final = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)  # fmt: skip
_NO_HARD_LINKS: Final = frozenset({errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EMLINK, errno.EXDEV})
_NO_FOLDER_SYNC: Final = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM})


class NewFile(Struct, frozen=True):
    """A file to write: where, what, and what to call it in a message (never a name that tells who the patient is).

    `mode` are its permissions; only what holds nothing about a patient may be `FOR_COLLEAGUES`, too. `taken` is what
    to do when something has the name already.
    """

    path: Path
    data: bytes
    label: str
    mode: int = OWNER_ONLY
    taken: str = TAKEN


def read_file(path: Path, label: str, limit: int = MAX_INPUT_BYTES) -> bytes:
    """Return what is in `path`. `label` names it in messages. Raises OutputError, also for more than `limit` bytes."""
    try:
        with path.open("rb") as stream:
            return read_stream(stream, label, limit)
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
        fix = _how_to_read(error)
        raise OutputError(Fault(label, "it cannot be read", _reason(error), fix)) from error


def read_plain_file(path: Path, label: str, limit: int, *, links: bool = False) -> bytes | None:
    """Return what is in `path`, or None when it is no ordinary file: nothing waits for a pipe to be written to.

    A symbolic link is followed only with `links`. Raises OutputError.
    """
    if not links and path.is_symlink():  # Windows cannot say so on opening
        return None
    try:
        descriptor = os.open(path, _READ | (0 if links else getattr(os, "O_NOFOLLOW", 0)))
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            return None
        with os.fdopen(descriptor, "rb") as stream:
            return read_stream(stream, label, limit)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in {errno.ELOOP, errno.ENXIO}:
            return None  # a link, or a socket
        fix = "Check the path" if isinstance(error, FileNotFoundError) else "Check the file and its permissions"
        raise OutputError(Fault(label, "it cannot be read", _reason(error), fix)) from error


def _how_to_read(error: OSError | ValueError) -> str:
    match error:
        case FileNotFoundError():
            return "Check the name that you typed"
        case IsADirectoryError():
            return "Name a file in it, not the folder"
        case _:
            return "Check the file and its permissions"


def read_stream(stream: BinaryIO, label: str, limit: int = MAX_INPUT_BYTES) -> bytes:
    """Return everything that `stream` holds. Raises OutputError for more than `limit` bytes."""
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise OutputError(
            Fault(label, "it is far too big to be a settings file", f"At most {limit:,} bytes", "Is it the right file?")
        )
    return data


def write_files(files: Sequence[NewFile], *, force: bool = False) -> None:
    """Write all `files`, each whole, or none of them.

    Without `force` nothing that exists is replaced. With it, only ordinary files are, and a symbolic link is
    replaced itself, never what it points to. Every byte is on the disk before the first name appears. No stop (Ctrl-C)
    leaves anything behind.

    Raises:
        OutputError: something could not be written, or a name is taken; no half file and no leftover stays.
    """
    for file in files:
        _check_target(file, force)
    hidden = [_temporary(file.path) for file in files]
    published: list[NewFile] = []
    with held_back() as stops:
        try:
            stops.release()  # nobody waits for a disk that hangs
            for file, temporary in zip(files, hidden, strict=True):
                with output_trouble(file.label):
                    _write_new(temporary, file.data, file.mode)
            stops.held = True
            for file, temporary in zip(files, hidden, strict=True):
                _publish(file, temporary, force)
                published.append(file)
            for folder in {file.path.parent: file for file in files}.items():
                _sync_folder(*folder)
        except BaseException:
            if not force:  # with it, what stood there before is gone by now, so the whole new file stays
                _remove(file.path for file in published)
            raise
        finally:
            stops.held = True
            _remove(hidden)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):  # the disk may refuse that, too; what has its name is whole
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def new_file(path: Path, label: str, *, force: bool = False, taken: str = TAKEN) -> Iterator[BinaryIO]:
    """Yield a stream for the bytes of a big file, which appears whole when the body ends, or not at all.

    Without `force` nothing else is replaced; a file that is there with the very same bytes is left as it is.
    Raises OutputError.
    """
    file = NewFile(path, b"", label, taken=taken)
    temporary = _temporary(path)
    with held_back() as stops:
        try:
            with output_trouble(label):
                descriptor = os.open(temporary, _CREATE, file.mode)
            try:
                with os.fdopen(descriptor, "wb") as stream:
                    stops.release()  # a big file takes its time
                    yield stream
                    stops.held = True
                    stream.flush()
                    os.fsync(descriptor)
            except OSError as error:
                raise OutputError(Fault(label, "it cannot be written", _reason(error), _remedy(error))) from error
            if not _is_same(temporary, path):
                _check_target(file, force)
                _publish(file, temporary, force)
                _sync_folder(path.parent, file)
        finally:
            stops.held = True
            _remove([temporary])


def check_room(path: Path, label: str) -> None:
    """Make sure that a file can be written at `path`: its folder is there and lets us. Raises OutputError."""
    temporary = _temporary(path)
    with held_back():
        try:
            with output_trouble(label):
                os.close(os.open(temporary, _CREATE, OWNER_ONLY))
        finally:
            _remove([temporary])


def _is_same(one: Path, other: Path) -> bool:
    import filecmp  # only for big files

    try:
        return not other.is_symlink() and filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False


def append_to(path: Path, data: bytes, label: str) -> None:
    """Add `data` to the end of a file that is there, and return when it is on the disk. Raises OutputError.

    After an error some of it may be there. Whoever reads the file cuts what is not whole.
    """
    with output_trouble(label):
        descriptor = os.open(path, _APPEND)
        try:
            write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it; the system may take less at a time. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make `folder` (with these permissions) and what lies above it, unless it is there. Raises OutputError."""
    try:
        folder.mkdir(mode, parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise OutputError(
            Fault("output folder", "it cannot be made", _reason(error), "Choose another folder")
        ) from error


def remove_file(path: Path, label: str) -> None:
    """Remove a file. Raises OutputError."""
    try:
        path.unlink()
    except OSError as error:
        fix = "Close it in other programs, and check the folder's permissions"
        raise OutputError(Fault(label, "it cannot be removed", _reason(error), fix)) from error


def is_leftover(name: str) -> bool:
    """Whether this is the name of an unfinished file, as a killed run leaves it."""
    return name.startswith(_UNFINISHED[0]) and name.endswith(_UNFINISHED[1])


def remove_leftovers(folder: Path) -> None:
    """Remove the unfinished files of runs that were killed, where the system lets us; they may hold a whole paper.

    Only for who knows, by a lock, that nobody is writing them. Another account's are left alone.
    """
    with contextlib.suppress(OSError):
        for path in [each for each in folder.iterdir() if is_leftover(each.name)]:
            with contextlib.suppress(OSError):
                if not hasattr(os, "getuid") or path.lstat().st_uid == os.getuid():
                    path.unlink()


def _check_target(file: NewFile, force: bool) -> None:
    with output_trouble(file.label, file.taken):
        try:
            mode = os.lstat(file.path).st_mode
        except FileNotFoundError:
            return
        if not force:
            raise FileExistsError
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        raise OutputError(
            Fault(file.label, "something that is not a file has this name", "A file name is wanted", "Choose another")
        )


def _temporary(path: Path) -> Path:
    return path.with_name(os.urandom(8).hex().join(_UNFINISHED))


def _write_new(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, _CREATE, mode)
    try:
        write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _publish(file: NewFile, temporary: Path, force: bool) -> None:
    with output_trouble(file.label, file.taken):
        if force:
            temporary.replace(file.path)
            return
        try:
            os.link(temporary, file.path)
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
            _rename_without_links(temporary, file.path)


def _rename_without_links(temporary: Path, path: Path) -> None:
    """Publish on a disk that has no hard links (a USB stick): look first, then rename."""
    if os.path.lexists(path):
        raise FileExistsError
    temporary.rename(path)


def _sync_folder(folder: Path, file: NewFile) -> None:
    """Make the new names last through a power cut, where the system can."""
    if os.name == "nt":
        return
    with output_trouble(file.label):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in _NO_FOLDER_SYNC:
                raise
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def output_trouble(label: str, taken: str = TAKEN) -> Iterator[None]:
    """Turn an operating system's refusal into an OutputError with a remedy; `taken` is that for a name in use."""
    try:
        yield
    except FileExistsError as error:
        raise OutputError(
            Fault(label, "a file with this name is already there", "Nothing is overwritten unasked", taken)
        ) from error
    except (OSError, ValueError) as error:
        raise OutputError(Fault(label, "it cannot be written", _reason(error), _remedy(error))) from error


def _reason(error: OSError | ValueError) -> str:
    """Return what the system says, without the path: it may hold a name."""
    reason = error.strerror if isinstance(error, OSError) else None
    return f"The system says: {(reason or 'not a usable file name').lower()}"


def _remedy(error: OSError | ValueError) -> str:
    match getattr(error, "errno", None):
        case errno.ENOENT | errno.ENOTDIR:
            return "Make the folder first, or choose another"
        case errno.ENOSPC | errno.EDQUOT:
            return "Free some space on the disk, then try again"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return "Choose a folder that you may write to"
        case _:
            return "Choose another place"
