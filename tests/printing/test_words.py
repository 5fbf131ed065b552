"""What `lp` says is shown, but never as anything else than a line of words."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.commands.print_report import every_row
from mvd_handout.delivery.children import PASSWORD_VARIABLE
from mvd_handout.delivery.printing.lp import Job, Sides, _words, find_queue, submit


@given(st.binary(max_size=80) | st.text(max_size=60).map(str.encode) | st.text(min_size=400).map(str.encode))
def test_anything_that_lp_says_becomes_one_short_line(said: bytes) -> None:
    words = _words(said)
    assert words.isprintable()
    assert "\n" not in words
    assert 0 < len(words) < 320


def test_what_lp_says_is_told_without_its_own_name() -> None:
    assert _words(b"lp: Error - The printer or class does not exist.\n") == (
        "`lp` says: The printer or class does not exist."
    )
    assert _words(b" \n") == "`lp` failed and gave no reason"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([4], "row 4"),
        ([4, 9], "rows 4, 9"),
        ([4, 5], "rows 4, 5"),
        ([2, 4, 5, 6, 9, 10], "rows 2, 4 to 6, 9, 10"),
        (range(258, 602), "rows 258 to 601"),
    ],
)
def test_rows_without_a_paper_are_all_named_and_a_run_of_them_by_its_ends(rows: Sequence[int], words: str) -> None:
    assert every_row(rows) == words


@given(st.integers(1, 10_000))
def test_sheets_hold_all_pages_and_no_sheet_is_empty(pages: int) -> None:
    assert Sides.ONE.sheets(pages) == pages
    for both in (Sides.LONG, Sides.SHORT):
        assert 2 * both.sheets(pages) - pages in (0, 1)


def test_the_bytes_of_a_job_are_no_part_of_its_words() -> None:
    options = Job(b"%PDF patient", "handout ID", "A4", staple=True).options()
    assert not [each for each in options if "patient" in each]


@pytest.mark.skipif(os.name == "nt", reason="scripts of POSIX")
def test_the_password_of_the_mail_server_is_not_handed_to_the_print_server_s_commands(
    lp: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "sesame")
    folder = lp('env > "$(dirname "$0")/seen"; cat > /dev/null; echo "request id is Ward-1 (1 file(s))"')
    (folder / "lpstat").write_text('#!/bin/sh\nenv >> "$(dirname "$0")/asked"; echo Ward\n', encoding="ascii")
    (folder / "lpstat").chmod(0o755)
    assert find_queue("Ward").accepts
    assert submit("Ward", Job(b"%PDF", "handout ID", "A4")) == "Ward-1"
    for name in ("asked", "seen"):
        seen = (folder / name).read_text(encoding="utf-8")
        assert "LC_ALL=C" in seen
        assert "sesame" not in seen
