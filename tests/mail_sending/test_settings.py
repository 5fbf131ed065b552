"""The mail server's settings: strict, and no secret in them; and where the secret comes from instead."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.delivery.children import PASSWORD_VARIABLE
from mvd_handout.delivery.mail.credentials import Secret, fetch_secret
from mvd_handout.delivery.mail.settings import SmtpSettings, is_loopback, parse_smtp
from mvd_handout.delivery.mail.transport import tls_context
from mvd_handout.domain.errors import InputError

HERE = Path("ward4")
RIGHT = 'host = "smtp.example.org"\nsecurity = "starttls"\n'


def parse(text: str) -> SmtpSettings:
    return parse_smtp(tomllib.loads(text), HERE)


def refused(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse(text)
    return str(caught.value)


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465)])
def test_two_lines_are_enough(security: str, port: int) -> None:
    found = parse(f'host = "smtp.example.org"\nsecurity = "{security}"\n')
    assert (found.host, found.port, found.security, found.login, found.timeout) == (
        "smtp.example.org", port, security, "none", 60,
    )  # fmt: skip


def test_everything_can_be_said() -> None:
    found = parse(
        RIGHT + 'port = 2525\nlogin = "password"\nuser = "ward4"\npassword_command = ["pass", "show", "ward4"]\n'
        'timeout = 20\nca_file = "hospital-ca.pem"\nhello_name = "ward4.example.org"\n'
    )
    assert found.command == ("pass", "show", "ward4")
    assert found.ca_file == HERE / "hospital-ca.pem"


WRONG = {
    'security = "starttls"\n': "host: nothing is here",
    'host = "smtp.example.org"\n': "security: nothing is here",
    RIGHT + 'password = "sesame"\n': "a secret in a file",
    RIGHT + 'token = "sesame"\n': "a secret in a file",
    RIGHT + "verify = false\n": "an unknown field",
    RIGHT + 'login = "password"\n': "user: nothing",
    RIGHT + 'login = "xoauth2"\nuser = "ward4"\n': "token_command: nothing is here",
    RIGHT + 'login = "none"\npassword_command = ["x"]\n': "password_command: it needs login",
    RIGHT + 'login = "password"\nuser = "ward4"\npassword_command = "pass show x"\n': "not a list of words",
    RIGHT + "port = 0\n": "port: not a port",
    RIGHT + "timeout = 0\n": "timeout: 0 seconds",
    'host = "smtp.example.org"\nsecurity = "none"\n': "only for a relay on this computer",
    'host = "smtp.example.org\\r\\nRCPT"\nsecurity = "tls"\n': "host",
    'host = "localhost"\nsecurity = "none"\nlogin = "password"\nuser = "ward4"\n': "a login on an unprotected line",
    'host = "smtp.example.org"\nsecurity = "ssl"\n': "not one of the choices",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_said(text: str) -> None:
    words = refused(text)
    assert WRONG[text] in words
    assert "sesame" not in words


def test_without_the_table_the_page_that_explains_it_is_named() -> None:
    with pytest.raises(InputError, match=r"docs/email\.md"):
        parse_smtp(None, HERE)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1"])
def test_a_relay_on_this_computer_may_be_plain(host: str) -> None:
    assert parse(f'host = "{host}"\nsecurity = "none"\n').port == 25


@given(st.text(max_size=30))
def test_nothing_else_counts_as_this_computer(host: str) -> None:
    assert not is_loopback(f"{host}.example.org")


def login(*command: str, kind: str = "password") -> SmtpSettings:
    return SmtpSettings("smtp.example.org", 587, "starttls", kind, "ward4", command)  # type: ignore[arg-type]


def test_the_password_comes_from_a_command() -> None:
    found = fetch_secret(login(sys.executable, "-c", "print('sesame'); print('a second line')"), {})
    assert found is not None
    assert found.reveal() == "sesame"


def test_the_command_is_not_read_by_a_shell(tmp_path: Path) -> None:
    found = fetch_secret(login(sys.executable, "-c", "import sys; print(sys.argv[1])", f"$(touch {tmp_path}/x)"), {})
    assert found is not None
    assert found.reveal().startswith("$(touch")
    assert list(tmp_path.iterdir()) == []


def test_the_password_comes_from_the_environment_and_is_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    found = fetch_secret(login(), {PASSWORD_VARIABLE: "sesame"})
    assert found is not None
    assert found.reveal() == "sesame"
    monkeypatch.setenv(PASSWORD_VARIABLE, "sesame")
    show = f"import os; print(os.environ.get({PASSWORD_VARIABLE!r}, 'nothing'))"
    other = fetch_secret(login(sys.executable, "-c", show), {})
    assert other is not None
    assert other.reveal() == "nothing"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("no-such-program-here",), "it cannot be run"),
        ((sys.executable, "-c", "import sys; print('sesame'); sys.exit(1)"), "it failed or printed nothing"),
        ((sys.executable, "-c", "pass"), "it failed or printed nothing"),
        ((sys.executable, "-c", "import sys; sys.stdout.buffer.write(b'sesame\\xff')"), "not UTF-8"),
        ((sys.executable, "-c", "print('sesame\\x07')"), "it cannot be used"),
    ],
)
def test_a_command_that_fails_shows_nothing_of_what_it_printed(command: tuple[str, ...], words: str) -> None:
    with pytest.raises(InputError) as caught:
        fetch_secret(login(*command), {})
    assert words in str(caught.value)
    assert "sesame" not in str(caught.value) + repr(caught.value)


def test_without_a_password_it_says_where_one_may_stand() -> None:
    with pytest.raises(InputError, match=PASSWORD_VARIABLE):
        fetch_secret(login(), {})


def test_without_a_login_no_secret_is_asked_for() -> None:
    assert fetch_secret(SmtpSettings("smtp.example.org", 587, "starttls"), {PASSWORD_VARIABLE: "sesame"}) is None


def test_a_secret_shows_itself_to_nobody() -> None:
    assert "sesame" not in f"{Secret('sesame')!r} {Secret('sesame')}"


def test_a_certificate_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ca_file"):
        tls_context(SmtpSettings("smtp.example.org", 587, "starttls", ca_file=tmp_path / "no.pem"))
