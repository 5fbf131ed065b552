"""A print server of our own behind a socket in its own folder, whose "printers" keep what they are sent.

It runs as root in a container (then the capturing printer works as user lp) or as an ordinary user, with every file
of its own in a fresh folder. No printer and no other print server is ever reached: `environment` names this one.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SYSTEM = "/usr/sbin:/sbin:/usr/bin:/bin"
READY_WITHIN = 20.0
PRINTED_WITHIN = 20.0

# A back end of CUPS: called without arguments it names itself, else with job, user, title, copies, options and file.
CAPTURE = """#!/bin/sh
[ $# -eq 0 ] && {{ echo 'file capture "Capture" "Capture"'; exit 0; }}
umask 022
base="{out}/$1-$(echo "$PRINTER")"
cat "${{6:--}}" > "$base.data"
printf '%s' "$3" > "$base.title"
printf '%s' "$5" > "$base.options"
printf '%s' "$4" > "$base.copies"
mv "$base.data" "$base.done"
"""
FILES = """\
ServerRoot {root}/etc
StateDir {root}/run
CacheDir {root}/cache
RequestRoot {root}/spool
TempDir {root}/spool
ServerBin {root}/bin
DataDir /usr/share/cups
AccessLog {root}/log/access
ErrorLog {root}/log/error
PageLog {root}/log/page
{identity}
"""
SETTINGS = """\
Listen {address}
Browsing No
WebInterface No
DefaultAuthType None
MaxJobs 0
MaxClients 50
LogLevel warn
PreserveJobFiles No
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
JobPrivateAccess all
JobPrivateValues none
<Limit All>
Order deny,allow
Allow all
</Limit>
</Policy>
"""


@dataclass(frozen=True, slots=True)
class Job:
    """What reached a printer: the number of the job, its queue, its title, options, copies and bytes."""

    number: int
    queue: str
    title: str
    options: Mapping[str, str]
    copies: int
    data: bytes


@dataclass(frozen=True, slots=True)
class PrintServer:
    """A running private server. `root` holds all its files."""

    root: Path

    @property
    def address(self) -> str:
        """Where it listens, as CUPS_SERVER wants it: no other program can take a place in its folder."""
        return f"{self.root}/run/cups.sock"

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which `lp` and `lpstat` see this server and no other."""
        home = self.root / "home"
        home.mkdir(exist_ok=True)
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("CUPS_", "LPDEST", "PRINTER"))
        }
        return {**kept, "CUPS_SERVER": self.address, "HOME": str(home)}

    def run(self, *command: str) -> str:
        """Run one of CUPS' commands against this server and return what it printed."""
        environment = {**self.environment, "PATH": SYSTEM, "LC_ALL": "C"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout

    def add_queue(self, name: str) -> None:
        """Add a queue that prints into the capture."""
        # CUPS says on standard error that queues without a driver are going out of fashion.
        self.run("lpadmin", "-p", name, "-E", "-v", f"capture:/{name}", "-o", "printer-error-policy=abort-job")

    def jobs(self, wanted: int, queue: str = "") -> list[Job]:
        """Wait until `wanted` jobs were printed, and return them in the order of their numbers."""
        end = time.monotonic() + PRINTED_WITHIN
        while len(found := self._captured(queue)) < wanted and time.monotonic() < end:
            time.sleep(0.02)
        return found

    def _captured(self, queue: str) -> list[Job]:
        jobs = [_job(path) for path in (self.root / "out").glob("*.done")]
        return sorted((job for job in jobs if queue in ("", job.queue)), key=lambda job: job.number)

    def reset(self, queue: str) -> None:
        """Drop what waits, forget what was printed and what a user set, and open the queue, which is no default."""
        self.run("cancel", "-a", "-x")
        self.run("lpadmin", "-x", queue)
        self.add_queue(queue)
        for path in (*(self.root / "out").iterdir(), *(self.root / "home").glob(".cups/*")):
            path.unlink()

    def accepted(self) -> int:
        """Return how many jobs the server took, printed or not."""
        return len(self.run("lpstat", "-W", "all", "-o").splitlines())

    def logs(self) -> str:
        """Return what the server wrote down."""
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in (self.root / "log").iterdir())


def _job(path: Path) -> Job:
    number, _, queue = path.stem.partition("-")
    words = {name: path.with_suffix(f".{name}").read_text(encoding="utf-8") for name in ("title", "options", "copies")}
    options = dict(
        (key, value) for key, _, value in (each.partition("=") for each in re.split(r"(?<!\\) ", words["options"]))
    )
    return Job(int(number), queue, words["title"], options, int(words["copies"]), path.read_bytes())


@contextlib.contextmanager
def private_server() -> Iterator[PrintServer]:
    """Start a server and stop it afterwards; nothing of it stays."""
    root = Path(tempfile.mkdtemp(prefix="mvd-handout-cups-"))
    process: subprocess.Popen[bytes] | None = None
    try:
        server = PrintServer(root)
        _lay_out(server)
        with (root / "log" / "stdout").open("wb") as log:
            process = subprocess.Popen(
                ["cupsd", "-f", "-c", f"{root}/etc/cupsd.conf", "-s", f"{root}/etc/cups-files.conf"],
                env={"PATH": SYSTEM},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        _wait_until_ready(server, process)
        yield server
    finally:
        if process is not None:
            process.terminate()
            process.wait(timeout=20)
        shutil.rmtree(root, ignore_errors=True)


def _lay_out(server: PrintServer) -> None:
    root = server.root
    for name in ("etc", "run", "spool", "cache", "log", "out", "bin"):
        (root / name).mkdir()
    shutil.copytree("/usr/lib/cups/daemon", root / "bin" / "daemon")
    (root / "bin" / "backend").mkdir()
    capture = root / "bin" / "backend" / "capture"
    capture.write_text(CAPTURE.format(out=root / "out"), encoding="ascii")
    capture.chmod(0o755)
    identity = ""
    if os.geteuid() == 0:
        identity = "User lp\nGroup lp\nSystemGroup root"
        _give_to_lp(root)
    (root / "etc" / "cups-files.conf").write_text(FILES.format(root=root, identity=identity), encoding="ascii")
    (root / "etc" / "cupsd.conf").write_text(SETTINGS.format(address=server.address), encoding="ascii")


def _give_to_lp(root: Path) -> None:
    """Let the user under whom printers work into the folders that it needs, and nobody else."""
    lp = pwd.getpwnam("lp")
    root.chmod(0o711)
    for name in ("run", "spool", "cache", "log", "out"):
        os.chown(root / name, lp.pw_uid, lp.pw_gid)


def _wait_until_ready(server: PrintServer, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.connect(server.address)
            return
        time.sleep(0.02)
    log = (server.root / "log" / "stdout").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"the print server did not start: {log}")
