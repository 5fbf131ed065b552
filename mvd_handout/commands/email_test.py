"""`email test`: a message without anybody's data to the person at the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from mvd_handout.commands.app import EXIT_CODES, Command, common_options
from mvd_handout.commands.console import Console

_FILE: Final = click.Path(path_type=Path)
_SUBJECT: Final = "Test message"
_BODY: Final = (
    "This is a test message from mvd-handout. It has nobody's data in it.\n\n"
    "It came to you over the mail server in the clinic's settings.\n"
)


@click.command(
    "test",
    cls=Command,
    examples=("mvd-handout email test                            asks for your address, then sends",),
    short_help="Send a test message to yourself, with nobody's data in it.",
    epilog=EXIT_CODES,
)
@click.option("--clinic", type=_FILE, metavar="FILE", help="The clinic profile, or its folder, found as for `make`.")
@common_options
@click.pass_obj
def test(console: Console, clinic: Path | None) -> int:
    """Send a test message to yourself over the mail server in clinic.toml.

    Your address is asked for, so that it stands in no list of processes. It may also come on standard input.
    """
    import email.message
    import email.policy
    import email.utils
    import secrets

    from mvd_handout.commands.email_desk import open_email_desk
    from mvd_handout.commands.email_run import carrier_of
    from mvd_handout.delivery.mail.address import check_address
    from mvd_handout.delivery.mail.policy import parse_policy
    from mvd_handout.domain.errors import Fault, InputError
    from mvd_handout.domain.text import RefusedError

    desk = open_email_desk(clinic, console)
    policy = parse_policy(desk.settings, desk.profile.hospital)
    carrier = carrier_of(desk)
    try:
        address = check_address(console.ask("Your own e-mail address:"))
    except RefusedError as refused:
        raise InputError(Fault("address", refused.found, refused.wanted)) from None
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = policy.sender, address, _SUBJECT
    message["Date"] = email.utils.format_datetime(desk.now())
    message["Message-ID"] = f"<test-{secrets.token_hex(8)}@{policy.sender.rpartition('@')[2]}>"
    message.set_content(_BODY, cte="7bit")
    try:
        carrier.open()
        outcome = carrier.deliver(policy.sender, address, message.as_bytes(), lambda: None)
    finally:
        carrier.quit()
    return _say(outcome.state, outcome.why, console)


def _say(state: str, why: str, console: Console) -> int:
    from mvd_handout.domain.errors import ExitCode

    if state == "sent":
        console.result(f"Sent ({why}). Look whether it arrives, and what it looks like.")
        return ExitCode.DONE
    console.result(f"Not sent: {state} ({why}).")
    return ExitCode.MAIL_UNKNOWN if state == "unknown" else ExitCode.SOME_FAILED
