"""Debian's exim4 as a mail server of its own: a folder, a free port of this computer, and a mailbox on the disk."""

from __future__ import annotations

import contextlib
import email
import email.policy
import grp
import mailbox
import os
import pwd
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

PROGRAM = "/usr/sbin/exim4"
TRIES = 5
CONFIGURATION = """
primary_hostname = mail.example.org
exim_user = {user}
exim_group = {group}
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
daemon_startup_retries = 0
smtp_banner = {banner}
tls_advertise_hosts = *
tls_certificate = {certificate}
tls_privatekey = {certificate}
acl_smtp_rcpt = check_rcpt
message_size_limit = 20M
domainlist taken = example.org
never_users =
queue_only = false
keep_environment =

begin acl
check_rcpt:
  deny  message = no such person here
        local_parts = nobody
  accept domains = +taken
  deny  message = relay not permitted

begin routers
all:
  driver = accept
  transport = mailbox

begin transports
mailbox:
  driver = appendfile
  directory = {folder}/mail/all
  maildir_format
  create_directory
  user = {owner}
  group = {owners}
  delivery_date_add = false
  envelope_to_add
  return_path_add
"""


@dataclass(frozen=True, slots=True)
class Exim:
    """A server that is up. `certificate` is what lines to it are checked by."""

    folder: Path
    port: int

    def messages(self) -> dict[str, list[EmailMessage]]:
        """Return every message that was delivered, parsed, by whom the server delivered it to."""
        found: dict[str, list[EmailMessage]] = {}
        with contextlib.suppress(mailbox.NoSuchMailboxError):
            box = mailbox.Maildir(self.folder / "mail" / "all", create=False)
            for key in box.iterkeys():
                message = email.message_from_bytes(box.get_bytes(key), policy=email.policy.default)
                found.setdefault(str(message["Envelope-to"]), []).append(message)
        return found

    def log(self) -> str:
        """Return what the server wrote down."""
        return "".join(path.read_text(errors="replace") for path in sorted((self.folder / "log").glob("*")))


@contextlib.contextmanager
def running(certificate: bytes) -> Iterator[Exim]:
    """Run exim until the block ends; `certificate` is its certificate and key (PEM)."""
    # Not in the tests' own folder: exim delivers as another user where the tests run as root.
    with tempfile.TemporaryDirectory(prefix="mvd-exim-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for part in ("spool", "log", "mail"):
            (folder / part).mkdir()
        user = pwd.getpwuid(os.getuid())
        owner = pwd.getpwnam("mail") if user.pw_uid == 0 else user
        os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
        (folder / "certificate.pem").write_bytes(certificate)
        names = {
            "folder": folder, "certificate": folder / "certificate.pem", "banner": folder.name,
            "user": user.pw_name, "group": grp.getgrgid(user.pw_gid).gr_name,
            "owner": owner.pw_name, "owners": grp.getgrgid(owner.pw_gid).gr_name,
        }  # fmt: skip
        process, port = _start(folder, names)
        try:
            yield Exim(folder, port)
        finally:
            process.terminate()
            process.communicate(timeout=10)
            _wait_for_deliveries(folder)


def _start(folder: Path, names: Mapping[str, object]) -> tuple[subprocess.Popen[bytes], int]:
    """Start exim at a free port. It is told which, and another program may take that first: then at another one."""
    said: list[str] = []
    while len(said) < TRIES:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        (folder / "exim.conf").write_text(CONFIGURATION.format(port=port, **names), encoding="ascii")
        process = subprocess.Popen(
            [PROGRAM, "-C", str(folder / "exim.conf"), "-bdf"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        if _is_up(process, port, folder.name):
            return process, port
        process.kill()
        said.append(process.communicate()[1].decode(errors="replace"))
    raise RuntimeError(f"exim does not start: {said}")


def _wait_for_deliveries(folder: Path) -> None:
    """Let the processes come to their end that exim delivers with; they have files open in the folder."""
    until = time.monotonic() + 5
    while any((folder / "spool" / "input").glob("*-D")) and time.monotonic() < until:
        time.sleep(0.02)


def _is_up(process: subprocess.Popen[bytes], port: int, banner: str) -> bool:
    """Wait until this very server greets at its port; False when it ended or something else answers there."""
    until = time.monotonic() + 10
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as line:
            if banner in line.makefile(encoding="ascii", errors="replace").readline():
                return True
        time.sleep(0.02)
    return False
