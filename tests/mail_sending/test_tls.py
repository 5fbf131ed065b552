"""Lines that are not safe: no password and nothing about a patient leaves, and there is no way around it."""

from __future__ import annotations

import base64
import ssl
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest
import trustme

from mvd_handout.delivery.mail.credentials import Secret
from mvd_handout.delivery.mail.settings import SmtpSettings
from mvd_handout.delivery.mail.transport import Carrier, ServerError
from tests.mail_sending import samples
from tests.mail_sending.tls import Authority
from tests.tools import smtp

PASSWORD = "sesame-4711"
SECRETS = (PASSWORD.encode(), base64.b64encode(PASSWORD.encode()).rstrip(b"=")[:-1], b"patient", b"MAIL", b"RCPT")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"), trustme.CA())


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("stranger"), trustme.CA())


def old_tls(authority: Authority) -> ssl.SSLContext:
    """Return what a server protects its lines with that speaks TLS 1.1 at best."""
    context = authority.server("localhost", days=20)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
    return context


Make = Callable[[Authority, Authority], smtp.Server]
WORDS = {
    "a certificate of nobody we know": "could not prove who it is",
    "another name": "could not prove who it is (Hostname mismatch",
    "expired": "could not prove who it is (certificate has expired)",
    "TLS 1.1": "no safe line could be agreed on",
    "STARTTLS taken out": "does not offer it",
    "login before TLS": "does not offer it",
    "words slipped in behind STARTTLS": "more was said than asked",
    "STARTTLS refused": "STARTTLS: the server refuses (550)",
}
UNSAFE: Mapping[str, Make] = {
    "a certificate of nobody we know": lambda ours, other: smtp.Server(tls=other.server("localhost"), login=True),
    "another name": lambda ours, other: smtp.Server(tls=ours.server("mail.example.net"), login=True),
    "expired": lambda ours, other: smtp.Server(tls=ours.server("localhost", days=-1), login=True),
    "TLS 1.1": lambda ours, other: smtp.Server(tls=old_tls(ours), login=True),
    "STARTTLS taken out": lambda ours, other: smtp.Server(tls=ours.server("localhost"), starttls=False),
    "login before TLS": lambda ours, other: smtp.Server(login=True),
    "words slipped in behind STARTTLS": lambda ours, other: smtp.Server(
        tls=ours.server("localhost"), login=True, injected=b"250-injected\r\n250 AUTH PLAIN\r\n"
    ),
    "STARTTLS refused": lambda ours, other: smtp.Server(
        smtp.Script("STARTTLS", smtp.FAULTS["5xx"]), tls=ours.server("localhost"), login=True
    ),
}


@pytest.mark.parametrize("kind", UNSAFE)
def test_an_unsafe_line_carries_nothing(kind: str, authority: Authority, stranger: Authority, tmp_path: Path) -> None:
    server = UNSAFE[kind](authority, stranger)
    assert WORDS[kind] in refusal(server, where(authority), tmp_path)
    for told in (bytes(server.plain), bytes(server.heard)):
        assert [secret for secret in SECRETS if secret in told] == []
    assert not server.messages
    assert not server.credentials


@pytest.mark.parametrize("kind", ["a certificate of nobody we know", "another name", "expired", "TLS 1.1"])
def test_the_same_holds_for_lines_with_tls_from_the_start(
    kind: str, authority: Authority, stranger: Authority, tmp_path: Path
) -> None:
    server = UNSAFE[kind](authority, stranger)
    server.at_once = True
    assert refusal(server, where(authority, security="tls"), tmp_path)
    assert bytes(server.plain) + bytes(server.heard) == b""


def test_a_plain_server_behind_a_tls_port_hears_nothing_but_a_handshake(authority: Authority, tmp_path: Path) -> None:
    server = smtp.Server(login=True)
    assert refusal(server, where(authority, security="tls"), tmp_path)
    assert [secret for secret in SECRETS if secret in bytes(server.plain)] == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("login", ["password", "xoauth2", "none"])
def test_a_safe_line_carries_everything_and_shows_nothing_before_it_is_safe(
    security: str, login: str, authority: Authority, tmp_path: Path
) -> None:
    server = smtp.Server(tls=authority.server("localhost"), at_once=security == "tls", login=True)
    with server.running(), samples.filled_outbox(tmp_path, ["a", "b"]) as outbox:
        settings = where(authority, security=security, login=login, port=server.port)
        secret = Secret(PASSWORD) if login != "none" else None
        samples.postman(outbox, settings, secret).send(["a", "b"])
        assert outbox.counts() == {"sent": 2}
    expected = {"password": [f"\0ward4\0{PASSWORD}"], "xoauth2": [f"user=ward4\1auth=Bearer {PASSWORD}\1\1"]}
    assert server.credentials == expected.get(login, [])
    assert [secret for secret in SECRETS if secret in bytes(server.plain)] == []


def test_a_login_word_for_word_when_the_server_wants_that(authority: Authority) -> None:
    server = smtp.Server(tls=authority.server("localhost"), extensions=("AUTH LOGIN",))
    with server.running():
        carrier = Carrier(where(authority, port=server.port), Secret("pässword"))
        carrier.open()
        carrier.quit()
    assert server.credentials == ["ward4 pässword"]


def test_a_plain_line_leads_nowhere_but_to_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    server = smtp.Server()
    with server.running():
        monkeypatch.setattr("mvd_handout.delivery.mail.channel.is_loopback", lambda host: False)
        with pytest.raises(ServerError, match="another computer"):
            Carrier(samples.settings(server.port), None).open()
    assert bytes(server.plain) == b""


def test_no_error_shows_the_password(authority: Authority, tmp_path: Path) -> None:
    server = smtp.Server(smtp.Script("AUTH", smtp.FAULTS["5xx"]), tls=authority.server("localhost"), login=True)
    with server.running(), pytest.raises(ServerError) as caught:
        Carrier(where(authority, port=server.port), Secret(PASSWORD)).open()
    assert "login" in str(caught.value)
    assert PASSWORD not in repr(caught.value) + str(caught.value) + repr(Secret(PASSWORD))
    assert "patient@example.org" not in str(caught.value)


def where(authority: Authority, **changes: object) -> SmtpSettings:
    values: dict[str, object] = {
        "host": "localhost", "security": "starttls", "login": "password", "user": "ward4", "ca_file": authority.file,
    }  # fmt: skip
    return samples.settings(**{"port": 0, **values, **changes})  # type: ignore[arg-type]


def refusal(server: smtp.Server, settings: SmtpSettings, folder: Path) -> str:
    """Try to send; return the reason why nothing was."""
    with server.running(), samples.filled_outbox(folder, ["a"]) as outbox:
        reachable = msgspec.structs.replace(settings, port=server.port)
        secret = Secret(PASSWORD)
        with pytest.raises(ServerError) as caught:
            samples.postman(outbox, reachable, secret).send(["a"])
        assert outbox.counts() == {"queued": 1}
    return str(caught.value)
