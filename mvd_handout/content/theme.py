"""Themes: how a document looks. Sizes and spaces in points, colours in sRGB."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any, Final, get_type_hints

from msgspec import Struct, structs

from mvd_handout.content.resources import data_root
from mvd_handout.domain.errors import ContentError, Fault

Colour = tuple[float, float, float]


class TypeSizes(Struct, frozen=True):
    """Sizes of type in points; `leading` is a multiple of the size."""

    body: float
    lead: float
    small: float
    heading1: float
    heading2: float
    heading3: float
    table: float
    chart: float
    furniture: float
    leading: float


class Spaces(Struct, frozen=True):
    """Vertical spaces in points."""

    paragraph: float
    item: float
    heading_before: float
    heading_after: float
    box: float
    block: float


class PageFrame(Struct, frozen=True):
    """Margins in points. `inner` is the binding edge: left on odd pages, right on even ones of a duplex sheet."""

    margin_top: float
    margin_bottom: float
    margin_inner: float
    margin_outer: float
    staple: float


class Colours(Struct, frozen=True):
    """The few colours of a theme; one accent, and one for the alarm box."""

    ink: Colour
    quiet: Colour
    accent: Colour
    alarm: Colour
    rule: Colour
    tint: Colour
    alarm_tint: Colour


class Theme(Struct, frozen=True):
    """How a document looks; the words come from elsewhere."""

    name: str
    type: TypeSizes
    space: Spaces
    page: PageFrame
    colour: Colours


_PARTS: Final = {"type": TypeSizes, "space": Spaces, "page": PageFrame, "colour": Colours}
_COLOUR = re.compile("#[0-9a-fA-F]{6}")


def theme_names() -> tuple[str, ...]:
    """Return the names of the themes that we ship."""
    return tuple(sorted(path.stem for path in _folder().glob("*.toml")))


@functools.cache
def load_theme(name: str) -> Theme:
    """Return a theme that we ship.

    Raises:
        ContentError: there is no such theme.
    """
    if name not in theme_names():
        known = " or ".join(theme_names())
        raise ContentError(Fault("theme", f'there is no theme "{name}"', f"one of {known}"))
    return read_theme(_folder() / f"{name}.toml")


def read_theme(path: Path) -> Theme:
    """Return the theme that a TOML file describes.

    Raises:
        ContentError: with everything that is missing, unknown or not a usable value.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(Fault(path.name, str(error), "a TOML file")) from error
    faults = [*_unknown(table, path.name, {"name", *_PARTS})]
    parts = {key: _part(kind, table.get(key, {}), f"{path.name} [{key}]", faults) for key, kind in _PARTS.items()}
    if faults:
        raise ContentError(*faults)
    return Theme(name=str(table.get("name", path.stem)), **{key: _PARTS[key](**part) for key, part in parts.items()})


def _part(kind: type, table: Mapping[str, object], where: str, faults: list[Fault]) -> dict[str, Any]:
    types = get_type_hints(kind)
    faults += _unknown(table, where, types.keys())
    values = {}
    for field in structs.fields(kind):
        read = _length if types[field.name] is float else _colour
        value = read(table.get(field.name))
        if value is None:
            wanted = "a length in points above 0" if read is _length else 'a colour such as "#0b4f6c"'
            faults.append(Fault(f"{where} {field.name}", "missing or not usable", wanted))
        values[field.name] = value
    return values


def _length(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None


def _colour(value: object) -> Colour | None:
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        return None
    red, green, blue = bytes.fromhex(value[1:])
    return red / 255, green / 255, blue / 255


def _unknown(table: Mapping[str, object], where: str, known: Set[str]) -> list[Fault]:
    return [Fault(where, f'unknown key "{key}"', "only known keys") for key in table if key not in known]


def _folder() -> Path:
    return data_root("templates") / "themes"
