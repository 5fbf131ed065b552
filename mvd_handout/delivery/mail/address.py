"""E-mail addresses: exactly one, plainly written, and no slip of the keyboard in a well-known domain."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Final, cast

from msgspec import Struct

from mvd_handout.content.resources import data_root
from mvd_handout.content.toml import read_toml
from mvd_handout.domain.text import RefusedError

WANTED_ADDRESS: Final = "One address such as alex@example.org is wanted, in plain letters and without a name beside it"
_LONGEST: Final = 254
_LONGEST_LOCAL: Final = 64
_ATOM: Final = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_ENDING: Final = re.compile(r"[A-Za-z]{2,63}|xn--[A-Za-z0-9-]{1,59}", re.IGNORECASE)
_NOWHERE: Final = frozenset({"arpa", "invalid", "lan", "local", "localdomain", "localhost", "onion", "test"})
# A name so short has too many neighbours that are real domains.
_LEAST_NAME: Final = 5


class Providers(Struct, frozen=True):
    """Well-known domains by name, with their endings; real names beside them; endings that no domain has."""

    endings: Mapping[str, tuple[str, ...]]
    real: frozenset[str]
    slips: Mapping[str, str]

    def nearest(self, domain: str) -> str:
        """Return the well-known domain that `domain` (in small letters) is probably meant to be, "" if none.

        Of a domain that is not well known only the ending is returned, since the rest may tell who the patient is.
        """
        name, _, ending = domain.partition(".")
        if name in self.endings:
            # "live" is a word like others: with an ending that is no slip, the domain is somebody's own.
            own = len(name) < _LEAST_NAME and not self._is_slip(ending)
            return "" if own or ending in self.endings[name] else f"{name}.{self._mended(name, ending)}"
        near = "" if name in self.real else next((each for each in self.endings if _one_slip(name, each)), "")
        if near and (ending in self.endings[near] or self._is_slip(ending)):
            return f"{near}.{self._mended(near, ending)}"
        slip = next((slip for slip in self.slips if domain.endswith(f".{slip}")), "")
        return f".{self.slips[slip]} at the end" if slip else self._joined(domain)

    def _mended(self, name: str, ending: str) -> str:
        meant = self.slips.get(ending, ending)
        return meant if meant in self.endings[name] else self.endings[name][0]

    def _is_slip(self, ending: str) -> bool:
        return ending in self.slips or ending in {"co", "cm", "om", "net", "org"}

    def _joined(self, domain: str) -> str:
        """Return "gmail.com" for "gmailcom.com" or "gmail.com.com"."""
        for name, endings in self.endings.items():
            if len(name) >= _LEAST_NAME and domain.startswith((f"{name}com.", f"{name}.com.", f"www.{name}.")):
                return f"{name}.{endings[0]}"
        return ""


def check_address(text: str) -> str:
    """Return the one address in `text`, its domain in small letters. Raises RefusedError, which never quotes it.

    Nothing is looked up: a question to a name server would tell others whom the clinic writes to.
    """
    from email_validator import EmailNotValidError, validate_email

    address = read_address(text)
    try:
        found = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise RefusedError("not an e-mail address", WANTED_ADDRESS) from None
    if found.ascii_email != address:
        raise RefusedError("an e-mail address that can be read in two ways", WANTED_ADDRESS)
    return address


def read_address(text: str) -> str:
    """Return what `check_address` does, by our own rules alone, which need no library. Raises RefusedError."""
    address = text.strip(" ")
    if not address.isascii() or not address.isprintable():
        raise RefusedError("an e-mail address with letters or signs that none has", WANTED_ADDRESS)
    if address.count("@") > 1 or re.search(r"[,;\s]", address):
        raise RefusedError("more than one e-mail address, or one with spaces", WANTED_ADDRESS)
    local, _, domain = address.rpartition("@")
    domain = domain.lower()
    if len(address) > _LONGEST or len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local) or not _is_host(domain):
        raise RefusedError("not an e-mail address", WANTED_ADDRESS)
    if near := load_providers().nearest(domain):
        raise RefusedError("an e-mail address with a slip after the @", f"Did you mean {near}?")
    return f"{local}@{domain}"


def masked(address: str) -> str:
    """Return "a***@e***.org": enough to know one's own list by, not enough to write to."""
    local, _, domain = address.rpartition("@")
    name, _, ending = domain.rpartition(".")
    return f"{local[:1]}***@{name[:1]}***.{ending}"


@functools.cache
def load_providers() -> Providers:
    """Return the well-known domains that ship with the program."""
    name = "providers.toml"
    data = read_toml((data_root("templates") / "email" / name).read_bytes(), name)
    providers = cast("dict[str, list[str]]", data["providers"])
    endings = cast("dict[str, list[str]]", data["endings"])
    return Providers(
        endings={each: tuple(known) for each, known in providers.items()},
        real=frozenset(cast("list[str]", data["real"])),
        slips={slip: ending for ending, slips in endings.items() for slip in slips},
    )


def _is_host(domain: str) -> bool:
    labels = domain.split(".")
    ending = labels[-1]
    whole = len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and _ENDING.fullmatch(ending)
    return bool(whole) and ending not in _NOWHERE


def _one_slip(name: str, meant: str) -> bool:
    """Whether one letter too many, too few or wrong, or two changed places, stand between `name` and `meant`."""
    if name == meant or len(meant) < _LEAST_NAME or abs(len(name) - len(meant)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(name, meant, strict=False)) if a != b), min(len(name), len(meant)))
    rest, wanted = name[start:], meant[start:]
    swapped = len(rest) > 1 and rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]
    return rest[1:] == wanted or rest == wanted[1:] or rest[1:] == wanted[1:] or swapped
