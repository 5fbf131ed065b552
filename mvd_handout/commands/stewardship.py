"""The commands of those who stand behind the words: `approve`, `contacts`, `sources` and `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from mvd_handout.commands.app import Command, Word, common_options
from mvd_handout.commands.console import Console

_FILE: Final = click.Path(path_type=Path)
_CLINIC: Final = click.option(
    "--clinic", type=_FILE, metavar="FILE", help="The clinic profile, or its folder, found as for `make`."
)
_HANDOUT: Final = click.option(
    "--handout", default="hfs-recovery", show_default=True, metavar="NAME", help="Which handout."
)
_LANGUAGE: Final = click.option(
    "-l", "--language", default="en", show_default=True, metavar="CODE", help="The language of the text."
)
_BY: Final = click.option("--by", metavar="NAME", help="Who does this: the person's full name.")
_ROLE: Final = click.option("--role", metavar="ROLE", help='What the person is, such as "Consultant neurosurgeon".')
_YES: Final = click.option("--yes", is_flag=True, help="Do not ask: the person named has read and confirmed all of it.")


@click.command(
    cls=Command,
    examples=(
        "mvd-handout approve                               how every part stands today",
        "mvd-handout approve --show clinic/warning-signs   read one part, and what changed in it",
        "mvd-handout approve --pending                     read and approve what is not approved yet",
        "mvd-handout approve --withdraw section/outlook --reason 'new study'",
    ),
    short_help="Read the words, part by part, and put a name behind them.",
)
@click.argument("parts", nargs=-1, metavar="[PART]...")
@click.option("--all", "everything", is_flag=True, help="All parts.")
@click.option("--pending", is_flag=True, help="All parts that are not approved as they stand today.")
@click.option(
    "--show", is_flag=True, help="Only print the words of the parts, and what changed since the last approval."
)
@_BY
@_ROLE
@click.option(
    "--review-by", metavar="DATE", help="The last day on which the approval holds; at most three years ahead."
)
@click.option(
    "--also-for",
    type=Word("under-18", "both-sides", "repeat"),
    multiple=True,
    help="Patients for whom the source's figures are approved, too; they are left out otherwise. "
    "Can be given several times.",
)
@click.option("--withdraw", is_flag=True, help="Take the approval of the parts back, from now on. Needs --reason.")
@click.option(
    "--override",
    is_flag=True,
    help="Give leave to use words whose review date has passed, until --until. Needs --reason, which the paper names.",
)
@click.option("--until", metavar="DATE", help="The last day of an override; at most 31 days ahead.")
@click.option("--reason", metavar="TEXT", help="Why. It goes into the register.")
@_CLINIC
@_HANDOUT
@_LANGUAGE
@_YES
@common_options
@click.pass_obj
def approve(console: Console, /, **options: Any) -> None:
    """Show how every part of a handout stands, and approve parts of it in a person's name.

    A part is a section of the text, one of your clinic's own texts, the record sheet, the outline, the rules behind
    dates and chart, or the labels. Patient copies are made only when each of them is approved by a named person, in
    exactly these words, and no review date has passed.

    The words of e-mails are the part email, which no paper needs: --all and --pending leave it out, so name it.

    Approvals are kept with the full words in approvals.toml beside the clinic profile. The file is only ever added to.
    """
    from mvd_handout.commands.approve import ApproveOptions, run

    run(ApproveOptions(**options), console)


@click.command(
    cls=Command,
    examples=(
        "mvd-handout contacts                              show the numbers; at a terminal, check them",
        "mvd-handout contacts --by 'Sam Invented' --role 'Ward clerk' --recheck-by 2027-06-01 --yes",
    ),
    short_help="Record who rang every telephone number, and when.",
)
@_BY
@_ROLE
@click.option("--recheck-by", metavar="DATE", help="The last day on which the check holds; at most a year ahead.")
@_CLINIC
@_YES
@common_options
@click.pass_obj
def contacts(console: Console, /, **options: Any) -> None:
    """Show every number that patients are given, and record that a named person rang each.

    A changed number, surgeon, hour or address voids the check. Do not ring the emergency number: check that it is
    the right one for your country.
    """
    from mvd_handout.commands.contacts import ContactOptions, run

    run(ContactOptions(**options), console)


@click.command(
    cls=Command,
    examples=(
        "mvd-handout sources hfs-recovery                  where every sentence comes from",
        "mvd-handout sources hfs-recovery --json           for other programs",
        "mvd-handout sources hfs-recovery --article a.txt  is this the article that was read?",
    ),
    short_help="Print where every sentence of a handout comes from.",
)
@click.argument("handout", metavar="HANDOUT", default="hfs-recovery")
@_LANGUAGE
@click.option("--clinic", type=_FILE, metavar="FILE", help="Also list your clinic's own texts; found as for `make`.")
@click.option("--article", type=_FILE, metavar="FILE", help="Compare this file with the article that was read.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common_options
@click.pass_obj
def sources(console: Console, /, **options: Any) -> int:
    """Print every sentence that HANDOUT can print with the claims it rests on and where the source makes them.

    Then come the claims that are not used, with the reason, and what the source leaves open, with the way in which it
    is printed. A sentence that comes from nowhere is an error (exit code 4); another article is exit code 6.
    """
    from mvd_handout.commands.sources import SourcesOptions, run

    return run(SourcesOptions(**options), console)


@click.command(
    cls=Command,
    examples=(
        "mvd-handout verify handout.pdf                    what is this file, and is it unchanged?",
        "mvd-handout verify tomorrow                       is every paper of this batch there and unchanged?",
    ),
    short_help="Say what a PDF is and whether it was changed, or check a whole batch.",
)
@click.argument("file", type=_FILE, metavar="FILE|DIR")
@_CLINIC
@common_options
@click.pass_obj
def verify(console: Console, file: Path, clinic: Path | None) -> int:
    """Say what a PDF FILE is: handout, version, language, approval and document id, and whether it is unchanged.

    For the folder of a batch (DIR): whether every paper of its manifest is there, unchanged and the right patient's,
    and whether something lies there that the batch did not make.

    Where your journal is at hand, it also says which paper was replaced by a later copy: do not give that one.

    Only the clinic that made a file can judge that: the seal in it was made with its clinic.key. Exit code 6: a file
    was changed, or this program did not make it. Exit code 1: a paper was replaced; or nothing is known to be wrong,
    but it cannot be judged, or some papers of a batch are not made yet. Exit code 5, or 3 for a slip in the clinic
    profile: the journal cannot be asked, so it is not known what was replaced.
    """
    from mvd_handout.commands.verify import run

    return run(file, clinic, console)
