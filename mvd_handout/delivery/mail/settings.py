"""How a clinic's mail server is reached: the table `[email.smtp]` of clinic.toml. No secret ever stands in it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, cast

from msgspec import Struct

from mvd_handout.delivery.children import PASSWORD_VARIABLE
from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.domain.fields import Field, TableReader

Security = Literal["starttls", "tls", "none"]
Login = Literal["none", "password", "xoauth2"]

_PORTS: Final[Mapping[str, int]] = {"starttls": 587, "tls": 465, "none": 25}
_FIELDS: Final = (
    Field("host", "text", "The mail server", '"smtp.example.org"', required=True),
    Field("port", "number", "Its port", "587"),
    Field("security", "choice", "How the line is protected", "", required=True, choices=("starttls", "tls", "none")),
    Field("login", "choice", "How to log in", "", choices=("none", "password", "xoauth2"), default="none"),
    Field("user", "text", "The name to log in with", '"ward4@example.org"', default=""),
    Field("timeout", "number", "Seconds to wait for an answer", "60", default=60),
    Field("ca_file", "text", "The certificate of a private authority", '"hospital-ca.pem"', default=""),
    Field("hello_name", "text", "The name to greet the server with", '"ward4.example.org"', default=""),
)
_COMMANDS: Final[Mapping[str, str]] = {"password_command": "password", "token_command": "xoauth2"}
_SECRETS: Final = frozenset({"password", "token", "secret", "pass", "passwd"})
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}")
_HELLO: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,251}")
_LONGEST_WAIT: Final = 600


class SmtpSettings(Struct, frozen=True):
    """Where mail goes and how. `command` prints the password or token; `ca_file` replaces the usual authorities."""

    host: str
    port: int
    security: Security
    login: Login = "none"
    user: str = ""
    command: tuple[str, ...] = ()
    timeout: float = 60
    ca_file: Path | None = None
    hello_name: str = ""


def is_loopback(host: str) -> bool:
    """Whether `host` can only be this computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def parse_smtp(table: object, folder: Path, where: str = "clinic profile") -> SmtpSettings:
    """Return the settings in the table `[email.smtp]`; a `ca_file` lies in `folder`. Raises InputError, every fault."""
    faults: list[Fault] = []
    place = f"{where}, email.smtp"
    if table is None:
        fix = "docs/email.md shows what to write; --to-folder needs none of it"
        raise InputError(Fault(place, "it is not there", "The mail server is needed to deliver", fix))
    if isinstance(table, Mapping):
        table = {key: value for key, value in table.items() if not _is_secret(str(key), place, faults)}
    reader = TableReader(table, place, faults)
    values = {field.key: reader.read(field) for field in _FIELDS}
    commands = {key: _read_command(reader.table(key), f"{place}, {key}", faults) for key in _COMMANDS}
    reader.refuse_unknown()
    if not faults:
        _check(values, commands, place, faults)
    if faults:
        raise InputError(*faults)
    security, login = cast("Security", values["security"]), cast("Login", values["login"])
    return SmtpSettings(
        host=str(values["host"]),
        port=cast("int", values["port"]) or _PORTS[security],
        security=security,
        login=login,
        user=str(values["user"]),
        command=next((command for key, command in commands.items() if _COMMANDS[key] == login), ()),
        timeout=cast("int", values["timeout"]),
        ca_file=folder / str(values["ca_file"]) if values["ca_file"] else None,
        hello_name=str(values["hello_name"]),
    )


def _is_secret(key: str, place: str, faults: list[Fault]) -> bool:
    if key.lower() not in _SECRETS:
        return False
    fix = f"Remove it, change it, and give password_command or the environment variable {PASSWORD_VARIABLE}"
    faults.append(Fault(f"{place}, {key}", "a secret in a file", "No secret may stand here", fix))
    return True


def _read_command(raw: object, place: str, faults: list[Fault]) -> tuple[str, ...]:
    if raw is None:
        return ()
    if isinstance(raw, list) and raw and all(isinstance(word, str) and word and "\0" not in word for word in raw):
        return tuple(raw)
    faults.append(Fault(place, "not a list of words", 'Write ["program", "argument"]; no shell reads it'))
    return ()


def _check(
    values: Mapping[str, object], commands: Mapping[str, tuple[str, ...]], place: str, faults: list[Fault]
) -> None:
    """Note what does not go together."""
    host, login = str(values["host"]), values["login"]
    port, timeout = cast("int | None", values["port"]), cast("int", values["timeout"])
    if not _HOST.fullmatch(host):
        faults.append(Fault(f"{place}, host", "not the name of a computer", "A name such as smtp.example.org"))
    if port is not None and not 0 < port < 65536:
        faults.append(Fault(f"{place}, port", "not a port", "A number from 1 to 65535"))
    if not 1 <= timeout <= _LONGEST_WAIT:
        faults.append(Fault(f"{place}, timeout", f"{timeout} seconds", f"From 1 to {_LONGEST_WAIT} seconds"))
    hello = str(values["hello_name"])
    if hello and not _HELLO.fullmatch(hello):
        faults.append(Fault(f"{place}, hello_name", "not the name of a computer", "A name such as ward4.example.org"))
    if values["security"] == "none":
        if not is_loopback(host):
            wanted = "An unprotected line is only for a relay on this computer (127.0.0.1)"
            faults.append(Fault(f"{place}, security", "none", wanted, 'Write "starttls" or "tls"'))
        if login != "none":
            faults.append(Fault(f"{place}, login", "a login on an unprotected line", 'Write "starttls" or "tls"'))
    if login != "none" and not _usable_user(str(values["user"])):
        faults.append(Fault(f"{place}, user", "nothing, or not plain letters", "The name to log in with is needed"))
    for key, for_login in _COMMANDS.items():
        if commands[key] and login != for_login:
            faults.append(Fault(f"{place}, {key}", f"it needs login = {for_login!r}", "Add that, or remove this"))
    if login == "xoauth2" and not commands["token_command"]:
        faults.append(Fault(f"{place}, token_command", "nothing is here", "The command that prints a token is needed"))


def _usable_user(user: str) -> bool:
    return bool(user) and user.isascii() and user.isprintable()
