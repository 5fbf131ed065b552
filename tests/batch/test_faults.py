"""Every call that writes is made to fail, once and for good: nothing is half, nothing lost, and then all is made."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from mvd_handout.delivery.batch.manifest import MANIFEST_NAME
from mvd_handout.domain.errors import OutputError
from tests.batch.ward import Batch, contents, make_batch, papers_in

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the calls of POSIX")

CALLS: Final = ("open", "write", "fsync", "link", "replace", "rename", "unlink", "close")
ERRORS: Final = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT, errno.EINTR)
SHORT: Final = -1
"""Not an error: the system takes only some of the bytes."""


@dataclass
class System:
    """Stands between the program and the system's calls; lets the `nth` of them fail, or that and all after it."""

    nth: int
    error: int
    for_good: bool
    calls: list[str] = field(default_factory=list)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        for name in CALLS:
            patch.setattr(os, name, self._failing(name, getattr(os, name)))

    def _failing(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if name == "open" and not arguments[1] & (os.O_WRONLY | os.O_RDWR):
                return real(*arguments, **options)  # reading is not what fails here
            self.calls.append(name)
            number = len(self.calls)
            if not (number == self.nth or (self.for_good and number > self.nth > 0)):
                return 0 if name == "fsync" else real(*arguments, **options)
            if self.error == SHORT:
                return real(arguments[0], arguments[1][:7]) if name == "write" else real(*arguments, **options)
            if name == "close":
                real(*arguments, **options)  # a failed close has closed nevertheless
            raise OSError(self.error, os.strerror(self.error))

        return call


@pytest.fixture(scope="module")
def two(ward: Path) -> Batch:
    return make_batch(ward, 2)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty folder."""
    return tmp_path_factory.mktemp("fresh")


@pytest.fixture(scope="module")
def begun(two: Batch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which a run was stopped: one paper written down, the other only written, a line torn."""
    folder = tmp_path_factory.mktemp("begun")
    two.run(folder)
    (folder / two.planned.plan.papers[1].file).unlink()
    manifest = folder / MANIFEST_NAME
    manifest.write_bytes(manifest.read_bytes()[:-60])
    (folder / ".mvd-handout-0011223344556677.part").write_bytes(b"half")
    return folder


def attempt(batch: Batch, folder: Path, system: System) -> OutputError | None:
    """Run the batch while the system fails; only an error that says what to do may come out."""
    with pytest.MonkeyPatch.context() as patch:
        system.install(patch)
        try:
            batch.run(folder)
        except OutputError as error:
            return error
    return None


def points(batch: Batch, start: Path, scratch: Path) -> Iterator[tuple[int, int, bool]]:
    """Yield every call that a run makes with every way to fail."""
    shutil.copytree(start, scratch)
    system = System(0, 0, for_good=False)
    assert attempt(batch, scratch, system) is None
    shutil.rmtree(scratch)
    for number, name in enumerate(system.calls, start=1):
        yield from itertools.product([number], ERRORS, [False, True])
        if name == "write":
            yield number, SHORT, False
            yield number, SHORT, True


@pytest.mark.parametrize("start", ["fresh", "begun"])
def test_whatever_fails_nothing_is_half_nothing_old_is_lost_and_the_next_run_finishes(
    two: Batch, start: str, memory: Path, request: pytest.FixtureRequest
) -> None:
    before: Path = request.getfixturevalue(start)
    two.run(memory / "whole")
    whole = contents(memory / "whole")
    papers = papers_in(memory / "whole")
    old = papers_in(before)
    tried = refused = 0
    for nth, error, for_good in points(two, before, memory / "scratch"):
        folder = memory / "try"
        shutil.copytree(before, folder)
        raised = attempt(two, folder, System(nth, error, for_good))
        left = papers_in(folder)
        assert left.items() <= papers.items(), "a file is there that is not whole"
        assert old.items() <= left.items(), "an old file is gone or changed"
        if error == SHORT:
            assert raised is None, "a short write is to be continued"
        if raised is None:  # at most, the disk did not let a second name of a file be removed
            assert contents(folder) | {"names": 0} == whole | {"names": 0}
        else:
            assert os.strerror(error).lower() in str(raised)
            assert str(memory) not in str(raised)
            assert error not in {errno.ENOSPC, errno.EDQUOT} or "Free some space" in str(raised)
        two.run(folder)
        assert contents(folder) == whole
        shutil.rmtree(folder)
        tried, refused = tried + 1, refused + (raised is not None)
    assert tried > 200
    assert refused > tried / 2
