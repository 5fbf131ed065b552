"""What was replaced while papers are handed out: each look reads what was added since, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.delivery.journal.reading import _lines as lines
from mvd_handout.delivery.journal.replaced import Replaced
from mvd_handout.domain.errors import Fault, OutputError
from tests.journal.entries import TIME, an_entry
from tests.samples import KEY

ONE, TWO, THREE = (an_entry(number).document_id for number in (1, 2, 3))
SECOND, THIRD = an_entry(2, copy=2, replaces=ONE), an_entry(3, copy=3, replaces=TWO)


@pytest.fixture
def said() -> list[Fault]:
    return []


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    made = Journal(tmp_path / "journal", KEY)
    made.append([an_entry(1)])
    return made


@pytest.fixture
def watch(journal: Journal, said: list[Fault]) -> Replaced:
    return Replaced(journal, [ONE], said.append)


def test_each_look_tells_what_stands_now(journal: Journal, watch: Replaced) -> None:
    assert watch.look() == {}
    journal.append([an_entry(8), SECOND])
    assert watch.look() == {ONE: SECOND}
    journal.append([an_entry(9, replaces=ONE, kind="email"), THIRD])
    assert watch.look() == {ONE: THIRD}
    assert watch.look() == {ONE: THIRD}
    next_year = an_entry(4, copy=4, replaces=THREE, time=TIME.replace(year=2027))
    journal.append([next_year])
    assert watch.look() == {ONE: next_year}
    assert Replaced(journal, [TWO], lambda _: None).look() == {TWO: next_year}
    assert Replaced(None, [ONE], lambda _: None).look() == {}


def test_what_was_read_is_not_read_again(journal: Journal, watch: Replaced, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.append(an_entry(number) for number in range(10, 200))
    seen: list[bytes] = []

    def noted(stream: BinaryIO) -> Iterator[bytes]:
        for line in lines(stream):
            seen.append(line)
            yield line

    monkeypatch.setattr("mvd_handout.delivery.journal.reading._lines", noted)
    watch.look()
    assert len(seen) == 191
    for _ in range(5):
        watch.look()
    assert len(seen) == 191
    journal.append([SECOND])
    assert watch.look() == {ONE: SECOND}
    assert len(seen) == 192


def test_a_line_that_is_not_whole_yet_is_read_when_it_is(
    journal: Journal, watch: Replaced, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mvd_handout.delivery.journal.reading._PAUSE", 0)
    (path,) = journal.files()
    before = path.read_bytes()
    journal.append([SECOND])
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    assert watch.look() == watch.look() == {}
    path.write_bytes(whole)
    assert watch.look() == {ONE: SECOND}
    for other in (an_entry(3, copy=2, replaces=ONE), an_entry(4, copy=2, replaces=ONE, user="somebody")):
        path.write_bytes(before)  # an append that the disk refused in the end was cut off
        journal.append([other])
        assert watch.look() == {ONE: other}


def test_a_changed_line_is_said_once_and_a_journal_that_cannot_be_read_is_an_error(
    journal: Journal, watch: Replaced, said: list[Fault], monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.look()
    journal.append([SECOND])
    (path,) = journal.files()
    path.write_bytes(path.read_bytes().replace(b'"copy":2', b'"copy":3'))
    assert watch.look() == watch.look() == {}
    assert [str(each).partition(". ")[0] for each in said] == ["journal of 2026, line 2: it is not as it was written"]
    journal.append([an_entry(7)])

    def refuse(path: Path, mode: str) -> BinaryIO:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(OutputError, match="it cannot be read"):
        watch.look()
