"""An SMTP server that follows a script: right until the moment when it does what servers should not do.

It knows which messages it took (`taken`, by Message-ID), and every byte that came before TLS was on the line.
"""

from __future__ import annotations

import base64
import contextlib
import re
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

Hook = Callable[["Session", str, str], None]

STAGES = ("greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "dot", "next")
RIGHT: Mapping[str, bytes] = {
    "greeting": b"220 mail.example.org ready\r\n",
    "STARTTLS": b"220 2.0.0 go ahead\r\n",
    "AUTH": b"235 2.7.0 welcome\r\n",
    "MAIL": b"250 2.1.0 sender ok\r\n",
    "RCPT": b"250 2.1.5 recipient ok\r\n",
    "DATA": b"354 go ahead\r\n",
    "dot": b"250 2.0.0 Ok: queued as 4F2B01C0D\r\n",
    "next": b"221 2.0.0 bye\r\n",
    "RSET": b"250 2.0.0 ok\r\n",
}
MESSAGE_ID = re.compile(rb"(?im)^Message-ID: *(\S+)\r?$")


class ClosedError(Exception):
    """The session is over."""


Fault = Callable[["Session", bytes], None]


def _send(data: bytes) -> Fault:
    return lambda session, right: session.say(data)


def _close(session: Session, right: bytes) -> None:
    raise ClosedError


def _reset(session: Session, right: bytes) -> None:
    session.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ClosedError


def _hang(session: Session, right: bytes) -> None:
    session.wait_for_client_to_leave()


def _endless(session: Session, right: bytes) -> None:
    while True:
        session.say(right[:3] + b"-and more\r\n" * 50)


def _endless_slowly(session: Session, right: bytes) -> None:
    while True:
        session.say(right[:3] + b"-and more\r\n")
        session.pause(0.02)


def _wrong_code(session: Session, right: bytes) -> None:
    session.say(b"250 2.0.0 ok\r\n" if right.startswith(b"3") else b"354 go ahead\r\n")


def _slowly(session: Session, right: bytes) -> None:
    session.pause(0.03)
    session.say(right)


def _drip(session: Session, right: bytes) -> None:
    for each in right[:-2]:
        session.say(bytes([each]))
        session.pause(0.05)
    session.wait_for_client_to_leave()


def _part(end: int, then: Fault) -> Fault:
    def act(session: Session, right: bytes) -> None:
        session.say(right[:end])
        then(session, right)

    return act


def _then(*parts: bytes, close: bool = False) -> Fault:
    def act(session: Session, right: bytes) -> None:
        session.say(right + b"".join(parts))
        if close:
            raise ClosedError

    return act


def _twice(session: Session, right: bytes) -> None:
    session.say(right + right)


BUSY = b"421 4.3.2 closing\r\n"
REFUSALS: Mapping[str, Fault] = {
    "4xx": _send(b"450 4.2.0 not now\r\n"),
    "421": lambda session, right: _then(close=True)(session, BUSY),
    "5xx": _send(b"550 5.1.1 no such <patient@example.org> here\r\n"),
}
"""What says clearly that the message was not taken."""

TAKEN: Mapping[str, Fault] = {
    "slowly": _slowly,
    "twice": _twice,
    "then closed": _then(close=True),
    "then 421": _then(BUSY, close=True),
    "line feed alone": lambda session, right: session.say(right.replace(b"\r\n", b"\n")),
}
"""What says clearly that all is well, whatever follows."""

DOUBTS: Mapping[str, Fault] = {
    "close": _close,
    "reset": _reset,
    "hang": _hang,
    "garbage": _send(b"what do you want\r\n"),
    "binary": _send(bytes(range(128, 256)) + b"\0\1\2\r\n"),
    "no code": _send(b"2x0 ok\r\n"),
    "nothing": _send(b"\r\n"),
    "1xx": _send(b"150 a moment\r\n"),
    "too long": lambda session, right: session.say(right[:3] + b" " + b"x" * 100_000 + b"\r\n"),
    "endless": _endless,
    "endless, slowly": _endless_slowly,
    "wrong code": _wrong_code,
    "drip": _drip,
    "half": _part(2, _close),
    "half, then silence": _part(2, _hang),
    "no line end": _part(-2, _close),
    "contradiction": lambda session, right: session.say(right[:3] + b"-ok\r\n550 5.0.0 no\r\n"),
}
"""What says nothing clear: at the final dot the message may have been taken or not."""

FAULTS: Mapping[str, Fault] = {**REFUSALS, **TAKEN, **DOUBTS}
SPEAKING = frozenset(FAULTS.values()) - {_close, _reset, _hang}
SLOW = frozenset({"hang", "drip", "half, then silence", "endless, slowly"})
"""What takes so long that the client gives up."""


@dataclass(slots=True)
class Script:
    """What goes wrong: the `nth` time that `stage` is reached, once; `stores` whether the message is kept by then.

    `stage` "next" is what comes unasked after the nth message, or instead of the answer to QUIT.
    """

    stage: str = ""
    fault: Fault | None = None
    nth: int = 1
    stores: bool = True


@dataclass(slots=True)
class Server:
    """The server. `tls` protects STARTTLS, or all of the line `at_once`. `hook` is told of every stage."""

    script: Script = field(default_factory=Script)
    tls: ssl.SSLContext | None = None
    at_once: bool = False
    starttls: bool = True
    login: bool = False
    extensions: tuple[str, ...] = ("SIZE 30000000",)
    injected: bytes = b""
    hook: Hook | None = None
    port: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    messages: list[tuple[str, bytes]] = field(default_factory=list)
    heard: bytearray = field(default_factory=bytearray)
    plain: bytearray = field(default_factory=bytearray)
    sessions: int = 0
    reached: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopping: threading.Event = field(default_factory=threading.Event)
    credentials: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def running(self) -> Iterator[Server]:
        """Listen on a free port of this computer until the block ends."""
        with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
            self.port = listener.getsockname()[1]
            thread = threading.Thread(target=self._accept, args=(listener,), daemon=True)
            thread.start()
            try:
                yield self
            finally:
                self.stopping.set()
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                    pass
                thread.join(5)

    def _accept(self, listener: socket.socket) -> None:
        threads = []
        while True:
            sock, _ = listener.accept()
            if self.stopping.is_set():
                sock.close()
                break
            self.sessions += 1
            thread = threading.Thread(target=Session(self, sock).run, daemon=True)
            thread.start()
            threads.append(thread)
        for thread in threads:
            thread.join(5)

    def fault_now(self, stage: str) -> Fault | None:
        """Count that `stage` is reached; return what goes wrong this time."""
        with self.lock:
            self.reached[stage] += 1
            now = stage == self.script.stage and self.reached[stage] == self.script.nth
        return self.script.fault if now else None

    def store(self, recipient: str, message: bytes) -> None:
        """Keep a message."""
        found = MESSAGE_ID.search(message)
        with self.lock:
            self.taken[found[1].decode() if found else ""] += 1
            self.messages.append((recipient, message))


class Session:
    """One connection."""

    def __init__(self, server: Server, sock: socket.socket) -> None:
        self.server = server
        self.sock = sock
        self.secure = False
        self._buffer = bytearray()
        self._pending = b""
        self.greeted_as = ""

    def run(self) -> None:
        sock = self.sock
        sock.settimeout(10)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self.server.at_once and self.server.tls:
                self._protect()
            self.answer("greeting")
            recipient = ""
            while True:
                recipient = self._command(self.line(), recipient)
        except (ClosedError, OSError, ssl.SSLError):
            pass
        finally:
            with contextlib.suppress(OSError):
                self.sock.close()

    def answer(self, stage: str, right: bytes = b"") -> bool:
        """Give the right answer, or what the script says; return whether it was the right one."""
        right = right or RIGHT[stage]
        self._tell(stage, "before")
        if (fault := self.server.fault_now(stage)) is not None:
            fault(self, right)
            return fault in TAKEN.values()
        self.say(right)
        self._tell(stage, "after")
        return True

    def say(self, data: bytes) -> None:
        data, self._pending = self._pending + data, b""
        self.sock.sendall(data)

    def pause(self, seconds: float) -> None:
        if self.server.stopping.wait(seconds):
            raise ClosedError

    def line(self) -> str:
        """Return the next line. Raises ClosedError."""
        while b"\n" not in self._buffer:
            self._buffer += self._receive()
        line, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer = bytearray(rest)
        return line.decode("latin-1").rstrip("\r")

    def wait_for_client_to_leave(self) -> None:
        while True:
            self._receive()

    def _receive(self) -> bytes:
        data = self.sock.recv(65536)
        if not data:
            raise ClosedError
        (self.server.heard if self.secure else self.server.plain).extend(data)
        return data

    def _tell(self, stage: str, when: str) -> None:
        if self.server.hook is not None:
            self.server.hook(self, stage, when)

    def _protect(self) -> None:
        assert self.server.tls is not None
        self.sock = self.server.tls.wrap_socket(self.sock, server_side=True)
        self.secure = True
        self._buffer.clear()

    def _command(self, line: str, recipient: str) -> str:
        verb = line.partition(" ")[0].upper()
        match verb:
            case "EHLO":
                self.greeted_as = line.partition(" ")[2]
                self.answer("EHLO", self._extensions())
            case "STARTTLS":
                if self.answer("STARTTLS", RIGHT["STARTTLS"] + self.server.injected):
                    self._protect()
            case "AUTH":
                self._log_in(line)
            case "MAIL" | "RSET":
                self.answer(verb)
                return ""
            case "RCPT":
                if self.answer("RCPT"):
                    return line.partition("<")[2].partition(">")[0]
            case "DATA":
                if self.answer("DATA"):
                    self._data(recipient)
                return ""
            case "QUIT":
                self.server.reached["next"] = max(self.server.reached["next"], self.server.script.nth - 1)
                self.answer("next")
                raise ClosedError
            case _:
                self.say(b"500 5.5.1 what?\r\n")
        return recipient

    def _data(self, recipient: str) -> None:
        lines = []
        while (line := self.line()) != ".":
            lines.append(line.removeprefix("."))
        message = "\r\n".join([*lines, ""]).encode("latin-1")
        script = self.server.script
        refused = script.stage == "dot" and self.server.reached["dot"] == script.nth - 1 and not script.stores
        if not refused:
            self.server.store(recipient, message)
        self._tell("stored", "after")
        unasked = self.server.fault_now("next")
        if unasked in SPEAKING:
            self._pending = RIGHT["dot"]  # both at once: the client finds what nobody asked for before it goes on
        else:
            self.answer("dot")
        if unasked is not None:
            unasked(self, b"250 2.0.0 nobody asked\r\n")

    def _extensions(self) -> bytes:
        offered = ["mail.example.org", *self.server.extensions]
        if self.server.tls and self.server.starttls and not self.secure:
            offered.append("STARTTLS")
        if self.server.login:
            offered.append("AUTH PLAIN LOGIN XOAUTH2")
        return b"".join(f"250{' ' if word == offered[-1] else '-'}{word}\r\n".encode() for word in offered)

    def _log_in(self, line: str) -> None:
        words = line.split(" ")
        if words[1].upper() == "LOGIN":
            self.say(b"334 VXNlcm5hbWU6\r\n")
            user = self.line()
            self.say(b"334 UGFzc3dvcmQ6\r\n")
            words = ["", "", user, self.line()]
        self.server.credentials.append(" ".join(base64.b64decode(word).decode() for word in words[2:]))
        self.answer("AUTH")


def wait_until(condition: Callable[[], bool], seconds: float = 5) -> bool:
    """Wait for something that another thread does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.005)
    return condition()
