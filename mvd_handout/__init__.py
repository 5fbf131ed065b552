"""Personal, accessible recovery handouts after microvascular decompression.

    from mvd_handout import Case, Clinic, Library, compose, read_roster, render

The names below are the whole public API. They are loaded when they are first used,
so that importing the package stays cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mvd_handout.composing.compose import compose
    from mvd_handout.content.clinic import Clinic
    from mvd_handout.content.library import Library
    from mvd_handout.delivery.roster.read import read_roster
    from mvd_handout.domain.case import Case
    from mvd_handout.domain.errors import HandoutError
    from mvd_handout.rendering.render import render

__version__ = "0.1.0"

__all__ = ["Case", "Clinic", "HandoutError", "Library", "compose", "read_roster", "render"]

_HOMES = {
    "Case": "mvd_handout.domain.case",
    "Clinic": "mvd_handout.content.clinic",
    "HandoutError": "mvd_handout.domain.errors",
    "Library": "mvd_handout.content.library",
    "compose": "mvd_handout.composing.compose",
    "read_roster": "mvd_handout.delivery.roster.read",
    "render": "mvd_handout.rendering.render",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
