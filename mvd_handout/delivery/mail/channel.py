"""One SMTP line, read strictly: whole answers only, each within a time that no drip of bytes can stretch.

smtplib itself waits for each piece of an answer anew, takes an answer of several lines with different codes, and
keeps what came too much for the next question. Here such a line counts as broken and is never used again.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import time
from typing import Final, NoReturn

from mvd_handout.delivery.mail.settings import is_loopback

MAX_ANSWER: Final = 65_536
_LINE: Final = re.compile(rb"([2-5][0-9]{2})(?:([ -])([^\r\n]*))?\Z")
_LONGEST_LINE: Final = 4096


class BrokenLineError(Exception):
    """The line cannot be used any more. `reason` is one of our own phrases, never what the server said."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel(smtplib.SMTP):
    """A line to a server. Every method may raise BrokenLineError; the line is closed by then."""

    def __init__(self, hello_name: str, answer: float) -> None:
        """Prepare a line that waits `answer` seconds for each answer; nothing is opened yet."""
        super().__init__(local_hostname=hello_name or "localhost")
        self._hello_name = hello_name
        self._answer = answer
        self._buffer = bytearray()
        self.sock: socket.socket | None = None

    def open(self, host: str, port: int, context: ssl.SSLContext | None, *, only_loopback: bool = False) -> int:
        """Connect, with TLS at once where a `context` is given, and return the code of the greeting.

        Raises ssl.SSLError when the server cannot prove who it is.
        """
        try:
            self.sock = socket.create_connection((host, port), self._answer)
            # The final dot goes alone, and would wait for the receipt of what went before it.
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if only_loopback and not is_loopback(str(self.sock.getpeername()[0])):
                raise BrokenLineError("the line leads to another computer")
        except (OSError, UnicodeError) as error:
            self.close()
            raise BrokenLineError(_no_connection(error)) from None
        except BrokenLineError:
            self.close()
            raise
        if not self._hello_name:
            self.local_hostname = _literal(self.sock)
        if context is not None:
            self.secure(context, host)
        return self.getreply()[0]

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Put TLS on the line. What the server said before does not count afterwards.

        Raises ssl.SSLError when the server cannot prove who it is, or speaks no version that is safe.
        """
        if self._buffer or self.sock is None:
            self._broken("more was said than asked")
        try:
            self.sock.settimeout(self._answer)
            self.sock = context.wrap_socket(self.sock, server_hostname=host)
        except ssl.SSLError:
            self.close()
            raise
        except (OSError, ValueError):
            self._broken("connection closed")
        self.ehlo_resp = None
        self.helo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False

    def ask(self, command: str, words: str = "") -> tuple[int, bytes]:
        """Send a command and return the answer, after making sure that no older answer is still to be read."""
        self.expect_silence()
        self.putcmd(command, words)
        return self.getreply()

    def expect_silence(self) -> None:
        """Refuse to go on when the server said something unasked: every later answer would be for another question."""
        if self.sock is None:
            self._broken("connection closed")
        self.sock.settimeout(0)
        try:
            self._buffer += self._receive(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        except OSError:
            self._broken("connection closed")
        if self._buffer:
            self._broken("more was said than asked")

    def getreply(self, within: float | None = None) -> tuple[int, bytes]:
        """Return code and text of the next whole answer, at most `within` seconds from now."""
        until = time.monotonic() + (within or self._answer)
        codes: set[bytes] = set()
        texts: list[bytes] = []
        size = 0
        while True:
            line = self._read_line(until)
            size += len(line) + 2
            match = _LINE.match(line)
            if match is None:
                self._broken("the answer is not SMTP")
            if size > MAX_ANSWER:
                self._broken("the answer is too long")
            codes.add(match[1])
            texts.append(match[3] or b"")
            if len(codes) > 1:
                self._broken("the answer contradicts itself")
            if match[2] != b"-":
                return int(match[1]), b"\n".join(texts)

    def send(self, s: object) -> None:
        """Send bytes, or a command. The time for an answer is also the time to take in 64 kB."""
        data = s.encode(self.command_encoding) if isinstance(s, str) else bytes(memoryview(s))  # type: ignore[arg-type]
        if self.sock is None:
            self._broken("connection closed")
        try:
            self.sock.settimeout(self._answer)
            for start in range(0, len(data), MAX_ANSWER):
                self.sock.sendall(data[start : start + MAX_ANSWER])
        except OSError:
            self._broken("connection closed")

    def close(self) -> None:
        """Close the line without a word."""
        self._buffer.clear()
        with contextlib.suppress(OSError):
            super().close()

    def _read_line(self, until: float) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _LONGEST_LINE:
                self._broken("the answer is too long")
            if self.sock is None:
                self._broken("connection closed")
            left = until - time.monotonic()
            if left <= 0:
                self._broken("no answer in time")
            self.sock.settimeout(left)
            try:
                self._buffer += self._receive(8192)
            except TimeoutError:
                self._broken("no answer in time")
            except OSError:
                self._broken("connection closed")
        line = bytes(self._buffer[:end]).removesuffix(b"\r")
        del self._buffer[: end + 1]
        if len(line) > _LONGEST_LINE:
            self._broken("the answer is too long")
        return line

    def _receive(self, size: int) -> bytes:
        """Return what came. Raises OSError; also when the server closed the line."""
        assert self.sock is not None
        data = self.sock.recv(size)
        if not data:
            raise ConnectionResetError
        return data

    def _broken(self, reason: str) -> NoReturn:
        self.close()
        raise BrokenLineError(reason) from None


def _no_connection(error: OSError | UnicodeError) -> str:
    match error:
        case socket.gaierror() | UnicodeError():
            return "no computer of that name is known here"
        case ConnectionRefusedError():
            return "no connection: nobody answers at that port"
        case TimeoutError():
            return "no connection in time"
        case _:
            return "no connection"


def _literal(sock: socket.socket) -> str:
    """Return this computer's address as SMTP writes it: it needs no name server, and tells no computer's name."""
    address = str(sock.getsockname()[0])
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
