"""`email slips` and `email forget`: the passphrases on paper, and then nowhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from mvd_handout.commands.app import EXIT_CODES, Command, common_options
from mvd_handout.commands.console import Console
from mvd_handout.commands.wording import count

_FILE: Final = click.Path(path_type=Path)
_LONGEST: Final = 100_000_000
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
def slips(console: Console, output: str, force: bool, clinic: Path | None) -> None:
    """Write a slip with the passphrase of each locked copy whose passphrase is still here.

    Those of e-mails that were replaced or withdrawn are left out. A slip bears the document id and no name: the ward's
    list says whose it is. Hand it over or send it by post, never by e-mail. Then remove the file, and run
    `mvd-handout email forget`.
    """
    from mvd_handout.commands.email_desk import open_email_desk
    from mvd_handout.content.email_words import load_email_words
    from mvd_handout.delivery.files import NewFile, write_files
    from mvd_handout.delivery.mail.passphrase import slip

    desk = open_email_desk(clinic, console)
    with desk.look() as outbox:
        wanted = outbox.standing()
    kept = [prepared for key in desk.store.kept() if key in wanted and (prepared := desk.store.load(key))]
    found = sorted((each for each in kept if each.mail.passphrase), key=lambda each: each.row)
    pages = [slip(prepared.mail, load_email_words(prepared.language)) for prepared in found]
    if not pages:
        console.say("There is no passphrase here.")
        return
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
    ),
    short_help="Remove passphrases and messages that nobody needs any more.",
    epilog=EXIT_CODES,
)
@click.option("--everything", is_flag=True, help="Also remove what is queued or in doubt; a later run makes it anew.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_CLINIC
@common_options
@click.pass_obj
def forget(console: Console, everything: bool, yes: bool, clinic: Path | None) -> int:
    """Remove the passphrases and messages of e-mails that were sent, handed over, refused or withdrawn.

    Who lost the slip then needs a new copy. What was sent to whom stays in the outbox, without names or addresses.
    """
    from mvd_handout.commands.email_desk import declined, open_email_desk
    from mvd_handout.domain.errors import ExitCode

    desk = open_email_desk(clinic, console)
    with desk.work() as outbox:
        done = {"sent", "handed", "refused", "withdrawn"}
        keys = []
        for key in desk.store.kept():
            record = outbox.get(key)
            if everything or record is None or record.state in done:
                keys.append(key)
        if not keys:
            console.say("There is nothing to forget.")
            return ExitCode.DONE
        if not yes and not _were_handed_over(len(keys), console):
            return declined("\nNothing was removed.", console)
        for key in keys:
            desk.store.forget(key)
            if everything and (record := outbox.get(key)) is not None and record.state in {"queued", "deferred"}:
                outbox.put_off(key, "withdrawn", "forgotten before it was sent", desk.now())
        console.say(f"Forgot {count(len(keys), 'message')}.")
        return ExitCode.DONE


def _were_handed_over(number: int, console: Console) -> bool:
    from mvd_handout.commands.steward import confirm

    if not console.has_person():
        raise click.UsageError("Nobody is here to say yes. Add --yes if the slips were handed over.")
    try:
        return confirm(f"Were the slips handed over? {count(number, 'message')} will be forgotten.", console)
    except click.Abort:  # Ctrl-C, or nobody there any more
        return False
