"""Ctrl-C and SIGTERM, kept waiting while something is done that must not be left halfway."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, Final

_STOPS: Final = (signal.SIGINT, signal.SIGTERM)


class Stops:
    """Whether stops wait now. Setting `held` to true is one step, which no stop can come before."""

    def __init__(self) -> None:
        """Begin with stops waiting."""
        self.held = True
        self._waiting: int | None = None
        self._before: dict[int, Any] = {}

    def release(self) -> None:
        """Let stops through from now on, and the one that waits at once."""
        self.held = False
        self._end_waiting()

    def watch(self) -> None:
        """Take stops over from whoever handled them, but for handlers that Python cannot put back."""
        handlers = {number: signal.getsignal(number) for number in _STOPS}
        self._before = {number: handler for number, handler in handlers.items() if handler is not None}
        for number in self._before:
            signal.signal(number, self._come)

    def hand_back(self) -> None:
        """Give stops back, with the one that waits."""
        self.held = False
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._end_waiting()

    def _come(self, number: int, frame: FrameType | None) -> None:
        if self.held and self._waiting is None:
            self._waiting = number
        else:
            self._let_through(number)

    def _end_waiting(self) -> None:
        if self._waiting is not None:
            self._let_through(self._waiting)

    def _let_through(self, number: int) -> None:
        """Hand a stop to whoever handled it before; it may be the system, which ends the program."""
        self._waiting = None
        signal.signal(number, self._before[number])
        signal.raise_signal(number)


@contextlib.contextmanager
def held_back() -> Iterator[Stops]:
    """Keep the first stop waiting until the body is done or calls `release`; a second one comes through at once."""
    stops = Stops()
    if threading.current_thread() is not threading.main_thread():  # stops come to the main thread alone
        yield stops
        return
    try:
        stops.watch()
        yield stops
    finally:
        stops.hand_back()
