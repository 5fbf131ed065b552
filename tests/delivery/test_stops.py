"""A stop (Ctrl-C, SIGTERM) at any moment leaves nothing half done, and is never lost."""

from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from mvd_handout.delivery.files import NewFile, check_room, new_file, write_files
from mvd_handout.delivery.stops import Stops, held_back
from mvd_handout.domain.errors import OutputError

STOPS = [signal.SIGINT, signal.SIGTERM]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture(autouse=True)
def sigterm_stops_as_in_the_program() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    for stop in STOPS:
        with pytest.raises(KeyboardInterrupt):  # whatever came before, the next one comes through
            signal.raise_signal(stop)
    signal.signal(signal.SIGTERM, before)


def stopped_at(moment: int, stop: signal.Signals, work: Callable[[], None]) -> tuple[bool, bool]:
    """Do the work and send the stop at its call number `moment`; tell whether that was reached, and raised.

    Python looks for signals when a function begins and when one of C ends, never when one of Python returns.
    """
    left = itertools.count(moment, -1)

    def look(frame: FrameType, event: str, argument: Any) -> None:
        if event != "return" and argument is not sys.setprofile and next(left) == 0:
            signal.raise_signal(stop)

    raised = False
    sys.setprofile(look)
    try:
        work()
    except KeyboardInterrupt:
        raised = True
    finally:
        sys.setprofile(None)
    return next(left) < 0, raised


def write_three(folder: Path) -> None:
    write_files([NewFile(folder / f"{number}.pdf", b"paper", "paper") for number in range(3)])


def write_a_big_one(folder: Path) -> None:
    with new_file(folder / "run.pdf", "print run") as stream:
        stream.write(b"many papers")
        stream.write(b"and more")


def look_for_room(folder: Path) -> None:
    check_room(folder / "run.pdf", "print run")


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize(
    ("work", "whole"), [(write_three, ["0.pdf", "1.pdf", "2.pdf"]), (write_a_big_one, ["run.pdf"]), (look_for_room, [])]
)
def test_a_stop_at_every_moment_leaves_all_or_nothing(
    work: Callable[[Path], None], whole: list[str], stop: signal.Signals, tmp_path: Path
) -> None:
    for moment in itertools.count(1):
        folder = tmp_path / str(moment)
        folder.mkdir()
        came, raised = stopped_at(moment, stop, lambda folder=folder: work(folder))  # type: ignore[misc]
        assert sorted(path.name for path in folder.iterdir()) in ([], whole), f"stopped at {moment}"
        if not came:
            break
        assert raised, f"the stop at {moment} was lost"
    assert moment > 20


def steps_before_a_stop(*steps: Callable[[Stops], object]) -> int:
    """Take these steps while stops are held back; tell how many were taken before one came through."""
    taken = 0
    try:
        with held_back() as stops:
            for step in steps:
                step(stops)
                taken += 1
    except KeyboardInterrupt:
        return taken
    pytest.fail("the stop was lost")


def ctrl_c(stops: Stops) -> None:
    signal.raise_signal(signal.SIGINT)


def kill(stops: Stops) -> None:
    signal.raise_signal(signal.SIGTERM)


def ctrl_c_inside(stops: Stops) -> None:
    with held_back() as inner:
        ctrl_c(inner)


def test_a_stop_waits_until_the_body_is_done() -> None:
    assert steps_before_a_stop(ctrl_c, id) == 2


def test_a_second_stop_does_not_wait_for_a_program_that_hangs() -> None:
    assert steps_before_a_stop(kill, ctrl_c, id) == 1


def test_a_stop_that_waits_comes_when_it_is_let_through() -> None:
    assert steps_before_a_stop(ctrl_c, Stops.release, id) == 1


def test_inside_each_other_the_outer_one_decides() -> None:
    assert steps_before_a_stop(ctrl_c_inside, id) == 2


def test_a_stop_is_not_lost_to_an_error(tmp_path: Path) -> None:
    def fail(stops: Stops) -> None:
        raise OutputError

    assert steps_before_a_stop(ctrl_c, fail) == 1


def test_other_threads_leave_signals_alone(tmp_path: Path) -> None:
    thread = threading.Thread(target=write_three, args=(tmp_path,))
    thread.start()
    thread.join()
    assert len(list(tmp_path.iterdir())) == 3
