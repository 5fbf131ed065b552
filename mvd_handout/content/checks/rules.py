"""The rules of the checks: word lists, limits and standards, all of them data under `templates/checks/`."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from mvd_handout.content.checks.english import English, plain_marks
from mvd_handout.content.resources import data_root
from mvd_handout.content.toml import read_toml
from mvd_handout.domain.errors import ContentError, Fault

Table = Mapping[str, object]
_COUNTS: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


@dataclass(frozen=True, slots=True)
class Standard:
    """What a check is called, and which published advice stands behind it."""

    title: str
    standard: str
    source: str


@dataclass(frozen=True, slots=True)
class Term:
    """A medical term: its forms, the longer terms that it is part of, and how our texts explain it."""

    term: str
    forms: tuple[str, ...]
    longer: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one language and, in `source`, of one handout."""

    language: str
    table: Table
    standards: Mapping[str, Standard]
    terms: tuple[Term, ...]
    medical: re.Pattern[str]
    english: English | None
    source: Table | None

    def limit(self, name: str) -> float:
        """Return a figure of [limits]."""
        return float(cast("float", self.part("limits")[name]))

    def part(self, name: str) -> Table:
        """Return a table of the language's rules."""
        return cast("Table", self.table[name])

    def words(self, part: str, key: str) -> tuple[str, ...]:
        """Return a list of words or patterns."""
        return tuple(cast("list[str]", self.part(part)[key]))

    def phrases(self, part: str, key: str) -> re.Pattern[str]:
        """Return a pattern that finds each word or phrase of a list."""
        return phrases(self.words(part, key))

    def patterns(self, part: str, key: str) -> re.Pattern[str]:
        """Return one pattern out of a list of them."""
        return either(self.words(part, key))


@functools.cache
def phrases(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern that finds whole words or phrases, long ones first, in any spelling of capitals."""
    longest_first = sorted((plain_marks(word) for word in words), key=len, reverse=True)
    return re.compile(rf"(?<![\w'-])(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?![\w'-])", re.IGNORECASE)


@functools.cache
def either(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern that finds what any of `patterns` finds."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)", re.IGNORECASE)


def load_rules(language: str, handout: Path) -> Rules:
    """Return the rules for the handout in the folder `handout`.

    What its source gives stands in `checks.LANGUAGE.toml` beside it, or is shipped. Raises ContentError.
    """
    folder = data_root("templates") / "checks"
    if not (folder / f"{language}.toml").is_file():
        known = sorted(path.stem for path in folder.glob("??.toml"))
        raise ContentError(
            Fault(f"checks/{language}.toml", f'there are no checks for "{language}"', f"Languages: {', '.join(known)}")
        )
    medical = _read(folder / f"{language}.medical.toml")
    own, shipped = handout / f"checks.{language}.toml", folder / f"{handout.name}.{language}.toml"
    source = own if own.is_file() else shipped
    return Rules(
        language=language,
        table=_read(folder / f"{language}.toml"),
        standards=_standards(_read(folder / "checks.toml")),
        terms=tuple(_terms(_read(folder / f"{language}.glossary.toml"))),
        medical=phrases(tuple(cast("list[str]", medical["words"]))),
        english=load_english() if language == "en" else None,
        source=_read(source) if source.is_file() else None,
    )


@functools.cache
def load_english() -> English:
    """Return the counter of English words with the shipped exceptions."""
    lists = _read(data_root("templates") / "checks" / "en.syllables.toml")
    pairs = ((word, _COUNTS[name]) for name, part in lists.items() for word in _texts(part, "words"))
    return English(dict(pairs))


def rows(table: Table, name: str) -> list[Table]:
    """Return the tables of an array of tables."""
    return cast("list[Table]", table.get(name, []))


def texts(table: Table, name: str) -> tuple[str, ...]:
    """Return a list of texts; a list that is not there is empty."""
    return _texts(table, name)


def _texts(table: object, name: str) -> tuple[str, ...]:
    return tuple(cast("list[str]", cast("Table", table).get(name, [])))


def _standards(table: Table) -> dict[str, Standard]:
    return {
        str(row["id"]): Standard(str(row["title"]), str(row["standard"]), str(row["source"]))
        for row in rows(table, "checks")
    }


def _terms(table: Table) -> Iterable[Term]:
    for row in rows(table, "terms"):
        if not row.get("plain"):
            yield Term(str(row["term"]), texts(row, "forms"), texts(row, "except"), texts(row, "explained"))


def _read(path: Path) -> Table:
    return read_toml(path.read_bytes(), f"checks/{path.name}")
