"""`email slips` and `email forget`: the passphrases on paper, and then nowhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from mvd_handout.commands.app import EXIT_CODES, Command, common_options
from mvd_handout.commands.console import Console
from mvd_handout.commands.wording import count

if TYPE_CHECKING:
    from mvd_handout.commands.email_desk import EmailDesk
    from mvd_handout.delivery.mail.outbox import Outbox

_FILE: Final = click.Path(path_type=Path)
_LONGEST: Final = 100_000_000
_UNREADABLE: Final = "`mvd-handout email forget --unreadable` removes it, and names whose it was."
_CLINIC: Final = click.option(
    "--clinic", type=_FILE, metavar="FILE", help="The clinic profile, or its folder, found as for `make`."
)


@click.command(
    cls=Command,
    examples=(
        "mvd-handout email slips -o slips.txt              a slip for each locked copy, each on a page of its own",
        "mvd-handout email slips -o - | lp                 straight to the printer",
    ),
    short_help="Write the slips with the passphrases, to print and hand over.",
    epilog=EXIT_CODES,
)
@click.option("-o", "--output", required=True, metavar="FILE|-", help="The file to write, or - for standard output.")
@click.option("--force", is_flag=True, help="Replace a file of slips that is there, and nothing else.")
@_CLINIC
@common_options
@click.pass_obj
def slips(console: Console, output: str, force: bool, clinic: Path | None) -> int:
    """Write a slip with the passphrase of each locked copy whose passphrase is still here.

    Those of e-mails that were replaced or withdrawn are left out. A slip bears the document id and no name: the ward's
    list says whose it is. Hand it over or send it by post, never by e-mail. Then remove the file, and run
    `mvd-handout email forget`.
    """
    from mvd_handout.commands.email_desk import open_email_desk
    from mvd_handout.content.email_words import load_email_words
    from mvd_handout.delivery.files import NewFile, write_files
    from mvd_handout.delivery.mail.passphrase import slip
    from mvd_handout.domain.errors import ExitCode

    desk = open_email_desk(clinic, console)
    with desk.look() as outbox:
        wanted = outbox.standing() & set(desk.store.kept())
    damaged = {key for key in wanted if desk.store.is_damaged(key)}
    if damaged:
        console.warn(f"{count(len(damaged), 'message')} cannot be read, so there is no slip. {_UNREADABLE}")
    code = ExitCode.SOME_FAILED if damaged else ExitCode.DONE
    kept = [prepared for key in sorted(wanted - damaged) if (prepared := desk.store.load(key))]
    found = sorted((each for each in kept if each.mail.passphrase), key=lambda each: each.row)
    pages = [slip(prepared.mail, load_email_words(prepared.language)) for prepared in found]
    if not pages:
        console.say("There is no passphrase here.")
        return code
    data = "\f".join(pages).encode("utf-8")
    if output == "-":
        if sys.stdout.isatty():
            raise click.UsageError("The passphrases would stay on the screen. Send them to a file or a printer.")
        console.binary(data)
    else:
        _check_target(Path(output), desk.path.parent, pages)
        write_files([NewFile(Path(output), data, "slips")], force=force)
        console.result(output)
    console.say(f"{count(len(pages), 'slip')}. Hand them over on paper, then run `mvd-handout email forget`.")
    return code


def _check_target(path: Path, clinic_folder: Path, pages: Sequence[str]) -> None:
    """Refuse to replace what is no file of slips, or lies in the clinic's folder. Raises OutputError."""
    from mvd_handout.delivery.files import read_file
    from mvd_handout.domain.errors import Fault, OutputError

    if not os.path.lexists(path):
        return
    fix = "Choose another name with -o"
    if path.resolve().is_relative_to(clinic_folder.resolve()):
        wanted = "Nothing in that folder is replaced"
        raise OutputError(Fault("slips", "a file of the clinic's folder has this name", wanted, fix))
    ours = b""
    if path.is_file() and not path.is_symlink():
        ours = read_file(path, "slips", _LONGEST).partition(b"\n")[0]
    if ours not in {page.partition("\n")[0].encode("utf-8") for page in pages}:
        raise OutputError(Fault("slips", "something else has this name", "Only a file of slips is replaced", fix))


