"""What goes over the line: one recipient, a message that no server can misread, and only whole answers taken."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mvd_handout.delivery.mail.channel import BrokenLineError, Channel
from mvd_handout.delivery.mail.transport import Carrier, ServerError, check_wire
from tests.mail_sending import samples
from tests.tools import smtp

MESSAGE = samples.letter("a").message


@pytest.fixture(scope="module")
def server() -> Iterator[smtp.Server]:
    with smtp.Server().running() as found:
        yield found


def carrier(server: smtp.Server) -> Carrier:
    found = Carrier(samples.settings(server.port), None)
    found.open()
    return found


ADDRESSES = st.text(st.sampled_from('ab.@<>, \t\r\n;"()[]\\\0\x7fé:%+'), max_size=20) | st.from_regex(
    r"[a-z.]{1,8}@[a-z.]{1,8}", fullmatch=True
)


@given(address=ADDRESSES)
@settings(max_examples=300)
def test_any_recipient_is_exactly_one_or_none(server: smtp.Server, address: str) -> None:
    line, before, heard = carrier(server), len(server.messages), len(server.plain)
    try:
        outcome = line.deliver(samples.SENDER, address, MESSAGE, lambda: None)
    except ValueError:
        line.quit()
        assert len(server.messages) == before
        assert b"RCPT" not in bytes(server.plain[heard:])
        return
    line.quit()
    assert outcome.state == "sent"
    assert [recipient for recipient, _ in server.messages[before:]] == [address]
    assert bytes(server.plain[heard:]).count(b"RCPT") == 1


@given(text=st.text(st.sampled_from("a. \r\n\0é"), max_size=30))
@settings(max_examples=300)
def test_a_message_arrives_byte_by_byte_or_is_refused(server: smtp.Server, text: str) -> None:
    message = b"Message-ID: <x@example.org>\r\n\r\n" + text.encode() + b"\r\n"
    before = len(server.messages)
    line = carrier(server)
    try:
        line.deliver(samples.SENDER, "a@example.org", message, lambda: None)
    except ValueError:
        assert (
            b"\0" in message
            or not message.isascii()
            or b"\r" in message.replace(b"\r\n", b"")
            or (b"\n" in message.replace(b"\r\n", b""))
        )
        assert len(server.messages) == before
    else:
        assert server.messages[-1] == ("a@example.org", message)
    line.quit()


@pytest.mark.parametrize(
    "message", [b"no end", b"x\n.\nMAIL FROM:<evil@example.org>\r\n", b"x\r.\r\n", b"caf\xe9\r\n", b"x" * 999 + b"\r\n"]
)
def test_what_a_server_could_misread_is_refused(message: bytes) -> None:
    with pytest.raises(ValueError, match="message"):
        check_wire(message)


def test_what_is_too_big_for_the_server_is_refused_before_it_is_named() -> None:
    with smtp.Server(extensions=("SIZE 100",)).running() as server:
        line = carrier(server)
        outcome = line.deliver(samples.SENDER, "a@example.org", MESSAGE, lambda: None)
        line.quit()
    assert (outcome.state, server.messages) == ("refused", [])
    assert f"too big: {len(MESSAGE)} bytes" in outcome.why
    assert b"RCPT" not in server.plain


@contextlib.contextmanager
def answering(data: bytes, stays: bool = False) -> Iterator[Channel]:
    """Give a channel whose server says `data` and closes the line, unless it `stays`."""
    ours, theirs = socket.socketpair()
    channel = Channel("test.example.org", 0.5)
    channel.sock = ours

    def speak() -> None:
        with contextlib.suppress(OSError):
            theirs.sendall(data)
        if not stays:
            theirs.close()

    thread = threading.Thread(target=speak)
    thread.start()
    try:
        yield channel
    finally:
        channel.close()
        thread.join()
        theirs.close()


PIECES = st.sampled_from(
    [b"250", b"-", b" ", b"\r\n", b"\n", b"550", b"354", b"ok", b"\xff", b"2", b"25", b"999", b"\0"]
)


@given(pieces=st.lists(PIECES, max_size=12))
@settings(max_examples=400)
def test_only_a_whole_answer_of_one_mind_is_taken(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    with answering(data) as channel:
        try:
            code, _ = channel.getreply()
        except BrokenLineError:
            return
    lines = data.replace(b"\r\n", b"\n").split(b"\n")[:-1]
    end = next(number for number, line in enumerate(lines) if line[3:4] != b"-")
    assert {line[:3] for line in lines[: end + 1]} == {str(code).encode()}
    assert 200 <= code <= 599


def test_a_broken_line_is_not_used_again() -> None:
    with answering(b"what?\r\n250 ok\r\n") as channel:
        with pytest.raises(BrokenLineError):
            channel.getreply()
        with pytest.raises(BrokenLineError, match="closed"):
            channel.ask("NOOP")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(), "no computer of that name"),
        (ConnectionRefusedError(), "nobody answers at that port"),
        (TimeoutError(), "no connection in time"),
        (OSError(), "no connection"),
    ],
)
def test_a_server_that_cannot_be_reached_is_told_apart(
    error: OSError, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> socket.socket:
        raise error

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(ServerError, match=words) as caught:
        Carrier(samples.settings(25), None).open()
    assert caught.value.temporary


@pytest.mark.parametrize("more", [b"250 ok\r\n", b"250-", b"2"])
def test_what_nobody_asked_for_ends_the_line(more: bytes) -> None:
    with answering(b"250 ok\r\n" + more, stays=True) as channel:
        assert channel.getreply() == (250, b"ok")
        with pytest.raises(BrokenLineError, match="more was said"):
            channel.ask("MAIL", "FROM:<ward4@example.org>")
