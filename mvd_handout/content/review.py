"""The wording of the review pack: headings, labels and explanations for clinicians; one file a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from msgspec import Struct

from mvd_handout.content.resources import data_root
from mvd_handout.content.toml import read_toml
from mvd_handout.domain.errors import ContentError, Fault


class Wording(Struct, frozen=True):
    """Texts by dotted name; asking for one that is missing is an error, never a blank."""

    language: str
    table: Mapping[str, object]

    def text(self, name: str, /, **values: object) -> str:
        """Return a text with `values` in its braces. Raises ContentError when there is none."""
        return str(self._get(name, str | int)).format(**values) if values else str(self._get(name, str | int))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts. Raises ContentError when there is none."""
        return tuple(str(each) for each in cast("list[object]", self._get(name, list)))

    def entries(self, name: str) -> Mapping[str, object]:
        """Return a table whose keys may hold dots. Raises ContentError when there is none."""
        return cast("Mapping[str, object]", self._get(name, Mapping))

    def _get(self, name: str, kind: type | object) -> object:
        value: object = self.table
        for key in name.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if not isinstance(value, kind):  # type: ignore[arg-type]
            raise ContentError(
                Fault(f"review/{self.language}.toml", f"{name} is missing", "The review pack needs all of its wording")
            )
        return value


def load_wording(language: str) -> Wording:
    """Return the wording of review packs in `language`. Raises ContentError when there is none."""
    path = data_root("templates") / "review" / f"{language}.toml"
    if not path.is_file():
        raise ContentError(Fault(f"review/{language}.toml", "the file is missing", "Every language needs its wording"))
    return Wording(language, read_toml(path.read_bytes(), f"review/{path.name}"))
