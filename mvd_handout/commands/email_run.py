"""What `email send` does: read, check, show; then, when told to, ask, prepare and send."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import click

from mvd_handout.commands import places
from mvd_handout.commands.check import find_setting, read_input
from mvd_handout.commands.console import Console
from mvd_handout.commands.email_desk import EmailDesk, declined, exit_code, open_email_desk
from mvd_handout.commands.email_gate import EmailGate, read_policy
from mvd_handout.commands.email_held import leave_out_damaged, withdraw_changed_back
from mvd_handout.commands.email_options import SendOptions
from mvd_handout.commands.email_report import WANTS_MENDING, EmailReport
from mvd_handout.commands.email_stopped import say_not_ours, say_replaced, say_stopped, say_unlocked, withdraw_queued
from mvd_handout.commands.email_warnings import may_replace, to_whom, warn_of_papers
from mvd_handout.commands.gate import open_gate
from mvd_handout.commands.journalling import open_journal, ready_journal, user_account
from mvd_handout.commands.places import cache_folder
from mvd_handout.commands.wording import count
from mvd_handout.content.email_words import load_email_words
from mvd_handout.content.plan import PlanCache
from mvd_handout.delivery.clinic_watch import ClinicWatch
from mvd_handout.delivery.files import make_folder
from mvd_handout.delivery.mail.changed import tell_changes
from mvd_handout.delivery.mail.consent import as_sent
from mvd_handout.delivery.mail.credentials import fetch_secret
from mvd_handout.delivery.mail.elsewhere import ask_journal
from mvd_handout.delivery.mail.folder import Retraction, clean_up, hand_over, handed_before, take_back
from mvd_handout.delivery.mail.model import MailPolicy
from mvd_handout.delivery.mail.noted import Noted
from mvd_handout.delivery.mail.old_papers import set_back
from mvd_handout.delivery.mail.other_papers import find_other_papers
from mvd_handout.delivery.mail.outbox import Outbox, State
from mvd_handout.delivery.mail.plan import TO_SEND, Fate, MailPlan, Standing, plan_mails
from mvd_handout.delivery.mail.prepare import Watch, Workshop, last_look, prepare
from mvd_handout.delivery.mail.sending import Letter, Pace, Postman, WithdrawnError
from mvd_handout.delivery.mail.settings import parse_smtp
from mvd_handout.delivery.mail.target import check_folder
from mvd_handout.delivery.mail.transport import Carrier
from mvd_handout.delivery.papers import Recipe, load_recipe
from mvd_handout.delivery.roster.model import Roster, RosterRow
from mvd_handout.delivery.roster.read import read_roster
from mvd_handout.domain.dates import read_date
from mvd_handout.domain.errors import Fault, HandoutError, InputError
from mvd_handout.domain.text import RefusedError

STDIN: Final = "-"
Fetch: TypeAlias = Callable[[str], Letter]
"""Gives the letter of a key after the last look at it; raises WithdrawnError."""
NO_EMAIL: Final = Fault(
    "copy for a patient",
    "it cannot be sent yet",
    "Somebody stands behind every word that a patient gets, those of the e-mail too",
    "docs/approval.md leads there on one page; then `mvd-handout approve email`",
)
FIRST_TIME: Final = 1
"""So many messages a clinic's first delivery sends, unless told otherwise: how one arrives is worth a look."""


def run(options: SendOptions, console: Console) -> int:
    """Show who would get what, send it when told to, and return the exit code. Raises HandoutError, click errors."""
    _check_options(options)
    desk = open_email_desk(options.clinic, console)
    if options.to_folder is not None:
        check_folder(options.to_folder, desk.path.parent)
    job = _read(options, desk, console)
    with desk.send() if options.acts else desk.look() as outbox:
        plan, noted = _plan(job, outbox, console)
        report = EmailReport(plan, job.policy, outbox, options, console)
        if not options.acts:
            report.show_plan()
            say_stopped(plan, outbox, desk, console, acts=False)
            say_unlocked(plan, outbox, desk, job.policy, console)
            warn_of_papers(plan.fates, console)
            report.say_dry()
            return exit_code(outbox, bool(plan.of(*WANTS_MENDING)))
        return _act(job, plan, noted, report)


@dataclass(frozen=True, slots=True)
class _Job:
    """What was read: the roster, how to read it again, and what copies are made with."""

    options: SendOptions
    desk: EmailDesk
    console: Console
    rows: dict[int, RosterRow]
    watch: Watch
    recipe: Recipe
    policy: MailPolicy
    issued: dt.date | None
    clinic: ClinicWatch

    def gate(self, recipe: Recipe, fates: Iterable[Fate]) -> EmailGate:
        """Return what asks again, right before each e-mail, whether these may still be sent as `recipe` has them."""
        kinds = {(self.rows[each.row].case.patient.language, each.issued) for each in fates if each.issued}
        return EmailGate(self.desk, self.clinic, self.options.handout, recipe, kinds, self.policy)


