"""Labels: the short reviewed words of the sheet itself, such as the identity strip; one file a language."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from msgspec import Struct

from mvd_handout.content.resources import data_root
from mvd_handout.content.toml import read_toml
from mvd_handout.domain.errors import ContentError, Fault


class Labels(Struct, frozen=True):
    """Labels by name; asking for one that is missing is an error, never a blank."""

    language: str
    words: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        try:
            return self.words[name]
        except KeyError:
            raise self._missing(name) from None

    def _missing(self, name: str) -> ContentError:
        return ContentError(
            Fault(f"labels/{self.language}.toml", f"the label {name} is missing", "Every language has every label")
        )


@functools.cache
def load_labels(language: str) -> Labels:
    """Return the labels of `language`. Raises ContentError when there are none."""
    return _load("labels", language)


@functools.cache
def load_ward_words(language: str) -> Labels:
    """Return the words of the ward's own pages in a print run. Raises ContentError when there are none."""
    return _load("ward", language)


def _load(folder: str, language: str) -> Labels:
    path = data_root("templates") / folder / f"{language}.toml"
    where = f"{folder}/{path.name}"
    if not path.is_file():
        raise ContentError(Fault(where, "the file is missing", "Every language needs its labels"))
    return Labels(language, dict(sorted(_flatten(read_toml(path.read_bytes(), where)))))


def _flatten(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            pairs.extend(_flatten(value, f"{prefix}{key}."))
        elif isinstance(value, list):
            pairs.extend((f"{prefix}{key}.{number}", str(each)) for number, each in enumerate(value))
        else:
            pairs.append((f"{prefix}{key}", str(value)))
    return pairs
