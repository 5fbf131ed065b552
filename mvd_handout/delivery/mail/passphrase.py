"""Passphrases: random words that nobody can guess from what is known of the patient."""

from __future__ import annotations

import functools
import random
import re
import unicodedata
from typing import Final

from mvd_handout.content.email_words import EmailWords
from mvd_handout.content.resources import data_root
from mvd_handout.delivery.mail.model import Mail
from mvd_handout.delivery.roster.model import RosterRow
from mvd_handout.domain.text import RefusedError

LEAST_BITS: Final = 60
"""So much has to be guessed at least: with a million tries a second it takes tens of thousands of years."""
LONGEST: Final = 32
"""Poppler's tools, and who knows what else, take no more characters than this."""

WORDS: Final = 6
"""So many of our words, no longer than that together, are more than 62 bits; a test counts them."""

_JOINT: Final = "-"
_WANTED: Final = "Random words from the program's own list are wanted"
_LEAST_PART: Final = 2
_INDENT: Final = "    "


@functools.cache
def load_words() -> tuple[str, ...]:
    """Return the words that passphrases are drawn from."""
    lines = (data_root("templates") / "email" / "words-en.txt").read_text(encoding="ascii").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def draw_passphrase(rng: random.Random, row: RosterRow) -> str:
    """Return a passphrase for `row`. `rng` is a `secrets.SystemRandom`, but in tests."""
    words = load_words()
    while True:
        drawn = _JOINT.join(rng.choice(words) for _ in range(WORDS))
        try:
            check_passphrase(drawn, row)
        except RefusedError:
            continue
        return drawn


def check_passphrase(passphrase: str, row: RosterRow) -> None:
    """Refuse what could be guessed: whatever is not enough random words, and words that stand in the row.

    So no name, number, date, telephone number or address opens a handout, however it is written or put together.
    Raises RefusedError, which does not quote it.
    """
    parts = passphrase.split(_JOINT)
    whole = len(set(parts)) == len(parts) == WORDS and len(passphrase) <= LONGEST
    if not whole or not _vocabulary().issuperset(parts):
        raise RefusedError("a passphrase that is not made of enough random words, or is too long", _WANTED)
    about = _known(row)
    if any(_same(part, word) for part in parts for word in about):
        raise RefusedError("a passphrase with a word that is known of the patient", _WANTED)


def slip(mail: Mail, words: EmailWords) -> str:
    """Return the slip that is printed and handed over: no name, only the number of the handout, and the passphrase."""
    lines = (
        words["slip.heading"],
        words["slip.paper"].replace("{paper}", mail.document_id),
        words["slip.intro"],
        f"{_INDENT}{mail.passphrase}",
        words["slip.typing"],
        words["slip.keep"],
    )
    return "".join(f"{line}\n\n" for line in lines)


@functools.cache
def _vocabulary() -> frozenset[str]:
    return frozenset(load_words())


def _known(row: RosterRow) -> frozenset[str]:
    """Return every word of the row that somebody could know or guess, in small plain letters."""
    case = row.case
    patient, operation = case.patient, case.operation
    texts = [patient.name, patient.carer, patient.record_number, row.email, case.surgeon, case.note, operation.side]
    texts += [row.email_consent_by, row.hold, *(visit.place for visit in case.visits)]
    return frozenset(word for text in texts for word in re.findall(r"[a-z0-9]+", _plain(text)))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def _same(part: str, word: str) -> bool:
    """Whether one stands in the other: "brook" in "Brooks"; very short ones only when they are the same."""
    short, long = sorted((part, word), key=len)
    return part == word or (len(short) > _LEAST_PART and short in long)
