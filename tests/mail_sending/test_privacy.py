"""Who a patient is stays in the message: not in what is printed, logged, kept, or seen in a list of processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from mvd_handout.delivery.mail.store import Store
from tests.mail_sending.clinic import Clinic
from tests.mail_sending.tls import Authority
from tests.mail_sending.ward import cells, command, environment, roster_csv, with_server
from tests.tools import smtp

NAME, NUMBER, LOCAL, PLACE = "Zebediah Quill", "QX-77421", "zeb.canary", "Canary Wing"
PASSWORD = "sesame-4711"
CANARIES = ("Zebediah", "Quill", NUMBER, LOCAL, PLACE, PASSWORD)


def canary_rows() -> list[dict[str, str]]:
    return [
        cells(
            number,
            Name=f"{NAME} {'ABC'[number]}",
            Record_number=f"{NUMBER}{number}",
            Email=f"{LOCAL}{number}@example.org",
            Email_consent=("plain", "encrypted")[number % 2],
            Visit_1_place=PLACE,
        )
        for number in range(3)
    ]


def found_in(data: bytes, *more: str) -> list[str]:
    """Return the canaries in `data`, in whatever case."""
    text = data.lower()
    return [word for word in (*CANARIES, *more) if word.lower().encode() in text]


def processes(parent: int) -> bytes:
    """Return the command lines of a process and of all that it started."""
    lines = b""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            of = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if parent in (of, int(path.name)):
                lines += (path / "cmdline").read_bytes() + b"\n"
        except OSError:
            continue
    return lines


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc on this system")
def test_nothing_about_a_patient_shows_while_e_mails_are_sent(ward: Path, cache: Path, tmp_path: Path) -> None:
    authority = Authority(tmp_path, trustme.CA())
    shown = tmp_path / "shown"
    (tmp_path / "password.py").write_text(
        f"import os, pathlib\nlines = [pathlib.Path(f'/proc/{{pid}}/cmdline').read_bytes()"
        f" for pid in (os.getpid(), os.getppid())]\n"
        f"pathlib.Path({str(shown)!r}).write_bytes(b''.join(lines))\nprint({PASSWORD!r})\n"
    )
    seen: list[bytes] = []
    running: list[subprocess.Popen[bytes]] = []

    def hook(session: smtp.Session, stage: str, when: str) -> None:
        if running:
            seen.append(processes(running[0].pid))

    server = smtp.Server(tls=authority.server("localhost"), login=True, hook=hook)
    roster = tmp_path / "tomorrow.csv"
    roster.write_bytes(roster_csv(canary_rows()))
    with server.running():
        folder = with_server(
            ward, tmp_path / "ward4", host="localhost", port=server.port, security="starttls", login="password",
            user="ward4", ca_file=str(authority.file), timeout=5,
        )  # fmt: skip
        with (folder / "clinic.toml").open("a") as stream:
            stream.write(f'password_command = ["{sys.executable}", "{tmp_path / "password.py"}"]\n')
        words = command("email", "send", roster, "--clinic", folder, "--deliver", "--yes", "--limit", 9, "-v")
        process = subprocess.Popen(
            [*words, "--rate", "6000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(cache, tmp_path / "state"),
        )  # fmt: skip
        running.append(process)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert len(server.messages) == 3
    assert len(server.credentials) == 1
    assert len(seen) > 20
    assert all(line for line in seen)
    (state,) = (tmp_path / "state" / "mvd-handout" / "email").iterdir()
    store = Store(state / "messages")
    phrases = [prepared.mail.passphrase for key in store.kept() if (prepared := store.load(key))]
    assert len(phrases) == 1
    kept = [path for path in (tmp_path / "state").rglob("*") if path.is_file() and path.suffix != ".message"]
    assert {path.name for path in kept} >= {"outbox.sqlite"}
    assert any(path.suffix == ".jsonl" for path in kept)
    by_products = {
        "standard output": out,
        "standard error": err,
        "processes": b"".join(seen),
        "the password's command": shown.read_bytes(),
        "names": b"\n".join(str(path.relative_to(tmp_path)).encode() for path in (tmp_path / "state").rglob("*")),
        **{path.name: path.read_bytes() for path in kept},
    }
    assert {name: found for name, data in by_products.items() if (found := found_in(data, *phrases))} == {}
    (message,) = [path.read_bytes() for path in (state / "messages").iterdir()]
    assert set(found_in(message)) <= {LOCAL}  # who the passphrase is for; the message itself is gone
    sent = b"".join(data for _, data in server.messages)
    assert {LOCAL} <= set(found_in(sent)), "the canaries are not where they must be"
    assert not [phrase for phrase in phrases if phrase.encode() in sent]


def echo(code: bytes) -> smtp.Fault:
    """Return an answer that repeats what a server can know of a patient."""
    words = f" <{LOCAL}1@example.org> {NAME}, {NUMBER}1: queued as {LOCAL}1 id=Zebediah\r\n"
    return lambda session, right: session.say(code + words.encode())


TROUBLES: dict[str, Callable[[Clinic], None]] = {
    f"{code.decode()} at {stage}": (
        lambda clinic, stage=stage, code=code: setattr(clinic.server, "script", smtp.Script(stage, echo(code), 2))  # type: ignore[misc]
    )
    for stage, code in (
        ("MAIL", b"550"),
        ("RCPT", b"450"),
        ("RCPT", b"550"),
        ("DATA", b"554"),
        ("dot", b"250"),
        ("dot", b"354"),
        ("dot", b"550"),
        ("dot", b"999"),
    )
}
TROUBLES |= {
    f"{name} at the dot": lambda clinic, name=name: setattr(  # type: ignore[misc]
        clinic.server, "script", smtp.Script("dot", smtp.FAULTS[name], 2)
    )
    for name in ("close", "contradiction")
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_trouble_makes_anything_show(clinic: Clinic, trouble: str, tmp_path: Path) -> None:
    clinic.write(*canary_rows())
    TROUBLES[trouble](clinic)
    results = (clinic.deliver(), clinic("status", "--all"), clinic("status", "--json"), clinic.send())
    outputs = [text for _, out, err in results for text in (out, err)]
    (state,) = (tmp_path / "state" / "mvd-handout" / "email").iterdir()
    outbox = (state / "outbox.sqlite").read_bytes()
    journal = b"".join(path.read_bytes() for path in (tmp_path / "state").rglob("*.jsonl"))
    assert clinic.server.messages
    assert journal
    assert found_in("".join(outputs).encode() + outbox + journal) == []


@pytest.mark.parametrize(
    "cell", [f"{LOCAL}@example.org, other@example.org", f"{LOCAL}@gmial.com", f"{NAME} <a@example.org>"]
)
def test_a_refused_address_is_not_repeated(clinic: Clinic, cell: str) -> None:
    clinic.write(cells(1), cells(2, Email=cell))
    _, out, err = clinic.deliver()
    assert found_in((out + err).encode()) == []
    assert clinic.got() == []
