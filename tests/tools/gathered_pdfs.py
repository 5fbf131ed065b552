"""Gathers the PDFs that tests make, so that veraPDF judges all of them in one Java machine at the end.

Under xdist the workers write to one folder; the controller validates it when all
tests have run. The same bytes handed in twice are judged once.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

PdfSink = Callable[[str, bytes], None]


def new_folder() -> Path:
    """Make the folder that one test session gathers in."""
    return Path(tempfile.mkdtemp(prefix="mvd-handout-pdfs-"))


def sink(folder: Path, test: str) -> PdfSink:
    """Return a function that takes a label and a PDF's bytes, on behalf of the test named `test`."""

    def take(label: str, pdf: bytes) -> None:
        slug = re.sub(r"[^A-Za-z0-9]+", "-", f"{test} {label}").strip("-")[:120]
        (folder / f"{hashlib.sha256(pdf).hexdigest()[:32]}~{slug}.pdf").write_bytes(pdf)

    return take


def distinct(folder: Path) -> list[Path]:
    """Return one file for each distinct content in `folder`, in a stable order."""
    first: dict[str, Path] = {}
    for path in sorted(folder.glob("*.pdf")):
        first.setdefault(path.name.partition("~")[0], path)
    return sorted(first.values(), key=label)


def label(path: Path) -> str:
    """Return the words by which the PDF was handed in."""
    return path.stem.partition("~")[2]


def discard(folder: Path) -> None:
    """Remove the folder; nothing is left of a session that passed."""
    shutil.rmtree(folder, ignore_errors=True)
