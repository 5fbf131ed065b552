"""One writer at a time, also from several computers on one folder where its file system can lock."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PATIENCE: Final = 10.0
"""For how many seconds a writer waits; an entry takes milliseconds to write."""

_PAUSE: Final = 0.002
_BUSY: Final = frozenset({errno.EAGAIN, errno.EACCES, errno.EDEADLK})
_OPEN: Final = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)


@contextlib.contextmanager
def one_writer(path: Path, mode: int, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock on the file `path`, which is made if need be and stays; the system lets go when a process dies.

    Raises:
        TimeoutError: somebody else held it all the time.
        OSError: the file cannot be made, or its file system cannot lock.
    """
    new = not os.path.lexists(path)
    descriptor = os.open(path, _OPEN, mode)
    try:
        if new and hasattr(os, "fchmod"):
            os.fchmod(descriptor, mode)  # what the process's umask left out
        for _ in range(max(1, round(patience / _PAUSE))):
            if _locked(descriptor):
                break
            time.sleep(_PAUSE)
        else:
            raise TimeoutError(errno.ETIMEDOUT, "somebody else has been writing all the time")
        yield
    finally:
        os.close(descriptor)  # lets go of the lock, too


def _locked(descriptor: int) -> bool:
    """Whether the lock is ours now. Raises OSError when it can never be."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _BUSY:
            return False
        raise
    return True
