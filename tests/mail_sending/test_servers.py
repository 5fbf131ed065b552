"""Real mail servers: aiosmtpd with TLS and a login, and Debian's exim, whose mailbox is read back."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme

from mvd_handout.delivery.mail.credentials import Secret
from mvd_handout.rendering.pdf.inspect import Seal, check_seal, read_properties
from tests.mail_sending import samples
from tests.mail_sending.clinic import Clinic
from tests.mail_sending.tls import Authority
from tests.mail_sending.ward import Run, cells, with_server
from tests.tools import exim, smtp


class Inbox:
    """What aiosmtpd hands messages to; refuses one recipient."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], bytes]] = []
        self.secure: list[bool] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address == samples.recipient("b"):
            return "550 5.1.1 no such person"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.got.append((envelope.rcpt_tos, envelope.content))
        self.secure.append(session.ssl is not None)
        return "250 2.0.0 ok: queued as A1B2C3"


def test_aiosmtpd_takes_what_we_send_over_tls_with_a_login(tmp_path: Path) -> None:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

    authority, inbox, logins = Authority(tmp_path, trustme.CA()), Inbox(), []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        assert isinstance(data, LoginPassword)
        logins.append((mechanism, data.login, data.password, session.ssl is not None))
        return AuthResult(success=True)

    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    class Protected(Controller):
        def _create_server(self) -> Any:  # at the place that is ours already
            return self.loop.create_server(self._factory_invoker, sock=listener)

        def factory(self) -> Any:
            return SMTP(
                self.handler,
                tls_context=authority.server("localhost"),
                require_starttls=True,
                authenticator=check,
                auth_required=True,
                hostname="localhost",
            )

    controller = Protected(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        where = samples.settings(
            port, host="localhost", security="starttls", login="password", user="ward4", ca_file=authority.file
        )
        with samples.filled_outbox(tmp_path / "out", ["a", "b", "c"]) as outbox:
            samples.postman(outbox, where, Secret("sesame")).send(["a", "b", "c"])
            states = {record.key: (record.state, record.why) for record in outbox.records()}
    finally:
        controller.stop()
    assert states == {
        "a": ("sent", "250 2.0.0, queued as A1B2C3"),
        "b": ("refused", "550 5.1.1 at RCPT"),
        "c": ("sent", "250 2.0.0, queued as A1B2C3"),
    }
    assert inbox.got == [([samples.recipient(key)], samples.letter(key).message) for key in ("a", "c")]
    assert inbox.secure == [True, True]
    assert logins == [("PLAIN", b"ward4", b"sesame", True)]


@pytest.fixture
def delivered(ward: Path, tmp_path: Path, run: Run) -> Mapping[str, EmailMessage]:
    """Send three patients their copies through exim; return what lies in the mailbox, by recipient."""
    authority = Authority(tmp_path, trustme.CA())
    with exim.running(authority.pem("localhost")) as server:
        folder = with_server(
            ward, tmp_path / "ward4", host="localhost", port=server.port, security="starttls", timeout=10,
            ca_file=str(authority.file),
        )  # fmt: skip
        clinic = Clinic(folder, smtp.Server(), run)
        clinic.write(
            cells(1), cells(2, Email_consent="encrypted"), cells(3, Email="nobody@example.org"), cells(4, Hold="yes")
        )
        code, _, err = clinic.deliver()
        assert code == 1, err
        assert clinic.states() == ["sent", "sent", "refused"]
        clinic("slips", "-o", tmp_path / "slips.txt")
        assert smtp.wait_until(lambda: len(server.messages()) == 2, 10), server.log()
        found = server.messages()
    assert {len(messages) for messages in found.values()} == {1}
    return {recipient: messages[0] for recipient, messages in found.items()}


@pytest.mark.requires_exim
def test_what_exim_delivers_is_what_was_meant(
    delivered: Mapping[str, EmailMessage], ward: Path, tmp_path: Path
) -> None:
    assert set(delivered) == {"alex1@example.org", "alex2@example.org"}
    key = bytes.fromhex((ward / "clinic.key").read_text())
    plain, locked = delivered["alex1@example.org"], delivered["alex2@example.org"]
    for address, message in delivered.items():
        assert message["To"] == address
        assert message.defects == []
        assert "Alex Example" not in str(message["Subject"]) + str(message["From"])
        for kind in ("plain", "html"):
            body = message.get_body((kind,))
            assert body is not None
            assert "960100" in body.get_content()
        (calendar,) = attachments(message, "text/calendar")
        assert "BEGIN:VEVENT" in str(calendar.get_content())
        assert "20261214T103000" in str(calendar.get_content())
    (pdf,) = attachments(plain, "application/pdf")
    data = pdf.get_content()
    assert check_seal(data, key) is Seal.INTACT
    assert read_properties(data)["status"] == "approved"
    (pdf,) = attachments(locked, "application/pdf")
    assert b"/Encrypt" in pdf.get_content()
    assert opened(pdf.get_content(), (tmp_path / "slips.txt").read_text())


def attachments(message: EmailMessage, kind: str) -> list[EmailMessage]:
    return [part for part in message.iter_attachments() if part.get_content_type() == kind]


def opened(pdf: bytes, slip: str) -> int:
    """Open a locked file with the passphrase on the slip; return how many pages it has."""
    import io

    import pikepdf

    (passphrase,) = [line.strip() for line in slip.splitlines() if line.startswith("    ")]
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(pdf))
    with pikepdf.open(io.BytesIO(pdf), password=passphrase) as found:
        return len(found.pages)


@pytest.mark.requires_exim
def test_exim_takes_another_port_where_the_first_is_taken_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, contextlib.ExitStack() as stack:
        probes = iter([taken.dup()])
        make = socket.create_server

        def probe(where: tuple[str, int]) -> socket.socket:
            return next(probes, None) or make(where)

        with monkeypatch.context() as patch:
            patch.setattr("tests.tools.exim.socket.create_server", probe)
            server = stack.enter_context(exim.running(Authority(tmp_path, trustme.CA()).pem("localhost")))
        assert server.port != taken.getsockname()[1]
        with socket.create_connection(("127.0.0.1", server.port), 5) as line:
            assert server.folder.name in line.makefile(encoding="ascii").readline()
