"""`approve`: how each part of a handout stands, and a person's name behind its exact words."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click
from msgspec.structs import replace

from mvd_handout.commands.console import Console
from mvd_handout.commands.places import cache_folder
from mvd_handout.commands.steward import Desk, actor, confirm, last_day, open_desk, option_text
from mvd_handout.commands.wording import count, date_in_words
from mvd_handout.composing.approvable import CLINIC, ApprovableBlock, approvable_blocks, email_block
from mvd_handout.composing.gate import Verdict, decide
from mvd_handout.composing.standing import Standing, State, standings
from mvd_handout.content.approval.changes import changes
from mvd_handout.content.approval.entries import Entry, Kind
from mvd_handout.content.approval.register import REGISTER_NAME, Register
from mvd_handout.content.email_words import has_email_words, load_email_words
from mvd_handout.content.library import Handout, Library
from mvd_handout.content.plan import PlanCache
from mvd_handout.delivery.approvals import add_entries, load_register
from mvd_handout.domain.errors import ApprovalError, Fault, InputError

REVIEW_DAYS: Final = 3 * 365 + 1
OVERRIDE_DAYS: Final = 31


@dataclass(frozen=True, slots=True)
class ApproveOptions:
    """The options of `approve`; see its help."""

    parts: tuple[str, ...]
    everything: bool
    pending: bool
    show: bool
    by: str | None
    role: str | None
    review_by: str | None
    also_for: tuple[str, ...]
    withdraw: bool
    override: bool
    until: str | None
    reason: str | None
    clinic: Path | None
    handout: str
    language: str
    yes: bool


@dataclass(slots=True)
class Work:
    """Everything that is at hand: the clinic, the handout, the register and how each part stands."""

    desk: Desk
    handout: Handout
    register: Register
    found: tuple[Standing, ...] = field(init=False)
    email: Standing | None = field(init=False)

    def __post_init__(self) -> None:
        """Judge each part of the paper, and the words of e-mails where there are any in this language."""
        self.found = self.standings(*approvable_blocks(self.handout, self.desk.clinic))
        language = self.handout.language
        self.email = self.standings(email_block(load_email_words(language)))[0] if has_email_words(language) else None

    def standings(self, *blocks: ApprovableBlock) -> tuple[Standing, ...]:
        """Return how these parts stand today."""
        return standings(blocks, self.handout, self.register, self.desk.today)

    def all(self) -> tuple[Standing, ...]:
        """Return every part, that of the e-mails last."""
        return (*self.found, self.email) if self.email else self.found

    def verdict(self) -> Verdict:
        """Return whether patient copies can be made today."""
        return decide(self.desk.clinic, self.handout, self.register, self.desk.today)

    def entry(self, kind: Kind, name: str, role: str) -> Entry:
        """Return the frame of an entry about this handout, made today."""
        handout = self.handout
        return Entry(kind, name, role, self.desk.today, handout=handout.name, language=handout.language)

    def add(self, entries: Iterable[Entry], console: Console) -> None:
        """Add entries to the register on the disk and say its new number."""
        self.register = add_entries(self.desk.folder, self.desk.clinic.key, *entries)
        self.__post_init__()
        console.result(str(self.desk.folder / REGISTER_NAME))
        console.say(f"Register number {self.register.number}. Note it down: it shows whether an old copy was put back.")


def run(options: ApproveOptions, console: Console) -> None:
    """Show, approve, withdraw or override. Raises HandoutError, click.UsageError or click.Abort."""
    _check(options)
    desk = open_desk(options.clinic, console, options.yes)
    library = Library.shipped(desk.folder, PlanCache(cache_folder()))
    work = Work(desk, library.handout(options.handout, options.language), load_register(desk.folder, desk.clinic.key))
    if options.override:
        _override(work, options, console)
        return
    chosen = _chosen(work, options)
    if not chosen:
        _list(work, console)
    elif options.show:
        for each in chosen:
            _show(each, console.result)
    elif options.withdraw:
        _withdraw(work, chosen, options, console)
    else:
        _refuse_failed_checks(library, work)
        _approve(work, chosen, options, console)


def _refuse_failed_checks(library: Library, work: Work) -> None:
    """Let nobody approve words that a measured check fails. Raises ApprovalError with every place."""
    from mvd_handout.content.checks.check import prepare, report, running_text
    from mvd_handout.rendering.legibility import looks

    subject = prepare(library, work.handout, work.desk.clinic.blocks)
    failed = report(subject, looks(running_text(subject))).failed
    places = [(check, each) for check in failed for each in check.findings if not each.advice]
    if places:
        fix = "`mvd-handout check-content` explains each check"
        raise ApprovalError(
            *(
                Fault(each.where, f"{each.found} ({check.id})", each.wanted or check.limit, fix)
                for check, each in places
            )
        )


def _check(options: ApproveOptions) -> None:
    """Refuse options that do not go together. Raises click.UsageError."""
    if sum((options.show, options.withdraw, options.override)) > 1:
        raise click.UsageError("--show, --withdraw and --override do not go together.")
    if (options.withdraw or options.override) and not options.reason:
        raise click.UsageError("--reason is missing.")
    selected = bool(options.parts) or options.everything or options.pending
    if options.override and selected:
        raise click.UsageError("--override is for the whole handout: name no parts.")
    if (options.show or options.withdraw) and not selected:
        raise click.UsageError("Name the parts, or --all. `mvd-handout approve` lists them.")


def _chosen(work: Work, options: ApproveOptions) -> list[Standing]:
    if options.everything:
        return list(work.found)
    if options.pending:
        return [each for each in work.found if each.state is not State.APPROVED]
    return [_named(work, name) for name in dict.fromkeys(options.parts)]


def _named(work: Work, name: str) -> Standing:
    """Return the part of that name; what follows the stroke is enough where it is the only such. Raises InputError."""
    names = [each.block.name for each in work.all()]
    hits = [full for full in names if name in (full, full.rpartition("/")[2])]
    hits = [name] if name in hits else hits
    if len(hits) == 1:
        return work.all()[names.index(hits[0])]
    near = hits or difflib.get_close_matches(name, names, n=3)
    fix = f"Did you mean {' or '.join(near)}?" if near else "`mvd-handout approve` lists the parts"
    raise InputError(Fault("approve", f"there is no single part {name}", "The name of a part", fix))


def _list(work: Work, console: Console) -> None:
    handout = work.handout
    console.result(f"{handout.name} {handout.version} ({handout.language}): {handout.title}")
    for each in work.all():
        console.result(f"  {each.block.name:<24} {each.state.value}{_details(work, each)}")
    verdict = work.verdict()
    for fault in verdict.warnings:
        console.warn(str(fault))
    if verdict.approval is None:
        console.result("\nNo patient copy can be made:")
        for fault in verdict.refusals:
            console.result(f"  - {fault}")
    else:
        console.result(f"\nPatient copies can be made until {date_in_words(verdict.until or work.desk.today)}.")
    console.result(f"Register number {work.register.number}")


def _details(work: Work, standing: Standing) -> str:
    entry, points = standing.entry, _undecided(work, standing.block)
    details = f", {count(points, 'point')} still to be decided" if points else ""
    details += ", for e-mails only: name it to approve it" if standing is work.email else ""
    if entry is None:
        return details
    date = f" until {date_in_words(entry.review_by)}" if entry.review_by else f" on {date_in_words(entry.date)}"
    groups = f"; also for {', '.join(entry.also_for)}" if entry.also_for else ""
    return f" ({entry.name}, {entry.role},{date}{groups}){details}"


def _undecided(work: Work, block: ApprovableBlock) -> int:
    own = work.desk.clinic.block(block.name.removeprefix(CLINIC)) if block.name.startswith(CLINIC) else None
    return len(own.undecided) if own else 0


def _show(standing: Standing, write: Callable[[str], None]) -> None:
    """Write the words of a part and, below, what changed since they were approved."""
    block, entry = standing.block, standing.entry
    write(f"--- {block.name}: {standing.state.value}. SHA-256 {block.sha256}\n")
    write(block.text)
    if entry and entry.text and (changed := changes(entry.text, block.text)):
        write(f"Changed since {entry.name} approved it on {date_in_words(entry.date)}:")
        for each in changed:
            write(f"  {'-' if each.kind == 'gone' else '+'} {each.text}")
        write("")


def _approve(work: Work, chosen: list[Standing], options: ApproveOptions, console: Console) -> None:
    faults = [
        Fault(
            f"blocks/{each.block.name.removeprefix(CLINIC)}.md",
            f"points in its head that are still to be decided: {points}",
            "What nobody decided cannot be approved",
            "Decide each, write it into the text, and leave decide = []",
        )
        for each in chosen
        if (points := _undecided(work, each.block))
    ]
    if faults:
        raise ApprovalError(*faults)
    if not work.desk.person and not options.yes:
        raise click.UsageError("Nobody is here to read the words. Add --yes if the person after --by has read them.")
    name, role = actor(work.desk, console, options.by, options.role)
    until = last_day(work.desk, console, "--review-by", options.review_by, REVIEW_DAYS)
    agreed = [each for each in chosen if options.yes or _agrees(each, name, until, console)]
    if not agreed:
        raise click.Abort
    entry = work.entry("approval", name, role)
    made = replace(
        entry, review_by=until, version=work.handout.version, also_for=tuple(dict.fromkeys(options.also_for))
    )
    work.add([replace(made, block=each.block.name, text=each.block.text) for each in agreed], console)
    console.say(f"{count(len(agreed), 'part')} approved by {name}, {role}.")
    pending = sum(each.state is not State.APPROVED for each in work.found)
    console.say(f"{count(pending, 'part')} still to be approved." if pending else "Every part is approved.")


def _agrees(standing: Standing, name: str, until: dt.date, console: Console) -> bool:
    _show(standing, console.show)
    return confirm(f"{name}, do you stand behind these words until {date_in_words(until)}?", console)


def _withdraw(work: Work, chosen: list[Standing], options: ApproveOptions, console: Console) -> None:
    """Take approvals back. Naming a part that has none is refused."""
    none = [each.block.name for each in chosen if each.entry is None or each.state is State.WITHDRAWN]
    if none and (options.parts or len(none) == len(chosen)):
        raise InputError(Fault("--withdraw", f"{', '.join(none)}: there is no approval", "Parts that have one"))
    reason = option_text(str(options.reason), "--reason")
    entry = work.entry("withdrawal", *actor(work.desk, console, options.by, options.role))
    made = [each.block.name for each in chosen if each.block.name not in none]
    work.add([replace(entry, block=name, reason=reason) for name in made], console)
    console.say(f"{count(len(made), 'approval')} withdrawn. No patient copy can be made with these words.")


def _override(work: Work, options: ApproveOptions, console: Console) -> None:
    """Give leave for passed review dates, and for nothing else."""
    verdict = work.verdict()
    if not verdict.only_dates:
        none = Fault("--override", "no review date has passed", "It is for passed review dates only")
        raise ApprovalError(*(verdict.refusals or [none]))
    reason = option_text(str(options.reason), "--reason")
    until = last_day(work.desk, console, "--until", options.until, OVERRIDE_DAYS)
    entry = work.entry("override", *actor(work.desk, console, options.by, options.role))
    work.add([replace(entry, review_by=until, reason=reason)], console)
    console.say(f"Patient copies can be made until {date_in_words(until)}. Each says by whose leave, and why.")
