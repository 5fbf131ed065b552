"""The no-mix-up checker: does every file of a batch hold exactly what its own row says, and nothing of any other?

What a file says is read as facts: words of the canaries, record numbers, dates, times, telephone numbers, surgeon,
side, paper id, patient key. What every paper of the clinic says is learned from papers of two people who have nothing
in common; what is left must be the row's own facts, no more and no fewer.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pypdfium2
import zxingcpp

from tests.samples import clinic_data
from tests.tools.canaries import SURGEONS, Patient
from tests.tools.pdf_strings import Strings, read_strings

WEEKS_OF_DIARY = 26
DAYS_TO_HEAR = 14  # of the samples' clinic: within these somebody without a visit hears of one
OLDEST_OPERATION = dt.date(2010, 1, 1)
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_PATTERNS = {
    "word": re.compile(r"Zq[a-z]{6}"),
    "record": re.compile(r"Rq\d+"),
    "date": re.compile(rf"(?<!\d)\d\d? (?:{'|'.join(_MONTHS)}) \d{{4}}"),
    "time": re.compile(r"(?<![\d.])\d\d?[.:]\d\d ?[ap]m"),
    "phone": re.compile(r"01632 ?960\d{3}(?!\d)"),
    "paper": re.compile(r"(?<![-\w])[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}(?![-\w])"),
    "key": re.compile(r"(?<=<mvd:patientKey>)\w+"),
    "surgeon": re.compile("|".join(map(re.escape, SURGEONS))),
    "side": re.compile(r"\b(?:left|LEFT|right|RIGHT)(?= side\b)"),
}


class Fact(NamedTuple):
    """Something that a paper says: of which kind, and what."""

    kind: str
    value: str


Facts = frozenset[Fact]


@functools.lru_cache(4096)
def facts_in(text: str) -> Facts:
    """Return what `text` says."""
    return frozenset(_fact(kind, value) for kind, pattern in _PATTERNS.items() for value in pattern.findall(text))


def _fact(kind: str, value: str) -> Fact:
    match kind:
        case "date":
            day, month, year = value.split()
            return Fact(kind, dt.date(int(year), _MONTHS.index(month) + 1, int(day)).isoformat())
        case "phone":
            return Fact(kind, value.replace(" ", ""))
        case "time":
            hour, minute = re.split(r"[.:]", value[:-2].strip())
            return Fact(kind, f"{int(hour) % 12 + 12 * (value[-2:] == 'pm'):02}:{minute}")
        case "side":
            return Fact(kind, value.lower())
        case _:
            return Fact(kind, value)


def own_facts(patient: Patient, paper: str) -> Facts:
    """Return what the paper of `patient` with the id `paper` must say, from the row alone."""
    written = " ".join([patient.name, patient.carer, patient.note, *(visit.place for visit in patient.visits)])
    weeks = [patient.operation + dt.timedelta(weeks=week) for week in range(WEEKS_OF_DIARY)]
    early = patient.operation + dt.timedelta(days=3)
    if not patient.visits:
        weeks.append(_working_day(patient.discharge + dt.timedelta(days=DAYS_TO_HEAR)))
    days = {patient.birth_date, patient.discharge, early, *weeks, *(visit.date for visit in patient.visits)}
    surgeons = {each["name"]: each["phone"] for each in clinic_data()["surgeons"]}  # type: ignore[attr-defined]
    phones = [surgeons[patient.surgeon], *(visit.phone for visit in patient.visits if visit.phone)]
    return frozenset(
        [
            *(fact for fact in facts_in(written) if fact.kind == "word"),
            Fact("record", patient.record_number),
            *(Fact("date", day.isoformat()) for day in days),
            *(Fact("time", f"{visit.time:%H:%M}") for visit in patient.visits),
            *(Fact("phone", phone.replace(" ", "")) for phone in phones),
            Fact("surgeon", patient.surgeon),
            Fact("side", patient.side),
            Fact("paper", paper),
            Fact("key", patient.key),
        ]
    )


def _working_day(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def shared_facts(papers: Sequence[bytes]) -> Facts:
    """Return what papers of people who have nothing in common all say."""
    return frozenset.intersection(*(_all_facts(read_strings(pdf)) for pdf in papers))


def _all_facts(strings: Strings) -> Facts:
    return frozenset().union(*map(facts_in, strings.everything))


def check_paper(pdf: bytes, patient: Patient, paper: str, shared: Facts) -> list[str]:
    """Return what is wrong with the file of `patient`; nothing when it says exactly what it must."""
    strings = read_strings(pdf)
    own = own_facts(patient, paper)
    return [
        *_differences("file", _all_facts(strings), own, shared),
        *_page_problems(strings, patient, paper),
    ]


def _differences(where: str, found: Facts, own: Facts, shared: Facts, kinds: str = "") -> Iterator[str]:
    for fact in sorted((found - shared) ^ (own - shared)):
        if not kinds or fact.kind in kinds:
            yield f"{where}: {'foreign' if fact in found else 'lacks its own'} {fact.kind} {fact.value}"


def _page_problems(strings: Strings, patient: Patient, paper: str) -> Iterator[str]:
    """Yield the pages that do not bear exactly this patient's identity: names, number, birthday, paper."""
    if not strings.pages:
        yield "file: no page"
    for number, text in enumerate(strings.pages, start=1):
        yield from _identity_problems(f"page {number}", facts_in(text), patient, paper)


