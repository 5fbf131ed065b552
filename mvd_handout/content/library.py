"""The handout library: which handouts there are, and each one as an unfilled value.

Handouts are looked for in the clinic's own `handouts/` folder first, then among those that ship with the program.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from msgspec import Struct

from mvd_handout.content import unfilled as u
from mvd_handout.content.labels import Labels, load_labels
from mvd_handout.content.plan import PlanCache
from mvd_handout.content.resources import data_root
from mvd_handout.content.toml import read_toml
from mvd_handout.domain.errors import ContentError, Fault, InputError
from mvd_handout.domain.ids import canonical
from mvd_handout.domain.schedule import Milestones
from mvd_handout.domain.text import close_matches

SPECIFICATION = "handout.toml"


class Source(Struct, frozen=True):
    """Where a handout's guidance comes from, and the hash of the text that was read."""

    title: str
    site: str
    published: dt.date
    sha256: str


class Handout(Struct, frozen=True):
    """One handout in one language, unfilled: all words, all branches, no patient."""

    name: str
    version: str
    title: str
    language: str
    languages: tuple[str, ...]
    source: Source
    milestones: Milestones
    last_reviewed: dt.date
    next_review: dt.date
    required_blocks: tuple[str, ...]
    labels: Labels
    nodes: u.Nodes
    record: u.Nodes

    content_hash: str
    """SHA-256 of everything that decides what is said: words, branches, labels and milestones; not of line numbers."""


class Library(Struct, frozen=True):
    """The folders in which handouts are looked for, the first hit wins; `cache` only saves time."""

    folders: tuple[Path, ...]
    cache: PlanCache | None = None

    @classmethod
    def shipped(cls, clinic_folder: Path | None = None, cache: PlanCache | None = None) -> Library:
        """Return the library of the shipped handouts, with a clinic's own `handouts/` folder before them."""
        own = (clinic_folder / "handouts",) if clinic_folder else ()
        return cls((*(folder for folder in own if folder.is_dir()), data_root("handouts")), cache)

    def names(self) -> tuple[str, ...]:
        """Return the names of all handouts, in alphabetical order."""
        found = {path.parent.name for folder in self.folders for path in folder.glob(f"*/{SPECIFICATION}")}
        return tuple(sorted(found))

    def languages(self, name: str) -> tuple[str, ...]:
        """Return the languages that the handout `name` has a text in. Raises ContentError."""
        return _languages(_read_specification(self.folder_of(name) / SPECIFICATION))

    def handout(self, name: str, language: str = "en") -> Handout:
        """Return the handout `name` in `language`. Raises ContentError with every fault of its files."""
        folder = self.folder_of(name)
        data = _read_specification(folder / SPECIFICATION)
        languages = _languages(data)
        if language not in languages:
            raise ContentError(
                Fault(
                    f"handout {name}",
                    f'there is no text in "{language}"',
                    f"Languages: {', '.join(languages)}",
                    "Choose one of these",
                )
            )
        return _handout(data, folder, language, languages, self.cache)

    def folder_of(self, name: str) -> Path:
        """Return the folder of the handout `name`. Raises ContentError when there is none."""
        for folder in self.folders:
            if name in self.names() and (folder / name / SPECIFICATION).is_file():
                return folder / name
        near = close_matches(name, self.names())
        known = ", ".join(self.names())
        raise ContentError(
            Fault(
                f"handout {name!r}",
                "it is not in the library",
                f"Known: {known}",
                f"Did you mean {near[0]}?" if near else "",
            )
        )


def text_language(tag: str, languages: Sequence[str]) -> str:
    """Return which of a handout's `languages` a paper is in that says of itself it is in `tag`: en-GB is en, too."""
    return next((each for each in sorted(languages, key=len, reverse=True) if f"{tag}-".startswith(f"{each}-")), tag)


def _languages(data: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(cast("list[str]", data.get("languages", ())))


def _read_specification(path: Path) -> Mapping[str, object]:
    where = f"{path.parent.name}/{path.name}"
    try:
        return read_toml(path.read_bytes(), where)
    except InputError as error:
        raise ContentError(*error.faults) from None


def _handout(
    data: Mapping[str, object], folder: Path, language: str, languages: tuple[str, ...], cache: PlanCache | None
) -> Handout:
    where = f"{folder.name}/{SPECIFICATION}"
    try:
        source = cast("Mapping[str, object]", data["source"])
        offsets = cast("Mapping[str, object]", data["milestones"])
        milestones = Milestones(
            early_days=_pair(offsets["early_days"]),
            relief_months=_pair(offsets["relief_months"]),
            break_day=_whole(offsets["break_day"]),
            diary_weeks=_whole(offsets["diary_weeks"]),
        )
        labels = load_labels(language)
        nodes = read_text(folder / f"{language}.md", cache)
        record = read_text(folder / f"{language}.record.md", cache)
        said = (folder.name, str(data["version"]), language, milestones, labels)
        return Handout(
            name=folder.name,
            version=str(data["version"]),
            title=str(data["title"]),
            language=language,
            languages=languages,
            source=Source(str(source["title"]), str(source["site"]), _date(source["published"]), str(source["sha256"])),
            milestones=milestones,
            last_reviewed=_date(data["last_reviewed"]),
            next_review=_date(data["next_review"]),
            required_blocks=tuple(cast("list[str]", data["required_blocks"])),
            labels=labels,
            nodes=nodes,
            record=record,
            content_hash=u.content_hash(canonical(said), nodes, record),
        )
    except KeyError as error:
        raise ContentError(
            Fault(where, f"{error.args[0]} is missing", "Every handout needs it", "See docs/handout-format.md")
        ) from None
    except (TypeError, ValueError):
        raise ContentError(Fault(where, "a value of the wrong kind", "See docs/handout-format.md")) from None


def read_text(path: Path, cache: PlanCache | None = None, default_marks: tuple[str, ...] = ()) -> u.Nodes:
    """Return the unfilled blocks of a text file, from the cache when its very bytes were read before."""
    where = f"{path.parent.name}/{path.name}"
    try:
        source = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise ContentError(Fault(where, "the file is missing", "Every language needs its text")) from None
    except UnicodeDecodeError:
        raise ContentError(Fault(where, "a letter that is not UTF-8", "Save the file as UTF-8")) from None
    return parse_text(source, where, cache, default_marks)


def parse_text(source: str, where: str, cache: PlanCache | None = None, default_marks: tuple[str, ...] = ()) -> u.Nodes:
    """Return the unfilled blocks of `source`. Raises ContentError with file and line."""
    key = (source, where, *default_marks)
    if cache and (nodes := cache.load(key)) is not None:
        return nodes
    # Jinja2 and markdown-it are only imported when a text is read for the first time.
    from mvd_handout.content.markdown import parse_blocks
    from mvd_handout.content.template import tokenise

    try:
        nodes = parse_blocks(tokenise(source, where), where, default_marks)
    except RecursionError:
        raise ContentError(
            Fault(where, "branches or blocks inside each other, hundreds deep", "A few levels")
        ) from None
    if cache:
        cache.store(key, nodes)
    return nodes


def _date(value: object) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    raise TypeError(value)


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise TypeError(value)


def _pair(value: object) -> tuple[int, int]:
    first, last = cast("list[object]", value)
    if _whole(first) >= _whole(last):
        raise ValueError(value)
    return _whole(first), _whole(last)
