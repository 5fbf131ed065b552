"""A real terminal for the tests: the command on a pseudo-terminal, questions and answers by turns."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def _take_terminal() -> None:
    """Make standard input the terminal that sends Ctrl-C."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """Runs the command with standard input and error on a terminal; standard output goes to a file."""

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        program: Sequence[str] = (sys.executable, "-m", "mvd_handout"),
    ) -> None:
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the terminal
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            [*program, *arguments],
            stdin=slave, stdout=self._output, stderr=slave, cwd=folder, env=dict(environment),
            start_new_session=True, preexec_fn=_take_terminal,
        )  # fmt: skip
        os.close(slave)
        self._bytes = b""
        self.raw = self.screen = ""
        self._read_up_to = 0

    def expect(self, text: str, seconds: float = 20) -> str:
        """Wait until `text` is on the screen, after what was expected before; return what came up to its end."""
        end = time.monotonic() + seconds
        while (found := self.screen.find(text, self._read_up_to)) < 0:
            if time.monotonic() > end or not self._read():
                raise AssertionError(f"{text!r} never came. The screen:\n{self.screen}")
        start, self._read_up_to = self._read_up_to, found + len(text)
        return self.screen[start : self._read_up_to]

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self._master, f"{text}\n".encode())

    def press(self, key: bytes) -> None:
        """Press a key, such as Ctrl-D."""
        os.write(self._master, key)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the command."""
        self._process.send_signal(number)

    def answer(self, *turns: tuple[str, str]) -> None:
        """Wait for each question and type its answer."""
        for question, reply in turns:
            self.expect(question)
            self.type(reply)

    def end(self) -> tuple[int, str]:
        """Wait for the end; return exit code and standard output."""
        end = time.monotonic() + 20
        while self._read():
            if time.monotonic() > end:
                raise AssertionError(f"It did not end. The screen:\n{self.screen}")
        code = self._process.wait(timeout=20)
        self._output.seek(0)
        return code, self._output.read().decode()

    def close(self) -> None:
        """Stop a command that is still running, and let go of the terminal."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(timeout=20)
        self._output.close()
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def _read(self) -> bool:
        """Read what is on the screen now; False when the command has ended."""
        ready, _, _ = select.select([self._master], [], [], 0.5)
        if not ready:
            return self._process.poll() is None
        try:
            data = os.read(self._master, 65536)
        except OSError:  # the other end is closed
            return False
        self._bytes += data
        self.raw = self._bytes.decode(errors="replace")
        self.screen = _ESCAPES.sub("", self.raw).replace("\r\n", "\n")
        return bool(data)
