"""What `email send` says: the plan before, and what became of it after. Rows by number, addresses masked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mvd_handout.commands.console import Console
from mvd_handout.commands.email_desk import exit_code, say_doubts
from mvd_handout.commands.email_options import SendOptions
from mvd_handout.commands.email_stopped import has
from mvd_handout.commands.email_warnings import changes_in_words, rows_in_words
from mvd_handout.commands.errors import show_faults
from mvd_handout.commands.wording import count
from mvd_handout.delivery.mail.model import MailPolicy
from mvd_handout.delivery.mail.outbox import OPEN, Outbox, Record, State
from mvd_handout.delivery.mail.plan import GIVE_PAPER, TO_SEND, Fate, MailPlan, Standing
from mvd_handout.domain.errors import ExitCode, HandoutError

SCHEMA: Final = 1
"""Of the JSON: it changes when something in it gets another meaning or goes, not when something is added."""


WANTS_MENDING: Final = (Standing.BAD_ADDRESS, Standing.OLD_PAPER)
"""A row that stands so wants a person to mend the list: exit code 1."""


@dataclass(frozen=True, slots=True)
class EmailReport:
    """Says what a plan is, and what came of it."""

    plan: MailPlan
    policy: MailPolicy
    outbox: Outbox
    options: SendOptions
    console: Console

    def show_plan(self) -> None:
        """Print every row that gets a message or did, then the others by reason."""
        if self.options.json:
            return
        for fate in self.plan.fates:
            if fate.key:
                self.console.result(_line(fate))
        for words, rows in self._others():
            self.console.say(f"{words[:1].upper()}{words[1:]}: {rows_in_words(rows)}.")
        for sharing in self.plan.shared:
            self.console.warn(f"{rows_in_words(sharing)} have the same address. Is that right?")
        to_send = self.plan.of(*TO_SEND)
        if not to_send:
            return
        locked = sum(self.policy.locks(fate.consent) for fate in to_send)
        self.console.say(f"{count(len(to_send), 'message')} to send, {locked} of them with a locked handout.")

    def say_dry(self) -> None:
        """End a dry run."""
        if self.options.json:
            self.console.result(json.dumps(self._for_programs([]), ensure_ascii=False, indent=2))
        if self.plan.of(*TO_SEND):
            self.console.say("Nothing was sent. Add --deliver to send, or --to-folder DIR for your own secure mailer.")
        else:
            self.console.say("There is nothing to send.")
        say_doubts(self.outbox, self.console)

    def end(
        self,
        keys: Sequence[str],
        *,
        stopped: HandoutError | None = None,
        interrupted: bool = False,
        unsent: bool = False,
    ) -> ExitCode:
        """Say what became of the messages `keys` and return the exit code.

        `unsent` tells that a person has something left to do: changed rows that were not sent, say.
        """
        records = [record for key in keys if (record := self.outbox.get(key)) is not None]
        if self.options.json:
            self.console.result(json.dumps(self._for_programs(records), ensure_ascii=False, indent=2))
        else:
            self._tell(records)
        if stopped is not None:
            show_faults(stopped, self.console)
        say_doubts(self.outbox, self.console)
        failed = stopped is not None or any(record.state not in {"sent", "handed"} for record in records)
        code = exit_code(self.outbox, failed or unsent or bool(self.plan.of(*WANTS_MENDING)))
        if code is ExitCode.MAIL_UNKNOWN:
            return code
        if interrupted:
            return ExitCode.INTERRUPTED
        return stopped.exit_code if stopped is not None else code

    def _tell(self, records: Sequence[Record]) -> None:
        rows = {fate.key: fate.row for fate in self.plan.fates if fate.key}
        counts = Counter(record.state for record in records)
        for state, words in _ENDS.items():
            if counts[state]:
                self.console.say(f"{words}: {counts[state]}.")
        for record in records:
            if record.state not in {"sent", "handed"}:
                self.console.show(f"  row {rows[record.key]}: {record.state}{f', {record.why}' if record.why else ''}")
        if paper := [record for record in records if record.state == "refused"]:
            self.console.show("Give these patients their handout on paper:")
            for record in paper:
                self.console.result(f"row {rows[record.key]}  {record.document_id}")
        if any(record.state in OPEN for record in records):
            self.console.say("What is queued or deferred goes out when you run the same command again.")
        if any(
            record.state in {"sent", "handed", "unknown"} and self.policy.locks(record.consent) for record in records
        ):
            self.console.say("Print the passphrases with `mvd-handout email slips` and hand them over on paper.")

    def _others(self) -> Iterator[tuple[str, list[int]]]:
        """Yield why rows get no message, and which."""
        for standing in (Standing.HELD, *sorted(GIVE_PAPER - {Standing.REFUSED}, key=lambda each: each.value)):
            if rows := [fate.row for fate in self.plan.of(standing)]:
                paper = ", so give paper" if standing in GIVE_PAPER else ""
                yield f"{standing.value}{paper}", rows

    def _had(self, fate: Fate) -> dict[str, str]:
        """Return the last e-mail that the patient of a row has, or may have."""
        had = has(fate, self.outbox)
        return {"has": had.key if had else "", "has_state": had.state if had else ""}

    def _for_programs(self, records: Sequence[Record]) -> dict[str, object]:
        """Return everything as plain values; nothing in it tells who a patient is."""
        states = {record.key: record for record in records}
        return {
            "schema": SCHEMA,
            "dry_run": not self.options.acts,
            "rows": [_fate_for_programs(fate, states.get(fate.key)) | self._had(fate) for fate in self.plan.fates],
            "give_paper": [
                fate.row
                for fate in self.plan.fates
                if fate.standing in GIVE_PAPER or (fate.key in states and states[fate.key].state == "refused")
            ],
            "unknown": [record.key for record in self.outbox.records("unknown", "sending")],
        }


_ENDS: Final[Mapping[State, str]] = {
    "sent": "Sent",
    "handed": "Written for your own mailer",
    "deferred": "Not taken now",
    "queued": "Still queued",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
    "unknown": "Not known",
}


def _line(fate: Fate) -> str:
    said = "; ".join(part for part in (fate.why, changes_in_words(fate)) if part)
    why = f" ({said})" if said else ""
    consent = fate.sent_as or fate.consent
    return f"row {fate.row}  {fate.shown}  {fate.document_id}  {consent}  {fate.standing.value}{why}"


def _fate_for_programs(fate: Fate, record: Record | None) -> dict[str, object]:
    return {
        "row": fate.row,
        "standing": fate.standing.name.lower(),
        "consent": fate.consent,
        "sent_as": fate.sent_as or "",
        "address": fate.shown,
        "document_id": fate.document_id,
        "key": fate.key,
        "changed": fate.changed,
        "other_paper": fate.paper,
        "state": record.state if record else "",
        "why": record.why if record else fate.why,
    }
