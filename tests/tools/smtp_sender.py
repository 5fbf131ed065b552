"""A sender to be killed: `python smtp_sender.py FOLDER PORT COUNT`. Killed, it starts again until all is settled.

Each of its children is a sender of its own, and names its process id to the server, which kills it by that.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from mvd_handout.delivery.lock import one_writer
from mvd_handout.delivery.mail.outbox import OPEN, Outbox
from tests.mail_sending import samples


def send(folder: Path, port: int) -> None:
    """Send what is queued, as every run does: what an earlier one left half done is not known, and stays."""
    with one_writer(folder / "sender.lock", 0o600, 5), Outbox.open(folder) as outbox:
        outbox.recover(samples.NOW)
        keys = [record.key for record in outbox.records(*OPEN)]
        where = samples.settings(port, hello_name=f"pid-{os.getpid()}")
        samples.postman(outbox, where).send(keys)


def main(folder: Path, port: int, count: int) -> int:
    """Send until a sender comes to its end; return how often one was killed."""
    with samples.filled_outbox(folder, [f"{number:03}" for number in range(count)]):
        pass
    killed = 0
    while True:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                send(folder, port)
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.stdout.write(f"{killed}\n")
            return os.waitstatus_to_exitcode(status)
        assert os.WTERMSIG(status) == signal.SIGKILL
        killed += 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
