"""Carrying messages to the clinic's mail server: what became of each is sent, deferred, refused, or not known.

Not known is only what broke between the final dot and its answer: the server may have taken the message. All that
breaks earlier left nothing behind, because a message without its final dot is none.
"""

from __future__ import annotations

import base64
import contextlib
import re
import ssl
from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from mvd_handout.delivery.mail.channel import BrokenLineError, Channel
from mvd_handout.delivery.mail.credentials import Secret
from mvd_handout.delivery.mail.settings import SmtpSettings
from mvd_handout.domain.errors import ExitCode, Fault, HandoutError, InputError

State = Literal["sent", "deferred", "refused", "unknown"]

WAIT_FOR_VERDICT: Final = 5
"""So many times longer than for other answers we wait for the one to the final dot: what comes late is unknown."""

_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_QUEUE_ID: Final = re.compile(r"\b(?:queued as |id=)([0-9A-Za-z-]{4,40})\b")
_TOO_BIG: Final = 552
_BARE: Final = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_LONGEST_LINE: Final = 998
_ADDRESS: Final = re.compile(r"[!#-'*+\-./0-9=?A-Z^-~]{1,64}@[0-9A-Za-z.-]{1,253}")
"""One plain address, whatever was checked before: nothing in it can end it or begin another."""


class Outcome(Struct, frozen=True):
    """What became of a message, and why: the server's code, its status and queue id, or a phrase of our own.

    `broken` when the line broke over it.
    """

    state: State
    why: str
    broken: bool = False


class ServerError(HandoutError):
    """The server cannot be used for any message. `temporary` when a later try may go better."""

    exit_code = ExitCode.SOME_FAILED

    def __init__(self, fault: Fault, *, temporary: bool = False) -> None:
        super().__init__(fault)
        self.temporary = temporary


