"""`make`: one patient's handout, from a case file, from options, or by asking."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import click
from msgspec import Struct

from mvd_handout.commands import places
from mvd_handout.commands.console import Console
from mvd_handout.commands.draft import FIELDS, OPTIONS, Draft, faulty_paths, read_issue_date
from mvd_handout.commands.errors import show_faults
from mvd_handout.commands.noting import Before, Ledger
from mvd_handout.commands.outputs import STDOUT, Outputs, plan_outputs
from mvd_handout.commands.parts import in_words
from mvd_handout.commands.places import clinic_profile
from mvd_handout.commands.press import Papers, Press
from mvd_handout.commands.questions import ask, ask_for
from mvd_handout.commands.readback import Line, ask_if_right, read_back
from mvd_handout.content.clinic import read_profile
from mvd_handout.content.toml import read_toml
from mvd_handout.delivery.files import read_file, read_stream, write_files
from mvd_handout.domain.case import Case
from mvd_handout.domain.clinic import ClinicProfile
from mvd_handout.domain.dates import DateOrder
from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.domain.fields import Field

CASE_LABEL: Final = "case file"
NO_CASE: Final = Fault(
    "case",
    "no case file was given",
    "Who the patient is comes from a case file or from your answers",
    "Give --case FILE, or run the command at a terminal without --no-input",
)
ISSUE_DATE: Final = Field("", "date", "The day on which the patient gets this paper", "", required=True)

Read = TypeVar("Read")


class MakeOptions(Struct, frozen=True):
    """The options of `make`; see its help. `fields` are those that stand for a field of the case."""

    clinic: Path | None
    case: str | None
    fields: Mapping[str, object]
    visits: tuple[str, ...]
    handout: str
    theme: str | None
    paper: str | None
    formats: tuple[str, ...]
    issue_date: str | None
    output: str | None
    draft: bool
    record_sheet: bool
    force: bool
    no_input: bool
    yes: bool


def make_options(given: dict[str, Any]) -> MakeOptions:
    """Return Click's options, those that stand for a field of the case apart from the rest."""
    fields = {name: given.pop(name) for name in OPTIONS}
    return MakeOptions(fields=fields, **given)


class Job(Struct, frozen=True):
    """Everything that was read and found in order, before anything heavy is loaded."""

    profile: ClinicProfile
    draft: Draft
    today: dt.date
    press: Press


def open_ledger(job: Job, console: Console) -> Ledger:
    """Return where a first copy is noted; a draft nowhere. Raises HandoutError when it could not be."""
    if job.press.today is None:
        return Ledger()
    from mvd_handout.commands.journalling import ready_journal, warner

    journal = ready_journal(job.press.profile, job.press.clinic().key, console)
    return Ledger(journal, notice=warner(console))


class Start(Struct, frozen=True):
    """What is known before the case is read: no day before `earliest` is the date on the paper unless it is chosen.

    `check` raises InputError for a case that is of somebody else; `open_ledger` says where the paper is noted.
    """

    earliest: dt.date = dt.date.min
    check: Callable[[Draft], None] = lambda _: None
    open_ledger: Callable[[Job, Console], Ledger] = open_ledger


def first_copy(profile: Path, console: Console) -> Start:
    """Return what is known before an ordinary first copy: nothing."""
    return Start()


def run(options: MakeOptions, console: Console, begin: Callable[[Path, Console], Start] = first_copy) -> None:
    """Make one patient's handout, print where it is, and note it in the journal.

    `begin` is given the clinic's profile, before anything of the case is read.

    Raises HandoutError, click.UsageError or click.Abort.
    """
    outputs = plan_outputs(options.formats, options.output, options.record_sheet, sys.stdout.isatty())
    person = console.has_person() and not options.no_input and options.case != STDOUT
    if options.case == STDOUT and sys.stdin.isatty():
        raise click.UsageError("--case - reads the case from standard input, but nothing is sent there.")
    path = clinic_profile(options.clinic, console)
    start = begin(path, console)
    job = read_job(options, outputs, person, path, start)
    job.press.tell = console.detail
    ledger = start.open_ledger(job, console)
    if person:
        # What stands in the way is said before the first question, not after the last.
        job.press.permit(str(job.draft.get("patient.language") or "en"))
        papers, before = _with_person(job, options, console, ledger)
    else:
        papers = job.press.make(job.draft.check(job.profile, job.press.issued))
        before = ledger.before(papers)
    _deliver(papers, options.force, console, ledger)
    before.tell(console)
    _say_draft(papers, console)


