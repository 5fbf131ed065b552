"""A person at a real terminal: questions one at a time, everything read back, nothing made before the yes."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mvd_handout.domain.errors import ExitCode
from tests.commands.terminal import Terminal

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals of POSIX")

Open = Callable[..., Terminal]

WHO = (("full name", "Zoë Example"), ("record number", "TEST-0007"), ("date of birth", "1958-04-17"))
DONE = (("done or planned", ""), ("date of the operation", "2026-03-02"), ("side of the face", "left"), ("repeat", ""))
REST = (("goes home", "2026-03-05"), ("interpreter", ""), ("print size", ""), ("carer", ""))
NO_VISIT = (("day of the next visit", ""), ("note from the nurse", ""))


@pytest.fixture
def at_terminal(home: Path, clinic: Path) -> Iterator[Open]:
    """Return a function that runs `make` at a terminal, on 5 March 2026."""
    opened: list[Terminal] = []

    def open_terminal(*arguments: object, **environment: str) -> Terminal:
        words = ["make", "--draft", "--clinic", clinic, "--issue-date", "2026-03-05", *arguments]
        opened.append(Terminal([str(word) for word in words], home, {**os.environ, "TERM": "xterm", **environment}))
        return opened[-1]

    yield open_terminal
    for terminal in opened:
        terminal.close()


def test_it_asks_for_everything_one_question_at_a_time(at_terminal: Open, home: Path) -> None:
    terminal = at_terminal()
    terminal.answer(*WHO, *DONE, *REST)
    terminal.answer(
        ("next visit", "2026-03-16"), ("time of the visit", "10.30am"), ("place of the visit", "Level 2"),
        ("number to change", "01632 960120"), ("one more visit", ""), ("note", "Rest well."),
    )  # fmt: skip
    screen = terminal.expect("Is all of it right?")
    for line in (
        r"Name +Zoë Example", r"Born +17 April 1958", r"Record number +TEST-0007", r"Side +LEFT",
        r"Surgery +Monday 2 March 2026: done, .* day 3", r"Goes home +Thursday 5 March 2026",
        r"Next visit +Monday 16 March 2026 at 10:30, Level 2, 01632.960120", r"Surgeon +Dr Morgan Sample",
        r"Note +Rest well\.", r"Paper +A4, standard", r"File +handout-\S+\.pdf",
    ):  # fmt: skip
        assert re.search(line, screen), line
    assert list(home.iterdir()) == []
    terminal.type("yes")
    code, output = terminal.end()
    assert code == ExitCode.DONE
    assert [path.name for path in home.iterdir()] == output.split()


def test_a_refused_answer_is_asked_again_with_the_reason(at_terminal: Open) -> None:
    terminal = at_terminal()
    terminal.answer(
        ("full name", ""), ("This answer is needed.", "Alex\tExample"), ("a line break or tab", "Alex Example"),
        ("record number", "T1"), ("birth", "17/4/58"), ("a year of two digits", "17/4/1958"),
        ("planned", "perhaps"), ("not one of the choices", "done"), ("operation", "2026-02-30"),
        ("a day that is not in the calendar", "2026-03-02"),
    )  # fmt: skip
    terminal.expect("side of the face")
    assert "Enter" not in terminal.screen.rpartition("side of the face")[2]
    terminal.press(b"\x03")
    assert terminal.end()[0] == ExitCode.INTERRUPTED


def test_the_side_has_no_default_and_cannot_be_shortened(at_terminal: Open) -> None:
    terminal = at_terminal()
    terminal.answer(*WHO, *DONE[:2], ("side of the face", ""), ("This answer is needed.", "l"))
    terminal.answer(("Type the whole word", "right"), DONE[3], *REST, *NO_VISIT)
    assert re.search(r"Side +RIGHT", terminal.expect("Is all of it right?"))
    terminal.type("no")
    assert terminal.end() == (ExitCode.INTERRUPTED, "")


@pytest.mark.parametrize("reply", ["no", "\x04", "\x03"])
def test_anything_but_yes_makes_nothing(at_terminal: Open, case_file: Path, home: Path, reply: str) -> None:
    terminal = at_terminal("--case", case_file)
    terminal.expect("Is all of it right?")
    terminal.type("")
    terminal.expect("Type yes, no, or a number")
    if reply == "no":
        terminal.type(reply)
    else:
        terminal.press(reply.encode())
    assert terminal.end() == (ExitCode.INTERRUPTED, "")
    assert "Nothing was done." in terminal.screen
    assert list(home.iterdir()) == []


def test_a_line_that_is_wrong_is_asked_again_and_read_back_again(at_terminal: Open, case_file: Path) -> None:
    terminal = at_terminal("--case", case_file, "-o", "-", "--format", "text")
    number = re.search(r"(\d+)  Side +LEFT", terminal.expect("Is all of it right?"))
    assert number
    terminal.answer(("to stop", number[1]), ("side of the face", "both"))
    screen = terminal.expect("Is all of it right?")
    assert re.search(r"Side +BOTH SIDES", screen)
    number = re.search(r"(\d+)  Carer +Sam Example", screen)
    assert number
    terminal.answer(("to stop", number[1]), ("Enter keeps: Sam Example; - for none", "-"))
    assert re.search(r"Carer +none", terminal.expect("Is all of it right?"))
    terminal.type("y")
    code, output = terminal.end()
    assert code == ExitCode.DONE
    assert "BOTH SIDES" in output.upper()
    assert "Sam Example" not in output


def test_only_what_a_case_file_lacks_is_asked(at_terminal: Open, case_text: str, tmp_path: Path) -> None:
    lacking = tmp_path / "lacking.toml"
    lacking.write_text(case_text.replace('side = "left"', "").replace('record_number = "TEST-0001"', ""))
    terminal = at_terminal("--case", lacking, "--yes")
    terminal.answer(("record number", "TEST-0001"), ("side of the face", "left"))
    code, output = terminal.end()
    assert code == ExitCode.DONE
    assert output.endswith(".pdf\n")
    assert terminal.screen.count("?") == terminal.screen.count("Is all of it right?") == 0


def test_what_is_wrong_in_a_case_file_is_refused_before_any_question(
    at_terminal: Open, case_text: str, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(case_text.replace('side = "left"', "").replace('kind = "first"', 'kind = "third"'))
    terminal = at_terminal("--case", wrong)
    assert terminal.end() == (ExitCode.INPUT_REFUSED, "")
    assert "operation.kind" in terminal.screen
    assert "side of the face" not in terminal.screen


def test_dates_in_an_impossible_order_are_asked_again(at_terminal: Open) -> None:
    terminal = at_terminal()
    terminal.answer(*WHO, *DONE, ("goes home", "2026-03-01"), *REST[1:], *NO_VISIT)
    terminal.expect("the discharge is before the operation")
    terminal.answer(("Enter keeps: 2 March 2026", ""), ("Enter keeps: 1 March 2026", "2026-03-04"))
    assert re.search(r"Goes home +Wednesday 4 March 2026", terminal.expect("Is all of it right?"))
    terminal.press(b"\x04")
    assert terminal.end()[0] == ExitCode.INTERRUPTED


def test_a_letter_that_no_font_has_is_asked_again(at_terminal: Open) -> None:
    terminal = at_terminal()
    terminal.answer(("full name", "Alex 字"), *WHO[1:], *DONE, *REST, *NO_VISIT)
    terminal.expect("U+5B57")
    terminal.answer(("full name", "Alex Example"))
    assert re.search(r"Name +Alex Example", terminal.expect("Is all of it right?"))
    terminal.press(b"\x04")
    assert terminal.end()[0] == ExitCode.INTERRUPTED


def test_a_planned_operation_is_not_asked_for_a_discharge(at_terminal: Open) -> None:
    terminal = at_terminal()
    terminal.answer(*WHO, ("done or planned", "planned"), ("date of the operation", "2026-03-17"), *DONE[2:])
    terminal.answer(*REST[1:], *NO_VISIT)
    screen = terminal.expect("Is all of it right?")
    assert re.search(r"Surgery +Tuesday 17 March 2026: planned, in 12 days", screen)
    assert "goes home" not in screen.lower()
    terminal.type("yes")
    assert terminal.end()[0] == ExitCode.DONE


def test_a_clinic_with_two_surgeons_is_asked_which(at_terminal: Open, clinic: Path, tmp_path: Path) -> None:
    folder = tmp_path / "two"
    folder.mkdir()
    second = '[[surgeons]]\nname = "Mr Jo Invented"\nphone = "01632 960111"\nhours = "Mondays"\n'
    profile = (clinic / "clinic.toml").read_text(encoding="utf-8")
    (folder / "clinic.toml").write_text(profile + second, encoding="utf-8")
    (folder / "clinic.key").write_bytes((clinic / "clinic.key").read_bytes())
    terminal = at_terminal("--clinic", folder)
    terminal.answer(*WHO, *DONE, ("Number or name", ""), ("Type a number from 1 to 2", "invented"), *REST, *NO_VISIT)
    assert re.search(r"Surgeon +Mr Jo Invented", terminal.expect("Is all of it right?"))
    terminal.press(b"\x04")
    terminal.end()


def test_no_input_asks_nothing_even_at_a_terminal(at_terminal: Open, case_file: Path) -> None:
    terminal = at_terminal("--case", case_file, "--no-input")
    assert terminal.end()[0] == ExitCode.DONE
    assert "?" not in terminal.screen
    assert "Alex" not in terminal.screen


def test_a_case_from_a_keyboard_is_refused_instead_of_waiting(at_terminal: Open) -> None:
    terminal = at_terminal("--case", "-")
    assert terminal.end() == (ExitCode.USAGE, "")


def test_a_pdf_on_standard_output_is_not_disturbed_by_questions(at_terminal: Open, case_file: Path) -> None:
    terminal = at_terminal("--case", case_file, "-o", "-", "--format", "html")
    terminal.answer(("Is all of it right?", "yes"))
    code, output = terminal.end()
    assert code == ExitCode.DONE
    assert output.startswith("<!")


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_only_where_it_is_wanted(at_terminal: Open, environment: dict[str, str], coloured: bool) -> None:
    terminal = at_terminal("--side", "up", "--no-input", **environment)
    terminal.end()
    assert ("\x1b[" in terminal.raw) is coloured


def test_a_request_to_end_is_taken_as_ctrl_c(at_terminal: Open, case_file: Path, home: Path) -> None:
    terminal = at_terminal("--case", case_file)
    terminal.expect("Is all of it right?")
    terminal.send(signal.SIGTERM)
    assert terminal.end() == (ExitCode.INTERRUPTED, "")
    assert list(home.iterdir()) == []


def test_letters_that_cannot_be_read_are_asked_again(at_terminal: Open) -> None:
    terminal = at_terminal()
    terminal.expect("full name")
    terminal.press(b"Zo\xff\xfe Example\n")
    terminal.expect("invisible or damaged")
    terminal.press(b"\x04")
    assert terminal.end()[0] == ExitCode.INTERRUPTED


def test_changing_one_visit_loses_no_other(at_terminal: Open, case_file: Path) -> None:
    terminal = at_terminal("--case", case_file, "-o", "-", "--format", "text")
    screen = terminal.expect("Is all of it right?")
    before = re.findall(r"\d+  (?:Next visit|Then) +(.*)", screen)
    number = re.search(r"(\d+)  Then ", screen)
    assert len(before) == 2
    assert number
    terminal.answer(
        ("to stop", number[1]), ("day of this visit", ""), ("time", ""), ("place of the visit", ""), ("number", "")
    )
    terminal.answer(("day of this visit", ""), ("time", "4.15pm"), ("place of the visit", ""), ("number", ""))
    terminal.answer(("one more visit", ""))
    after = re.findall(r"\d+  (?:Next visit|Then) +(.*)", terminal.expect("Is all of it right?"))
    assert after[0] == before[0]
    assert "16:15" in after[1]
    assert after[1].partition(" at ")[0] == before[1].partition(" at ")[0]
    terminal.type("yes")
    assert terminal.end()[0] == ExitCode.DONE
