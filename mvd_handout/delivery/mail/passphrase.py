"""Passphrases: random words that nobody can guess from what is known of the patient."""

from __future__ import annotations

import random
from collections.abc import Sequence

from mvd_handout.delivery.mail.model import Mail
from mvd_handout.delivery.roster.model import RosterRow


def draw_passphrase(rng: random.Random, row: RosterRow, words: Sequence[str]) -> str:
    """Return a passphrase for `row`; `rng` is a `secrets.SystemRandom`."""
    raise NotImplementedError


def slip(mail: Mail) -> str:
    """Return the slip with the passphrase, to print and to hand over: no name, only the number of the paper."""
    raise NotImplementedError
