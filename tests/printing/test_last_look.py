"""The gate and the journal are asked again right before each job: what ends while a list is printed stops the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from mvd_handout.commands import print_gate
from mvd_handout.commands.console import Console
from mvd_handout.content.approval.register import REGISTER_NAME
from mvd_handout.delivery.printing import lp as lp_module
from mvd_handout.delivery.printing import send as send_module
from mvd_handout.domain.errors import ExitCode
from mvd_handout.rendering.pdf.inside import Inside
from tests.approval.corrections import approve, copy_of, number, warning_signs
from tests.batch.ward import TODAY, note_replaced
from tests.printing.conftest import QUEUE, Run
from tests.printing.test_print import ids, titles
from tests.tools.cups import PrintServer

pytestmark = [pytest.mark.requires_cups, pytest.mark.xdist_group("cups")]

After = Callable[[int, Callable[[], object]], None]


@pytest.fixture
def clinic(ward: Path, home: Path) -> Path:
    """Return a copy of the clinic, to correct."""
    return copy_of(ward, home / "clinic")


@pytest.fixture
def after(monkeypatch: pytest.MonkeyPatch) -> After:
    """Return a function that lets something happen when the print server took so many papers."""

    def plan(jobs: int, change: Callable[[], object]) -> None:
        submit, sent = lp_module.submit, 0

        def submit_then_change(queue: str, job: lp_module.Job) -> str:
            nonlocal sent
            done, sent = submit(queue, job), sent + 1
            if sent == jobs:
                change()
            return done

        monkeypatch.setattr(send_module, "submit", submit_then_change)

    return plan


def corrected(correct: Callable[[Path], None], clinic: Path) -> bool:
    """Correct something and approve it; return a yes."""
    correct(clinic)
    approve(clinic)
    return True


@pytest.mark.parametrize("correct", [number, warning_signs])
def test_a_correction_stops_the_rest_and_the_same_command_then_says_what_to_do(
    correct: Callable[[Path], None], send: Run, server: PrintServer, made: Path, clinic: Path, after: After
) -> None:
    after(2, lambda: corrected(correct, clinic))
    result = send(made, "--queue", QUEUE, "--clinic", clinic)
    assert result.exit_code == ExitCode.CONTENT_REFUSED
    assert "batch folder, rows 4, 5, 6 and 7: made with words or telephone numbers that were changed" in result.stderr
    assert f"2 of 6 jobs are known to be sent; the last was {ids(made)[1]}." in result.stderr
    assert f"To go on, add --from {ids(made)[2]}" in result.stderr
    assert titles(server.jobs(2)) == ids(made)[:2]
    again = send(made, "--queue", QUEUE, "--clinic", clinic, "--from", ids(made)[2])
    assert again.exit_code == ExitCode.CONTENT_REFUSED
    assert "rows 4, 5, 6 and 7" in again.stderr
    assert server.accepted() == 2


def test_an_approval_that_ends_stops_the_rest_until_there_is_one_again(
    send: Run, server: PrintServer, made: Path, clinic: Path, after: After
) -> None:
    register = clinic / REGISTER_NAME
    after(3, lambda: register.rename(clinic / "aside"))
    result = send(made, "--queue", QUEUE, "--clinic", clinic)
    assert result.exit_code == ExitCode.CONTENT_REFUSED
    assert "under an approval that no longer holds" in result.stderr
    assert f"To go on, add --from {ids(made)[3]}" in result.stderr
    (clinic / "aside").rename(register)
    again = send(made, "--queue", QUEUE, "--clinic", clinic, "--from", ids(made)[3])
    assert again.exit_code == ExitCode.DONE, again.output
    assert titles(server.jobs(6)) == ids(made)


def test_an_approval_that_ends_at_midnight_ends_the_run(
    send: Run, server: PrintServer, made: Path, clinic: Path, after: After, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(clinic, review_by=TODAY)
    next_day = lambda zone: TODAY + dt.timedelta(1)  # noqa: E731
    after(1, lambda: monkeypatch.setattr("mvd_handout.commands.places.today", next_day))
    result = send(made, "--queue", QUEUE, "--clinic", clinic)
    assert result.exit_code == ExitCode.CONTENT_REFUSED
    assert "its review was due by" in result.stderr
    assert server.accepted() == 1


def test_a_paper_that_is_reissued_meanwhile_stops_and_is_left_out_when_it_goes_on(
    send: Run, server: PrintServer, made: Path, ward: Path, after: After, tmp_path: Path
) -> None:
    fourth = ids(made)[3]
    after(2, lambda: note_replaced(tmp_path / "state", ward, fourth, "7K3M-9QXA-2F4D"))
    result = send(made, "--queue", QUEUE)
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert f"{fourth}: this patient's paper was replaced by 7K3M-9QXA-2F4D" in result.stderr
    assert f"To go on, add --from {fourth}" in result.stderr
    assert titles(server.jobs(3)) == ids(made)[:3]
    again = send(made, "--queue", QUEUE, "--from", fourth)
    assert again.exit_code == ExitCode.SOME_FAILED
    assert titles(server.jobs(5)) == [each for each in ids(made) if each != fourth]


def test_what_changed_while_somebody_was_asked_counts_for_a_print_run_too(
    send: Run, server: PrintServer, print_run: Path, clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mvd_handout.commands.console.Console.has_person", lambda _: True)
    monkeypatch.setattr("mvd_handout.commands.steward.confirm", lambda *_: corrected(number, clinic))
    result = send(print_run, "--queue", QUEUE, "--clinic", clinic, ask=True)
    assert result.exit_code == ExitCode.CONTENT_REFUSED
    assert "print run, rows 2, 3, 4, 5, 6 and 1 more: made with words" in result.stderr
    assert server.accepted() == 0


def test_while_nothing_changes_the_gate_is_asked_once_and_a_file_that_says_the_same_stops_nothing(
    send: Run, server: PrintServer, made: Path, clinic: Path, after: After, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, ask = [], print_gate.ask

    def count_and_ask(papers: Iterable[Inside], profile: Path, console: Console) -> print_gate.Asked:
        asked.append(profile)
        return ask(papers, profile, console)

    monkeypatch.setattr(print_gate, "ask", count_and_ask)
    assert send(made, "--queue", QUEUE, "--clinic", clinic).exit_code == ExitCode.DONE
    assert len(asked) == 1
    after(2, lambda: touch(clinic / "clinic.toml"))
    assert send(made, "--queue", QUEUE, "--clinic", clinic).exit_code == ExitCode.DONE
    assert len(asked) == 3
    assert server.accepted() == 12


def touch(path: Path) -> None:
    path.write_bytes(path.read_bytes())