@click.command(
    cls=Command,
    examples=(
        "mvd-handout email forget                          passphrases and messages of all that was sent",
        "mvd-handout email forget --everything             also what is still queued; it will be made anew",
        "mvd-handout email forget --unreadable             what was damaged, and nothing else",
    ),
    short_help="Remove passphrases and messages that nobody needs any more.",
    epilog=EXIT_CODES,
)
@click.option("--everything", is_flag=True, help="Also remove what is queued or in doubt; a later run makes it anew.")
@click.option("--unreadable", is_flag=True, help="Remove only what was damaged, so that nobody can read it any more.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_CLINIC
@common_options
@click.pass_obj
def forget(console: Console, everything: bool, unreadable: bool, yes: bool, clinic: Path | None) -> int:
    """Remove the passphrases and messages of e-mails that were sent, handed over, refused or withdrawn.

    Who lost the slip then needs a new copy. What was sent to whom stays in the outbox, without names or addresses.
    What was damaged goes, too, whatever became of it; the next `email send` makes anew what was still to leave.
    """
    from mvd_handout.commands.email_desk import declined, open_email_desk
    from mvd_handout.domain.errors import ExitCode

    if everything and unreadable:
        raise click.UsageError("--everything and --unreadable exclude each other.")
    desk = open_email_desk(clinic, console)
    with desk.work() as outbox:
        damaged = {key for key in desk.store.kept() if desk.store.is_damaged(key)}
        keys = [] if unreadable else _to_forget(desk, outbox, everything)
        keys = sorted(damaged.union(keys))
        if not keys:
            console.say("There is nothing to forget.")
            return ExitCode.DONE
        if not unreadable and not yes and not _were_handed_over(len(keys), console):
            return declined("\nNothing was removed.", console)
        for key in keys:
            desk.store.forget(key)
            if everything and (record := outbox.get(key)) is not None and record.state in {"queued", "deferred"}:
                outbox.put_off(key, "withdrawn", "forgotten before it was sent", desk.now())
        console.say(f"Forgot {count(len(keys), 'message')}.")
        _say_damaged(damaged, outbox, console)
        return ExitCode.DONE


def _to_forget(desk: EmailDesk, outbox: Outbox, everything: bool) -> list[str]:
    """Return the keys of all that is kept and nobody needs, or of everything."""
    done = {"sent", "handed", "refused", "withdrawn"}
    records = {key: outbox.get(key) for key in desk.store.kept()}
    return [key for key, record in records.items() if everything or record is None or record.state in done]


def _say_damaged(keys: Collection[str], outbox: Outbox, console: Console) -> None:
    """Name the messages that could not be read: their passphrases are gone, whatever slip was printed."""
    from mvd_handout.commands.email_desk import record_line

    if not keys:
        return
    console.warn(
        f"{count(len(keys), 'message')} could not be read. What is queued or deferred is made anew by the next "
        "`mvd-handout email send`, with another passphrase: print its slip again. Who has a locked e-mail already, "
        "but no slip, needs a paper."
    )
    for record in filter(None, map(outbox.get, sorted(keys))):
        console.show(f"  {record_line(record)}")


def _were_handed_over(number: int, console: Console) -> bool:
    from mvd_handout.commands.steward import confirm

    if not console.has_person():
        raise click.UsageError("Nobody is here to say yes. Add --yes if the slips were handed over.")
    try:
        return confirm(f"Were the slips handed over? {count(number, 'message')} will be forgotten.", console)
    except click.Abort:  # Ctrl-C, or nobody there any more
        return False
