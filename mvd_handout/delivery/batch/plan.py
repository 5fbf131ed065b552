"""The plan of a batch: every paper with its ids, before anything is made. All that can be refused is refused here."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta, Struct, structs

from mvd_handout.delivery.batch.manifest import BatchId, DocumentId, PatientKey, Sha256
from mvd_handout.delivery.batch.workers import Order
from mvd_handout.delivery.papers import Recipe, plan_paper
from mvd_handout.delivery.permits import Permit, Permits
from mvd_handout.delivery.roster.model import Roster, RosterFault, RosterRow, SomeRows
from mvd_handout.delivery.roster.report import no_formula
from mvd_handout.domain.errors import Fault, InputError, OutputError

PLAN_NAME: Final = "plan.jsonl"
SCHEMA: Final = 1
_LONG_AGO: Final = 31
"""Days after which nobody is likely to get a paper for the first time."""
_INDEX_HEADINGS: Final = ("Document id", "Record number", "Row")


class PlannedPaper(Struct, frozen=True):
    """One paper to make. Nothing in it tells who the patient is."""

    row: int
    digest: str
    document_id: DocumentId
    patient_key: PatientKey
    language: str
    issued: dt.date

    @property
    def file(self) -> str:
        """The name of its file."""
        return file_name(self.document_id)


class Plan(Struct, frozen=True):
    """What a batch makes. `batch` is its random id, `made` the day on which it was planned.

    `roster` and `content` are SHA-256 of the roster and of the words; `held` and `left_out` are rows without a paper.
    `index` is the SHA-256 of the index that stands beside it; early plans have none.
    """

    batch: str
    made: dt.date
    roster: str
    content: str
    options: dict[str, str]
    held: tuple[int, ...]
    left_out: tuple[int, ...]
    papers: tuple[PlannedPaper, ...]
    index: str = ""

    def __repr__(self) -> str:
        return f"Plan({self.batch}, {len(self.papers)} papers)"

    def is_same_work(self, other: Plan) -> bool:
        """Whether both make the same papers of the same roster."""
        return structs.replace(self, batch=other.batch, made=other.made, index=other.index) == other


class Planned(Struct, frozen=True):
    """A plan, and what its papers are made with.

    `index` is for filing (CSV), `faults` are those of rows that are left out, `notes` what a person should know.
    """

    plan: Plan
    recipe: Recipe
    index: bytes
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Planned({self.plan!r})"


Later: TypeAlias = Callable[[Sequence[PlannedPaper]], Mapping[str, str]]
"""Takes all papers and returns, by the ids of those that were replaced, what replaced them, in words."""


def file_name(document_id: str) -> str:
    """Return the name of a paper's file: its id, which tells nobody who the patient is."""
    return f"{document_id}.pdf"


def _nothing_later(papers: Sequence[PlannedPaper]) -> Mapping[str, str]:
    return {}


def plan_batch(
    roster: Roster,
    recipe: Recipe,
    permit: Permit,
    *,
    today: dt.date,
    issued: dt.date | None = None,
    options: Mapping[str, str],
    skip_bad_rows: bool = False,
    later: Later = _nothing_later,
) -> Planned:
    """Return the plan for all rows of `roster` that are not on hold.

    Papers bear the date `issued` or, without it, the row's own day of discharge. `recipe` comes without approvals;
    `permit` is asked for one once for each language and date, `later` once for all papers.

    Raises:
        InputError: rows for which no paper could be made, all of them; with `skip_bad_rows` they are left out instead.
        ContentError: no copies for patients may be made.
    """
    planner = _Planner(recipe, Permits(permit), today, issued)
    for row in roster:
        planner.add(row)
    planner.refuse_early()
    planner.refuse_replaced(later)
    if planner.faults and not skip_bad_rows:
        raise InputError(*planner.faults)
    approvals = planner.gate.approvals()
    if not planner.papers:
        raise InputError(
            Fault("roster", "there is nobody in it to make a paper for", "Every row is on hold or left out")
        )
    content = "".join(f"{language} {text.content_hash}\n" for language, text in sorted(recipe.texts.items()))
    index = planner.index()
    plan = Plan(
        batch=secrets.token_hex(6),
        made=today,
        roster=roster.sha256,
        content=hashlib.sha256(content.encode()).hexdigest(),
        options=dict(options),
        held=tuple(planner.held),
        left_out=tuple(sorted({*roster.bad_rows, *planner.bad_rows})),
        papers=tuple(planner.papers),
        index=hashlib.sha256(index).hexdigest(),
    )
    ready, faults = structs.replace(recipe, approvals=approvals), (*roster.faults, *planner.faults)
    return Planned(plan, ready, index, faults, planner.notes())


def orders(plan: Plan, roster: Roster, wanted: set[str]) -> Iterator[Order]:
    """Yield the orders for the papers in `wanted` (document ids), each with the case of its own row.

    Raises InputError when a row is not the one that was planned.
    """
    planned = {paper.row: paper for paper in plan.papers if paper.document_id in wanted}
    for row in roster:
        if paper := planned.get(row.number):
            if row.digest != paper.digest:
                raise InputError(_row_fault(row.number, "it is not the row that was planned", "Run it again"))
            yield Order(row.number, row.case, paper.issued)


