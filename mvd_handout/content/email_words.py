"""The words of e-mails: reviewed text with typed places for values, one file a language. A clinic approves them."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from mvd_handout.content.resources import data_root
from mvd_handout.content.toml import read_toml
from mvd_handout.domain.errors import ContentError, Fault

SLOT: Final = re.compile(r"\{([a-z]+)\}")
SLOTS: Final[Mapping[str, frozenset[str]]] = {
    "subject": frozenset({"sender"}),
    "message.heading": frozenset({"sender"}),
    "message.replaces": frozenset({"date"}),
    "message.older": frozenset({"paper"}),
    "message.sameday": frozenset({"paper"}),
    "message.day": frozenset({"phone", "hours"}),
    "message.night": frozenset({"phone", "hours"}),
    "message.emergency": frozenset({"phone"}),
    "message.paper": frozenset({"paper"}),
    "message.locked": frozenset({"paper"}),
    "slip.paper": frozenset({"paper"}),
    **{
        f"message.{name}": frozenset()
        for name in (
            "attached",
            "below",
            "lost",
            "open",
            "appointments",
            "place",
            "cancelled",
            "help",
            "stranger",
        )
    },
    **{f"calendar.{name}": frozenset() for name in ("title", "cancelled")},
    **{f"slip.{name}": frozenset() for name in ("heading", "intro", "typing", "keep")},
}
"""Every text that an e-mail needs, with the values that it shows: all of them, each once."""


class EmailWords(Struct, frozen=True):
    """The words of one language by name, such as "message.help"."""

    language: str
    words: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.words[name]


def has_email_words(language: str) -> bool:
    """Whether e-mails can be written in `language`."""
    return _path(language).is_file()


@functools.cache
def load_email_words(language: str) -> EmailWords:
    """Return the words of `language`. Raises ContentError when there are none, or one is not as it must be."""
    path = _path(language)
    where = f"email/{path.name}"
    if not path.is_file():
        fix = "Give these patients their handout on paper"
        raise ContentError(Fault(where, "the file is missing", "There are no e-mails in this language yet", fix))
    return parse_email_words(path.read_bytes(), language)


def parse_email_words(data: bytes, language: str) -> EmailWords:
    """Return the words in the TOML text `data`. Raises ContentError with every fault."""
    where = f"email/{language}.toml"
    words = dict(_flat(read_toml(data, where)))
    faults = [Fault(f"{where}, {name}", "an unknown text", "Remove it") for name in words if name not in SLOTS]
    for name, slots in SLOTS.items():
        if not words.get(name, "").strip():
            faults.append(Fault(f"{where}, {name}", "it is missing", "Every language has every text"))
        elif (found := SLOT.findall(words[name])) != list(dict.fromkeys(found)) or set(found) != slots:
            wanted = ", ".join(f"{{{each}}}" for each in sorted(slots)) or "no {…}"
            faults.append(Fault(f"{where}, {name}", "other places for values than it has", f"Exactly these: {wanted}"))
        elif not words[name].isprintable() or re.search("[{}]", SLOT.sub("", words[name])):
            faults.append(Fault(f"{where}, {name}", "a bracket or an invisible character", "One line of plain text"))
    if faults:
        raise ContentError(*faults)
    return EmailWords(language, dict(sorted(words.items())))


def _path(language: str) -> Path:
    return data_root("templates") / "email" / f"{language}.toml"


def _flat(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else [(f"{prefix}{key}", str(value))]
    return pairs