def read_job(options: MakeOptions, outputs: Outputs, person: bool, path: Path, start: Start) -> Job:
    """Read the clinic profile, the case file and the options. Raises InputError with every fault of all three.

    What is missing is no fault when a `person` is there to ask.
    """
    faults: list[Fault] = []
    profile = _gather(lambda: read_profile(path), faults)
    order = profile.date_order if profile else None
    draft = _gather(lambda: _read_draft(options, order), faults)
    issued = _gather(lambda: read_issue_date(options.issue_date, order), faults)
    now = places.today(profile.time_zone) if profile else None
    day = issued or (max(now, start.earliest) if now else None)
    if draft is not None:
        start.check(draft)
        faults += draft.standing_faults(profile, day, _still_to_come(draft, profile, person))
    if options.case is None and not person:
        faults.insert(0, NO_CASE)
    if faults or profile is None or draft is None or now is None or day is None:
        raise InputError(*faults)
    press = Press(
        path,
        outputs,
        day,
        options.handout,
        options.theme or "",
        options.paper or "",
        today=None if options.draft else now,
        checked=profile,
    )
    return Job(profile, draft, now, press)


def _still_to_come(draft: Draft, profile: ClinicProfile | None, person: bool) -> set[str]:
    """Return the fields whose lack is no fault of its own: somebody can be asked, or the whole case file lacks."""
    if person:
        return {field.path for field in draft.missing(len(profile.surgeons) if profile else 1)}
    return set() if draft.data.get("patient") else {field.path for field in FIELDS.values() if field.identifying}


def _gather(read: Callable[[], Read], faults: list[Fault]) -> Read | None:
    try:
        return read()
    except InputError as error:
        faults.extend(error.faults)
        return None


def _read_draft(options: MakeOptions, order: DateOrder | None) -> Draft:
    data: dict[str, object] = {}
    if options.case == STDOUT:
        data = read_toml(read_stream(sys.stdin.buffer, CASE_LABEL), CASE_LABEL)
    elif options.case is not None:
        data = read_toml(read_file(Path(options.case), CASE_LABEL), CASE_LABEL)
    draft = Draft(data, order)
    draft.take_options(options.fields, options.visits)
    return draft


def _with_person(job: Job, options: MakeOptions, console: Console, ledger: Ledger) -> tuple[Papers, Before]:
    """Ask for what is missing, read everything back, and ask again for what is wrong, until the person says yes."""
    draft, press = job.draft, job.press
    again = draft.open_questions(len(job.profile.surgeons), everything=options.case is None)
    while True:
        ask_for(again, draft, job.profile, console)
        _settle_issue_date(job, options, console)
        try:
            case = draft.check(job.profile, press.issued)
            papers = press.make(case)
        except InputError as error:
            again = faulty_paths(error)
            if not again:
                raise
            show_faults(error, console)
            continue
        before = ledger.before(papers)
        if options.yes:
            return papers, before
        lines = read_back(case, job.profile.surgeon(case).name, press.issued, job.today)
        again = ask_if_right(lines, _made(case, papers, press, before), console)
        if not again:
            return papers, before


def _settle_issue_date(job: Job, options: MakeOptions, console: Console) -> None:
    """Ask when the patient gets the paper, when it is made before the day of discharge."""
    home = job.draft.get("discharge_date")
    if options.issue_date is None and isinstance(home, dt.date) and home > job.press.issued:
        job.press.issued = cast("dt.date", ask(ISSUE_DATE, console, job.draft.order, home))


def _made(case: Case, papers: Papers, press: Press, before: Before) -> list[Line]:
    theme, paper = press.look(case, press.clinic())
    made = [Line("Paper", f"{paper}, {theme}")]
    if papers.reissue:
        copy, changed = in_words(papers.reissue)
        made += [Line("Copy", copy), Line("Changed", changed)]
    if words := before.in_words():
        made.append(Line("Note", words))
    made += [Line("File", str(file.path)) for file in papers.files]
    return made if papers.files else [*made, Line("File", "standard output")]


def _deliver(papers: Papers, force: bool, console: Console, ledger: Ledger) -> None:
    with ledger.turn(papers) as note:
        if papers.files:
            write_files(papers.files, force=force)
            for file in papers.files:
                console.result(str(file.path))
        elif ledger.allow is None:
            console.binary(papers.stream)
        note()
    if not papers.files and ledger.allow is not None:  # nobody else waits until somebody reads this
        console.binary(papers.stream)
    if papers.reissue:
        copy, changed = in_words(papers.reissue)
        console.say(f"Copy {copy}. Changed: {changed}. Take the old one back, or ask that it is thrown away.")
    for warning in papers.warnings:
        console.say(f"Note: {warning}")


def _say_draft(papers: Papers, console: Console) -> None:
    if papers.draft:
        console.say("This is a DRAFT, and every page says so. Do not give it to a patient.")
