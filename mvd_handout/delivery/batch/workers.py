"""Making papers in worker processes, through the one seam that every executor of Python fits.

What goes to a worker is one `bytes` with the recipe and some orders; what comes back is values. No worker writes a
file, and no exception of a worker, whose text could hold a patient's data, travels back.
"""

from __future__ import annotations

import concurrent.futures as futures
import contextlib
import datetime as dt
import functools
import gc
import itertools
import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import wait
from typing import Any, Final, Self, TypeVar

from msgspec import Struct

from mvd_handout.delivery.papers import Paper, Recipe, make_paper, making_many
from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import Fault, HandoutError

CHUNK: Final = 8
"""Papers per job: enough that handing it over costs nothing, few enough that stopping is quick."""

_RECIPES_KEPT: Final = 4

T = TypeVar("T")


class Order(Struct, frozen=True):
    """A paper to make: for the patient of this row, given on that day. Its repr shows no patient."""

    row: int
    case: Case
    issued: dt.date

    def __repr__(self) -> str:
        return f"Order(row {self.row})"


class Result(Struct, frozen=True):
    """What came of an order: the paper, or why there is none."""

    row: int
    paper: Paper | None
    faults: tuple[Fault, ...] = ()


class WorkerError(HandoutError):
    """The worker processes failed as such; what they were asked for can be asked for again."""


def make_papers(settings: bytes, orders: Sequence[Order]) -> tuple[Result, ...]:
    """Make the papers of `orders` with the pickled recipe in `settings`. This is what runs in a worker."""
    recipe = _recipe(settings)
    return tuple([_result(recipe, order) for order in orders])


def make_all(
    recipe: Recipe, orders: Iterable[Order], executor: futures.Executor, window: int, chunk: int = CHUNK
) -> Iterator[Result]:
    """Yield the result of every order, in their order.

    `orders` is read as it is needed: at most `window` jobs of `chunk` orders are on their way at a time, so that
    memory does not grow with their number. Raises WorkerError when the workers fail as such.
    """
    settings = pickle.dumps(recipe, pickle.HIGHEST_PROTOCOL)
    jobs: deque[futures.Future[tuple[Result, ...]]] = deque()
    try:
        for some in _chunks(orders, chunk):
            jobs.append(_guarded(functools.partial(executor.submit, make_papers, settings, some)))
            if len(jobs) >= window:
                yield from _guarded(jobs.popleft().result)
        while jobs:
            yield from _guarded(jobs.popleft().result)
    finally:
        for job in jobs:
            job.cancel()


class InProcess(futures.Executor):
    """No workers at all: a job is done at once, here."""

    def __init__(self) -> None:
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Begin a run of papers, which ends with `shutdown`."""
        self._open.enter_context(making_many())
        return self

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the run."""
        self._open.close()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> futures.Future[T]:
        """Do it and return the future of the past."""
        future: futures.Future[T] = futures.Future()
        future.set_result(fn(*args, **kwargs))
        return future


class WorkerProcesses(futures.ProcessPoolExecutor):
    """Processes that were begun afresh, that Ctrl-C leaves to their parent, and that die with it.

    Fresh ones ("spawn") inherit no lock, no open file and no half-used cache; it is the same on every system.
    """

    def __init__(self, jobs: int) -> None:
        super().__init__(jobs, multiprocessing.get_context("spawn"), begin_worker)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> futures.Future[T]:
        """Hand a job over. Workers begin here, so Ctrl-C waits a moment: it would end them halfway into Python."""
        if not hasattr(signal, "pthread_sigmask"):
            return super().submit(fn, *args, **kwargs)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def open_executor(jobs: int) -> tuple[futures.Executor, int]:
    """Return an executor for so many processes (1: this one) and the window that keeps it busy."""
    return (InProcess(), 1) if jobs == 1 else (WorkerProcesses(jobs), 2 * jobs + 1)


def begin_worker() -> None:
    """Leave Ctrl-C to the parent, and end when it is gone: a killed parent must not leave workers behind."""
    gc.disable()  # for good: see `making_many`
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _guarded(call: Callable[[], T]) -> T:
    """Return what `call` returns; what an executor raises becomes an error that names no patient."""
    try:
        return call()
    except Exception as error:
        raise WorkerError(
            Fault(
                "worker processes",
                f"one of them ended before its time ({type(error).__name__})",
                "What is finished is kept",
                "Run the same command again. If it happens again, add --jobs 1, which needs the least memory",
            )
        ) from error


def _chunks(orders: Iterable[Order], size: int) -> Iterator[tuple[Order, ...]]:
    rest = iter(orders)
    while some := tuple(itertools.islice(rest, size)):
        yield some


@functools.lru_cache(_RECIPES_KEPT)
def _recipe(settings: bytes) -> Recipe:
    """Return the recipe in `settings`; the key is its whole content."""
    recipe = pickle.loads(settings)  # made by our own parent process, never read from a file
    if not isinstance(recipe, Recipe):
        raise TypeError("no recipe")
    return recipe


def _result(recipe: Recipe, order: Order) -> Result:
    try:
        return Result(order.row, make_paper(recipe, order.case, order.issued))
    except HandoutError as error:
        return Result(order.row, None, error.faults)
    except Exception as error:  # its text may hold anything; its type does not
        found = f"the program itself failed ({type(error).__name__})"
        fix = "Make this paper with `mvd-handout make --debug` to see where"
        return Result(order.row, None, (Fault("paper", found, "It was not made", fix),))
