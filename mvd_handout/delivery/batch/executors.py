"""Who makes the papers of a batch: this process, processes of this computer, or the workers of a dask cluster.

The work is the same everywhere (`workers.make_papers`), and so are the papers. What goes over the network is patients'
data and the clinic's secret key, so it goes encrypted or stays on this computer.
"""

from __future__ import annotations

import concurrent.futures as futures
import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mvd_handout import __version__
from mvd_handout.delivery.batch.workers import open_executor
from mvd_handout.domain.errors import Fault, InputError

DASK: Final = "dask"
_OPTION: Final = "--executor"
_WANTED: Final = "A dask scheduler, such as dask:tls://scheduler.example.org:8786"
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_PATIENCE: Final = "10s"
_PAGE: Final = "See docs/scale.md"


@contextlib.contextmanager
def opened(engine: str | None, jobs: int) -> Iterator[tuple[futures.Executor, int]]:
    """Yield an executor and the window that keeps it busy: `engine`, or so many processes of this computer.

    `engine` is "dask:" and the address of a scheduler. Raises InputError when it cannot be used.
    """
    if engine is None:
        executor, window = open_executor(jobs)
        with executor:
            yield executor, window
        return
    address = _address(engine)
    with _client(address) as client:
        _refuse_clear_lines(client)
        yield client.get_executor(pure=False), 2 * _workers(client) + 1


def version() -> str:
    """Return the version of this program. Workers are asked for it."""
    return __version__


def _address(engine: str) -> str:
    name, _, address = engine.partition(":")
    if name != DASK or not address.partition("://")[2]:
        raise InputError(Fault(_OPTION, "no engine that is known", _WANTED, _PAGE))
    if not _is_safe(address):
        raise InputError(
            Fault(_OPTION, "patients' data would cross the network unencrypted", "An address with tls://", _PAGE)
        )
    return address


def _is_safe(address: str) -> bool:
    """Whether what goes to this address is encrypted, or stays on this computer."""
    scheme, _, place = address.partition("://")
    return scheme == "tls" or place.rpartition(":")[0].strip("[]") in _HERE


def _refuse_clear_lines(client: Any) -> None:
    """Look where the scheduler listens and the workers are: an address of this computer may lead into the network."""
    if not _is_safe(client.scheduler_info()["address"]):
        found, fix = "the scheduler is open to the network, unencrypted", "Start it with --host 127.0.0.1, or with tls"
        raise InputError(Fault(_OPTION, found, "Everybody there could join it and read patients' data", fix))
    if not all(_is_safe(address) for address in client.nthreads()):
        found, fix = "patients' data would cross the network unencrypted to a worker", "Start all of it with tls"
        raise InputError(Fault(_OPTION, found, f"Workers on this computer, or with tls. {_PAGE}", fix))


@contextlib.contextmanager
def _client(address: str) -> Iterator[Any]:
    """Connect to a scheduler; certificates come from dask's own settings."""
    try:
        import distributed
    except ImportError:
        fix = "pip install 'mvd-handout[dask]'"
        raise InputError(Fault(_OPTION, "dask is not installed", "The extra dask is needed", fix)) from None
    try:
        connect: Any = distributed.Client  # not typed
        client = connect(address, timeout=_PATIENCE, set_as_default=False)
    except Exception as error:  # what dask raises for a silent, a wrong or a refusing scheduler differs by its version
        found = f"the scheduler does not answer as wanted ({type(error).__name__})"
        raise InputError(Fault(_OPTION, found, "A scheduler that is running, and its certificates", _PAGE)) from error
    with client:
        yield client


def _workers(client: Any) -> int:
    """Return how many workers there are. Raises InputError when there is none, or one that would work differently."""
    threads: Mapping[str, int] = client.nthreads()
    if not threads:
        raise InputError(Fault(_OPTION, "the scheduler has no workers", "One worker or more", _PAGE))
    if any(number != 1 for number in threads.values()):
        fix = "Start each with --nthreads 1, and as many as the computer has cores"
        raise InputError(Fault(_OPTION, "workers with several threads", "Workers with one thread", fix))
    try:
        versions = set(client.run(version).values())
    except Exception as error:
        found = f"a worker cannot run this program ({type(error).__name__})"
        raise InputError(Fault(_OPTION, found, f"mvd-handout {__version__} beside every worker", _PAGE)) from error
    if versions != {__version__}:
        raise InputError(Fault(_OPTION, "workers with another version", f"mvd-handout {__version__}", _PAGE))
    return len(threads)