class _Planner:
    def __init__(self, recipe: Recipe, gate: Permits, today: dt.date, issued: dt.date | None) -> None:
        self.recipe, self.gate, self.issued, self._today = recipe, gate, issued, today
        self.papers: list[PlannedPaper] = []
        self.held: list[int] = []
        self.bad_rows: set[int] = set()
        self.faults: list[RosterFault] = []
        self._rows: dict[str, int] = {}
        self._past, self._early, self._long_ago = SomeRows(), SomeRows(), SomeRows()
        self._numbers: dict[int, str] = {}

    def index(self) -> bytes:
        """Return which paper is whose, as CSV, for filing."""
        stream = io.StringIO(newline="")
        writer = csv.writer(stream)
        writer.writerow(_INDEX_HEADINGS)
        writer.writerows((paper.document_id, self._numbers[paper.row], paper.row) for paper in self.papers)
        return stream.getvalue().encode("utf-8-sig")

    def refuse_early(self) -> None:
        """Say once of all rows that the date asked for lies before their discharge."""
        if self._early:
            found = f"it lies before the day of discharge of {self._early}"
            wanted = "The date of a paper is the day on which the patient gets it"
            fix = "Give a later day, or leave the option out: each paper then bears its own day of discharge"
            self.faults.append(RosterFault("--issue-date", found, wanted, fix))

    def refuse_replaced(self, later: Later) -> None:
        """Make faults of rows whose paper was replaced by another: the old one must not go out once more."""
        if replaced := later(self.papers):
            for paper in self.papers:
                if words := replaced.get(paper.document_id):
                    found = f"this patient's paper was replaced by {words}"
                    fix = "Take the row out or put it on hold, and print the later paper by itself"
                    self.bad_rows.add(paper.row)
                    self.faults.append(_row_fault(paper.row, found, "The old one must not be given out again", fix))
            self.papers = [paper for paper in self.papers if paper.document_id not in replaced]

    def notes(self) -> tuple[str, ...]:
        """Return what a person should know before the papers are made."""
        notes = []
        if self._past:
            notes.append(f"{self._past}: visits before the day on which the paper is given are not printed.")
        if self._long_ago:
            days = f"more than {_LONG_AGO} days ago"
            notes.append(f"{self._long_ago}: the paper bears a day {days}. Is this the right list?")
        return tuple(notes)

    def add(self, row: RosterRow) -> None:
        """Plan the paper of a row, or note why there is none."""
        if row.hold:
            self.held.append(row.number)
            return
        try:
            self._add(row)
        except InputError as error:
            self.bad_rows.add(row.number)
            self.faults += [RosterFault.of_row(row.number, fault) for fault in error.faults]

    def _add(self, row: RosterRow) -> None:
        case = row.case
        issued = self.issued or case.discharge_date
        if issued is None:
            fix = "Give it to all rows with --issue-date, or make these papers in a batch of their own"
            raise InputError(
                Fault("discharge_date", "nothing is here, so the paper has no date", "A day is needed", fix)
            )
        if self.issued and case.discharge_date and self.issued < case.discharge_date:
            self.bad_rows.add(row.number)
            self._early.add(row.number)
            return
        language = case.patient.language
        approval = self.gate.ask(language, issued)
        approvals = {language: approval} if approval else {}
        document_id, key = plan_paper(structs.replace(self.recipe, approvals=approvals), case, issued)
        name = file_name(document_id).casefold()
        if name in self._rows:
            found = f"it is the same paper of the same patient as in row {self._rows[name]}"
            raise InputError(Fault("", found, "Each patient stands in one row", "Remove one of them"))
        self._rows[name] = row.number
        if (self._today - issued).days > _LONG_AGO:
            self._long_ago.add(row.number)
        if case.visits_from(issued) != case.visits:
            self._past.add(row.number)
        self.papers.append(PlannedPaper(row.number, row.digest, document_id, key, language, issued))
        self._numbers[row.number] = no_formula(case.patient.record_number)


def _row_fault(row: int, found: str, wanted: str, fix: str = "") -> RosterFault:
    return RosterFault(f"row {row}", found, wanted, fix, row)


class _Head(Struct, frozen=True):
    """The first line of the file; each further line is a paper."""

    plan: int
    batch: BatchId
    made: dt.date
    roster: Sha256
    content: Sha256
    options: dict[str, str]
    held: tuple[int, ...]
    left_out: tuple[int, ...]
    papers: int
    index: Annotated[str, Meta(pattern=r"\A([0-9a-f]{64})?\Z")] = ""


def dump_plan(plan: Plan) -> bytes:
    """Return the plan as a file of JSON lines."""
    rest = {name: value for name, value in structs.asdict(plan).items() if name != "papers"}
    head = _Head(plan=SCHEMA, papers=len(plan.papers), **rest)
    return msgspec.json.Encoder().encode_lines([head, *plan.papers])


def read_plan(data: bytes) -> Plan:
    """Return the plan in a file. Raises OutputError when it is not as the program wrote it."""
    first, _, rest = data.partition(b"\n")
    try:
        head = msgspec.json.decode(first, type=_Head)
        papers = msgspec.json.Decoder(PlannedPaper).decode_lines(rest)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise OutputError(_DAMAGED) from None
    if head.plan != SCHEMA or head.papers != len(papers) or not data.endswith(b"\n"):
        raise OutputError(_DAMAGED)
    fields = structs.asdict(head)
    return Plan(**{name: fields[name] for name in Plan.__struct_fields__ if name != "papers"}, papers=tuple(papers))


_DAMAGED: Final = Fault(
    PLAN_NAME,
    "it is not as this program wrote it",
    "What was planned must be known for certain",
    "Put the file back from a backup, or make the batch again in another folder",
)
