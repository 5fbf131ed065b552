"""The password or token for the mail server: asked for when it is needed, kept in memory only, never shown."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import Final

from mvd_handout.delivery.children import PASSWORD_VARIABLE, child_environment
from mvd_handout.delivery.mail.settings import SmtpSettings
from mvd_handout.domain.errors import Fault, InputError

_WAIT: Final = 120
"""Seconds that a command has: a person may have to unlock a password store."""
_LONGEST: Final = 16_384


class Secret:
    """A text that no repr and no error shows."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself; only for what is sent over a verified line."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(...)"


def fetch_secret(settings: SmtpSettings, environment: Mapping[str, str]) -> Secret | None:
    """Return what `settings` log in with; None where they need no login. Raises InputError, never showing it."""
    if settings.login == "none":
        return None
    if settings.command:
        text = _run(settings)
    else:
        text = environment.get(PASSWORD_VARIABLE, "")
        if not text:
            fix = f"Set {PASSWORD_VARIABLE}, or name a password_command"
            raise InputError(Fault("email.smtp, password", "there is none", "The server wants one", fix))
    if len(text) > _LONGEST or not text.isprintable() or (settings.login == "xoauth2" and not text.isascii()):
        raise InputError(Fault("email.smtp, password or token", "it cannot be used", "One line of printable letters"))
    return Secret(text)


def _run(settings: SmtpSettings) -> str:
    """Return the first line that the command prints. What it says otherwise is not shown: it may be the secret."""
    name = "token_command" if settings.login == "xoauth2" else "password_command"
    try:
        done = subprocess.run(
            settings.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_WAIT,
            check=False,
            env=child_environment(),
        )
    except subprocess.TimeoutExpired:
        raise InputError(Fault(f"email.smtp, {name}", f"no answer in {_WAIT} s", "It must print a line")) from None
    except (OSError, ValueError):
        raise InputError(Fault(f"email.smtp, {name}", "it cannot be run", "Is the program there?")) from None
    lines = done.stdout.splitlines()
    if done.returncode != 0 or not lines or not lines[0].strip():
        raise InputError(
            Fault(f"email.smtp, {name}", "it failed or printed nothing", "It must print the secret as its first line")
        )
    try:
        return lines[0].decode("utf-8").strip()
    except UnicodeDecodeError:
        raise InputError(Fault(f"email.smtp, {name}", "it printed letters that are not UTF-8", "")) from None
