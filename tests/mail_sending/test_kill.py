"""A sender that is killed 200 times: nobody gets two messages, and nobody is silently left out."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from mvd_handout.delivery.mail.outbox import Outbox, State
from tests.mail_sending import samples
from tests.project.source import ROOT
from tests.tools import smtp

KILLS = 1000 if os.environ.get("MVD_HANDOUT_SCALE") == "full" else 200
PATIENTS = KILLS * 8 // 5
MOMENTS = (
    ("MAIL", "before"), ("MAIL", "after"), ("RCPT", "before"), ("RCPT", "after"),
    ("DATA", "before"), ("DATA", "after"), ("stored", "after"), ("dot", "after"),
)  # fmt: skip
SENDER = ROOT / "tests" / "tools" / "smtp_sender.py"


class Reaper:
    """Kills the sender at each moment in turn, at once or a little later."""

    def __init__(self, times: int) -> None:
        self._plan = iter(list(itertools.islice(itertools.cycle(MOMENTS), times)))
        self._random = random.Random(times)
        self._lock = threading.Lock()
        self._next = next(self._plan, None)
        self.killed: set[int] = set()
        self.moments: Counter[tuple[str, str]] = Counter()

    def __call__(self, session: smtp.Session, stage: str, when: str) -> None:
        name = session.greeted_as.removeprefix("pid-")
        with self._lock:
            if (stage, when) != self._next or not name.isdecimal() or int(name) in self.killed:
                return
            self.moments[stage, when] += 1
            self._next = next(self._plan, None)
            if self._random.random() < 0.5:
                time.sleep(self._random.uniform(0, 0.002))
            self.killed.add(int(name))
            os.kill(int(name), signal.SIGKILL)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, State], smtp.Server]:
    """Send under fire; return how often the sender was killed, what the outbox says, and the server."""
    folder = tmp_path_factory.mktemp("outbox")
    server = smtp.Server(hook=Reaper(KILLS))
    with server.running():
        command = [sys.executable, str(SENDER), str(folder), str(server.port), str(PATIENTS)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
    with Outbox.open(folder) as outbox:
        return int(done.stdout), {each.key: each.state for each in outbox.records()}, server


Outcome = tuple[int, dict[str, State], smtp.Server]


def test_it_was_killed_often_and_at_every_moment(outcome: Outcome) -> None:
    killed, _, server = outcome
    assert isinstance(server.hook, Reaper)
    assert killed == KILLS
    assert set(server.hook.moments) == set(MOMENTS)


def test_nobody_gets_two(outcome: Outcome) -> None:
    _, _, server = outcome
    assert max(server.taken.values()) == 1


def test_everybody_is_accounted_for(outcome: Outcome) -> None:
    """Whoever counts as sent has it, and whoever has it counts as sent or as not known."""
    _, states, server = outcome
    assert set(Counter(states.values())) == {"sent", "unknown"}
    assert len(states) == PATIENTS
    for key, state in states.items():
        times = server.taken[samples.message_id(key)]
        assert times == 1 if state == "sent" else times <= 1


def test_what_is_not_known_is_no_more_than_what_was_cut_short(outcome: Outcome) -> None:
    killed, states, _ = outcome
    doubts = Counter(states.values())["unknown"]
    assert 0 < doubts < killed
