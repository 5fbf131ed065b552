"""`email resend`: a person decides about a message that was refused, was not taken, or may not have arrived."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from mvd_handout.commands.app import EXIT_CODES, Command, Word, common_options
from mvd_handout.commands.console import Console

if TYPE_CHECKING:
    from mvd_handout.delivery.mail.outbox import Outbox, Record, State

_FILE: Final = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class ResendOptions:
    """The options of `email resend`; see its help."""

    key: str
    decision: str
    by: str | None
    clinic: Path | None
    yes: bool


@click.command(
    cls=Command,
    examples=(
        "mvd-handout email resend 3f9a02c1 --as again      send it once more, with the next `email send`",
        "mvd-handout email resend 3f9a02c1 --as arrived    the patient has it",
        "mvd-handout email resend 3f9a02c1 --as paper      the patient gets paper instead",
    ),
    short_help="Decide about an e-mail that was refused or may not have arrived.",
    epilog=EXIT_CODES,
)
@click.argument("key", metavar="KEY")
@click.option(
    "--as",
    "decision",
    type=Word("again", "arrived", "paper"),
    required=True,
    help="Send it again; or it arrived; or it will not be sent, because the patient gets paper.",
)
@click.option("--by", metavar="NAME", help="Who decides: the person's full name. It is kept with the message.")
@click.option("--clinic", type=_FILE, metavar="FILE", help="The clinic profile, or its folder, found as for `make`.")
@click.option("--yes", is_flag=True, help="Do not ask: the person named has decided.")
@common_options
@click.pass_obj
def resend(console: Console, /, **options: Any) -> int:
    """Decide about the message KEY, as `mvd-handout email status` shows it; its first digits are enough.

    Before --as again for one that is not known, ask the patient or your mail people: whoever has it already gets it
    twice. It then goes out with the next `mvd-handout email send` of a roster with the same row.
    """
    return run(ResendOptions(**options), console)


def run(options: ResendOptions, console: Console) -> int:
    """Record a decision and return the exit code. Raises HandoutError, click.UsageError, click.Abort."""
    from mvd_handout.commands.email_desk import declined, exit_code, open_email_desk, record_line, say_doubts

    desk = open_email_desk(options.clinic, console)
    with desk.work() as outbox:
        record = _find(outbox, options.key)
        state, why = _outcome(record, options.decision)
        console.show(record_line(record))
        person = _person(options, console)
        if not _is_right(record, options, console):
            return declined("\nNothing was changed.", console)
        outbox.decide(record.key, state, why, person, desk.now())
        if state == "refused" or state == "sent":
            desk.store.strip(record.key)
        desk.keep_journal(outbox)
        if (now := outbox.get(record.key)) is not None:
            console.result(record_line(now))
        say_doubts(outbox, console)
        return exit_code(outbox, failed=False)


def _find(outbox: Outbox, start: str) -> Record:
    from mvd_handout.domain.errors import Fault, InputError

    found = outbox.find(start.strip().lower()) if start.strip() else []
    if len(found) != 1:
        what = "several messages have a key that begins so" if found else "no message has this key"
        raise InputError(
            Fault("KEY", what, "The key of one message is wanted", "`mvd-handout email status` shows them")
        )
    return found[0]


def _outcome(record: Record, decision: str) -> tuple[State, str]:
    """Return what the message becomes. Raises InputError for a decision that makes no sense."""
    from mvd_handout.domain.errors import Fault, InputError

    if record.state in {"sent", "withdrawn", "sending"} or (record.state == "handed" and decision == "arrived"):
        wanted = "Only what was refused, deferred, handed over or is not known can be decided about"
        raise InputError(Fault("KEY", f"this message is {record.state}", wanted))
    match decision:
        case "again":
            return "queued", f"to be sent again; it was {record.state}"
        case "arrived":
            return "sent", f"it arrived, somebody found; it was {record.state}"
        case _:
            return "refused", f"paper instead; it was {record.state}"


def _person(options: ResendOptions, console: Console) -> str:
    from mvd_handout.commands.questions import ask
    from mvd_handout.commands.steward import NAME, option_text

    if options.by is not None:
        return option_text(options.by, "--by", 80)
    if not console.has_person() or options.yes:
        raise click.UsageError("--by is missing: who decides?")
    return str(ask(NAME, console))


def _is_right(record: Record, options: ResendOptions, console: Console) -> bool:
    from mvd_handout.commands.steward import confirm

    if options.yes:
        return True
    if not console.has_person():
        raise click.UsageError("Nobody is here to say yes. Add --yes if the person after --by has decided.")
    question = "Is that right?"
    if options.decision == "again" and record.state in {"unknown", "handed"}:
        question = "If it did arrive, the patient gets it twice. Send it again?"
    try:
        return confirm(question, console)
    except click.Abort:  # Ctrl-C, or nobody there any more
        return False
