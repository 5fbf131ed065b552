"""The clinic's policy for e-mail: the table `[email]` of its clinic.toml, but for `[email.smtp]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from mvd_handout.delivery.mail.address import read_address
from mvd_handout.delivery.mail.extra import require_libraries
from mvd_handout.delivery.mail.model import Body, Locking, MailPolicy
from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.domain.fields import Field, TableReader
from mvd_handout.domain.text import RefusedError

_FIELDS: Final = (
    Field("from", "text", "The address that the e-mail comes from", '"ward4@example.org"', required=True, limit=254),
    Field("name", "text", "The name that patients read as the sender", '"Example Hospital"', default="", limit=60),
    Field("reply_to", "text", "The address that answers go to", '"ward4@example.org"', default="", limit=254),
    Field("subject_prefix", "text", "What stands before the subject", '"[secure]"', default="", limit=30),
    Field("subject_suffix", "text", "What stands after the subject", '"[encrypt]"', default="", limit=30),
    Field("body", "choice", "What stands in the e-mail", '"notice"', choices=("notice", "handout"), default="notice"),
    Field(
        "lock",
        "choice",
        "Which handouts are locked",
        '"by-consent"',
        choices=("by-consent", "always"),
        default="by-consent",
    ),
    Field("calendar", "flag", "Whether appointments come as a calendar file", "true", default=True),
)
_ADDRESSES: Final = ("from", "reply_to")


def parse_policy(profile: Mapping[str, object], hospital: str, where: str = "clinic profile") -> MailPolicy:
    """Return what `[email]` of a clinic's TOML file says; `hospital` is its name.

    Raises InputError with every fault, and where a library that e-mail needs is not installed.
    """
    require_libraries()
    faults: list[Fault] = []
    place = f"{where}, email"
    table = profile.get("email")
    if table is None:
        raise InputError(Fault(place, "it is not there", "The sender is needed to write to patients", _FIX))
    reader = TableReader(table, place, faults)
    values = {field.key: reader.read(field) for field in _FIELDS}
    reader.table("smtp")  # how the server is reached; read when something is delivered
    reader.refuse_unknown()
    for key in _ADDRESSES:
        values[key] = _address(str(values[key] or ""), f"{place}.{key}", faults)
    if faults:
        raise InputError(*faults)
    return MailPolicy(
        sender=str(values["from"]),
        name=str(values["name"] or hospital),
        reply_to=str(values["reply_to"]),
        subject_prefix=str(values["subject_prefix"]),
        subject_suffix=str(values["subject_suffix"]),
        body=cast("Body", values["body"]),
        lock=cast("Locking", values["lock"]),
        calendar=bool(values["calendar"]),
    )


def _address(text: str, place: str, faults: list[Fault]) -> str:
    try:
        return read_address(text) if text else ""
    except RefusedError as refused:
        faults.append(Fault(place, refused.found, refused.wanted))
        return ""


_FIX: Final = 'Write [email], and below it from = "ward4@example.org"; docs/email-message.md shows the rest'
