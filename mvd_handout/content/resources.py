"""The one way in to files that ship with the program: `handouts/` and `templates/`.

In a wheel they lie inside the package, in a checkout beside it.
"""

from __future__ import annotations

import functools
from pathlib import Path


@functools.cache
def data_root(name: str) -> Path:
    """Return the shipped folder `name` ("handouts" or "templates"), from the wheel or the checkout."""
    package = Path(__file__).resolve().parent.parent
    candidates = (package / "_data" / name, package.parent / name)
    return next(folder for folder in candidates if folder.is_dir())
