"""The gate while e-mails are sent, asked again right before each: an approval can end, or words be corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path
from typing import Final

from msgspec import Struct

from mvd_handout.commands import places
from mvd_handout.commands.console import Console
from mvd_handout.commands.email_desk import EmailDesk
from mvd_handout.commands.gate import open_gate
from mvd_handout.composing.approved import approved_key
from mvd_handout.content.clinic import read_profile
from mvd_handout.content.email_words import load_email_words
from mvd_handout.content.plan import PlanCache
from mvd_handout.content.toml import read_toml
from mvd_handout.delivery.clinic_watch import ClinicWatch
from mvd_handout.delivery.mail.model import MailPolicy
from mvd_handout.delivery.mail.policy import parse_policy
from mvd_handout.delivery.papers import Recipe, load_recipe
from mvd_handout.domain.errors import ApprovalError, Fault, InputError

_ENDED: Final = Fault(
    "e-mails",
    "their approval ended while they were being sent",
    "Somebody stands behind every word that a patient gets, on the day on which it is sent",
    "Have it mended as it says below, then run the same command again",
)
_CHANGED: Final = Fault(
    "e-mails",
    "words or telephone numbers were changed while they were being sent",
    "Patients get what is approved now",
    "Run the same command again: what was not sent is made anew",
)
_OTHER_POLICY: Final = Fault(
    "e-mails",
    "the settings under [email] were changed while they were being sent",
    "Every e-mail leaves by the settings of now",
    "Run the same command again: what was not sent is made anew",
)


class EmailGate(Struct):
    """What held when e-mails were planned: `recipe` has the approvals, `kinds` are languages and days."""

    desk: EmailDesk
    watch: ClinicWatch
    handout: str
    recipe: Recipe
    kinds: Collection[tuple[str, dt.date]]
    policy: MailPolicy

    def last_look(self) -> None:
        """Raise HandoutError when these e-mails could not be made just so now; a few stats while nothing changes."""
        if not self.watch.changed(places.today(self.desk.profile.time_zone)):
            return
        if read_policy(self.desk.path) != self.policy:
            raise InputError(_OTHER_POLICY)
        languages = {language for language, _ in self.kinds}
        now = load_recipe(self.desk.path, self.handout, languages, cache=PlanCache(places.cache_folder()))
        today = places.today(now.clinic.profile.time_zone)
        quiet = Console(quiet=True)  # its notes were said at the beginning
        permit = open_gate(self.desk.path.parent, now, today, quiet, _ENDED, load_email_words)
        for language, issued in self.kinds:
            before = approved_key(self.recipe.clinic, self.recipe.approvals[language])
            if approved_key(now.clinic, permit(language, issued)) != before:
                raise ApprovalError(_CHANGED)


def read_policy(path: Path) -> MailPolicy:
    """Return how a clinic e-mails, as its profile says now. Raises HandoutError."""
    return parse_policy(read_toml(path.read_bytes(), path.name), read_profile(path).hospital, path.name)
