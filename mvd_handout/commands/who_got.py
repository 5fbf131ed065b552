"""`who-got`: who got which paper, for the privacy officer."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

import click
from msgspec import Struct

from mvd_handout.commands.console import Console
from mvd_handout.commands.draft import FIELDS
from mvd_handout.commands.past import Past, open_past, table
from mvd_handout.commands.questions import ask
from mvd_handout.content.toml import read_toml
from mvd_handout.delivery.files import read_file, read_stream
from mvd_handout.delivery.journal.search import Found, Wanted, find
from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.domain.fields import TableReader
from mvd_handout.domain.ids import patient_key, read_document_id

ASK: Final = "ask"
STDIN: Final = "-"
CASE_LABEL: Final = "case file"
HEAD: Final = ("Paper", "Dated", "Copy", "Replaced by", "Made", "By", "How", "Handout", "Patient")


class WhoGotOptions(Struct, frozen=True):
    """The options of `who-got`; see its help."""

    words: tuple[str, ...]
    patient: str | None
    handout: str
    version: str
    content_hash: str
    first: str | None
    last: str | None
    clinic: Path | None
    json: bool


def run(options: WhoGotOptions, console: Console) -> int:
    """Print what the journal says and return the exit code. Raises HandoutError, click.UsageError or click.Abort."""
    _check(options, console)
    past = open_past(options.clinic, console)
    wanted = _wanted(options, past, console)
    found = find(past.entries(), wanted)
    lines = _folded(found).values()
    if options.json:
        console.result(json.dumps([_for_programs(each) for each in found], ensure_ascii=False, indent=2))
    elif found:
        console.result(table(HEAD, [_row(each, past) for each in lines]))
    again = " One line stands for all the times that a person made the same paper." if len(found) > len(lines) else ""
    console.say(f"{len(found)} found in the journal.{again}")
    return past.end()


def _check(options: WhoGotOptions, console: Console) -> None:
    asked = (*options.words, options.patient, options.handout, options.version, options.content_hash)
    if not any((*asked, options.first, options.last)):
        raise click.UsageError("Say what to look for: a document id, --patient, --handout, --version, --from or --to.")
    if options.patient == ASK and not console.has_person():
        raise click.UsageError("--patient ask needs a terminal. Give a case file instead.")
    if options.patient == STDIN and sys.stdin.isatty():
        raise click.UsageError("--patient - reads the case from standard input, but nothing is sent there.")


def _wanted(options: WhoGotOptions, past: Past, console: Console) -> Wanted:
    document_id = read_document_id("".join(options.words)) if options.words else ""
    if document_id is None:
        wanted = "The number at the foot of every page is wanted, such as 7K3M-9QXA-2F4D"
        raise InputError(Fault("document id", "this is no number of a paper", wanted))
    return Wanted(
        document_id=document_id,
        patient_key=_patient(options.patient, past, console) if options.patient else "",
        handout=options.handout,
        version=options.version,
        content_hash=options.content_hash.lower(),
        first=past.day(options.first, "--from"),
        last=past.day(options.last, "--to"),
    )


def _patient(source: str, past: Past, console: Console) -> str:
    """Return the key of the patient whose record number and date of birth are asked for, or stand in a case file."""
    number, born = FIELDS["patient.record_number"], FIELDS["patient.birth_date"]
    order = past.profile.date_order
    if source == ASK:
        return _key(past, ask(number, console, order), ask(born, console, order))
    faults: list[Fault] = []
    root = _case(source)
    reader = TableReader(root.get("patient"), CASE_LABEL, faults, order)
    values = reader.read(number), reader.read(born)
    if faults:
        raise InputError(*faults)
    return _key(past, *values)


def _key(past: Past, number: object, born: object) -> str:
    return patient_key(past.key, str(number), cast("dt.date", born))


def _case(source: str) -> Mapping[str, object]:
    if source == STDIN:
        return read_toml(read_stream(sys.stdin.buffer, CASE_LABEL), CASE_LABEL)
    return read_toml(read_file(Path(source), CASE_LABEL), CASE_LABEL)


def _folded(found: Sequence[Found]) -> dict[tuple[object, ...], list[Found]]:
    """Return what was found, each paper once for each person and way in which it was made, the oldest first."""
    folded: dict[tuple[object, ...], list[Found]] = {}
    for each in found:
        entry = each.entry
        folded.setdefault((entry.document_id, entry.kind, entry.reason, entry.user), []).append(each)
    return folded


def _row(times: Sequence[Found], past: Past) -> tuple[str, ...]:
    """Return the line of a paper that was made once or more; of several times, the first is shown."""
    found, entry = times[-1], times[0].entry
    how = f"{entry.kind} ({entry.reason})" if entry.reason else entry.kind
    return (
        entry.document_id,
        entry.issued.isoformat(),
        str(entry.copy),
        found.replaced_by or "-",
        past.clock(entry.time),
        entry.user,
        f"{how}, {len(times)} times" if len(times) > 1 else how,
        f"{entry.handout} {entry.version} {entry.language}",
        entry.patient_key,
    )


def _for_programs(found: Found) -> dict[str, object]:
    """Return what one entry says, without the fingerprints."""
    entry = found.entry
    values = {name: getattr(entry, name) for name in entry.__struct_fields__ if name != "parts"}
    values |= {"time": entry.time.isoformat(), "issued": entry.issued.isoformat(), "replaced_by": found.replaced_by}
    return values
