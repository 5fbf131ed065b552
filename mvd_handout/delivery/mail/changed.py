"""What is new in an e-mail that replaces another, by the fingerprints that were kept of it: for a person to judge."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from typing import Final

from msgspec import structs

from mvd_handout.composing.reissue import changes
from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.mail.corrected import chain_of
from mvd_handout.delivery.mail.ledger import made_at, noted_entry, parts_of
from mvd_handout.delivery.mail.outbox import Outbox, Record
from mvd_handout.delivery.mail.plan import Fate, MailPlan, Standing, recipient_hash
from mvd_handout.delivery.papers import Recipe
from mvd_handout.delivery.roster.model import RosterRow

ADDRESS: Final = "address"
"""Stands among the changed parts where the earlier e-mail went to another address."""


def tell_changes(plan: MailPlan, rows: Mapping[int, RosterRow], outbox: Outbox) -> MailPlan:
    """Return the plan in which rows that replace an e-mail say what changed, and since which day.

    Where nothing did that is kept track of, the patient has that e-mail already: it differs at most in a visit that is
    over by now, or in how another version of this program puts a paper together.
    """

    def told(fate: Fate) -> Fate:
        return _told(fate, rows[fate.row], plan.recipe, outbox) if fate.standing is Standing.REPLACES else fate

    return structs.replace(plan, fates=tuple(map(told, plan.fates)))


def _told(fate: Fate, row: RosterRow, recipe: Recipe, outbox: Outbox) -> Fate:
    record = outbox.get(fate.earlier) if fate.earlier else None
    entry = noted_entry(record) if record else fate.before
    made = made_at(record) if record else entry and entry.time
    changed = _parts(fate, row, recipe, entry) if entry else ()
    if record and record.recipient_hash != recipient_hash(recipe.clinic.key, row.email):
        changed = (ADDRESS, *changed)
    if record and entry and not changed and record.patient_key == fate.patient:  # else a corrected birth date
        standing = Standing.HANDED if record.state == "handed" else Standing.SENT
        return structs.replace(fate, standing=standing, key=record.key, earlier="")
    since = made.astimezone(zoneinfo.ZoneInfo(recipe.clinic.profile.time_zone)).date() if made else None
    return structs.replace(fate, changed=changed, since=since, again=_said_before(fate, record, outbox))


def _parts(fate: Fate, row: RosterRow, recipe: Recipe, entry: Entry) -> tuple[str, ...]:
    return changes(entry.parts, parts_of(recipe, row, fate.issued or entry.issued, entry.patient_key))


def _said_before(fate: Fate, last: Record | None, outbox: Outbox) -> bool:
    """Whether the patient had this very e-mail before the last one: then the list may be the older one."""
    return last is not None and any(each.content == fate.content for each in chain_of(outbox, last))
