"""What a check found, for a person's spreadsheet and for other programs. Neither holds what tells who a patient is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from mvd_handout.delivery.roster.model import Roster, RosterFault
from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import Fault

_HEADINGS: Final = ("Row", "Column", "Where", "What is there", "What is wanted", "What to do")
_STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def fault_report(faults: Iterable[Fault]) -> bytes:
    """Return the faults as CSV that a spreadsheet opens well: no cell of it can become a formula."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(_HEADINGS)
    for fault in faults:
        cells = (_row(fault) or "", _column(fault), fault.where, fault.found, fault.wanted, fault.fix)
        writer.writerow([no_formula(str(cell)) for cell in cells])
    return stream.getvalue().encode("utf-8-sig")


def no_formula(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: with an apostrophe before signs that begin one."""
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text


def faults_for_programs(faults: Iterable[Fault]) -> list[dict[str, object]]:
    """Return the faults as plain tables, for JSON."""
    return [
        {
            "row": _row(fault),
            "column": _column(fault) or None,
            "where": fault.where,
            "found": fault.found,
            "wanted": fault.wanted,
            "fix": fault.fix,
        }
        for fault in faults
    ]


def roster_for_programs(roster: Roster) -> dict[str, object]:
    """Return what is known about a roster without anything of its rows, for JSON."""
    return {
        "read_as": roster.words,
        "notes": list(roster.notes),
        "sha256": roster.sha256,
        "columns": dict(roster.columns),
        "rows": roster.summary.rows,
        "on_hold": roster.summary.held,
        "print_sizes": dict(sorted(roster.summary.print_sizes.items())),
        "languages": dict(sorted(roster.summary.languages.items())),
    }


def masked(case: Case) -> Sequence[str]:
    """Return what shows that the columns were understood, without telling who the patient is."""
    patient, operation = case.patient, case.operation
    name = " ".join(f"{word[0]}..." for word in patient.name.split())
    return (
        name,
        f"record number ...{patient.record_number[-2:]}",
        f"born in {patient.birth_date.year}",
        f"{'planned for' if operation.planned else 'operated on'} {operation.date.isoformat()}, {operation.side}",
        f"goes home {case.discharge_date.isoformat()}" if case.discharge_date else "no discharge date",
        f"visits: {', '.join(visit.date.isoformat() for visit in case.visits) or 'none'}",
        f"{patient.language}, {patient.print_size} print",
    )


def _row(fault: Fault) -> int | None:
    return fault.row or None if isinstance(fault, RosterFault) else None


def _column(fault: Fault) -> str:
    return fault.column if isinstance(fault, RosterFault) else ""
