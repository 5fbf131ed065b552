"""Whatever a server does at whatever moment: the outbox says what the server knows, or that nobody knows."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import trustme
from msgspec import Struct

from mvd_handout.delivery.mail.credentials import Secret
from mvd_handout.delivery.mail.outbox import State
from mvd_handout.delivery.mail.transport import Carrier, Outcome, ServerError
from tests.mail_sending import samples
from tests.mail_sending.tls import Authority
from tests.tools import smtp

KEYS = ("first", "middle", "last")
FULL = os.environ.get("MVD_HANDOUT_SCALE") == "full"
"""On demand: every line with TLS, every outbox on the disk."""

TIMEOUT = 0.5
"""Seconds; so long that a busy computer is rarely taken for a silent server."""

PATIENCE = 5
LATE = "in time"


class Watched(Carrier):
    """Knows whether it ever gave up waiting; can open a line for each message, so that every patient is greeted."""

    one_line_each = False
    gave_up = False

    def open(self) -> None:
        if self.one_line_each:
            self.quit()
        try:
            super().open()
        except ServerError as error:
            self.gave_up |= LATE in str(error)
            raise

    def deliver(self, *arguments: Any) -> Outcome:
        outcome = super().deliver(*arguments)
        self.gave_up |= LATE in outcome.why
        return outcome


class Cell(Struct, frozen=True):
    """One cell of the matrix."""

    stage: str
    fault: str
    nth: int
    stores: bool


def cells() -> list[Cell]:
    """Return every cell; at the dot, a doubt is tried with a message that was kept, and with one that was not."""
    found = []
    for stage, fault, nth in itertools.product(smtp.STAGES, smtp.FAULTS, (1, 2, 3)):
        kept = [True] if fault in smtp.TAKEN or stage != "dot" else [False] if fault in smtp.REFUSALS else [True, False]
        found += [Cell(stage, fault, nth, stores) for stores in kept]
    return found


class Result(NamedTuple):
    """What the outbox says of each message, what the server took, how often it was called, and whether we gave up."""

    states: dict[str, State]
    taken: Counter[str]
    sessions: int
    gave_up: bool


def run_in_time(cell: Cell, folder: Path, authority: Authority) -> list[Result]:
    """Run a cell; again when this computer was so busy that an answer came too late. Return all that came of it."""
    results = [run(cell, folder / "0", authority)]
    while results[-1].gave_up and cell.fault not in smtp.SLOW and len(results) < PATIENCE:
        results.append(run(cell, folder / str(len(results)), authority))
    return results


def run(cell: Cell, folder: Path, authority: Authority) -> Result:
    """Send three messages."""
    early = smtp.STAGES.index(cell.stage) < smtp.STAGES.index("MAIL")
    protected = cell.stage in {"STARTTLS", "AUTH"} or FULL
    script = smtp.Script(cell.stage, smtp.FAULTS[cell.fault], _nth(cell, protected), cell.stores)
    server = smtp.Server(script, tls=authority.server("localhost") if protected else None, login=protected)
    with server.running(), samples.filled_outbox(folder if FULL else None, KEYS) as outbox:
        where = samples.settings(server.port, timeout=TIMEOUT)
        if protected:
            where = samples.settings(
                server.port, host="localhost", security="starttls", login="password", user="ward4",
                ca_file=authority.file, timeout=TIMEOUT,
            )  # fmt: skip
        carrier = Watched(where, Secret("sesame") if protected else None)
        carrier.one_line_each = early
        postman = samples.postman(outbox, where)
        postman.line = carrier
        with contextlib.suppress(ServerError):
            postman.send(KEYS)
        states: dict[str, State] = {each.key: each.state for each in outbox.records()}
    return Result(states, server.taken, server.sessions, carrier.gave_up)


def _nth(cell: Cell, protected: bool) -> int:
    """Return how often the stage is reached until the nth patient: a protected line has two EHLO."""
    return cell.nth * 2 - 1 if cell.stage == "EHLO" and protected else cell.nth


@pytest.fixture(scope="module")
def all_results(tmp_path_factory: pytest.TempPathFactory) -> dict[Cell, list[Result]]:
    folder, authority = tmp_path_factory.mktemp("matrix"), Authority(tmp_path_factory.mktemp("ca"), trustme.CA())
    with ThreadPoolExecutor(24) as pool:
        numbered = enumerate(cells())
        found = pool.map(lambda each: (each[1], run_in_time(each[1], folder / str(each[0]), authority)), numbered)
        return dict(found)


@pytest.fixture(scope="module")
def results(all_results: dict[Cell, list[Result]]) -> dict[Cell, Result]:
    """Return what came of each cell in the end."""
    return {cell: found[-1] for cell, found in all_results.items()}


Results = dict[Cell, Result]


def test_the_matrix_has_all_stages_faults_and_patients(results: Results) -> None:
    assert len(smtp.FAULTS) >= 20
    assert len(results) >= 9 * 20 * 3


def test_the_outbox_says_what_the_server_knows_or_that_nobody_knows(all_results: dict[Cell, list[Result]]) -> None:
    wrong = []
    every = [(cell, result) for cell, found in all_results.items() for result in found]
    for (cell, (states, taken, _, _)), key in itertools.product(every, KEYS):
        times = taken[samples.message_id(key)]
        right = {"sent": times == 1, "unknown": times <= 1}.get(states[key], times == 0)
        if not right:
            wrong.append((cell, key, states[key], times))
    assert wrong == []


def test_only_a_doubtful_answer_to_the_final_dot_leaves_a_doubt(results: Results) -> None:
    doubtful = {cell for cell, (states, _, _, _) in results.items() if "unknown" in states.values()}
    expected = {cell for cell in results if cell.stage == "dot" and cell.fault in smtp.DOUBTS}
    # A line that is closed behind "go ahead" may be found closed only when the final dot is on its way.
    racing = {cell for cell in results if cell.stage == "DATA" and cell.fault.startswith("then ")}
    assert expected <= doubtful <= expected | racing


def test_only_the_message_in_question_is_in_doubt(results: Results) -> None:
    for cell, (states, _, _, _) in results.items():
        assert [key for key, state in states.items() if state == "unknown"] in ([], [KEYS[cell.nth - 1]])


def test_what_can_be_tried_again_is_sent_in_the_same_run(results: Results) -> None:
    """Nothing but a clear refusal, or a doubt, keeps anybody's message."""
    for cell, (states, _, _, _) in results.items():
        refused = cell.fault == "5xx" and cell.stage not in {"dot", "next"}
        if not refused:
            assert set(states.values()) <= {"sent", "unknown", "refused"}, cell
            assert list(states.values()).count("sent") >= 2, cell


