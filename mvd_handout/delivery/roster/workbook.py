"""Rosters as XLSX and ODS: python-calamine reads the values, a pass over the XML sees what values do not show."""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mvd_handout.delivery.roster import ods, xlsx
from mvd_handout.delivery.roster.evidence import Evidence
from mvd_handout.delivery.roster.model import Cells, RosterFault
from mvd_handout.delivery.roster.package import Package, damaged, locked
from mvd_handout.domain.errors import Fault, InputError

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

SHEET: Final = "Roster"
_NOT_ROSTER: Final = "A CSV, XLSX or ODS file is wanted"


@dataclass(frozen=True, slots=True, repr=False)
class SheetSource:
    """One sheet of a workbook."""

    words: str
    notes: Sequence[str]
    evidence: Evidence
    sheet: CalamineSheet

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Yield the rows by their number in the sheet, each from column A on."""
        # calamine begins with the first row of the sheet, but with the first column that holds something.
        start = self.sheet.start
        margin = [""] * (start[1] if start else 0)
        for number, cells in enumerate(self.sheet.iter_rows(), start=1):
            yield number, [*margin, *cells]

    def faults(self, used: Mapping[int, str], first: int) -> Iterable[RosterFault]:
        """Return what is hidden, merged, computed or broken in the sheet."""
        return self.evidence.faults(used, first)


def open_workbook(data: bytes, sheet: str | None = None) -> SheetSource:
    """Return the roster's sheet: the one named, the one called "Roster", or the only one. Raises InputError."""
    package = Package(data)
    package.refuse_document_types()
    if xlsx.WORKBOOK in package:
        book = xlsx.read_book(package)
        xlsx.refuse_1904(book)
        parts = {name: part for name, part, _ in book.sheets}
        name = _choose([name for name, _, hidden in book.sheets if not hidden], list(parts), sheet)
        return _source("XLSX", data, name, xlsx.look_at(package, parts[name]))
    if package.read("mimetype").startswith(ods.MIME):
        ods.refuse_locked(package)
        sheets = ods.look_at(package)
        name = _choose([each for each in sheets if not sheets[each].hidden], list(sheets), sheet)
        return _source("ODS", data, name, sheets[name])
    if "xl/workbook.bin" in package:
        raise InputError(Fault("roster", "this is a binary workbook (.xlsb)", _NOT_ROSTER, "Save it as XLSX"))
    raise InputError(Fault("roster", "this is a ZIP file, but no workbook", _NOT_ROSTER, "Unpack it first"))


def _source(kind: str, data: bytes, name: str, evidence: Evidence) -> SheetSource:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        # The evidence has passed: the sheet is small enough to be read whole.
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name)
    except PasswordError:
        raise InputError(locked()) from None
    except (CalamineError, OSError, ValueError):
        raise InputError(damaged()) from None
    return SheetSource(f'{kind}, sheet "{name}"', (), evidence, sheet)


def _choose(visible: Sequence[str], every: Sequence[str], wanted: str | None) -> str:
    names = ", ".join(f'"{name}"' for name in visible)
    if wanted is not None:
        if wanted in visible:
            return wanted
        found = "this sheet is hidden" if wanted in every else "there is no such sheet"
        near = difflib.get_close_matches(wanted, visible, n=1)
        fix = f'Did you mean "{near[0]}"?' if near else ""
        raise InputError(Fault("--sheet", found, f"The sheets are {names}", fix))
    named = [name for name in visible if name.strip().casefold() == SHEET.casefold()]
    if len(named) == 1 or len(visible) == 1:
        return (named or list(visible))[0]
    fix = f'Name one with --sheet, or call it "{SHEET}"'
    raise InputError(Fault("roster", f"{len(visible)} sheets: {names}", "One list of patients is wanted", fix))
