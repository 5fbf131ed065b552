"""Which files a run makes: formats, names and folders. No name tells who the patient is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, cast

import click
from msgspec import Struct

Format = Literal["pdf", "html", "text"]
SUFFIXES: Final[dict[Format, str]] = {"pdf": ".pdf", "html": ".html", "text": ".txt"}
_NOT_OURS: Final = frozenset((".doc", ".docx", ".odt", ".rtf", ".xlsx", ".png", ".jpg", ".jpeg", ".toml", ".md"))
STDOUT: Final = "-"
_FORMATS: Final[dict[str, Format]] = {suffix: name for name, suffix in SUFFIXES.items()} | {".htm": "html"}


class Outputs(Struct, frozen=True):
    """The formats to make and where they go: a file, a folder, or (None) standard output."""

    formats: tuple[Format, ...]
    place: Path | None
    record_sheet: bool = False

    @property
    def named(self) -> bool:
        """Whether the user chose the name, rather than only a folder."""
        return self.place is not None and not self.place.is_dir()

    def handout(self, format: Format, document_id: str) -> Path:
        """Return the file of the handout in `format`."""
        place = cast("Path", self.place)
        if place.is_dir():
            return place / f"handout-{document_id}{SUFFIXES[format]}"
        return place if len(self.formats) == 1 else _base(place).with_name(_base(place).name + SUFFIXES[format])

    def record(self, document_id: str) -> Path:
        """Return the file of the ward's record sheet, always a PDF."""
        place = cast("Path", self.place)
        if place.is_dir():
            return place / f"record-{document_id}.pdf"
        return _base(place).with_name(f"{_base(place).name}-record.pdf")


def plan_outputs(formats: Sequence[str], output: str | None, record_sheet: bool, terminal: bool) -> Outputs:
    """Return what to make. `terminal` says that standard output is one. Raises click.UsageError."""
    named = _FORMATS.get(Path(output or "").suffix.lower())
    wanted = cast("tuple[Format, ...]", tuple(dict.fromkeys(formats))) or (named or "pdf",)
    if output == STDOUT:
        return _to_stdout(wanted, record_sheet, terminal)
    if (ending := Path(output or "").suffix.lower()) in _NOT_OURS:
        raise click.UsageError(f"No file that ends in {ending} can be made. Use .pdf, .html or .txt.")
    if len(wanted) == 1 and named not in (None, wanted[0]):
        raise click.UsageError(f"The name after -o ends as for {named}, but --format says {wanted[0]}.")
    return Outputs(wanted, Path(output or "."), record_sheet)


def _to_stdout(formats: tuple[Format, ...], record_sheet: bool, terminal: bool) -> Outputs:
    if len(formats) > 1 or record_sheet:
        raise click.UsageError("Only one file fits into standard output: one --format, and no --record-sheet.")
    if terminal and formats == ("pdf",):
        raise click.UsageError("A PDF is not for the screen. Send it to a file: -o handout.pdf")
    return Outputs(formats, None)


def _base(path: Path) -> Path:
    return path.with_suffix("") if path.suffix.lower() in _FORMATS else path