class Carrier:
    """Takes messages to one server over one line, which is opened when needed and again after it broke."""

    def __init__(self, settings: SmtpSettings, secret: Secret | None) -> None:
        self._settings = settings
        self._secret = secret
        self._context = None if settings.security == "none" else tls_context(settings)
        self._channel: Channel | None = None
        self._clean = True
        self.committed = False
        """Whether the final dot of the last message may have left."""

    def open(self) -> None:
        """Make sure that there is a line that takes mail. Raises ServerError."""
        if self._channel is not None:
            try:
                self._channel.expect_silence()
                if self._clean or self._channel.ask("RSET")[0] == 250:
                    self._clean = True
                    return
            except BrokenLineError:
                pass
            self.drop()
        channel = Channel(self._settings.hello_name, self._settings.timeout)
        try:
            self._greet(channel)
        except BrokenLineError as error:
            raise _server("the line", error.reason, temporary=True) from None
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError):
            raise _server("TLS", "the line broke while it was being protected", temporary=True) from None
        except ssl.SSLCertVerificationError as error:
            raise _server("TLS", f"the server could not prove who it is ({error.verify_message})") from None
        except ssl.SSLError as error:
            reason = (error.reason or "no reason given").replace("_", " ").lower()
            raise _server("TLS", f"no safe line could be agreed on ({reason})") from None
        except BaseException:
            channel.close()
            raise
        self._channel, self._clean = channel, True

    def deliver(self, sender: str, recipient: str, message: bytes, before_data: Callable[[], None]) -> Outcome:
        """Hand over one message for one recipient on the open line; `before_data` runs when it is about to leave.

        Raises ServerError when the server takes nothing from this sender, ValueError for a message or an address that
        is not fit for the wire. Whatever else is raised comes from `before_data`: then nothing left.
        """
        check_wire(message)
        if not (_ADDRESS.fullmatch(sender) and _ADDRESS.fullmatch(recipient)):
            raise ValueError("an address that is not exactly one")
        channel = self._channel
        self._clean = self.committed = False
        if channel is None:
            return Outcome("deferred", "no connection", broken=True)
        try:
            refused = self._announce(channel, sender, recipient, len(message))
            if refused is not None:
                return refused
            before_data()
            refused = _judge(channel.ask("DATA"), 354, "DATA")
            if refused is not None:
                return refused
            channel.send(_stuffed(message))
            channel.expect_silence()
        except BrokenLineError as error:
            self.drop()
            return Outcome("deferred", error.reason, broken=True)
        except BaseException:
            self.drop()  # and with it whatever was begun
            raise
        return self._finish(channel, recipient)

    def quit(self) -> None:
        """Take leave. What goes wrong now has no bearing on any message."""
        if self._channel is not None:
            with contextlib.suppress(BrokenLineError):
                self._channel.ask("QUIT")
        self.drop()

    def drop(self) -> None:
        """Close the line without a word."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def _greet(self, channel: Channel) -> None:
        settings = self._settings
        at_once = self._context if settings.security == "tls" else None
        greeting = channel.open(settings.host, settings.port, at_once, only_loopback=settings.security == "none")
        _expect(greeting, 220, "the greeting", channel)
        _hello(channel)
        if settings.security == "starttls" and self._context is not None:
            if not channel.has_extn("starttls"):
                channel.close()
                raise _server("STARTTLS", "the server does not offer it, or somebody on the way took it out")
            _expect(channel.ask("STARTTLS")[0], 220, "STARTTLS", channel)
            channel.secure(self._context, settings.host)
            _hello(channel)
        if self._secret is not None:
            self._log_in(channel, self._secret)

    def _log_in(self, channel: Channel, secret: Secret) -> None:
        if not isinstance(channel.sock, ssl.SSLSocket):
            channel.close()
            raise _server("login", "the line is not protected")
        offered = channel.esmtp_features.get("auth", "").upper().split()
        user, password = self._settings.user, secret.reveal()
        if self._settings.login == "xoauth2":
            steps = ["AUTH XOAUTH2 " + _coded(f"user={user}\1auth=Bearer {password}\1\1")]
            known = "XOAUTH2" in offered
        elif "PLAIN" in offered or "LOGIN" not in offered:
            steps, known = ["AUTH PLAIN " + _coded(f"\0{user}\0{password}")], "PLAIN" in offered
        else:
            steps, known = ["AUTH LOGIN", _coded(user), _coded(password)], True
        if not known:
            channel.close()
            raise _server("login", "the server offers no way to log in that is set up here")
        for step in steps[:-1]:
            _expect(channel.ask(step)[0], 334, "login", channel)
        code = channel.ask(steps[-1])[0]
        if code == 334 and self._settings.login == "xoauth2":
            code = channel.ask("")[0]  # the server's way to give the reason of a refusal
        _expect(code, 235, "login", channel)

    def _announce(self, channel: Channel, sender: str, recipient: str, size: int) -> Outcome | None:
        """Name sender and recipient; return why the message cannot go, if it cannot."""
        limit = channel.esmtp_features.get("size", "").split()
        if limit and limit[0].isdecimal() and 0 < int(limit[0]) < size:
            return Outcome("refused", f"too big: {size} bytes, the server takes {limit[0]}")
        words = f"FROM:<{sender}> SIZE={size}" if channel.has_extn("size") else f"FROM:<{sender}>"
        refused = _judge(channel.ask("MAIL", words), 250, "MAIL")
        if refused is None:
            return _judge(channel.ask("RCPT", f"TO:<{recipient}>"), 250, "RCPT", also=251)
        if refused.state == "refused" and not refused.why.startswith(str(_TOO_BIG)):
            self.drop()
            raise _server("the sender's address", f"the server refuses it ({refused.why})")
        return refused

    def _finish(self, channel: Channel, recipient: str) -> Outcome:
        """Send the final dot and return the verdict. From here on, no answer means that nobody knows."""
        self.committed = True
        try:
            channel.send(b".\r\n")
            code, text = channel.getreply(self._settings.timeout * WAIT_FOR_VERDICT)
        except BrokenLineError as error:
            self.drop()
            return Outcome("unknown", f"{error.reason}, after all of the message was sent", broken=True)
        except BaseException:
            self.drop()
            raise
        why = _why(code, text)
        if code == 250:
            self._clean = True
            queued = _queue_id(text, recipient)
            return Outcome("sent", f"{why}, queued as {queued}" if queued else why)
        if 400 <= code <= 599:
            return Outcome("deferred" if code < 500 else "refused", why)
        self.drop()
        return Outcome("unknown", f"{code}, an answer that means nothing here", broken=True)


def tls_context(settings: SmtpSettings) -> ssl.SSLContext:
    """Return how lines are protected: certificates and names are checked, TLS 1.2 at least. Raises InputError."""
    try:
        context = ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
    except (OSError, ValueError):
        raise InputError(
            Fault("email.smtp, ca_file", "it cannot be read", "A file of certificates (PEM) is wanted")
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def check_wire(message: bytes) -> None:
    """Refuse bytes that a server could read as something else. Raises ValueError, without quoting any.

    A lone line feed before a dot would let one message smuggle another in.
    """
    if not message.isascii() or b"\0" in message or _BARE.search(message) or not message.endswith(b"\r\n"):
        raise ValueError("the message is not 7-bit text in lines that end as SMTP wants")
    if max(map(len, message.split(b"\r\n"))) > _LONGEST_LINE:
        raise ValueError("a line of the message is too long")


def _stuffed(message: bytes) -> bytes:
    """Return the message with the dots at the start of a line doubled, as SMTP wants it."""
    return re.sub(rb"(?m)^\.", b"..", message)


def _hello(channel: Channel) -> None:
    channel.expect_silence()
    _expect(channel.ehlo()[0], 250, "EHLO", channel)


def _expect(code: int, wanted: int, step: str, channel: Channel) -> None:
    """Close the line and raise ServerError unless the server said what it must."""
    if code == wanted:
        return
    channel.close()
    if 500 <= code <= 599:
        raise _server(step, f"the server refuses ({code})")
    raise _server(step, f"the server cannot now ({code})", temporary=True)


def _judge(answer: tuple[int, bytes], wanted: int, step: str, also: int = 0) -> Outcome | None:
    """Return None for the answer that lets us go on, else what it makes of the message."""
    code, text = answer
    if code in {wanted, also}:
        return None
    if code < 400:
        raise BrokenLineError(f"{code} for {step}, which means nothing")
    return Outcome("deferred" if code < 500 else "refused", f"{_why(code, text)} at {step}")


def _why(code: int, text: bytes) -> str:
    """Return the code and the status; nothing else of what the server says, which may name the patient."""
    status = _STATUS.match(text.decode("ascii", "replace"))
    return f"{code} {status[0]}" if status else str(code)


def _queue_id(text: bytes, recipient: str) -> str:
    """Return the id by which the server's own people find the message; "" for anything that may be a name."""
    found = _QUEUE_ID.search(text.decode("ascii", "replace"))
    if found is None or not any(each.isdigit() for each in found[1]) or found[1].lower() in recipient.lower():
        return ""
    return found[1]


def _server(step: str, found: str, *, temporary: bool = False) -> ServerError:
    wanted = "Nothing can be sent now" if temporary else "Nothing can be sent before that is mended"
    fix = "Try again later" if temporary else "Compare [email.smtp] in clinic.toml with what your mail people say"
    return ServerError(Fault(f"mail server, {step}", found, wanted, fix), temporary=temporary)


def _coded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")