def _check_options(options: SendOptions) -> None:
    if options.deliver and options.to_folder is not None:
        raise click.UsageError("--deliver and --to-folder exclude each other.")
    if options.acts and options.roster == STDIN:
        raise click.UsageError("What is sent is read again before each message, so the roster must be a file.")
    if options.acts and options.json and not options.yes:
        raise click.UsageError("--json needs --yes: there is nobody to ask.")


def _read(options: SendOptions, desk: EmailDesk, console: Console) -> _Job:
    """Read and check everything but the outbox. Raises HandoutError."""
    clinic = ClinicWatch(desk.path)
    policy = read_policy(desk.path)
    setting = find_setting(desk.path, options.handout, Console(quiet=True))
    order = desk.profile.date_order

    def parse(data: bytes) -> Roster:
        return read_roster(
            data,
            columns=setting.columns,
            date_order=order,
            encoding=options.encoding,
            sheet=options.sheet,
            inspect=setting.inspect,
        )

    try:
        issued = read_date(options.issue_date, order) if options.issue_date is not None else None
    except RefusedError as refused:
        raise InputError(Fault("--issue-date", refused.found, refused.wanted)) from None
    roster = parse(read_input(options.roster))
    for note in roster.notes:
        console.warn(note)
    languages = tuple(roster.summary.languages)
    recipe = load_recipe(desk.path, options.handout, languages, cache=PlanCache(cache_folder()))
    watch = Watch(desk.key, lambda: read_input(options.roster), parse)
    return _Job(options, desk, console, {row.number: row for row in roster}, watch, recipe, policy, issued, clinic)


def _plan(job: _Job, outbox: Outbox, console: Console) -> tuple[MailPlan, Noted]:
    """Return who would get what, and what tells later what the journal says of it. Raises HandoutError."""
    now = job.clinic.day = places.today(job.desk.profile.time_zone)
    permit = open_gate(job.desk.path.parent, job.recipe, now, console, NO_EMAIL, load_email_words)
    plan = plan_mails(job.rows.values(), job.recipe, permit, outbox, job.issued, now)
    ids = [fate.document_id for fate in plan.fates if fate.document_id]
    journal = open_journal(job.desk.path, job.desk.key)
    patients = {fate.patient for fate in plan.fates}
    noted = Noted(journal, outbox, job.options.handout, ids, patients, lambda fault: console.warn(str(fault)))
    noted.look()
    plan = find_other_papers(ask_journal(set_back(plan, job.rows, noted), noted), job.rows, noted)
    return as_sent(tell_changes(plan, job.rows, outbox), outbox), noted


def _act(job: _Job, plan: MailPlan, noted: Noted, report: EmailReport) -> int:
    """Ask, prepare and send. Raises HandoutError, click.Abort."""
    options, desk, console, outbox = job.options, job.desk, job.console, report.outbox
    # The password is asked for before anything is made.
    carrier = carrier_of(desk) if options.deliver else None
    ready_journal(desk.path, desk.key, console)  # what could not be noted is not sent
    report.show_plan()
    say_stopped(plan, outbox, desk, console, acts=True)
    say_unlocked(plan, outbox, desk, job.policy, console)
    withdraw_queued(plan, outbox, desk)
    withdraw_changed_back(plan, outbox, desk, console)
    tidy = options.to_folder is None or say_not_ours(clean_up(outbox, options.to_folder), console)
    try:
        wanted, unsent = _chosen(job, plan, outbox, console)
        sound = leave_out_damaged(wanted, desk, console)
        unsent |= not tidy or sound != wanted
        chosen = sound[: _limit(sound, options, outbox, console)]
        if chosen:
            warn_of_papers(chosen, console)
            _confirm(chosen, options, console)
    except (click.Abort, KeyboardInterrupt):
        return declined("\nStopped. Nothing was sent.", console)
    if not chosen:
        console.say("There is nothing else to send." if unsent else "There is nothing to send.")
        return report.end([], unsent=unsent)
    shop = Workshop(
        recipe=plan.recipe,
        policy=job.policy,
        outbox=outbox,
        store=desk.store,
        rng=secrets.SystemRandom(),
        user=user_account(),
    )
    console.say(f"Making {count(len(chosen), 'message')}.")
    keys = prepare(shop, chosen, job.rows, desk.now())

    gate = job.gate(plan.recipe, chosen)

    def fetch(key: str) -> Letter:
        gate.last_look()
        return last_look(key, shop, job.watch, noted)

    found: dict[str, Retraction] = {}
    stopped: HandoutError | None = None
    interrupted = False
    try:
        if carrier is None:
            _hand_over(job, shop, fetch, keys, found)
        else:
            _deliver(job, shop, fetch, keys, carrier)
    except KeyboardInterrupt:
        console.show("\nStopped. What was not sent is queued; run the command again to go on.")
        interrupted = True
    except HandoutError as error:
        stopped = error
    unsent |= not say_not_ours(found, console)
    code = report.end(keys, stopped=stopped, interrupted=interrupted, unsent=unsent)
    taken = {key for key, what in found.items() if what != "absent"}
    say_replaced([(fate.row, fate.key) for fate in chosen], outbox, desk, console, taken)
    return code