def test_a_refusal_before_any_message_stops_the_run(results: Results) -> None:
    for cell, (states, _, _, _) in results.items():
        if cell.fault == "5xx" and cell.stage in {"greeting", "EHLO", "STARTTLS", "AUTH", "MAIL"}:
            expected = ["sent"] * (cell.nth - 1) + ["queued"] * (4 - cell.nth)
            assert [states[key] for key in KEYS] == expected, cell


def test_a_refused_recipient_concerns_nobody_else(results: Results) -> None:
    for cell, (states, _, _, _) in results.items():
        if cell.fault == "5xx" and cell.stage in {"RCPT", "DATA", "dot"}:
            expected = ["refused" if number == cell.nth else "sent" for number in (1, 2, 3)]
            assert [states[key] for key in KEYS] == expected, cell


def test_what_goes_wrong_after_the_verdict_changes_nothing(results: Results) -> None:
    for cell, (states, _, _, _) in results.items():
        if cell.stage == "next":
            assert set(states.values()) == {"sent"}, cell


def test_one_line_serves_all_when_nothing_is_wrong(results: Results) -> None:
    for cell, (states, _, sessions, _) in results.items():
        if cell.fault == "slowly" and cell.stage in {"MAIL", "RCPT", "DATA", "dot"}:
            assert set(states.values()) == {"sent"}
            assert sessions == 1
