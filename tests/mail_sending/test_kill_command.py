"""The command itself, killed in the middle: the same command finishes, and outbox, journal and server agree."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import Counter
from pathlib import Path

from mvd_handout.content.clinic import KEY_NAME, read_key
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.delivery.mail.outbox import Outbox
from mvd_handout.domain.errors import ExitCode
from tests.mail_sending.ward import cells, command, environment, roster_csv, with_server
from tests.tools import smtp

MOMENTS = [("MAIL", "before"), ("DATA", "before"), ("stored", "after"), ("dot", "after"), ("RCPT", "after")]
PATIENTS = 8


def test_a_killed_command_goes_on_where_it_was(ward: Path, cache: Path, tmp_path: Path) -> None:
    left, alive = list(MOMENTS), list[int]()

    def reap(session: smtp.Session, stage: str, when: str) -> None:
        if alive and left and (stage, when) == left[0]:
            left.pop(0)
            os.kill(alive.pop(), signal.SIGKILL)

    server = smtp.Server(hook=reap)
    roster = tmp_path / "tomorrow.csv"
    consents = ("plain", "encrypted")
    roster.write_bytes(roster_csv([cells(number, Email_consent=consents[number % 2]) for number in range(PATIENTS)]))
    codes: list[int] = []
    with server.running():
        folder = with_server(ward, tmp_path / "w", host="127.0.0.1", port=server.port, security="none", timeout=5)
        words = command("email", "send", roster, "--clinic", folder, "--deliver", "--yes", "--limit", PATIENTS)
        while not codes or codes[-1] == -signal.SIGKILL:
            process = subprocess.Popen(
                [*words, "--rate", "6000", "-q"], env=environment(cache, tmp_path / "state"), stdout=subprocess.DEVNULL
            )
            alive[:] = [process.pid]
            codes.append(process.wait(timeout=60))
    assert codes == [-signal.SIGKILL] * len(MOMENTS) + [ExitCode.MAIL_UNKNOWN]
    (state,) = (tmp_path / "state" / "mvd-handout" / "email").iterdir()
    with Outbox.open(state) as outbox:
        records = outbox.records()
    assert len(records) == PATIENTS
    assert set(Counter(record.state for record in records)) == {"sent", "unknown"}
    times = {identifier.partition("@")[0].strip("<"): count for identifier, count in server.taken.items()}
    assert max(times.values()) == 1
    for record in records:
        assert times.get(record.key, 0) == 1 if record.state == "sent" else times.get(record.key, 0) <= 1
    journal = Journal(tmp_path / "state" / "mvd-handout" / "journal", read_key(folder / KEY_NAME))
    noted = [entry.document_id for entry in journal.entries()]
    assert sorted(noted) == sorted(record.document_id for record in records if record.state == "sent")
