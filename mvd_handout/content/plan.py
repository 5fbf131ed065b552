"""A cache of parsed texts in the user's cache folder. Losing it costs only time.

It holds authored words, never a patient's; JSON, never pickle; and is keyed by the text itself,
the shape of the tree and the program's version.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
from pathlib import Path
from typing import Final

from msgspec import Struct

from mvd_handout import __version__
from mvd_handout.content import unfilled as u

_FORMAT: Final = "2"


class PlanCache(Struct, frozen=True):
    """Parsed texts under `folder`, which is made when it is first needed."""

    folder: Path

    def load(self, key: tuple[str, ...]) -> u.Nodes | None:
        """Return the nodes stored for `key`, or None when there are none that can be read."""
        try:
            return u.from_json(self._path(key).read_bytes())
        except (OSError, ValueError, RecursionError):
            return None

    def store(self, key: tuple[str, ...], nodes: u.Nodes) -> None:
        """Keep `nodes` for `key`; a folder that cannot be written is no error."""
        import tempfile  # only needed when a text is read for the first time

        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(u.to_json(nodes))
                Path(name).replace(self._path(key))
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def _path(self, key: tuple[str, ...]) -> Path:
        joined = json.dumps([_FORMAT, __version__, _rules(), *key])
        return self.folder / f"{hashlib.sha256(joined.encode()).hexdigest()[:40]}.json"


@functools.cache
def _rules() -> str:
    """Return the hash of the code that reads texts: what a stricter reader would refuse must not be served."""
    here = Path(__file__).parent
    files = [here / f"{name}.py" for name in ("library", "markdown", "sentences", "template", "unfilled")]
    files.append(here.parent / "domain" / "slots.py")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
