"""Whether the libraries that only e-mail needs are here, asked before anything is made."""

from __future__ import annotations

import importlib.util
from typing import Final

from mvd_handout.domain.errors import Fault, InputError

LIBRARIES: Final = ("email_validator", "icalendar", "pikepdf")


def require_libraries() -> None:
    """Raise InputError, which says what to install, when a library that e-mail needs is not here."""
    if lacking := [name for name in LIBRARIES if importlib.util.find_spec(name) is None]:
        found = f"a part of the program that it needs is not installed: {', '.join(lacking)}"
        fix = "Run pip install 'mvd-handout[mail]', or ask whoever installed the program"
        raise InputError(Fault("e-mail", found, "It is left out unless it is asked for", fix))