def _identity_problems(where: str, found: Facts, patient: Patient, paper: str) -> Iterator[str]:
    names = {fact for fact in facts_in(patient.name) if fact.kind == "word"}
    wanted = {Fact("record", patient.record_number), Fact("date", patient.birth_date.isoformat()), Fact("paper", paper)}
    strip = {fact for fact in found if fact.kind in ("record", "paper") or _is_birthday(fact)}
    yield from (f"{where}: lacks {fact.kind} {fact.value}" for fact in sorted(names - found))
    yield from (f"{where}: identity {fact.kind} {fact.value}" for fact in sorted(strip ^ wanted))


def _is_birthday(fact: Fact) -> bool:
    return fact.kind == "date" and fact.value < OLDEST_OPERATION.isoformat()


def look_at_paper(pdf: bytes, patient: Patient, paper: str, shared: Facts) -> list[str]:
    """Return what is wrong with a file as a viewer shows it: the text of its pages, and every code in their pictures.

    Slow, so it is for a sample; it reads with another library than `check_paper`.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
        codes = [code.text for page in document for code in _codes(page)]
    finally:
        document.close()
    own = frozenset(fact for fact in own_facts(patient, paper) if fact.kind != "key")
    problems = list(_differences("shown", facts_in(" ".join(texts).replace("\xa0", " ")), own, shared))
    for number, text in enumerate(texts, start=1):
        problems += _identity_problems(f"shown page {number}", facts_in(text.replace("\xa0", " ")), patient, paper)
    seen = facts_in(" ".join(codes).replace("\xa0", " "))
    problems += [f"code: {fact.kind} {fact.value}" for fact in sorted(seen - shared - own)]
    if not codes:
        problems.append("code: none")
    return problems


def _codes(page: pypdfium2.PdfPage) -> list[zxingcpp.Barcode]:
    picture = page.render(scale=2, grayscale=True).to_pil()
    return list(zxingcpp.read_barcodes(picture))


def check_folder(folder: Path, patients: Sequence[Patient], shared: Facts, look_at: int = 0) -> list[str]:
    """Return what is wrong with a batch: files, manifest and index against the rows of its roster.

    Row 2 of the roster is the first patient. `look_at` papers, evenly spread, are looked at as pictures, too.
    """
    rows = {number: patient for number, patient in enumerate(patients, start=2) if not patient.hold}
    entries = _lines(folder / "manifest.jsonl")[1:]
    problems = list(_pairing(folder, entries, rows, (folder / "index.csv").read_bytes()))
    step = max(1, len(entries) // look_at) if look_at else 0
    for place, entry in enumerate(entries):
        patient, paper = rows.get(int(str(entry["row"]))), str(entry["document_id"])
        path = folder / f"{paper}.pdf"
        if patient is None or not path.is_file():
            continue
        pdf = path.read_bytes()
        found = [*_entry_problems(entry, pdf, patient), *check_paper(pdf, patient, paper, shared)]
        if step and place % step == 0 and not found:
            found += look_at_paper(pdf, patient, paper, shared)
        problems += [f"row {entry['row']}: {problem}" for problem in found]
    return problems


def _lines(path: Path) -> list[Mapping[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _pairing(
    folder: Path, entries: Sequence[Mapping[str, object]], rows: Mapping[int, Patient], index: bytes
) -> Iterator[str]:
    """Yield where rows, manifest, index and files are not one to one to one to one."""
    ids = [str(entry["document_id"]) for entry in entries]
    yield from _unequal("manifest rows", [int(str(entry["row"])) for entry in entries], rows)
    yield from _unequal("files", [path.name for path in folder.glob("*.pdf")], [f"{each}.pdf" for each in ids])
    yield from _unequal("hashes", {str(entry["sha256"]) for entry in entries}, [str(e["sha256"]) for e in entries])
    lines = list(csv.reader(io.StringIO(index.decode("utf-8-sig"))))[1:]
    of_row = {int(str(entry["row"])): str(entry["document_id"]) for entry in entries}
    filed = [(of_row.get(row, ""), patient.record_number, str(row)) for row, patient in rows.items()]
    yield from _unequal("index", [tuple(line) for line in lines], filed)
    told = words_in(index) - {patient.record_number for patient in rows.values()}
    for path in folder.iterdir():
        told |= words_in(path.name.encode()) | (words_in(path.read_bytes()) if path.suffix == ".jsonl" else set())
    yield from (f"beside the papers: {word}" for word in sorted(told))


def _unequal(what: str, found: Iterable[object], wanted: Iterable[object]) -> Iterator[str]:
    one, other = sorted(map(str, found)), sorted(map(str, wanted))
    if one != other:
        yield f"{what}: {len(one)} found, {len(other)} wanted, {len(set(one) ^ set(other))} not in both"


def _entry_problems(entry: Mapping[str, object], pdf: bytes, patient: Patient) -> Iterator[str]:
    if hashlib.sha256(pdf).hexdigest() != entry["sha256"]:
        yield "manifest: another hash"
    if entry["patient_key"] != patient.key:
        yield "manifest: another patient key"
    if entry["pages"] != len(read_strings(pdf).pages):
        yield "manifest: another number of pages"


def words_in(data: bytes) -> set[str]:
    """Return the canaries' words and record numbers in anything at all."""
    return set(re.findall(r"Zq[a-z]{6}|Rq\d+", data.decode("latin-1")))