def carrier_of(desk: EmailDesk) -> Carrier:
    """Return who carries a clinic's messages. Raises InputError."""
    table = desk.settings.get("email")
    smtp = table.get("smtp") if isinstance(table, Mapping) else None
    settings = parse_smtp(smtp, desk.path.parent, desk.path.name)
    return Carrier(settings, fetch_secret(settings, os.environ))


def _chosen(job: _Job, plan: MailPlan, outbox: Outbox, console: Console) -> tuple[list[Fate], bool]:
    """Return the rows to send to now, and whether changed ones are left out since nobody said yes to them."""
    options = job.options
    chosen = [fate for fate in plan.fates if fate.standing in TO_SEND]
    replacing = [fate for fate in chosen if fate.standing is Standing.REPLACES]
    unsent = bool(replacing) and not options.replace and not may_replace(replacing, options, console)
    if unsent:
        chosen = [fate for fate in chosen if fate.standing is not Standing.REPLACES]
    return chosen, unsent


def _limit(chosen: Sequence[Fate], options: SendOptions, outbox: Outbox, console: Console) -> int | None:
    """Return how many messages leave at most; None for all."""
    first = options.deliver and "sent" not in outbox.counts() and len(chosen) > FIRST_TIME
    if options.limit is not None or not first:
        return options.limit
    console.say(
        "This is your clinic's first delivery, so one message is sent. See how it arrives; then run the command "
        "again. --limit sends more at once."
    )
    return FIRST_TIME


def _confirm(chosen: Sequence[Fate], options: SendOptions, console: Console) -> None:
    """Let a person type how many messages leave. Raises click.Abort, click.UsageError."""
    if options.yes:
        return
    if not console.has_person():
        raise click.UsageError("Nobody is here to say yes. Add --yes if the list is right.")
    number = len(chosen)
    what = "written" if options.to_folder else "sent"
    answer = console.ask(f"{count(number, 'message')} will be {what}{to_whom(chosen)}. Type {number} to go on:")
    if answer != str(number):
        raise click.Abort


def _hand_over(job: _Job, shop: Workshop, fetch: Fetch, keys: Sequence[str], found: dict[str, Retraction]) -> None:
    """Write each message as a file. It counts as handed over once it is on the disk.

    What it replaces goes right after: a patient whose new message cannot be written keeps the old one. What became of
    it is added to `found`, by its key.
    """
    folder = job.options.to_folder
    assert folder is not None
    make_folder(folder, 0o700)
    for key in keys:
        try:
            letter = fetch(key)
        except WithdrawnError as error:
            shop.outbox.put_off(key, "withdrawn", error.why, job.desk.now())
            shop.store.forget(key)
            continue
        hand_over(shop.outbox, key, folder, letter.message, job.desk.now)
        shop.store.strip(key)
        for earlier in handed_before(shop.outbox, key):
            found[earlier.key] = take_back(folder, earlier)
        job.desk.keep_journal(shop.outbox)


def _deliver(job: _Job, shop: Workshop, fetch: Fetch, keys: Sequence[str], carrier: Carrier) -> None:
    done = 0

    def delivered(key: str) -> None:
        shop.store.strip(key)
        job.desk.keep_journal(shop.outbox)

    def tell(key: str, state: State) -> None:
        nonlocal done
        done += state != "deferred"
        if state == "refused":
            shop.store.strip(key)
        elif state == "withdrawn":
            shop.store.forget(key)
        job.console.say(f"{done} of {len(keys)}: {state}")

    def sleep(seconds: float) -> None:
        if seconds >= PATIENT:
            job.console.say(f"Waiting {seconds:.0f} seconds before the next try.")
        time.sleep(seconds)

    interval = 60 / job.options.rate
    pace = Pace(clock=job.desk.now, sleep=sleep, seconds=time.monotonic, interval=interval)
    Postman(shop.outbox, carrier, fetch, pace, delivered, tell).send(keys)


PATIENT: Final = 10
"""A pause of so many seconds is worth a word."""
